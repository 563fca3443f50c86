"""Likelihood of p-uniform*: normal effects, given on which side of its cut each study lies.

van Aert and van Assen 2018, MetaArXiv (doi 10.31222/osf.io/zqjr9), section on estimation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx, log_ndtr

from metasyn.diagnostics.many_minima import Bends, Minimum, minimise
from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.quantiles import critical

__all__ = ["FAR", "MEAN", "TAU2", "Best", "Ints", "UniformLikelihood"]

LOG_ROOT = 0.5 * np.log(2.0 * np.pi)
ROOT_2_PI, ROOT_HALF = np.sqrt(2.0 / np.pi), np.sqrt(0.5)
FAR = 60.0
"""Typical standard errors from the data at which a search is given up."""
MEAN, TAU2 = 0, 1
"""Numbers of the parameters."""
GRID = 33
Ints = npt.NDArray[np.intp]


class Best(NamedTuple):
    """Where the log-likelihood is highest."""

    mean: float
    tau2: float
    value: float
    settled: bool


class UniformLikelihood(NamedTuple):
    """Log-likelihood given significance, in units of a typical standard error."""

    yi: FloatArray
    vi: FloatArray
    cut: FloatArray
    side: FloatArray

    @classmethod
    def of(cls, yi: FloatArray, vi: FloatArray, alpha: float) -> UniformLikelihood:
        """Studies turned so that significant results above 0 are favoured (side -1, else 1)."""
        cut = critical(1.0 - alpha, None) * np.sqrt(vi)
        return cls(yi, vi, cut, np.where(yi > cut, -1.0, 1.0))

    def many(self, mean: FloatArray, tau2: FloatArray) -> FloatArray:
        """The log-likelihood at pairs of mean and tau2, shape (m,)."""
        precision = 1.0 / (self.vi + tau2[:, None])
        root = np.sqrt(precision)
        z = (self.yi - mean[:, None]) * root
        kind = log_ndtr(self.side * (self.cut - mean[:, None]) * root)
        total: FloatArray = (0.5 * (np.log(precision) - z * z) - kind - LOG_ROOT).sum(axis=1)
        return total

    def bends(self, at: FloatArray) -> Bends:
        """Minus the log-likelihood at (mean, tau2), shape (m, 2), with slopes and curvatures."""
        precision = 1.0 / (self.vi + at[:, 1:])
        root = np.sqrt(precision)
        z, a = (self.yi - at[:, :1]) * root, self.side * (self.cut - at[:, :1]) * root
        hazard = ROOT_2_PI / erfcx(-ROOT_HALF * a)
        bend = hazard * (a + hazard)
        z2, ha, ba = z * z, hazard * a, bend * a
        terms = np.stack(
            [
                0.5 * (z2 - np.log(precision)) + log_ndtr(a),
                -(z + self.side * hazard) * root,
                0.5 * (1.0 - z2 - ha) * precision,
                (1.0 - bend) * precision,
                (z - 0.5 * self.side * (ba - hazard)) * root * precision,
                (z2 - 0.5 - 0.25 * (ba - 3.0 * hazard) * a) * precision * precision,
            ]
        )
        total = terms.sum(axis=2)
        curvature = total[[3, 4, 4, 5]].T.reshape(-1, 2, 2)
        return Bends(total[0] + LOG_ROOT * len(self.yi), total[1:3].T, curvature)

    def best(self) -> Best:
        """The highest of the maxima that the peaks of a grid lead to."""
        low, high = min(0.0, float(self.yi.min())), float(self.yi.max())
        means = np.linspace(low - 0.5 * (high - low), high, 25)
        taus2 = np.concatenate([[0.0], np.var(self.yi) * np.geomspace(0.01, 4.0, 8)])
        pairs = np.array(np.meshgrid(means, taus2, indexing="ij")).reshape(2, -1)
        heights = self.many(*pairs).reshape(len(means), len(taus2))
        tops = _peaks(heights)[:4]
        found = self._search(np.stack([means[tops[:, 0]], taus2[tops[:, 1]]], axis=1), *self._box())
        i = int(found.value.argmin())
        mean, tau2 = found.at[i].tolist()
        settled = bool(found.settled[i]) and abs(mean) < FAR
        return Best(mean, tau2, -float(found.value[i]), settled)

    def profile(self, held: Ints, values: FloatArray, best: Best) -> Minimum:
        """Where the likelihood is highest with one parameter held, many times.

        Parameters
        ----------
        held
            Which parameter each search holds (MEAN or TAU2), shape (m,).
        values
            At what, shape (m,).
        best
            The maximum, from which some of the searches start.
        """
        start, _ = self.ridge(held, values, best)
        low, high = (np.tile(each, (len(held), 1)) for each in self._box())
        rows = np.arange(len(held))
        low[rows, held] = high[rows, held] = values
        return self._search(start, low, high)

    def ridge(self, held: Ints, values: FloatArray, best: Best) -> tuple[FloatArray, FloatArray]:
        """The highest point of a grid with one parameter held, many times, and its height."""
        grid = np.empty((len(held), GRID + 1, 2))
        by_mean, unit = held == MEAN, np.linspace(0.0, 1.0, GRID)
        reach = 3.0 * np.abs(self.yi - values[:, None]).max(axis=1) + 1.0
        low = min(best.mean, float(self.yi.min())) - 10.0
        tau2 = np.append((reach[:, None] * unit) ** 2, np.full((len(held), 1), best.tau2), axis=1)
        mean = np.append(low + (float(self.yi.max()) + 2.0 - low) * unit, best.mean)
        grid[..., MEAN] = np.where(by_mean[:, None], values[:, None], mean)
        grid[..., TAU2] = np.where(by_mean[:, None], tau2, values[:, None])
        heights = self.many(*grid.reshape(-1, 2).T).reshape(len(held), -1)
        at = heights.argmax(axis=1)
        rows = np.arange(len(held))
        return grid[rows, at], heights[rows, at]

    def _search(self, start: FloatArray, low: FloatArray, high: FloatArray) -> Minimum:
        return minimise(lambda at, _: self.bends(at), start, low, high)

    def _box(self) -> tuple[FloatArray, FloatArray]:
        """Where a search may go."""
        low = min(0.0, float(self.yi.min())) - FAR
        high = max(0.0, float(self.yi.max())) + FAR
        return np.array([low, 0.0]), np.array([high, high * high])


def _peaks(heights: FloatArray) -> Ints:
    """Points of a grid that no neighbour exceeds, shape (n, 2), the highest first."""
    rows, columns = heights.shape
    edged = np.full((rows + 2, columns + 2), -np.inf)
    edged[1:-1, 1:-1] = heights
    around = [
        edged[1 + i : 1 + i + rows, 1 + j : 1 + j + columns]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        if (i, j) != (0, 0)
    ]
    found = np.argwhere(heights >= np.max(around, axis=0))
    order = np.argsort(-heights[found[:, 0], found[:, 1]], kind="stable")
    peaks: Ints = found[order]
    return peaks
