"""Many points as hexagons: where they lie, how many there are, and how many are of a kind."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray

__all__ = ["Hexagon", "corners", "hexagons"]


class Hexagon(NamedTuple):
    """A cell: its centre on the page, its points, and those of the kind."""

    x: float
    y: float
    total: int
    chosen: int


def hexagons(
    x: FloatArray, y: FloatArray, chosen: npt.NDArray[np.bool_], radius: float
) -> list[Hexagon]:
    """Points counted in hexagons that stand on a corner.

    A hexagon's points are those nearest to its centre; centres are two rectangular lattices, one
    shifted by half a step (Carr et al. 1987, JASA 82:424).

    Parameters
    ----------
    x, y
        Places, shape (n,).
    chosen
        Points of the kind, shape (n,).
    radius
        From the centre of a hexagon to its corners.

    Examples
    --------
    >>> import numpy as np
    >>> cells = hexagons(np.array([0.0, 0.1, 9.0]), np.zeros(3), np.array([True, False, True]), 2)
    >>> [(cell.total, cell.chosen) for cell in cells]
    [(2, 1), (1, 1)]
    """
    across, down = math.sqrt(3) * radius, 3 * radius
    column, row = np.rint(x / across), np.rint(y / down)
    other_column, other_row = np.floor(x / across) + 0.5, np.floor(y / down) + 0.5
    near = _far(x, y, column * across, row * down)
    shifted = _far(x, y, other_column * across, other_row * down) < near
    i = (2 * np.where(shifted, other_column, column)).astype(np.int64)
    j = (2 * np.where(shifted, other_row, row)).astype(np.int64)
    first, lowest = int(i.min()), int(j.min())
    width = int(i.max()) - first + 1
    code = (j - lowest) * width + (i - first)
    counts = np.bincount(code)
    kind = np.bincount(code[chosen], minlength=len(counts))
    return [
        Hexagon(
            (cell % width + first) / 2 * across,
            (cell // width + lowest) / 2 * down,
            int(counts[cell]),
            int(kind[cell]),
        )
        for cell in np.flatnonzero(counts).tolist()
    ]


def _far(x: FloatArray, y: FloatArray, at_x: FloatArray, at_y: FloatArray) -> FloatArray:
    distance: FloatArray = np.square(x - at_x) + np.square(y - at_y)
    return distance


def corners(x: float, y: float, radius: float) -> tuple[tuple[float, float], ...]:
    """Corners of a hexagon that stands on a corner.

    Examples
    --------
    >>> [tuple(round(v, 2) for v in at) for at in corners(0, 0, 2)][:2]
    [(0.0, -2.0), (1.73, -1.0)]
    """
    turns = [math.pi * (i / 3 - 0.5) for i in range(6)]
    return tuple((x + radius * math.cos(a), y + radius * math.sin(a)) for a in turns)
