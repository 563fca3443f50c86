"""Likelihood of p-uniform*: normal effects, given on which side of its cut each study lies.

van Aert and van Assen 2018, MetaArXiv (doi 10.31222/osf.io/zqjr9), section on estimation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import log_ndtr

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.quantiles import critical

__all__ = ["Best", "UniformLikelihood", "limits"]

LOG_ROOT = 0.5 * np.log(2.0 * np.pi)
FAR = 60.0
"""Typical standard errors from the data at which the search for a limit is given up."""


class Best(NamedTuple):
    """Where minus the log-likelihood is least."""

    mean: float
    tau: float
    value: float
    settled: bool


class UniformLikelihood(NamedTuple):
    """Minus the log-likelihood given significance, in units of a typical standard error."""

    yi: FloatArray
    vi: FloatArray
    cut: FloatArray
    significant: FloatArray

    @classmethod
    def of(cls, yi: FloatArray, vi: FloatArray, alpha: float) -> UniformLikelihood:
        """Studies turned so that significant results above 0 are favoured."""
        cut = critical(1.0 - alpha, None) * np.sqrt(vi)
        return cls(yi, vi, cut, (yi > cut).astype(np.float64))

    def __call__(self, mean: float, tau: float) -> float:
        """Minus the log-likelihood."""
        return float(self.many(np.array([mean]), np.array([tau]))[0])

    def many(self, mean: FloatArray, tau: FloatArray) -> FloatArray:
        """Minus the log-likelihood at pairs of mean and tau, shape (m,)."""
        sd = np.sqrt(self.vi + tau[:, None] ** 2)
        z = (self.yi - mean[:, None]) / sd
        side = 1.0 - 2.0 * self.significant
        kind = log_ndtr(side * (self.cut - mean[:, None]) / sd)
        total: FloatArray = (0.5 * z * z + LOG_ROOT + np.log(sd) + kind).sum(axis=1)
        return total

    def best(self) -> Best:
        """The lowest of several minima."""
        from scipy.optimize import minimize

        middle, spread = float(np.mean(self.yi)), float(np.std(self.yi))
        found = [
            minimize(
                lambda x: self(float(x[0]), float(x[1])), [start, tau], method="L-BFGS-B",
                bounds=[(None, None), (0.0, None)], options={"ftol": 1e-14, "gtol": 1e-9},
            )
            for start in (0.0, 0.5 * middle, middle)
            for tau in (0.1 * spread, spread)
        ]  # fmt: skip
        first = min(found, key=lambda each: float(each.fun))
        mean, tau, value = float(first.x[0]), float(first.x[1]), float(first.fun)
        for _ in range(50):
            before = value
            mean, value = self.best_mean(tau, mean)
            tau, value = self.best_tau(mean, tau)
            if before - value < 1e-13:
                break
        return Best(mean, tau, value, abs(mean) < FAR)

    def best_mean(self, tau: float, near: float) -> tuple[float, float]:
        """The mean that is best at this tau, and its value."""
        low, high = min(near, float(self.yi.min())) - 10.0, float(self.yi.max()) + 2.0
        return _least(lambda means: self.many(means, np.full_like(means, tau)), low, high, near)

    def best_tau(self, mean: float, near: float) -> tuple[float, float]:
        """The tau that is best at this mean, and its value."""
        top = 3.0 * float(np.abs(self.yi - mean).max()) + 1.0
        found = _least(
            lambda taus: self.many(np.full_like(taus, mean), taus), 0.0, max(top, 2.0 * near), near
        )
        return min(found, (0.0, self(mean, 0.0)), key=lambda each: each[1])


def _least(
    function: Callable[[FloatArray], FloatArray], low: float, high: float, near: float
) -> tuple[float, float]:
    """Minimum of a function of one variable: the best of a grid and what is known, refined."""
    from scipy.optimize import minimize_scalar

    grid = np.append(np.linspace(low, high, 33), near)
    grid.sort()
    values = function(grid)
    i = int(np.argmin(values))
    bounds = (float(grid[max(i - 1, 0)]), float(grid[min(i + 1, len(grid) - 1)]))
    found = minimize_scalar(
        lambda x: float(function(np.array([x]))[0]),
        bounds=bounds,
        method="bounded",
        options={"xatol": 1e-10},
    )
    refined, known = (float(found.x), float(found.fun)), (float(grid[i]), float(values[i]))
    return min(refined, known, key=lambda each: each[1])


def limits(
    likelihood: UniformLikelihood, best: Best, goal: float
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Profile intervals of the mean and of tau; None where a limit is out of reach."""

    def by_mean(mean: float) -> float:
        return likelihood.best_tau(mean, best.tau)[1] - goal

    def by_tau(tau: float) -> float:
        return likelihood.best_mean(tau, best.mean)[1] - goal

    low, high = _outward(by_mean, best.mean, -0.25), _outward(by_mean, best.mean, 0.25)
    top = _outward(by_tau, best.tau, 0.25)
    mean = None if low is None or high is None else (low, high)
    if top is None:
        return mean, None
    if best.tau == 0.0 or by_tau(0.0) <= 0.0:
        return mean, (0.0, top)
    from scipy.optimize import brentq

    return mean, (float(brentq(by_tau, 0.0, best.tau, xtol=1e-9)), top)


def _outward(profile: Callable[[float], float], start: float, step: float) -> float | None:
    """Where the profile passes 0 beyond a point, in this direction."""
    from scipy.optimize import brentq

    near = start
    while abs(near - start) < FAR:
        far = near + step
        if profile(far) > 0.0:
            return float(brentq(profile, near, far, xtol=1e-9))
        near, step = far, 1.5 * step
    return None
