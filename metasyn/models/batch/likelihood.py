"""Maxima of likelihoods in tau2, found for certain in every set at once.

The method of :mod:`metasyn.models.random_effects.search`, on columns: the same grid, the same
brackets, the same choice of the highest maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray, Rows
from metasyn.models.batch.forms import Sets
from metasyn.models.batch.roots import root_between
from metasyn.models.random_effects.search import FLOOR, STEP

__all__ = ["Grid", "likelihood_maximum"]

INNER = np.linspace(0.0, 1.0, 129)
"""Where a pair of stationary points between two nodes is looked for."""

TOGETHER = 32
"""Sets that are looked at more closely in one go."""


class Grid(NamedTuple):
    """A grid of tau2 for every set: 0, then geometric steps.

    Parameters
    ----------
    low
        First positive node.
    step
        Step in log tau2.
    last
        Number of the last node.
    """

    low: FloatArray
    step: FloatArray
    last: IntArray

    @classmethod
    def of(cls, least_variance: FloatArray, upper: FloatArray) -> Grid:
        """The grid of the engine for one set, up to positive upper ends."""
        low = FLOOR * np.minimum(least_variance, upper)
        width = np.log(upper / low)
        steps = np.ceil(width / STEP)
        return cls(low, width / steps, steps.astype(np.int64) + 1)

    def of_sets(self, rows: Rows) -> Grid:
        """The grids of some of the sets."""
        return Grid(self.low[rows], self.step[rows], self.last[rows])

    def node(self, number: int) -> FloatArray:
        """A node of every set."""
        if number == 0:
            return np.zeros(len(self.low))
        node: FloatArray = self.low * np.exp(self.step * (number - 1))
        return node


class Brackets(NamedTuple):
    """Stretches of tau2 with a maximum in them: set, ends, and the balance at both ends."""

    rows: IntArray
    left: FloatArray
    right: FloatArray
    rises: FloatArray
    falls: FloatArray

    @classmethod
    def between(
        cls, rows: IntArray, nodes: Sequence[FloatArray], balances: Sequence[FloatArray]
    ) -> Brackets:
        """Those of the stretches between two nodes that have a maximum in them."""
        (left, right), (rises, falls) = nodes, balances
        hit = np.flatnonzero((rises > 1.0) & (falls <= 1.0))
        return cls(rows[hit], left[hit], right[hit], rises[hit], falls[hit])

    @classmethod
    def joined(cls, parts: Sequence[Brackets]) -> Brackets:
        """One list of all."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class Stretches(NamedTuple):
    """Stretches around a node that comes nearer to 1 than both its neighbours: set, ends."""

    rows: IntArray
    left: FloatArray
    right: FloatArray

    @classmethod
    def around(cls, nodes: Sequence[FloatArray], balances: Sequence[FloatArray]) -> Stretches:
        """Those around the middle one of three nodes."""
        a, b, c = balances
        near = (b > 1.0) & (b < np.minimum(a, c)) | (np.maximum(a, c) < b) & (b <= 1.0)
        rows = np.flatnonzero(near)
        return cls(rows, nodes[0][rows], nodes[2][rows])


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
    at_zero, brackets = _scan(sets, grid, restricted)
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


def _scan(sets: Sets, grid: Grid, restricted: bool) -> tuple[IntArray, Brackets]:
    """Sets with a maximum at 0, and brackets of all other maxima."""
    at_zero: IntArray = np.arange(0)
    found: list[Brackets] = []
    near: list[Stretches] = []
    nodes: list[FloatArray] = []
    balances: list[FloatArray] = []
    for number in range(int(grid.last[0]) + 1):
        live = int(np.searchsorted(-grid.last, -number, side="right"))
        tau2 = grid.of_sets(slice(live)).node(number)
        balance = sets.balance(tau2, slice(live), restricted=restricted)
        nodes = [x[:live] for x in (*nodes[-2:], tau2)]
        balances = [x[:live] for x in (*balances[-2:], balance)]
        if number == 0:
            at_zero = np.flatnonzero(balance <= 1.0)
        if number >= 1:
            found.append(Brackets.between(np.arange(live), nodes[-2:], balances[-2:]))
        if number >= 2:
            near.append(Stretches.around(nodes, balances))
    return at_zero, Brackets.joined([*found, *_look_closer(sets, near, restricted)])


def _look_closer(sets: Sets, near: Sequence[Stretches], restricted: bool) -> list[Brackets]:
    """Maxima of pairs of stationary points between the nodes of a grid."""
    stretches = Stretches(*(np.concatenate(columns) for columns in zip(*near, strict=True)))
    found: list[Brackets] = []
    for start in range(0, len(stretches.rows), TOGETHER):
        some = slice(start, start + TOGETHER)
        rows, left, right = stretches.rows[some], stretches.left[some], stretches.right[some]
        nodes = left + INNER[:, None] * (right - left)
        again = np.tile(rows, len(INNER))
        balances = sets.balance(nodes.ravel(), again, restricted=restricted).reshape(nodes.shape)
        step, which = np.nonzero((balances[:-1] > 1.0) & (balances[1:] <= 1.0))
        before, after = (step, which), (step + 1, which)
        ends = nodes[before], nodes[after], balances[before], balances[after]
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
