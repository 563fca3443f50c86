"""The path through the parameters of selection along which the fan is drawn.

Carpenter, Schwarzer, Rücker and Künstler 2009, J Clin Epidemiol 62:624, appendix: over a grid of
gamma0 and gamma1, both scaled to 0..1, the mean has contours that are nearly straight; the path is
the line through the corner of least selection, at right angles to them, and has a point wherever
it meets one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray

__all__ = ["Contour", "contours", "path", "round_levels"]


class Contour(NamedTuple):
    """A straight line through a contour: ``y = intercept + slope * x``."""

    level: float
    intercept: float
    slope: float
    points: int
    straight: bool


def contours(heights: FloatArray) -> list[Contour]:
    """Lines through the contours of heights over a square grid.

    Parameters
    ----------
    heights
        Shape (n, n); rows go with x, columns with y, both from 0 to 1.
    """
    found = []
    for level in round_levels(float(heights.min()), float(heights.max()), 10):
        x, y = _crossings(heights, level)
        spread = x - x.mean() if len(x) else x
        if len(x) < 3 or float(spread @ spread) < 1e-12:
            continue
        slope = float(spread @ y) / float(spread @ spread)
        intercept = float(y.mean() - slope * x.mean())
        rest, whole = y - intercept - slope * x, y - y.mean()
        n, total = len(x), float(whole @ whole)
        left = float(rest @ rest) / total if total > 0.0 else math.inf
        straight = 1.0 - left * (n - 1) / (n - 2) > 0.0
        found.append(Contour(level, intercept, slope, n, straight))
    return found


def path(lines: list[Contour]) -> FloatArray:
    """Points of the path inside the grid, shape (points, 2); empty where no contour is straight.

    Examples
    --------
    >>> path([Contour(0.1, 1.0, -1.0, 20, True)]).tolist()
    [[0.5, 0.5]]
    """
    straight = [line for line in lines if line.straight]
    if not straight:
        return np.empty((0, 2))
    weights = np.array([line.points for line in straight], dtype=np.float64)
    mean = float(weights @ [line.slope for line in straight] / weights.sum())
    across = -1.0 / mean
    points = []
    for line in lines:
        if line.slope != across:
            x = (1.0 - across - line.intercept) / (line.slope - across)
            points.append((x, 1.0 + across * (x - 1.0)))
    inside = [point for point in points if min(point) >= 0.0 and max(point) <= 1.0]
    return np.array(inside, dtype=np.float64).reshape(-1, 2)


def round_levels(low: float, high: float, n: int) -> list[float]:
    """About n round numbers (1, 2 or 5 times a power of ten apart) between two.

    Examples
    --------
    >>> round_levels(0.11, 0.28, 3)
    [0.15, 0.2, 0.25]
    """
    cell = (high - low) / n
    if not cell > 1e-9 * max(abs(low), abs(high), 1e-300):
        return []
    base = 10.0 ** math.floor(math.log10(cell))
    unit = base
    # a larger unit is taken where it fits clearly better
    for factor, bias in ((2.0, 1.5), (5.0, 2.75), (10.0, 1.5)):
        if factor * base - cell < bias * (cell - unit):
            unit = factor * base
    first, last = math.ceil(low / unit - 1e-7), math.floor(high / unit + 1e-7)
    return [float(f"{i * unit:.12g}") for i in range(first, last + 1)]


def _crossings(heights: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Where the edges of the grid pass a level, by linear interpolation."""
    n = len(heights)
    gap, unit = heights - level, 1.0 / (n - 1)
    i, j = np.nonzero((gap[:-1] < 0.0) != (gap[1:] < 0.0))
    along_x = i + gap[i, j] / (gap[i, j] - gap[i + 1, j])
    k, m = np.nonzero((gap[:, :-1] < 0.0) != (gap[:, 1:] < 0.0))
    along_y = m + gap[k, m] / (gap[k, m] - gap[k, m + 1])
    return (
        np.concatenate([along_x, k.astype(np.float64)]) * unit,
        np.concatenate([j.astype(np.float64), along_y]) * unit,
    )
