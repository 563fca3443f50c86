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

__all__ = ["Bends", "Minimum", "minimise"]

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

ROUNDS = 200
TOL = 1e-8
"""Slope that counts as none."""
SMALLEST_STEP = 1e12
"""Damping at which a step is nothing but rounding errors."""
ROUNDING = 1e-13
"""By how much of its size a value may be wrong."""
FLATTEST = 1e-12
"""Share of a matrix's size below which a pivot counts as none."""
SETTLED = 1e-4
"""Slope of a log-likelihood, by parameters of the size of 1, that is as good as none."""


class Bends(NamedTuple):
    """Values (m,), slopes (m, p) and curvatures (m, p, p) of m functions."""

    value: FloatArray
    slope: FloatArray
    curvature: FloatArray


Function = Callable[[FloatArray, Rows], Bends]


class Minimum(NamedTuple):
    """Where n functions are least.

    ``at`` (n, p), ``value`` (n,), ``slope`` (n, p), ``curvature`` (n, p, p); ``free`` (n, p):
    parameters off their bounds; ``settled`` (n,): whether the slopes along them vanish.
    """

    at: FloatArray
    value: FloatArray
    slope: FloatArray
    curvature: FloatArray
    free: Bools
    settled: Bools


def minimise(function: Function, start: FloatArray, low: FloatArray, high: FloatArray) -> Minimum:
    """Minimise n functions from one start each.

    Parameters
    ----------
    function
        From parameters (m, p) and the numbers of the functions they belong to (m,), to values,
        slopes and curvatures.
    start
        Shape (n, p).
    low, high
        Bounds, shape (p,) or (n, p); a parameter whose bounds agree is held.

    Examples
    --------
    >>> import numpy as np
    >>> centres = np.array([[1.0, 2.0], [-1.0, 5.0]])
    >>> def bowls(x, rows):
    ...     gap = x - centres[rows]
    ...     return Bends((gap**2).sum(axis=1), 2.0 * gap, np.tile(2.0 * np.eye(2), (len(x), 1, 1)))
    >>> found = minimise(bowls, np.zeros((2, 2)), np.array([0.0, 0.0]), np.array([9.0, 4.0]))
    >>> (found.at.round(6) + 0.0).tolist()
    [[1.0, 2.0], [0.0, 4.0]]
    """
    low, high = np.broadcast_to(low, start.shape), np.broadcast_to(high, start.shape)
    at = np.clip(start, low, high)
    value, slope, curvature = (each.copy() for each in function(at, np.arange(len(at))))
    damping = np.full(len(at), 1e-3)
    free = _free(at, slope, low, high)
    steep = np.abs(slope * free).max(axis=1)
    rows = np.flatnonzero(steep > TOL)
    for _ in range(ROUNDS):
        if not len(rows):
            break
        step = _step(curvature[rows], slope[rows], free[rows], damping[rows])
        low_here, high_here = low[rows], high[rows]
        tried = np.minimum(np.maximum(at[rows] + step, low_here), high_here)
        new = function(tried, rows)
        new_free = _free(tried, new.slope, low_here, high_here)
        new_steep = np.abs(new.slope * new_free).max(axis=1)
        # near the ground values are rounding, and a step is good that leaves less of a slope
        level = new.value <= value[rows] + ROUNDING * (1.0 + np.abs(value[rows]))
        better = (new.value < value[rows]) | (level & (new_steep < steep[rows]))
        taken = rows[better]
        at[taken], value[taken], slope[taken] = tried[better], new.value[better], new.slope[better]
        curvature[taken], free[taken] = new.curvature[better], new_free[better]
        steep[taken] = new_steep[better]
        damping[rows] = np.where(
            better, np.maximum(damping[rows] / 10.0, 1e-12), damping[rows] * 10.0
        )
        rows = rows[(steep[rows] > TOL) & (damping[rows] < SMALLEST_STEP)]
    return Minimum(at, value, slope, curvature, free, steep <= SETTLED)


def _free(at: FloatArray, slope: FloatArray, low: FloatArray, high: FloatArray) -> Bools:
    """Parameters that are not pushed against a bound."""
    free: Bools = ~(((at <= low) & (slope >= 0.0)) | ((at >= high) & (slope <= 0.0)))
    return free


def _step(curvature: FloatArray, slope: FloatArray, free: Bools, damping: FloatArray) -> FloatArray:
    """Newton's step along the free parameters."""
    unit = np.eye(slope.shape[1])
    held, target = curvature, -slope
    if not free.all():
        held = np.where(free[:, :, None] & free[:, None, :], curvature, unit * ~free[:, None])
        target = target * free
    scale = np.maximum(np.abs(held).max(axis=(1, 2)), 1.0)
    step, upright = _solve(held + unit * (damping * scale)[:, None, None], target, scale)
    bent = np.flatnonzero(~upright)
    if len(bent):
        values, vectors = np.linalg.eigh(held[bent])
        size = np.abs(values) + (damping * scale)[bent, None]
        along = np.einsum("nji,nj->ni", vectors, target[bent]) / size
        step[bent] = np.einsum("nij,nj->ni", vectors, along)
    return step


def _solve(matrix: FloatArray, target: FloatArray, scale: FloatArray) -> tuple[FloatArray, Bools]:
    """Solutions of n small systems by elimination, and whether their matrices are positive."""
    p = target.shape[1]
    left = np.concatenate([matrix, target[:, :, None]], axis=2)
    upright = np.ones(len(left), dtype=np.bool_)
    for i in range(p):
        upright &= left[:, i, i] > FLATTEST * scale
        # the rest are solved otherwise, and must not overflow here
        left[~upright] = 0.0
        left[~upright, i, i] = 1.0
        left[:, i] /= left[:, i, i, None].copy()
        left[:, i + 1 :] -= left[:, i + 1 :, i, None] * left[:, i, None]
    for i in range(p - 1, 0, -1):
        left[:, :i, p] -= left[:, :i, i] * left[:, i, p, None]
    return left[:, :, p].copy(), upright
