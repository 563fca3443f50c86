"""Many sets of proportions pooled at once, for simulations and bootstraps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.errors import DataError, SpecError
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.cap import effective_power
from metasyn.models.binomial_normal.fit import fit
from metasyn.models.binomial_normal.headlines import headlines
from metasyn.models.binomial_normal.units import Cases, Units
from metasyn.models.design_weights import Kind
from metasyn.models.specs import BinomialNormal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RateSets", "pool_rate_sets"]


@dataclass(frozen=True, eq=False, kw_only=True)
class RateSets:
    """Pooled rates of many sets, on the logit scale: read-only arrays of shape (sets,).

    Parameters
    ----------
    spec
        What was asked.
    estimate, ci_low, ci_high
        Logit of the rate in the median study and limits of its interval, by the rule of
        :class:`~metasyn.BinomialNormal`; infinite at rates of 0% and 100%.
    method
        Kind of interval of every set.
    tau
        Standard deviation between studies at the maximum of the likelihood.
    case_power
        Weight of the single cases after the cap; 0 where there are none.
    """

    spec: BinomialNormal
    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    method: tuple[str, ...]
    tau: FloatArray
    case_power: FloatArray

    def __len__(self) -> int:
        return len(self.estimate)

    def to_frame(self) -> pd.DataFrame:
        """One row a set."""
        import pandas as pd

        names = ("estimate", "ci_low", "ci_high", "method", "tau", "case_power")
        return pd.DataFrame({name: getattr(self, name) for name in names})


def pool_rate_sets(
    xi: npt.ArrayLike, ni: npt.ArrayLike, spec: BinomialNormal | None = None
) -> RateSets:
    """Pool many sets of proportions with the code that pools one.

    Parameters
    ----------
    xi, ni
        Events and patients, shape (sets, studies); NaN where a set has fewer studies. Studies are
        sorted by size alone: without designs, one or two patients are a single case.
    spec
        The model; by default :class:`~metasyn.BinomialNormal` as it stands. Quality needs labels
        and is refused.

    Raises
    ------
    DataError
        If shapes differ, a count is wrong, or a set has nothing to pool; the set is named.
    SpecError
        If the model is for two arms or weighs by quality.

    Examples
    --------
    >>> import numpy as np
    >>> xi, ni = [[24, 11, 15, 28], [5, 7, 3, np.nan]], [[31, 25, 18, 34], [9, 10, 8, np.nan]]
    >>> sets = pool_rate_sets(xi, ni)
    >>> sets.estimate.round(4).tolist(), sets.method
    ([1.0163, 0.2231], ('wald-t', 'wald-t'))
    """
    spec = BinomialNormal() if spec is None else spec
    if spec.model is not None or spec.quality:
        raise SpecError("Sets of proportions take a model of one arm, without quality.")
    data = _sorted_by_size(*_checked(xi, ni), spec)
    power = _case_power(data, spec)
    batch = _with_cases(data, power, spec)
    empty = ~((batch.power * batch.n) > 0).any(axis=1)
    if empty.any():
        raise DataError(f"Set {int(np.argmax(empty))}: there is nothing to pool.")
    lines = headlines(spec, batch, data.anchors, data.kish - 1, variations=False)
    return RateSets(
        spec=spec,
        estimate=read_only(lines.mu),
        ci_low=read_only(lines.low),
        ci_high=read_only(lines.high),
        method=lines.kinds,
        tau=read_only(lines.fits.tau),
        case_power=read_only(power),
    )


class _Sets(NamedTuple):
    """Anchors, shape (s, k), with power 0 where there is none, and sums over single cases (s,)."""

    events: FloatArray
    n: FloatArray
    power: FloatArray
    case_events: FloatArray
    case_n: FloatArray

    @property
    def anchors(self) -> npt.NDArray[np.intp]:
        counted: npt.NDArray[np.intp] = ((self.power > 0) & (self.n > 0)).sum(axis=1)
        return counted

    @property
    def kish(self) -> FloatArray:
        squares = (self.power**2).sum(axis=1)
        effective: FloatArray = self.power.sum(axis=1) ** 2 / np.where(squares > 0, squares, 1.0)
        return effective


def _checked(xi: npt.ArrayLike, ni: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    events, n = (np.array(value, dtype=np.float64, ndmin=2) for value in (xi, ni))
    if events.shape != n.shape or events.ndim != 2:
        raise DataError(f"xi has shape {events.shape} and ni {n.shape}; both are (sets, studies).")
    absent = np.isnan(events)
    wrong = (absent != np.isnan(n)) | ~(absent | ((events >= 0) & (events <= n)))
    wrong |= ~absent & ((events != np.floor(events)) | (n != np.floor(n)) | np.isinf(n))
    if wrong.any():
        place, study = (int(part[0]) for part in np.nonzero(wrong))
        raise DataError(
            f"Set {place}, study {study}: {events[place, study]:g} events among "
            f"{n[place, study]:g} patients."
        )
    return np.where(absent, 0.0, events), np.where(absent, 0.0, n)


def _sorted_by_size(events: FloatArray, n: FloatArray, spec: BinomialNormal) -> _Sets:
    @cache
    def power(size: float) -> float:
        rule = spec.table.rule(None, size)
        if rule.kind == "cases":
            return -1.0
        if rule.power is not None:
            return rule.power
        return spec.series_weight if rule.kind == "series" else 1.0

    powers = np.array([power(size) for size in n.ravel().tolist()]).reshape(n.shape)
    is_case = powers < 0
    return _Sets(
        np.where(is_case, 0.0, events),
        np.where(is_case, 0.0, n),
        np.where(is_case, 0.0, powers),
        np.where(is_case, events, 0.0).sum(axis=1),
        np.where(is_case, n, 0.0).sum(axis=1),
    )


def _case_power(data: _Sets, spec: BinomialNormal) -> FloatArray:
    power = np.where(data.case_n > 0, spec.case_weight, 0.0)
    both = np.flatnonzero((data.case_n > 0) & (data.anchors > 0))
    if both.size == 0 or spec.case_cap >= 1:
        return power
    studies = fit(Batch.of(data.events[both], data.n[both], data.power[both]))
    for position, item in enumerate(both):
        basis = float(studies.mu[position]), float(studies.tau[position])
        units = _units(data, int(item), spec)
        power[item] = effective_power(units, basis, spec.case_weight, spec.case_cap).power
    return power


def _units(data: _Sets, item: int, spec: BinomialNormal) -> Units:
    here = data.power[item] > 0
    rows = tuple(np.flatnonzero(here).tolist())
    n = data.case_n[item]
    cases = Cases((0,), np.ones(1), np.array([n]), float(data.case_events[item]), float(n))
    kind: Kind = "anchor"
    columns = data.events[item, here], data.n[item, here], data.power[item, here]
    return Units(*columns, (kind,) * len(rows), rows, cases, spec.cases)


def _with_cases(data: _Sets, power: FloatArray, spec: BinomialNormal) -> Batch:
    good, bad = data.case_events, data.case_n - data.case_events
    if spec.cases == "pseudo-study":
        columns = [(good, data.case_n, power)]
    else:
        one = np.ones_like(good)
        columns = [(one, one, power * good), (0 * one, one, power * bad)]
    own = (data.events, data.n, data.power)
    return Batch.of(
        *(np.column_stack([part, *(column[i] for column in columns)]) for i, part in enumerate(own))
    )
