"""Bounded minimisation of many functions of a few parameters at once.

A damped Newton method whose curvature is made positive (each eigenvalue counts by its size), with
parameters held at a bound for as long as the slope pushes them there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray

__all__ = ["Minimum", "minimise"]

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Function = Callable[[FloatArray, Rows], tuple[FloatArray, FloatArray]]

ROUNDS = 200
STEP = 1e-6
"""Step of the differences of slopes that give the curvature."""
SMALLEST_STEP = 1e12
"""Damping at which a step is nothing but rounding errors."""
SETTLED = 1e-4
"""Slope of a log-likelihood, by parameters of the size of 1, that is as good as none."""


class Minimum(NamedTuple):
    """Where n functions are least.

    ``at`` (n, p), ``value`` (n,), ``curvature`` (n, p, p); ``free`` (n, p): parameters off their
    bounds; ``settled`` (n,): whether the slopes along them vanish.
    """

    at: FloatArray
    value: FloatArray
    curvature: FloatArray
    free: Bools
    settled: Bools


def minimise(
    function: Function, start: FloatArray, low: FloatArray, high: FloatArray, tol: float = 1e-8
) -> Minimum:
    """Minimise n functions from one start each.

    Parameters
    ----------
    function
        From parameters (m, p) and the numbers of the functions they belong to (m,), to values (m,)
        and slopes (m, p).
    start
        Shape (n, p).
    low, high
        Bounds, shape (p,).
    tol
        Slope that counts as none.

    Examples
    --------
    >>> import numpy as np
    >>> centres = np.array([[1.0, 2.0], [-1.0, 5.0]])
    >>> def bowls(x, rows):
    ...     gap = x - centres[rows]
    ...     return (gap**2).sum(axis=1), 2.0 * gap
    >>> found = minimise(bowls, np.zeros((2, 2)), np.array([0.0, 0.0]), np.array([9.0, 4.0]))
    >>> (found.at.round(6) + 0.0).tolist()
    [[1.0, 2.0], [0.0, 4.0]]
    """
    everyone = np.arange(len(start))
    at = np.clip(start, low, high)
    value, slope = function(at, everyone)
    damping = np.full(len(at), 1e-3)
    for _ in range(ROUNDS):
        free = _free(at, slope, low, high)
        moving = (np.abs(slope * free).max(axis=1) > tol) & (damping < SMALLEST_STEP)
        rows = np.flatnonzero(moving)
        if not len(rows):
            break
        curvature = _curvature(function, at[rows], slope[rows], high, rows)
        step = _step(curvature, slope[rows], free[rows], damping[rows])
        tried = np.clip(at[rows] + step, low, high)
        new_value, new_slope = function(tried, rows)
        better = new_value < value[rows]
        taken = rows[better]
        at[taken], value[taken], slope[taken] = tried[better], new_value[better], new_slope[better]
        damping[rows] = np.where(
            better, np.maximum(damping[rows] / 10.0, 1e-12), damping[rows] * 10.0
        )
    free = _free(at, slope, low, high)
    curvature = _curvature(function, at, slope, high, everyone)
    return Minimum(at, value, curvature, free, np.abs(slope * free).max(axis=1) <= SETTLED)


def _free(at: FloatArray, slope: FloatArray, low: FloatArray, high: FloatArray) -> Bools:
    """Parameters that are not pushed against a bound."""
    free: Bools = ~(((at <= low) & (slope >= 0.0)) | ((at >= high) & (slope <= 0.0)))
    return free


def _curvature(
    function: Function, at: FloatArray, slope: FloatArray, high: FloatArray, rows: Rows
) -> FloatArray:
    """Second derivatives from differences of slopes, away from the upper bound."""
    n, p = at.shape
    curvature = np.empty((n, p, p))
    for i in range(p):
        moved = at.copy()
        step = np.where(at[:, i] + STEP > high[i], -STEP, STEP)
        moved[:, i] += step
        curvature[:, :, i] = (function(moved, rows)[1] - slope) / step[:, None]
    return 0.5 * (curvature + curvature.transpose(0, 2, 1))


def _step(curvature: FloatArray, slope: FloatArray, free: Bools, damping: FloatArray) -> FloatArray:
    """Newton's step along the free parameters."""
    p = slope.shape[1]
    held = np.where(free[:, :, None] & free[:, None, :], curvature, 0.0)
    held = held + np.eye(p) * (~free)[:, :, None]
    values, vectors = np.linalg.eigh(held)
    size = np.abs(values)
    size += damping[:, None] * np.maximum(size.max(axis=1, keepdims=True), 1.0)
    along = np.einsum("nji,nj->ni", vectors, slope * free) / size
    step: FloatArray = -np.einsum("nij,nj->ni", vectors, along) * free
    return step
