"""Profile-likelihood intervals of many means, Bartlett-corrected.

The method of :mod:`metasyn.models.random_effects.profile_likelihood`, on columns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import EVERY, Rows
from metasyn.models.batch.mean_sets import HeldSets, MeanSets
from metasyn.models.batch.roots import crossing
from metasyn.models.random_effects.quantiles import chi2_upper, critical

__all__ = ["profile_interval"]

STEPS = 1000
"""Steps outwards after which a limit is given up."""


def profile_interval(
    sets: MeanSets, tau2: FloatArray, estimate: FloatArray, se: FloatArray, level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Signed root of the test of 0, and both limits, of every mean.

    Parameters
    ----------
    sets
        The sets.
    tau2, estimate, se
        Maximum-likelihood estimates and Wald standard errors, shape (sets,).
    level
        Coverage.
    """
    highest = sets.log_likelihood(tau2, restricted=False)
    limit = chi2_upper(1.0 - level, 1.0)

    def excess(shift: FloatArray, rows: Rows) -> FloatArray:
        """Corrected likelihood ratio of means at a distance from the estimate, less the limit."""
        some = sets.take(rows)
        held = HeldSets(some, estimate[rows] - some.origin + shift)
        best = held.maximum()
        ratio = 2.0 * (highest[rows] - held.log_likelihood(best, restricted=False))
        return np.maximum(0.0, ratio) / bartlett(some, best) - limit

    root = np.sqrt(excess(-estimate, EVERY) + limit)
    step = critical(level, None) * se
    low, high = (estimate + _limit(excess, sign * step, limit) for sign in (-1.0, 1.0))
    return np.copysign(root, estimate), low, high


def bartlett(sets: MeanSets, tau2: FloatArray) -> FloatArray:
    """Expectation of the likelihood ratio to order 1/k: 1 + 2 S3 / (S1 S2) - S2 / (2 S1^2)."""
    m = sets.moments(tau2)
    s3 = sets.sums(tau2)[6] + sets.top(tau2) ** 3
    factor: FloatArray = 1.0 + 2.0 * s3 / (m.s1 * m.s2) - m.s2 / (2.0 * m.s1 * m.s1)
    return factor


def _limit(
    excess: Callable[[FloatArray, Rows], FloatArray], step: FloatArray, limit: float
) -> FloatArray:
    """First distances on one side of the estimates at which the ratio reaches the limit."""
    n = len(step)
    inner, outer = np.zeros(n), step.copy()
    at_inner, at_outer = np.full(n, -limit), excess(step, EVERY)
    short = np.flatnonzero(at_outer < 0.0)
    for _ in range(STEPS):
        if not len(short):
            break
        inner[short], at_inner[short] = outer[short], at_outer[short]
        outer[short] += step[short]
        at_outer[short] = excess(outer[short], short)
        short = short[at_outer[short] < 0.0]
    found = crossing(excess, inner, outer, at_inner, at_outer)
    found[short] = np.nan
    return found
