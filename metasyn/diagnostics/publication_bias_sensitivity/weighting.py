"""Estimates in which studies that were unlikely to be published count for those that were not.

Everything here is turned so that significant results above 0 are the favoured ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from metasyn.diagnostics.publication_bias_sensitivity.robust_mean import robust_mean
from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray
from metasyn.models.random_effects.quantiles import critical

__all__ = ["Corrected", "Weighting"]

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


@dataclass(frozen=True, eq=False, slots=True)
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
        weights = np.where(self.affirmative > 0, self.base, eta * self.base)
        if self.robust:
            mean = robust_mean(self.yi, self.vi, weights, self.clusters)
            return self._result(eta, mean.estimate, mean.se, mean.df)
        total = float(weights.sum())
        se = math.sqrt(float(weights * weights @ self.vi)) / total
        return self._result(eta, float(weights @ self.yi) / total, se, len(self.yi) - 1.0)

    def worst(self) -> Corrected:
        """Only results that were not favoured: the limit of an infinite selection ratio."""
        kept = self.affirmative == 0
        yi, vi = self.yi[kept], self.vi[kept]
        clusters = np.unique(self.clusters[kept], return_inverse=True)[1].ravel()
        if self.robust and clusters.max() > 0:
            mean = robust_mean(yi, vi, self.base[kept], clusters)
            return self._result(math.inf, mean.estimate, mean.se, mean.df)
        weights = self.base[kept]
        total = float(weights.sum())
        se = math.sqrt(float(weights * weights @ vi)) / total
        return self._result(math.inf, float(weights @ yi) / total, se, None)

    def ratio_for_estimate(self, q: float) -> float | None:
        """Ratio that brings the estimate down to q, in closed form; None where none does."""
        gap = self.base * (self.yi - q)
        favoured, other = float(gap @ self.affirmative), float(gap @ (1.0 - self.affirmative))
        return -favoured / other if other < 0.0 else None

    def ratio_for_limit(self, q: float) -> float | None:
        """Smallest ratio above 1 that brings the lower limit down to q; None where none does."""
        return self._searched(q) if self.robust else self._closed(q)

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
        """The first crossing on a fine grid, made exact."""
        from scipy.optimize import brentq

        grid = np.geomspace(1.0, MOST, 181)
        gaps = [self.at(eta).low - q for eta in grid]
        for i in range(1, len(grid)):
            if gaps[i] <= 0.0:
                return float(brentq(lambda eta: self.at(eta).low - q, grid[i - 1], grid[i]))
        return None

    def _result(self, eta: float, estimate: float, se: float, df: float | None) -> Corrected:
        half = critical(self.level, df) * se
        return Corrected(float(eta), estimate, se, estimate - half, estimate + half, df)
