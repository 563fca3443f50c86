"""How much every unit counts, and where the rate goes without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metasyn.diagnostics.case_evidence.setting import Setting
from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.fit import fit
from metasyn.models.binomial_normal.headlines import estimates
from metasyn.models.binomial_normal.kernel import derivatives
from metasyn.models.rate import PooledRate, Unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Influence", "Shift", "Shifts", "influence_of", "shifts_of"]

_ALL = "All single cases"
_EVENT = "One single case with the event"
_NO_EVENT = "One single case without the event"


@dataclass(frozen=True, eq=False, slots=True)
class Influence:
    """Influence weight of every unit.

    Parameters
    ----------
    units
        Units of the pooled rate, all single cases together last.
    slope
        Shift of the pooled logit for each unit's power multiplied by e, ``d mu / d log a``,
        shape (u,); NaN where the maximum is at 0% or 100%.
    case_share
        Part of the information that all single cases carry together.
    """

    units: tuple[Unit, ...]
    slope: FloatArray
    case_share: float

    def to_frame(self) -> pd.DataFrame:
        """One row a unit: ``label kind events n power share slope``."""
        import pandas as pd

        names = ("label", "kind", "events", "n", "power", "share")
        columns = {name: [getattr(unit, name) for unit in self.units] for name in names}
        return pd.DataFrame({**columns, "slope": self.slope})


@dataclass(frozen=True, slots=True)
class Shift:
    """The rate without something.

    Parameters
    ----------
    left_out
        Label of a study, or what of the single cases.
    rate
        Rate without it; NaN where nothing is left.
    shift
        Rate with it minus rate without it.
    """

    left_out: str
    rate: float
    shift: float


@dataclass(frozen=True, eq=False, slots=True)
class Shifts:
    """Exact shifts of the rate: refitted without something, the weight of the single cases held.

    Parameters
    ----------
    rate
        Rate of the pooled line.
    studies
        One a study.
    all_cases
        Without any single case; None where there are none, or nothing else.
    one_event, one_non_event
        Without one single case with the event, without it; None where there is none.
    """

    rate: float
    studies: tuple[Shift, ...]
    all_cases: Shift | None
    one_event: Shift | None
    one_non_event: Shift | None

    def to_frame(self) -> pd.DataFrame:
        """One row for everything left out: ``left_out rate shift``."""
        import pandas as pd

        rows = [*self.studies, self.all_cases, self.one_event, self.one_non_event]
        return pd.DataFrame(
            [(row.left_out, row.rate, row.shift) for row in rows if row is not None],
            columns=["left_out", "rate", "shift"],
        )


def influence_of(pooled: PooledRate, setting: Setting) -> Influence:
    """Influence weights, and the slope of the pooled logit in the log of each power."""
    batch = setting.units.batch(setting.power)
    fits = fit(batch)
    width = len(setting.units.rows)
    slope = np.full(len(pooled.units), np.nan)
    if not fits.boundary[0]:
        at = fits.at
        parts = derivatives(batch.events[0], batch.n[0], fits.mu[0], fits.tau[0])
        scores = batch.power[0] * parts[1:3]
        if fits.tau[0] > 0 and not fits.tau_at_bound[0]:
            determinant = at.h_mumu[0] * at.h_tautau[0] - at.h_mutau[0] ** 2
            by_row = (at.h_mutau[0] * scores[1] - at.h_tautau[0] * scores[0]) / determinant
        else:
            by_row = -scores[0] / at.h_mumu[0]
        sign = -1.0 if setting.harm else 1.0
        slope[:width] = sign * by_row[:width]
        slope[width:] = sign * by_row[width:].sum()
    return Influence(pooled.units, slope, pooled.case_share)


def shifts_of(pooled: PooledRate, setting: Setting) -> Shifts:
    """Refit without each study, without the cases, without one of them."""
    units, a = setting.units, setting.power
    good, bad = setting.good, setting.bad
    counted = setting.has_cases and a > 0
    labels = [unit.label for unit in pooled.units[: len(units.rows)]]
    variations = [_Variation("", a, good, bad)]
    variations += [_Variation(label, a, good, bad, i) for i, label in enumerate(labels)]
    if counted and units.anchors:
        variations.append(_Variation(_ALL, 0.0, good, bad))
    events, others = (bad, good) if setting.harm else (good, bad)
    if counted and events >= 1:
        less = (good, bad - 1) if setting.harm else (good - 1, bad)
        variations.append(_Variation(_EVENT, a, *less))
    if counted and others >= 1:
        less = (good - 1, bad) if setting.harm else (good, bad - 1)
        variations.append(_Variation(_NO_EVENT, a, *less))
    rate, *rates = _rates(setting, variations).tolist()
    shifts = {
        variation.left_out: Shift(variation.left_out, value, rate - value)
        for variation, value in zip(variations[1:], rates, strict=True)
        if variation.study is None
    }
    studies = [Shift(label, v, rate - v) for label, v in zip(labels, rates, strict=False)]
    return Shifts(rate, tuple(studies), shifts.get(_ALL), shifts.get(_EVENT), shifts.get(_NO_EVENT))


class _Variation(NamedTuple):
    """Single cases with their weight, and a study that is left out."""

    left_out: str
    power: float
    good: float
    bad: float
    study: int | None = None


def _rates(setting: Setting, variations: list[_Variation]) -> FloatArray:
    """Event rates, all by the estimator of the pooled line; NaN where nothing is left."""
    power, good, bad = (
        np.array([getattr(one, name) for one in variations]) for name in ("power", "good", "bad")
    )
    batch = setting.units.batch(power, case_events=good, case_failures=bad)
    if len(batch) == 1:
        batch = batch.take(np.zeros(len(variations), dtype=np.intp))
    left = batch.power.copy()
    for row, variation in enumerate(variations):
        if variation.study is not None:
            left[row, variation.study] = 0.0
    batch = replace(batch, power=left)
    something = np.flatnonzero((left * batch.n).sum(axis=1) > 0)
    rates = np.full(len(batch), np.nan)
    rates[something] = setting.rates(estimates(setting.spec, setting.kind, batch.take(something)))
    return rates
