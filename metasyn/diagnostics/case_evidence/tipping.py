"""Tipping curve: the rate as the weight of the single cases goes from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

from metasyn.diagnostics.case_evidence.setting import Setting
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.binomial_normal.headlines import headlines
from metasyn.models.binomial_normal.information import shares_of
from metasyn.models.binomial_normal.units import Mode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WEIGHTS", "Tipping", "TippingCurve", "tipping_of"]

WEIGHTS = read_only(
    np.concatenate([np.arange(20) / 100, np.arange(20, 100, 2.5) / 100, np.array([1.0])])
)
"""Weights of the curve: by 0.01 up to 0.2, then by 0.025."""
_ROUNDS = 2
"""After two rounds the bracket is 1e-4 wide, and a straight line in it right to 1e-8."""


@dataclass(frozen=True, eq=False, slots=True)
class TippingCurve:
    """Rate, interval and share of the cases at every weight, cases counted in one way.

    Parameters
    ----------
    mode
        ``pseudo-study`` or ``individual``.
    weight
        Weight of the single cases, shape (w,).
    rate, low, high
        Pooled rate and limits of its interval, shape (w,).
    share
        Part of the information that the cases carry, shape (w,).
    tau
        Standard deviation between studies, shape (w,).
    rate_crosses
        Weights at which the rate crosses the threshold; empty: nowhere from 0 to 1.
    limit_crosses
        Weights at which the interval's limit on the cautious side crosses it.
    unit_shares
        Part of the information of every unit, in the order of the pooled rate's units, shape
        (w, u); None where nobody asked for it.
    """

    mode: Mode
    weight: FloatArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    share: FloatArray
    tau: FloatArray
    rate_crosses: tuple[float, ...]
    limit_crosses: tuple[float, ...]
    unit_shares: FloatArray | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row a weight: ``mode weight rate low high share tau``."""
        import pandas as pd

        names = ("weight", "rate", "low", "high", "share", "tau")
        return pd.DataFrame({"mode": self.mode, **{name: getattr(self, name) for name in names}})


@dataclass(frozen=True, eq=False, slots=True)
class Tipping:
    """Both tipping curves.

    Parameters
    ----------
    threshold
        Rate at which a decision turns.
    weight
        Weight in force, after the cap.
    pseudo_study, individual
        Single cases as one pseudo-study, and patient by patient.
    """

    threshold: float
    weight: float
    pseudo_study: TippingCurve
    individual: TippingCurve

    def to_frame(self) -> pd.DataFrame:
        """Both curves, one row a weight and mode."""
        import pandas as pd

        return pd.concat(
            [self.pseudo_study.to_frame(), self.individual.to_frame()], ignore_index=True
        )


def tipping_of(setting: Setting, weights: FloatArray = WEIGHTS) -> Tipping:
    """Both curves and where they cross the threshold."""
    return Tipping(
        1 - setting.threshold if setting.harm else setting.threshold,
        setting.power,
        curve_of(setting, "pseudo-study", weights),
        curve_of(setting, "individual", weights),
    )


def curve_of(setting: Setting, mode: Mode, weights: FloatArray = WEIGHTS) -> TippingCurve:
    """The curve of one way to count single cases; weight 0 is left out where nothing else is."""
    units = replace(setting.units, mode=mode)
    if units.anchors == 0:
        weights = weights[weights > 0]
    lines = headlines(setting.spec, units.batch(weights), units.anchors, units.kish - 1)
    low, high = setting.spans(lines.low, lines.high)
    shares = np.array(
        [
            shares_of(units, float(weight), lines.fits.take(np.array([i])))
            for i, weight in enumerate(weights)
        ]
    )
    target = float(logit(setting.threshold))

    def misses(some: FloatArray) -> tuple[FloatArray, FloatArray]:
        at = headlines(setting.spec, units.batch(some), units.anchors, units.kish - 1)
        return at.mu - target, at.low - target

    return TippingCurve(
        mode,
        weights,
        setting.rates(lines.mu),
        low,
        high,
        shares[:, -1],
        lines.fits.tau,
        _crossings(weights, lines.mu - target, lambda some: misses(some)[0]),
        _crossings(weights, lines.low - target, lambda some: misses(some)[1]),
        read_only(shares),
    )


def _crossings(
    weights: FloatArray, values: FloatArray, misses: Callable[[FloatArray], FloatArray]
) -> tuple[float, ...]:
    """Roots between neighbouring weights where the sign changes."""
    finite = np.isfinite(values)
    turns = finite[:-1] & finite[1:] & (np.diff(np.sign(values)) != 0)
    return tuple(
        _root((weights[i], weights[i + 1]), (values[i], values[i + 1]), misses)
        for i in np.flatnonzero(turns)
    )


def _root(
    ends: tuple[float, float],
    values: tuple[float, float],
    misses: Callable[[FloatArray], FloatArray],
) -> float:
    """Root by narrowing the bracket tenfold a round, a round being one fit of many weights."""
    for _ in range(_ROUNDS):
        inner = np.linspace(*ends, 11)
        at = np.concatenate([values[:1], misses(inner[1:-1]), values[1:]])
        turn = int(np.argmax(np.sign(at[:-1]) != np.sign(at[1:])))
        ends = float(inner[turn]), float(inner[turn + 1])
        values = float(at[turn]), float(at[turn + 1])
    (x0, x1), (y0, y1) = ends, values
    return x0 if y0 == y1 else x0 - y0 * (x1 - x0) / (y1 - y0)
