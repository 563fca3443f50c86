"""Estimates in which studies that were unlikely to be published count for those that were not.

Everything here is turned so that significant results above 0 are the favoured ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metasyn.diagnostics.publication_bias_sensitivity.robust_mean import robust_means
from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.quantiles import students
from metasyn.models.random_effects.quantiles import critical

__all__ = ["Corrected", "Curve", "Weighting"]

MOST = 1e6
"""Largest selection ratio that is looked at."""


class Corrected(NamedTuple):
    """An estimate under a selection ratio; ``df`` is None for a normal interval."""

    eta: float
    estimate: float
    se: float
    low: float
    high: float
    df: float | None

    def turned(self, sign: float) -> Corrected:
        """The same with the sign of the effects changed back."""
        low, high = sorted((sign * self.low, sign * self.high))
        return self._replace(estimate=sign * self.estimate, low=low, high=high)


class Curve(NamedTuple):
    """Estimates over selection ratios, shape (n,) each."""

    eta: FloatArray
    estimate: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    df: FloatArray

    def row(self, at: int) -> Corrected:
        """One of them."""
        return Corrected(*(float(column[at]) for column in self))

    def turned(self, sign: float) -> Curve:
        """The same with the sign of the effects changed back."""
        ends = (self.low, self.high) if sign > 0.0 else (-self.high, -self.low)
        return self._replace(estimate=sign * self.estimate, low=ends[0], high=ends[1])


@dataclass(frozen=True, eq=False)
class Weighting:
    """Studies with the weights that selection is to be undone in.

    Parameters
    ----------
    yi, vi
        Turned estimates and sampling variances, shape (k,).
    base
        Weights without selection, shape (k,).
    affirmative
        Which results were favoured, shape (k,).
    clusters
        Number of each study's cluster.
    robust
        Whether inference is robust, else that of a common effect.
    level
        Coverage.
    """

    yi: FloatArray
    vi: FloatArray
    base: FloatArray
    affirmative: FloatArray
    clusters: IntArray
    robust: bool
    level: float

    def at(self, eta: float) -> Corrected:
        """The estimate where favoured results are published ``eta`` times as often."""
        return self.along(np.array([eta])).row(0)

    def along(self, eta: FloatArray) -> Curve:
        """The estimate at every selection ratio, shape (n,)."""
        weights = self.base * np.where(self.affirmative > 0, 1.0, eta[:, None])
        if self.robust:
            return self._curve(eta, *robust_means(self.yi, self.vi, weights, self.clusters))
        total = weights.sum(axis=1)
        se = np.sqrt((weights * weights) @ self.vi) / total
        df = np.full(len(eta), len(self.yi) - 1.0)
        return self._curve(eta, weights @ self.yi / total, se, df)

    def worst(self) -> Corrected:
        """Only results that were not favoured: the limit of an infinite selection ratio."""
        kept = self.affirmative == 0
        yi, vi = self.yi[kept], self.vi[kept]
        clusters = np.unique(self.clusters[kept], return_inverse=True)[1].ravel()
        if self.robust and clusters.max() > 0:
            means = robust_means(yi, vi, self.base[kept][None], clusters)
            return self._curve(np.array([math.inf]), *means).row(0)
        weights = self.base[kept]
        total = float(weights.sum())
        se = math.sqrt(float(weights * weights @ vi)) / total
        estimate, half = float(weights @ yi) / total, critical(self.level, None) * se
        return Corrected(math.inf, estimate, se, estimate - half, estimate + half, None)

    def ratio_for_estimate(self, q: float) -> float | None:
        """Ratio that brings the estimate down to q, in closed form; None where none does."""
        gap = self.base * (self.yi - q)
        favoured, other = float(gap @ self.affirmative), float(gap @ (1.0 - self.affirmative))
        return -favoured / other if other < 0.0 else None

    def ratio_for_limit(self, q: float) -> float | None:
        """Smallest ratio above 1 that brings the lower limit down to q; None where none does."""
        return self._searched(q) if self.robust else self._closed(q)

    @cached_property
    def _scan(self) -> tuple[FloatArray, FloatArray]:
        """Ratios on a fine grid, and the lower limits there."""
        grid = np.geomspace(1.0, MOST, 181)
        return grid, self.along(grid).low

    def _closed(self, q: float) -> float | None:
        """Roots of the quadratic that the lower limit of a common effect sets to q."""
        gap, favoured = self.base * (self.yi - q), self.affirmative
        A, B = float(gap @ (1.0 - favoured)), float(gap @ favoured)
        c2 = critical(self.level, len(self.yi) - 1.0) ** 2
        square = A * A - c2 * float(self.base @ (1.0 - favoured))
        constant = B * B - c2 * float(self.base @ favoured)
        roots = np.roots([square, 2.0 * A * B, constant])
        real = roots[np.abs(roots.imag) < 1e-9 * np.abs(roots)].real
        lower = [float(eta) for eta in real if eta >= 1.0 and eta * A + B >= 0.0]
        return min(lower, default=None)

    def _searched(self, q: float) -> float | None:
        """The first crossing on a fine grid, then on finer ones between its neighbours there.

        The last grid is so narrow, 1e-6 of the ratio, that a chord has the root to 12 digits.
        """
        grid, limits = self._scan
        gap = limits - q
        if not (gap[1:] <= 0.0).any():
            return None
        for _ in range(4):
            grid = np.linspace(*_around(grid, gap), 17)
            gap = self.along(grid).low - q
        low, high = _around(grid, gap)
        above, below = _around(gap, gap)
        return low + (high - low) * above / (above - below)

    def _curve(
        self, eta: FloatArray, estimate: FloatArray, se: FloatArray, df: FloatArray
    ) -> Curve:
        half = students(self.level, df) * se
        return Curve(eta, estimate, se, estimate - half, estimate + half, df)


def _around(values: FloatArray, gap: FloatArray) -> tuple[float, float]:
    """The values on either side of the first gap that is closed, at the latest the last one."""
    closed = gap[1:] <= 0.0
    closed[-1] = True
    first = int(np.argmax(closed))
    return float(values[first]), float(values[first + 1])
