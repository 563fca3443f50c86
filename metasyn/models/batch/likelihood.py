"""Maxima of likelihoods in tau2, found for certain in every set at once.

The method of :mod:`metasyn.models.random_effects.search`, on columns: the same grid, the same
brackets, the same choice of the highest maximum.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.forms import Sets
from metasyn.models.batch.grids import Balances, Brackets, Grid, Stretches, walk
from metasyn.models.batch.roots import root_between

__all__ = ["PARTS", "likelihood_maximum"]

PARTS = 128
"""Stretches of a gap between nodes in which a pair of stationary points is looked for."""

INNER = np.linspace(0.0, 1.0, PARTS + 1)

TOGETHER = 32
"""Sets that are looked at more closely in one go."""


def likelihood_maximum(sets: Sets, *, restricted: bool) -> FloatArray:
    """The tau2 of every set that maximises its likelihood over [0, infinity).

    Parameters
    ----------
    sets
        The sets.
    restricted
        Whether the likelihood is restricted (REML) or full (ML).
    """
    best, upper = np.zeros(len(sets)), sets.tau2_bound
    rising = np.flatnonzero(upper > 0.0)
    if not len(rising):
        return best
    grid = Grid.of(sets.least_variance[rising], upper[rising])
    longest_first = np.argsort(-grid.last, kind="stable")
    rising = rising[longest_first]
    best[rising] = _highest(sets.take(rising), grid.of_sets(longest_first), restricted)
    return best


def _highest(sets: Sets, grid: Grid, restricted: bool) -> FloatArray:
    """The highest maximum of every set; grids come longest first."""
    balances = partial(sets.balances, restricted=restricted)
    at_zero, brackets, near = walk(balances, grid)
    brackets = Brackets.joined([brackets, *_look_closer(balances, near)])
    rows = np.concatenate((at_zero, brackets.rows))
    tau2 = np.concatenate((np.zeros(len(at_zero)), _refine(sets, brackets, restricted)))
    heights = np.zeros(len(rows))
    rivals = np.flatnonzero(np.bincount(rows, minlength=len(sets))[rows] > 1)
    if len(rivals):
        heights[rivals] = sets.log_likelihood(tau2[rivals], rows[rivals], restricted=restricted)
    ascending = np.lexsort((heights, rows))
    best = np.zeros(len(sets))
    best[rows[ascending]] = tau2[ascending]
    return best


def _look_closer(balances: Balances, near: Stretches) -> list[Brackets]:
    """Maxima of pairs of stationary points between the nodes of a grid."""
    found: list[Brackets] = []
    for start in range(0, len(near.rows), TOGETHER):
        some = slice(start, start + TOGETHER)
        rows, left, right = near.rows[some], near.left[some], near.right[some]
        nodes = left + INNER[:, None] * (right - left)
        values = balances(nodes, rows)
        step, which = np.nonzero((values[:-1] > 1.0) & (values[1:] <= 1.0))
        before, after = (step, which), (step + 1, which)
        ends = nodes[before], nodes[after], values[before], values[after]
        found.append(Brackets(rows[which], *ends))
    return found


def _refine(sets: Sets, brackets: Brackets, restricted: bool) -> FloatArray:
    """Maxima as roots of 1 / balance - 1, which is nearly linear in tau2."""
    rows, left, right, rises, falls = brackets

    def curve(tau2: FloatArray, live: IntArray) -> tuple[FloatArray, FloatArray]:
        m = sets.moments(tau2, rows[live])
        trace, trace2 = (m.tr1, m.tr2) if restricted else (m.s1, m.s2)
        return trace / m.q1 - 1.0, (2.0 * trace * m.q2 - trace2 * m.q1) / (m.q1 * m.q1)

    guess = left + (right - left) * falls * (rises - 1.0) / (rises - falls)
    return root_between(curve, left, right, guess)
