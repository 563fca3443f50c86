"""Likelihood of p-uniform*: normal effects, given on which side of its cut each study lies.

van Aert and van Assen 2018, MetaArXiv (doi 10.31222/osf.io/zqjr9), section on estimation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import log_ndtr

from metasyn.diagnostics.selection_models.climb import Box, Top, climb
from metasyn.diagnostics.selection_models.likelihood import Point
from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.quantiles import critical

__all__ = ["Best", "UniformLikelihood", "limits"]

LOG_ROOT = 0.5 * np.log(2.0 * np.pi)
FAR = 60.0
"""Typical standard errors from the data at which a search is given up."""
FREE_MEAN, FREE_TAU2 = np.array([True, False]), np.array([False, True])


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
        sd = np.sqrt(self.vi + tau2[:, None])
        z = (self.yi - mean[:, None]) / sd
        kind = log_ndtr(self.side * (self.cut - mean[:, None]) / sd)
        total: FloatArray = -(0.5 * z * z + LOG_ROOT + np.log(sd) + kind).sum(axis=1)
        return total

    def at(self, parameters: FloatArray) -> Point:
        """The log-likelihood at (mean, tau2), with its gradient and Hessian."""
        mean, tau2 = parameters
        s2 = self.vi + tau2
        s = np.sqrt(s2)
        z, a = (self.yi - mean) / s, self.side * (self.cut - mean) / s
        kind = log_ndtr(a)
        hazard = np.exp(-0.5 * a * a - LOG_ROOT - kind)
        bend = hazard * (a + hazard)
        value = -float((0.5 * z * z + LOG_ROOT + np.log(s) + kind).sum())
        by_mean = (z + self.side * hazard) / s
        by_tau2 = (z * z - 1.0 + hazard * a) / (2.0 * s2)
        mixed = (self.side * (bend * a - hazard) / 2.0 - z) / (s * s2)
        twice = ((1.0 - 2.0 * z * z) / 2.0 + (bend * a - 3.0 * hazard) * a / 4.0) / (s2 * s2)
        off = float(mixed.sum())
        hessian = np.array([[float(((bend - 1.0) / s2).sum()), off], [off, float(twice.sum())]])
        return Point(value, np.array([by_mean.sum(), by_tau2.sum()]), hessian)

    def best(self) -> Best:
        """The highest of the maxima that the peaks of a grid lead to."""
        low, high = min(0.0, float(self.yi.min())), float(self.yi.max())
        means = np.linspace(low - 0.5 * (high - low), high, 25)
        taus2 = np.concatenate([[0.0], np.var(self.yi) * np.geomspace(0.01, 4.0, 8)])
        pairs = np.array(np.meshgrid(means, taus2, indexing="ij")).reshape(2, -1)
        heights = self.many(*pairs).reshape(len(means), len(taus2))
        tops = [
            climb(self.at, np.array([means[i], taus2[j]]), self._box())
            for i, j in _peaks(heights)[:4]
        ]
        top = max(tops, key=lambda each: each.point.value)
        mean, tau2 = top.parameters.tolist()
        return Best(mean, tau2, top.point.value, top.converged and abs(mean) < FAR)

    def best_mean(self, tau2: float, near: float) -> Top:
        """Where the likelihood is highest at this tau2."""
        low, high = min(near, float(self.yi.min())) - 10.0, float(self.yi.max()) + 2.0
        grid = np.append(np.linspace(low, high, 33), near)
        start = grid[int(np.argmax(self.many(grid, np.full_like(grid, tau2))))]
        return climb(self.at, np.array([start, tau2]), self._box(FREE_MEAN))

    def best_tau2(self, mean: float, near: float) -> Top:
        """Where the likelihood is highest at this mean."""
        top = 3.0 * float(np.abs(self.yi - mean).max()) + 1.0
        grid = np.append(np.linspace(0.0, top, 33) ** 2, near)
        start = grid[int(np.argmax(self.many(np.full_like(grid, mean), grid)))]
        return climb(self.at, np.array([mean, start]), self._box(FREE_TAU2))

    def _box(self, free: np.ndarray | None = None) -> Box:
        """Where a search may go."""
        low = min(0.0, float(self.yi.min())) - FAR
        high = max(0.0, float(self.yi.max())) + FAR
        everything = np.array([True, True]) if free is None else free
        return Box(np.array([low, 0.0]), np.array([high, high * high]), everything)


def _peaks(heights: FloatArray) -> list[tuple[int, int]]:
    """Points of a grid that no neighbour exceeds, the highest first."""
    rows, columns = heights.shape
    edged = np.pad(heights, 1, constant_values=-np.inf)
    around = [
        edged[1 + i : 1 + i + rows, 1 + j : 1 + j + columns]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        if (i, j) != (0, 0)
    ]
    found = np.argwhere(heights >= np.max(around, axis=0))
    order = np.argsort([-heights[i, j] for i, j in found], kind="stable")
    return [(int(found[at][0]), int(found[at][1])) for at in order]


def limits(
    likelihood: UniformLikelihood, best: Best, goal: float
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Profile intervals of the mean and of tau; None where a limit is out of reach.

    Parameters
    ----------
    likelihood, best
        The log-likelihood, and where it is highest.
    goal
        Its height at the limits.
    """

    def by_mean(mean: float) -> tuple[float, float]:
        found = likelihood.best_tau2(mean, best.tau2)
        return goal - found.point.value, -float(found.point.gradient[0])

    def by_tau(tau: float) -> tuple[float, float]:
        found = likelihood.best_mean(tau * tau, best.mean)
        return goal - found.point.value, -2.0 * tau * float(found.point.gradient[1])

    low, high = _outward(by_mean, best.mean, -0.5), _outward(by_mean, best.mean, 0.5)
    tau = float(np.sqrt(best.tau2))
    top = _outward(by_tau, tau, 0.5)
    mean = None if low is None or high is None else (low, high)
    if top is None:
        return mean, None
    if tau == 0.0 or by_tau(0.0)[0] <= 0.0:
        return mean, (0.0, top)
    return mean, (_crossing(by_tau, tau, 0.0), top)


Profile = Callable[[float], tuple[float, float]]
"""How far below the goal the profile is, and the slope of that."""


def _outward(profile: Profile, start: float, step: float) -> float | None:
    """Where the profile passes 0 beyond a point, in this direction."""
    near = start
    while abs(near - start) < FAR:
        far = near + step
        if profile(far)[0] > 0.0:
            return _crossing(profile, near, far)
        near, step = far, 1.5 * step
    return None


def _crossing(profile: Profile, inside: float, outside: float) -> float:
    """Newton steps from outside, halving the bracket where they leave it."""
    x = outside
    for _ in range(100):
        value, slope = profile(x)
        if value > 0.0:
            outside = x
        else:
            inside = x
        step = value / slope if slope else np.inf
        near = x - step
        if not min(inside, outside) <= near <= max(inside, outside):
            near = 0.5 * (inside + outside)
        if abs(near - x) <= 1e-11 * (1.0 + abs(x)):
            return near
        x = near
    return x
