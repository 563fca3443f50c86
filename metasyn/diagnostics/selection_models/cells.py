"""The line of test statistics cut into cells, and what a normal distribution puts into each.

The likelihood of a selection model divides by A, the expectation of the weight w(p) over the
distribution of a study's estimate. On the scale of z = y / sqrt(v) the p-values, and so the
weights, are the same function for every study. The line is cut into intervals of constant weight,
which a normal distribution fills in closed form, and nodes of Gauss-Legendre quadrature in between.
Derivatives of A need only the Hermite moments of the same cells, since the derivatives of a normal
density in its mean are Hermite polynomials times the density, and the derivative in its variance
is half the second one in its mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from metasyn.diagnostics.selection_models.p_values import PValues, clipped, of_p, p_values
from metasyn.effects.arrays import FloatArray

__all__ = ["Cells", "smooth_cells", "step_cells"]

_BEYOND = 8.5
"""Statistic beyond which a p-value is 0 or 1 in double precision."""
_DEEP = 38.0
"""Statistic beyond which even the logarithm of a p-value need not be followed."""
_WIDTH = 0.5
"""Widest panel; half of it where a weight is a power of p, which can have a narrow peak."""
_KINK = 1e-6
"""First panel beside z = 0, where a function of two-sided p-values has a kink."""
_NODES = 10
_FAR = 40.0
"""Standardised distance at which a normal density is 0 in double precision."""
_PEAK = 1.0 / math.sqrt(2.0 * math.pi)
_GRADE = 4.0
"""Ratio of neighbouring panels towards a point where the weight is not smooth."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of the line of z = y / sqrt(v).

    Parameters
    ----------
    low, high
        Ends of the intervals, shape (a,).
    nodes, masses
        Quadrature between them, shape (b,).
    p
        The p-value in every cell, intervals first, shape (a + b,).
    """

    low: FloatArray
    high: FloatArray
    nodes: FloatArray
    masses: FloatArray
    p: PValues

    def kernel(self, mean: FloatArray, spread: FloatArray, sigma: FloatArray) -> FloatArray:
        """Hermite moments of orders 0 to 4 of a normal distribution in every cell.

        Parameters
        ----------
        mean, spread
            Mean and standard deviation of the estimates, shape (k,).
        sigma
            Standard errors, shape (k,).

        Returns
        -------
        ndarray
            Shape (5, k, a + b); order n is the nth derivative in the mean of the cell's content.
        """
        mean, spread, sigma = mean[:, None], spread[:, None], sigma[:, None]
        low, high = (
            np.clip((z * sigma - mean) / spread, -_FAR, _FAR) for z in (self.low, self.high)
        )
        edge = len(self.low)
        whole = np.empty((5, len(mean), len(self.p.log_p)))
        whole[0, :, :edge] = _between(low, high)
        whole[1:, :, :edge] = _hermite(low, _phi(low), 4) - _hermite(high, _phi(high), 4)
        if len(self.nodes):
            u = (self.nodes * sigma - mean) / spread
            whole[:, :, edge:] = _hermite(u, _phi(u) * (self.masses * sigma / spread), 5)
        whole /= spread ** np.arange(5)[:, None, None]
        return whole


def _phi(u: FloatArray) -> FloatArray:
    density: FloatArray = np.exp(-0.5 * u * u) * _PEAK
    return density


def _hermite(u: FloatArray, factor: FloatArray, orders: int) -> FloatArray:
    """Probabilists' Hermite polynomials of orders 0, 1, ... times a factor."""
    out = np.empty((orders, *u.shape))
    out[0] = factor
    np.multiply(u, factor, out=out[1])
    for n in range(1, orders - 1):
        out[n + 1] = u * out[n] - n * out[n - 1]
    return out


def _between(low: FloatArray, high: FloatArray) -> FloatArray:
    """Normal probability of intervals, from the nearer tail."""
    from scipy.special import ndtr

    right = low > 0.0
    inside: FloatArray = ndtr(np.where(right, -low, high)) - ndtr(np.where(right, -high, low))
    return inside


def step_cells(steps: tuple[float, ...], *, two_sided: bool) -> Cells:
    """One interval for every interval of p-values; two where p-values are two-sided.

    Parameters
    ----------
    steps
        Upper ends of the intervals of p, ascending, the last one 1.
    two_sided
        Whether p is 2 (1 - Phi(abs(z))) or 1 - Phi(z).

    Examples
    --------
    >>> cells = step_cells((0.025, 1.0), two_sided=False)
    >>> cells.low.round(2).tolist(), cells.high.round(2).tolist()
    ([1.96, -inf], [inf, 1.96])
    """
    from scipy.special import ndtri

    upper = np.array(steps)
    low = -ndtri(upper / 2.0 if two_sided else upper)
    high = np.concatenate([[np.inf], low[:-1]])
    inside = (np.concatenate([[0.0], upper[:-1]]) + upper) / 2.0
    if two_sided:
        low, high = np.concatenate([low, -high]), np.concatenate([high, -low])
        inside = np.concatenate([inside, inside])
    nothing = np.empty(0)
    return Cells(low, high, nothing, nothing, of_p(inside))


@cache
def smooth_cells(threshold: float, clip: float, *, two_sided: bool, deep: bool) -> Cells:
    """Nodes where the weight varies, intervals where it does not.

    Parameters
    ----------
    threshold
        The weight is constant for p-values up to here.
    clip
        P-values below this and above 1 less this are set to it.
    two_sided
        Whether p is 2 (1 - Phi(abs(z))) or 1 - Phi(z).
    deep
        Whether the weight varies over p-values that are 0 for most purposes.
    """
    bottom, top = _ends(max(threshold, clip), clip, two_sided=two_sided, deep=deep)
    width = _WIDTH / 2.0 if clip > 0.0 else _WIDTH
    edges = _graded(bottom, top, width) if two_sided else _panels(bottom, top, width)
    nodes, masses = _gauss(edges)
    if two_sided:
        nodes, masses = np.concatenate([nodes, -nodes]), np.concatenate([masses, masses])
        low, high = np.array([top, -bottom, -np.inf]), np.array([np.inf, bottom, -top])
        inside = np.array([top, bottom, -top])
    else:
        low, high = np.array([top, -np.inf]), np.array([np.inf, bottom])
        inside = np.array([top, bottom])
    z = np.concatenate([inside, nodes])
    return Cells(low, high, nodes, masses, clipped(p_values(z, two_sided=two_sided), clip))


def _ends(first: float, clip: float, *, two_sided: bool, deep: bool) -> tuple[float, float]:
    """Where the weight begins and ceases to vary; of abs(z) where p-values are two-sided."""
    from scipy.special import ndtri

    beyond = _DEEP if deep else _BEYOND
    sides = 2.0 if two_sided else 1.0
    top = beyond if first == 0.0 else min(beyond, -float(ndtri(first / sides)))
    if clip == 0.0:
        return (0.0 if two_sided else -beyond), top
    return -float(ndtri((1.0 - clip) / sides)), top


def _panels(bottom: float, top: float, width: float) -> FloatArray:
    return np.linspace(bottom, top, 1 + max(1, int(np.ceil((top - bottom) / width))))


def _graded(bottom: float, top: float, width: float) -> FloatArray:
    """Panels that grow from the bottom and then are even."""
    begin = max(bottom, _KINK)
    growing = begin * _GRADE ** np.arange(np.ceil(np.log(width / begin) / np.log(_GRADE)))
    growing = growing[growing < top]
    start = [bottom] if bottom < begin else []
    return np.concatenate([start, growing[:-1], _panels(float(growing[-1]), top, width)])


def _gauss(edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on every panel."""
    x, w = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(edges)[:, None] / 2.0
    return (edges[:-1, None] + half * (1.0 + x)).ravel(), (half * w).ravel()
