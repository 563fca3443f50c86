"""Grids of tau2 walked for maxima of likelihoods: the nodes, and what is found between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray, Rows
from metasyn.models.random_effects.search import FLOOR, STEP

__all__ = ["Balances", "Brackets", "Grid", "Scan", "Stretches", "of_pairs", "walk"]

Balances = Callable[[FloatArray, Rows], FloatArray]
"""Quotients whose crossings of 1 are stationary points, of some sets: values x sets, as given."""


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
    def joined(cls, parts: Sequence[Brackets]) -> Brackets:
        """One list of all."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class Stretches(NamedTuple):
    """Stretches around a node that comes nearer to 1 than both its neighbours: set, ends."""

    rows: IntArray
    left: FloatArray
    right: FloatArray

    @classmethod
    def joined(cls, parts: Sequence[Stretches]) -> Stretches:
        """One list of all."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class Scan(NamedTuple):
    """What a walk over grids found.

    Parameters
    ----------
    at_zero
        Sets with a maximum at 0.
    brackets
        Stretches between two nodes with a maximum in them.
    near
        Stretches in which a pair of stationary points may hide.
    """

    at_zero: IntArray
    brackets: Brackets
    near: Stretches


PAIRS = 1024
"""Nodes that are looked at in one go, of all sets together."""


def walk(balances: Balances, grid: Grid) -> Scan:
    """Look at every node of every grid; the longest grids come first."""
    size = max(1, PAIRS // (int(grid.last[0]) + 1))
    parts = [_walk(balances, grid, start, size) for start in range(0, len(grid.low), size)]
    at_zero, brackets, near = zip(*parts, strict=True)
    return Scan(np.concatenate(at_zero), Brackets.joined(brackets), Stretches.joined(near))


def of_pairs(balance: Balances, values: FloatArray, rows: Rows, sets: int) -> FloatArray:
    """Quotients of values x sets by a function of one value for each of some sets."""
    numbers = np.tile(np.arange(sets)[rows], len(values))
    return balance(values.ravel(), numbers).reshape(values.shape)


def _walk(balances: Balances, grid: Grid, start: int, size: int) -> Scan:
    """All nodes of some sets that follow each other: nodes x sets.

    Shorter grids go on to the length of the longest, where their likelihoods only fall.
    """
    some = grid.of_sets(slice(start, start + size))
    sets, numbers = np.arange(start, start + len(some.low)), np.arange(int(some.last[0]) + 1)
    nodes = some.low * np.exp(some.step * (numbers[:, None] - 1))
    nodes[0] = 0.0
    found = balances(nodes, slice(start, start + size))
    rises, lower = found > 1.0, found[1:] < found[:-1]
    at, set_ = np.nonzero(rises[:-1] & ~rises[1:])
    left, right = (at, set_), (at + 1, set_)
    brackets = Brackets(sets[set_], nodes[left], nodes[right], found[left], found[right])
    # a valley above 1, or a hill below it
    at, set_ = np.nonzero((rises[1:-1] == lower[:-1]) & (rises[1:-1] != lower[1:]))
    stretches = Stretches(sets[set_], nodes[at, set_], nodes[at + 2, set_])
    return Scan(sets[~rises[0]], brackets, stretches)
