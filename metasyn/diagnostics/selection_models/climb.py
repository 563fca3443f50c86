"""Maxima of a smooth function within bounds, by Newton steps from many points at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from metasyn.diagnostics.selection_models.likelihood import Point, Points
from metasyn.effects.arrays import FloatArray

__all__ = ["Box", "Top", "climb"]

_STEPS = 200
_LONGEST = 2.0
"""Longest step of a parameter, in units of 1 plus its size."""
_SHORTEST = 1e-10
_ENOUGH = 1e-10
"""Promised gain of log-likelihood after which one more step ends the search."""
_ROUNDING = 1e-12
_FLATTEST = 1e-9


class Box(NamedTuple):
    """Where a search may go.

    Parameters
    ----------
    low, high
        Bounds, shape (m,).
    free
        Which parameters move, shape (m,), or (n, m) where searches differ in it.
    """

    low: FloatArray
    high: FloatArray
    free: np.ndarray

    def inner(self, parameters: FloatArray) -> np.ndarray:
        """Which free parameters lie between their bounds."""
        inside: np.ndarray = self.free & (parameters > self.low) & (parameters < self.high)
        return inside


class Top(NamedTuple):
    """Where a search ended.

    Parameters
    ----------
    parameters
        Shape (m,).
    point
        The function there.
    converged
        Whether nothing is left to gain within the bounds.
    """

    parameters: FloatArray
    point: Point
    converged: bool


def climb(
    function: Callable[[FloatArray], Points],
    starts: FloatArray,
    box: Box,
    there: Points | None = None,
) -> tuple[Top, ...]:
    """The maxima that are reached from several points, all searches in step.

    Parameters
    ----------
    function
        What is maximised, at points of shape (n, m).
    starts
        Where to begin, within the bounds, shape (n, m).
    box
        The bounds.
    there
        The function at the starts, where it is known; it is written over.

    Examples
    --------
    >>> def bowl(x):
    ...     way = 3.0 - x
    ...     return Points(-(way**2).sum(axis=1), 2 * way, np.tile(-2 * np.eye(2), (len(x), 1, 1)))
    >>> box = Box(np.zeros(2), np.array([2.0, 9.0]), np.array([True, True]))
    >>> [top.parameters.tolist() for top in climb(bowl, np.array([[1.0, 1.0], [0.0, 8.0]]), box)]
    [[2.0, 3.0], [2.0, 3.0]]
    """
    x, now = starts.copy(), function(starts) if there is None else there
    free = np.broadcast_to(box.free, x.shape)
    live, converged = np.arange(len(x)), np.zeros(len(x), dtype=np.bool_)
    for _ in range(_STEPS):
        here = now.rows(live)
        step, concave = _step(here, _moving(x[live], here, box, free[live]))
        promised = (here.gradient * step).sum(axis=1)
        little = concave & (promised < _ENOUGH)
        level = promised <= _least_gain(here.value)
        longest = (np.abs(step) / (1.0 + np.abs(x[live]))).max(axis=1)
        step *= np.minimum(1.0, _LONGEST / np.maximum(longest, _LONGEST))[:, None]
        converged[live] = np.where(level, concave, little)
        climbing = np.flatnonzero(~level)
        climbed = _search(function, box, (x, now), live[climbing], step[climbing])
        live = live[climbing][climbed & ~little[climbing]]
        if not len(live):
            break
    return tuple(Top(x[i], now.row(i), bool(converged[i])) for i in range(len(x)))


def _least_gain(value: FloatArray) -> FloatArray:
    """Gain that is lost in rounding."""
    return _ROUNDING * (1.0 + np.abs(value))


def _search(
    function: Callable[[FloatArray], Points],
    box: Box,
    state: tuple[FloatArray, Points],
    rows: np.ndarray,
    step: FloatArray,
) -> np.ndarray:
    """Shorten the steps of these rows of the state until they climb; whether each one did."""
    x, now = state
    left, length = np.arange(len(rows)), 1.0
    while len(left) and length > _SHORTEST:
        at = rows[left]
        trial = np.clip(x[at] + length * step[left], box.low, box.high)
        new = function(trial)
        up = new.value >= now.value[at] - _least_gain(now.value[at])
        x[at[up]] = trial[up]
        now.put(at[up], new.rows(up))
        left, length = left[~up], length / 4.0
    climbed = np.ones(len(rows), dtype=np.bool_)
    climbed[left] = False
    return climbed


def _moving(x: FloatArray, now: Points, box: Box, free: np.ndarray) -> np.ndarray:
    """Free parameters that are not pressed against a bound."""
    pressed = ((x <= box.low) & (now.gradient < 0.0)) | ((x >= box.high) & (now.gradient > 0.0))
    moving: np.ndarray = free & ~pressed
    return moving


def _step(now: Points, moving: np.ndarray) -> tuple[FloatArray, np.ndarray]:
    """Newton steps with the curvature made positive; where it was so already.

    What does not move has a curvature of 1 and no slope.
    """
    both = moving[:, :, None] & moving[:, None, :]
    slope = np.where(moving, now.gradient, 0.0)[:, :, None]
    curvature, axes = np.linalg.eigh(np.where(both, -now.hessian, np.eye(moving.shape[1])))
    size = np.abs(curvature)
    least = _FLATTEST * np.maximum(1.0, size.max(axis=1, keepdims=True))
    upright = np.maximum(size, least)[:, :, None]
    step: FloatArray = (axes @ ((axes.swapaxes(1, 2) @ slope) / upright))[:, :, 0]
    return np.where(moving, step, 0.0), curvature[:, 0] > 0.0
