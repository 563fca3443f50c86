"""The maximum of a smooth function within bounds, by Newton steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from metasyn.diagnostics.selection_models.likelihood import Point
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
        Which parameters move, shape (m,).
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


def climb(function: Callable[[FloatArray], Point], start: FloatArray, box: Box) -> Top:
    """The maximum that Newton steps, halved until they climb, reach from a point.

    Parameters
    ----------
    function
        What is maximised.
    start
        Where to begin, within the bounds.
    box
        The bounds.

    Examples
    --------
    >>> def bowl(x):
    ...     return Point(-float((x - 3) @ (x - 3)), -2 * (x - 3), -2 * np.eye(2))
    >>> box = Box(np.zeros(2), np.array([2.0, 9.0]), np.array([True, True]))
    >>> climb(bowl, np.ones(2), box).parameters.tolist()
    [2.0, 3.0]
    """
    x, now = start, function(start)
    for _ in range(_STEPS):
        step, concave = _step(now, _moving(x, now, box))
        promised = float(now.gradient @ step)
        if promised <= _ROUNDING * (1.0 + abs(now.value)):
            return Top(x, now, concave)
        step *= min(1.0, _LONGEST / float((np.abs(step) / (1.0 + np.abs(x))).max()))
        length = 1.0
        while length > _SHORTEST:
            trial = np.clip(x + length * step, box.low, box.high)
            new = function(trial)
            if new.value >= now.value - _ROUNDING * (1.0 + abs(now.value)):
                break
            length /= 4.0
        else:
            return Top(x, now, concave and promised < _ENOUGH)
        x, now = trial, new
        if concave and promised < _ENOUGH:
            return Top(x, now, True)
    return Top(x, now, False)


def _moving(x: FloatArray, now: Point, box: Box) -> np.ndarray:
    """Free parameters that are not pressed against a bound."""
    pressed = ((x <= box.low) & (now.gradient < 0.0)) | ((x >= box.high) & (now.gradient > 0.0))
    moving: np.ndarray = box.free & ~pressed
    return moving


def _step(now: Point, moving: np.ndarray) -> tuple[FloatArray, bool]:
    """Newton step with the curvature made positive; whether it was so already."""
    step = np.zeros(len(moving))
    if not moving.any():
        return step, True
    curvature, axes = np.linalg.eigh(-now.hessian[np.ix_(moving, moving)])
    least = _FLATTEST * max(1.0, float(np.abs(curvature).max()))
    upright = np.maximum(np.abs(curvature), least)
    step[moving] = axes @ ((axes.T @ now.gradient[moving]) / upright)
    return step, bool(curvature.min() > 0.0)
