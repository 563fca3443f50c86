"""Selection odds ratio: how much more readily a success is published than a failure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from metasyn.diagnostics.case_evidence.setting import Setting
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.fit import fit
from metasyn.models.binomial_normal.headlines import headlines
from metasyn.models.binomial_normal.interval import chi2_drop
from metasyn.models.binomial_normal.kernel import derivatives
from metasyn.models.binomial_normal.profile import where_it_drops
from metasyn.models.binomial_normal.units import Mode, Units

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ODDS", "OddsRow", "Selection", "SelectionEstimate", "selection_of"]

ODDS = read_only([1, 2, 4, 10, 20])
"""Assumed odds ratios of publication, success to failure."""
_SEARCH = np.linspace(-12.0, 12.0, 25)


@dataclass(frozen=True, slots=True)
class OddsRow:
    """The pooled rate, if successes are published with these odds against failures.

    Parameters
    ----------
    mode
        How single cases are counted.
    weight
        Weight of the single cases.
    odds_ratio
        Assumed odds ratio of publication.
    rate, low, high
        Rate and limits of its interval.
    """

    mode: Mode
    weight: float
    odds_ratio: float
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SelectionEstimate:
    """Odds ratio of publication that explains the single cases best, at full weight.

    Parameters
    ----------
    mode
        How single cases are counted.
    odds_ratio
        Estimate; infinite where every single case did well, 0 where none did, NaN where the
        studies leave it open.
    low, high
        Profile likelihood interval.
    lrt, p_value
        Likelihood ratio test of no selection (odds ratio 1).
    """

    mode: Mode
    odds_ratio: float
    low: float
    high: float
    lrt: float
    p_value: float


@dataclass(frozen=True, eq=False, slots=True)
class Selection:
    """What selective publication would mean, and what the data say of it.

    Parameters
    ----------
    rows
        Rates for assumed odds ratios: with the weight in force, and patient by patient at full
        weight.
    estimates
        Estimated odds ratios, one a mode; empty where there is nothing but single cases.
    """

    rows: tuple[OddsRow, ...]
    estimates: tuple[SelectionEstimate, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row an assumed odds ratio: ``mode weight odds_ratio rate low high``."""
        import pandas as pd

        names = ("mode", "weight", "odds_ratio", "rate", "low", "high")
        return pd.DataFrame({name: [getattr(row, name) for row in self.rows] for name in names})


def selection_of(setting: Setting) -> Selection:
    """Rates under assumed selection, and the estimated selection."""
    units = setting.units
    rows = _rows(setting, units, setting.power) if setting.power > 0 else ()
    rows += _rows(setting, replace(units, mode="individual"), 1.0)
    if units.anchors == 0:
        return Selection(rows, ())
    modes: tuple[Mode, ...] = ("pseudo-study", "individual")
    return Selection(rows, tuple(estimate_of(setting, mode) for mode in modes))


def _rows(setting: Setting, units: Units, weight: float) -> tuple[OddsRow, ...]:
    lines = headlines(
        setting.spec,
        units.batch(weight, case_offset=np.log(ODDS)),
        units.anchors,
        units.kish - 1,
    )
    low, high = setting.spans(lines.low, lines.high)
    columns = (ODDS, setting.rates(lines.mu), low, high)
    return tuple(
        OddsRow(units.mode, weight, *(float(value) for value in values))
        for values in zip(*columns, strict=True)
    )


def estimate_of(setting: Setting, mode: Mode) -> SelectionEstimate:
    """Maximum likelihood and profile interval of the odds ratio of publication, cases at power 1.

    The single cases get the offset log(odds ratio) on the logit
    (:mod:`metasyn.models.binomial_normal`, section 6).
    """
    units = replace(setting.units, mode=mode)
    alone = fit(units.batch(0.0))
    if alone.boundary[0]:
        return SelectionEstimate(mode, np.nan, 0.0, np.inf, np.nan, np.nan)
    if setting.good == 0 or setting.bad == 0:
        best, top = (np.inf if setting.bad == 0 else -np.inf), 2 * float(alone.value[0])
    else:
        best = _best_offset(units)
        top = 2 * float(OffsetProfile(units)(np.array([best]))[0][0])
    drop = chi2_drop(setting.spec.level)
    low, high = _limits(units, (best, top), drop)
    lrt = max(top - 2 * float(OffsetProfile(units)(np.zeros(1))[0][0]), 0.0)
    odds = np.exp(np.array([best, low, high]))
    return SelectionEstimate(
        mode, float(odds[0]), float(odds[1]), float(odds[2]), lrt, float(chdtrc(1, lrt))
    )


class OffsetProfile:
    """Highest log-likelihood at an offset, and its slope in the offset."""

    def __init__(self, units: Units) -> None:
        self._units = units

    def __call__(self, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
        batch = self._units.batch(1.0, case_offset=offset)
        fits = fit(batch)
        return fits.value, _case_slope(batch, fits.mu, fits.tau, len(self._units.rows))


def _case_slope(batch: Batch, mu: FloatArray, tau: FloatArray, first: int) -> FloatArray:
    """Slope of the log-likelihood in the offset: the score of the single cases in mu."""
    events, n, power, offset = (
        part[:, first:] for part in (batch.events, batch.n, batch.power, batch.offset)
    )
    shape = events.shape
    score = derivatives(events, n, mu[:, None] + offset, np.repeat(tau[:, None], shape[1], axis=1))
    slope: FloatArray = (score[1].reshape(shape) * power).sum(axis=1)
    return slope


def _best_offset(units: Units) -> float:
    from scipy.optimize import brentq

    profile = OffsetProfile(units)
    values, slopes = profile(_SEARCH)
    best = int(values.argmax())
    other = best + (1 if slopes[best] > 0 else -1)
    low, high = sorted((float(_SEARCH[best]), float(_SEARCH[other])))

    def slope(offset: float) -> float:
        return float(profile(np.array([offset]))[1][0])

    if slope(low) * slope(high) >= 0:  # flat but for rounding, as where all is symmetric
        return float(_SEARCH[best])
    return float(brentq(slope, low, high, xtol=1e-11))


def _limits(units: Units, peak: tuple[float, float], drop: float) -> tuple[float, float]:
    best, top = peak
    profile = OffsetProfile(units)
    sides = [-np.inf] if best == np.inf else [np.inf] if best == -np.inf else [-np.inf, np.inf]
    finite = best if np.isfinite(best) else 0.0
    start = np.array([finite + np.sign(side) for side in sides])
    found = where_it_drops(profile, top, drop, start, (np.full(len(sides), best), np.array(sides)))
    low = float(found[0]) if sides[0] < 0 else -np.inf
    high = float(found[-1]) if sides[-1] > 0 else np.inf
    return low, high
