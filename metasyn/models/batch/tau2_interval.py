"""Confidence intervals for tau2 in many sets: Q-profile and profile likelihood.

The methods of :mod:`metasyn.models.random_effects.tau2_interval`, on columns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray, Rows
from metasyn.models.batch.codes import bit
from metasyn.models.batch.grids import Grid
from metasyn.models.batch.mean_sets import MeanSets
from metasyn.models.batch.quantiles import chi2_uppers
from metasyn.models.batch.roots import crossing
from metasyn.models.random_effects.quantiles import chi2_upper
from metasyn.models.specs import RandomEffects

__all__ = ["tau2_interval"]

Limits = tuple[FloatArray | None, FloatArray | None, IntArray | int]


def tau2_interval(sets: MeanSets, tau2: FloatArray, spec: RandomEffects) -> Limits:
    """Both limits of every set, None where there are none, and what is to be said.

    Parameters
    ----------
    sets
        The sets.
    tau2
        Estimates.
    spec
        The model.
    """
    match spec.tau2_ci:
        case "QP":
            return _q_profile(sets, tau2, spec.level)
        case "PL":
            return _profile_likelihood(sets, tau2, spec)
    return None, None, 0


def _q_profile(sets: MeanSets, tau2: FloatArray, level: float) -> Limits:
    tail, df = 0.5 * (1.0 - level), sets.k - 1
    lowest, highest = chi2_uppers(1.0 - tail, df), chi2_uppers(tail, df)
    high = sets.q_roots(lowest, tau2)
    low = sets.q_roots(highest, tau2)
    empty = (high == 0.0) & (sets.at_zero.q < lowest)
    low[empty] = high[empty] = np.nan
    return low, high, np.where(empty, bit("tau2-ci-empty"), 0)


def _profile_likelihood(sets: MeanSets, tau2: FloatArray, spec: RandomEffects) -> Limits:
    restricted, limit = spec.tau2 == "REML", chi2_upper(1.0 - spec.level, 1.0)
    highest = sets.log_likelihood(tau2, restricted=restricted)

    def excess(t: FloatArray, rows: Rows) -> FloatArray:
        gap = highest[rows] - sets.log_likelihood(t, rows, restricted=restricted)
        return 2.0 * gap - limit

    upper = np.maximum(sets.tau2_bound, sets.least_variance)
    falls, rises, stretches = _walk(excess, Grid.of(sets.least_variance, upper), tau2, -limit)
    falling = np.flatnonzero(np.isfinite(falls[0]))
    low = np.zeros(len(tau2))
    low[falling] = crossing(lambda t, live: excess(t, falling[live]), *falls[:, falling])
    high = crossing(excess, *rises)
    return low, high, np.where(stretches > 1, bit("tau2-ci-gap"), 0)


def _walk(
    excess: Callable[[FloatArray, Rows], FloatArray], grid: Grid, tau2: FloatArray, peak: float
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Brackets of the first fall below 0 (NaN where the walk starts there) and the last rise.

    Of a function of tau2 that has its minimum ``peak`` at the estimate: ends and values there,
    shape (4, sets); and the number of stretches below 0. Beyond the grid tau2 is doubled until
    the function has risen.
    """
    n = len(tau2)
    falls, rises = np.full((2, 4, n), np.nan)
    stretches, rows, number = np.zeros(n, dtype=np.int64), np.arange(n), 0
    at = np.zeros(n)
    value = excess(at, rows)
    while len(rows):
        number += 1
        a, fa, best = at[rows], value[rows], tau2[rows]
        b = np.where(number <= grid.last[rows], grid.of_sets(rows).node(number), 2.0 * a)
        fb = excess(b, rows)
        within = (a < best) & (best < b)
        down = (fa > 0.0) & ((fb <= 0.0) | within) & np.isnan(falls[0, rows])
        end, at_end = np.where(within, best, b), np.where(within, peak, fb)
        falls[:, rows[down]] = np.array((a, end, fa, at_end))[:, down]
        up = (fb > 0.0) & ((fa <= 0.0) | within)
        start, at_start = np.where(within, best, a), np.where(within, peak, fa)
        rises[:, rows[up]] = np.array((start, b, at_start, fb))[:, up]
        stretches[rows[up]] += 1
        at[rows], value[rows] = b, fb
        rows = rows[(number < grid.last[rows]) | (fb <= 0.0)]
    return falls, rises, stretches
