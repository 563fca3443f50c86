"""The highest maxima of the Copas selection model, at one point and over a grid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.copas.likelihood import Selection
from metasyn.diagnostics.least_squares import weighted_line
from metasyn.diagnostics.many_minima import Bends, Minimum, minimise
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import DataError

__all__ = ["RHO_BOUND", "Studies", "best", "surface"]

Rows = npt.NDArray[np.intp]

RHO_BOUND = 0.9999
FAR = 20.0
"""Ranges of the estimates beyond which no parameter is looked for."""
SAME = 1e-6
"""Share by which standard errors differ that is as good as none."""
SCOUTS = [0, 3, 4]
"""Starts of the searches over a grid, before neighbours help each other."""
SWEEPS = 40
GAIN = 1e-7
"""Likelihood for which a search begins anew."""


class Studies(NamedTuple):
    """Studies in units of a typical standard error, turned so that the left side is missing."""

    yi: FloatArray
    sei: FloatArray
    sign: float
    scale: float

    @classmethod
    def of(cls, effects: Effects, side: str | None) -> Studies:
        """Studies missing on this side, or (None) against the slope of Egger's line."""
        sei = np.sqrt(effects.vi)
        if np.ptp(sei) <= SAME * sei.max():
            raise DataError("Every study has the same variance; selection by size cannot be seen.")
        if side is None:
            slope = weighted_line(effects.yi, sei, 1.0 / effects.vi, 0.95).slope.estimate
            side = "left" if slope > 0.0 else "right"
        sign, scale = (1.0 if side == "left" else -1.0), float(np.median(sei))
        return cls(sign * effects.yi / scale, sei / scale, sign, scale)

    def starts(self) -> FloatArray:
        """Values of mu, rho and tau2 to start from, shape (starts, 3)."""
        spread = float(np.var(self.yi)) / 4.0
        mixed, common = self._mean(1.0), self._mean(0.0)
        return np.array(
            [
                [mixed, 0.1, spread],
                [mixed, 0.9, spread],
                [common, 0.1, 0.0],
                [common - 1.0, 0.9, 0.0],
                [mixed, 0.999, 0.0],
            ]
        )

    def _mean(self, tau2: float) -> float:
        weights = 1.0 / (self.sei**2 + tau2)
        return float(weights @ self.yi / weights.sum())


def best(studies: Studies, gamma0: FloatArray, gamma1: FloatArray, starts: FloatArray) -> Minimum:
    """The lowest minimum of minus the log-likelihood, from several starts.

    Parameters
    ----------
    studies
        Estimates and standard errors.
    gamma0, gamma1
        Parameters of selection, shape (n,).
    starts
        mu, rho, tau2 (and beta), shape (n, starts, 3 or 4).
    """
    n, several, p = starts.shape
    selection = Selection.of(studies.yi, studies.sei, gamma0, gamma1)
    points = np.repeat(np.arange(n), several)
    found = _search(studies, selection, points, starts.reshape(-1, p))
    rows = np.arange(n) * several + found.value.reshape(n, several).argmin(axis=1)
    return Minimum(*(column[rows] for column in found))


def _search(studies: Studies, selection: Selection, points: Rows, start: FloatArray) -> Minimum:
    """Minima from one start each, at these points of selection."""

    def function(at: FloatArray, rows: Rows) -> Bends:
        return selection(at, points[rows])

    p = start.shape[1]
    far = FAR * (1.0 + np.ptp(studies.yi))
    steep = far / np.ptp(studies.sei)
    low = np.array([studies.yi.min() - far, 0.0, 0.0, -steep])[:p]
    high = np.array([studies.yi.max() + far, RHO_BOUND, far * far, steep])[:p]
    return minimise(function, start, low, high)


def surface(studies: Studies, grid0: FloatArray, grid1: FloatArray) -> FloatArray:
    """Where the maxima are over a grid of gamma0 and gamma1: mu, rho and tau2, shape (g, h, 3).

    A few starts at each point; then whatever is higher at a neighbour's maximum begins anew there,
    until nothing is.
    """
    shape = len(grid0), len(grid1)
    gamma0, gamma1 = np.repeat(grid0, shape[1]), np.tile(grid1, shape[0])
    scouts = np.tile(studies.starts()[SCOUTS], (len(gamma0), 1, 1))
    found = best(studies, gamma0, gamma1, scouts)
    at, value = found.at, found.value
    selection = Selection.of(studies.yi, studies.sei, gamma0, gamma1)
    here, beside = _neighbours(shape)
    moved = np.ones(len(at), dtype=np.bool_)
    for _ in range(SWEEPS):
        pairs = moved[beside]
        rows, others = here[pairs], beside[pairs]
        offer = selection(at[others], rows).value
        order = np.lexsort((offer, rows))
        rows, first = np.unique(rows[order], return_index=True)
        offer, others = offer[order][first], others[order][first]
        lower = offer < value[rows] - GAIN
        moved = np.zeros(len(at), dtype=np.bool_)
        if not lower.any():
            break
        rows = rows[lower]
        anew = _search(studies, selection, rows, at[others[lower]])
        at[rows], value[rows], moved[rows] = anew.at, anew.value, True
    return at.reshape(*shape, 3)


def _neighbours(shape: tuple[int, int]) -> tuple[Rows, Rows]:
    """Numbers of points of a grid, and of those beside them in the four directions."""
    number = np.arange(shape[0] * shape[1]).reshape(shape)
    across = np.stack([number[:-1].ravel(), number[1:].ravel()])
    along = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    one, other = np.concatenate([across, across[::-1], along, along[::-1]], axis=1)
    return one, other
