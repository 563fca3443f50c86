"""Tetrachoric correlation: the normal correlation that a 2x2 table implies."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.measure import Estimates

__all__ = ["bivariate_normal", "tetrachoric"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)
_STEPS = 60  # halvings of (-pi/2, pi/2): past double precision, Newton needs about 6


def bivariate_normal(h: FloatArray, k: FloatArray, angle: FloatArray) -> FloatArray:
    """P(X < h, Y < k) of standard normals with correlation sin(angle).

    Plackett's integral over the angle, by Gauss-Legendre quadrature.

    Examples
    --------
    >>> import numpy as np
    >>> float(bivariate_normal(np.zeros(1), np.zeros(1), np.full(1, np.pi / 6))[0])
    0.3333333333333333
    """
    from scipy.special import ndtr

    half = np.asarray(angle)[..., None] / 2
    values = _density(np.asarray(h)[..., None], np.asarray(k)[..., None], half * (1 + _NODES))
    return np.asarray(ndtr(h) * ndtr(k) + np.sum(_WEIGHTS * values * half, axis=-1))


def _density(h: FloatArray, k: FloatArray, angle: FloatArray) -> FloatArray:
    """Derivative of the probability with respect to the angle."""
    squares = h**2 + k**2 - 2 * h * k * np.sin(angle)
    return np.asarray(np.exp(-squares / (2 * np.cos(angle) ** 2)) / (2 * np.pi))


def tetrachoric(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> Estimates:
    """Maximum-likelihood tetrachoric correlation with its asymptotic variance.

    The model is saturated: the cut points are the normal quantiles of the margins, and the
    correlation makes the first cell's probability equal the observed one. A table with a zero
    has its estimate at -1 or 1 (or no estimate, where a margin is zero) and no variance: NaN.

    References
    ----------
    Pearson 1900; the variance is Hamdan's (1970, Biometrika 57, 212-215), here with the
    covariances of the multinomial.
    """
    cells = np.stack(np.broadcast_arrays(ai, bi, ci, di)).astype(np.float64)
    shape = cells.shape[1:]
    cells = cells.reshape(4, -1)
    usable = (cells > 0).all(axis=0)
    yi, vi = np.full((2, cells.shape[1]), np.nan)
    if usable.any():
        yi[usable], vi[usable] = _estimate(*cells[:, usable])
    return yi.reshape(shape), vi.reshape(shape)


def _estimate(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> Estimates:
    from scipy.special import ndtr, ndtri

    n = a + b + c + d
    h, k = ndtri((a + b) / n), ndtri((a + c) / n)
    angle = _solve(h, k, a / n)
    r, rest = np.sin(angle), np.cos(angle)
    by_row, by_col = ndtr((k - r * h) / rest), ndtr((h - r * k) / rest)
    slopes = np.stack([1 - by_row - by_col, -by_row, -by_col])
    shares = np.stack([a, b, c]) / n
    mean = np.sum(slopes * shares, axis=0)
    spread = np.sum(slopes**2 * shares, axis=0) - mean**2
    by_r = _density(h, k, angle) / rest
    return r, spread / (n * by_r**2)


def _solve(h: FloatArray, k: FloatArray, target: FloatArray) -> FloatArray:
    """Angle at which the probability is the target: Newton steps inside a shrinking bracket."""
    low, high = np.full_like(h, -np.pi / 2), np.full_like(h, np.pi / 2)
    angle = np.zeros_like(h)
    for _ in range(_STEPS):
        gap = bivariate_normal(h, k, angle) - target
        low, high = np.where(gap < 0, angle, low), np.where(gap > 0, angle, high)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = angle - gap / _density(h, k, angle)
        inside = (step > low) & (step < high)
        moved = np.where(gap == 0, angle, np.where(inside, step, (low + high) / 2))
        if (abs(moved - angle) < 1e-15).all():
            return moved
        angle = moved
    return angle
