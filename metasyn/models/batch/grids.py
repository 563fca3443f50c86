"""Grids of tau2 walked for maxima of likelihoods: the nodes, and what is found between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray, Rows
from metasyn.models.random_effects.search import FLOOR, STEP

__all__ = ["Brackets", "Grid", "Scan", "Stretches", "walk"]

Balance = Callable[[FloatArray, Rows], FloatArray]
"""Quotients whose crossings of 1 are stationary points, at one tau2 for each of some sets."""


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


def walk(balance: Balance, grid: Grid) -> Scan:
    """Look at every node of every grid; the longest grids come first."""
    at_zero: IntArray = np.arange(0)
    found: list[Brackets] = []
    near: list[Stretches] = []
    nodes: list[FloatArray] = []
    balances: list[FloatArray] = []
    for number in range(int(grid.last[0]) + 1):
        live = int(np.searchsorted(-grid.last, -number, side="right"))
        tau2 = grid.of_sets(slice(live)).node(number)
        nodes = [x[:live] for x in (*nodes[-2:], tau2)]
        balances = [x[:live] for x in (*balances[-2:], balance(tau2, slice(live)))]
        if number == 0:
            at_zero = np.flatnonzero(balances[0] <= 1.0)
        if number >= 1:
            found.append(Brackets.between(np.arange(live), nodes[-2:], balances[-2:]))
        if number >= 2:
            near.append(Stretches.around(nodes, balances))
    return Scan(at_zero, Brackets.joined(found), Stretches.joined(near))
