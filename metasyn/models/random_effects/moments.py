"""Quadratic forms and traces of the projection P, the only sums that estimators of tau2 need.

With W = diag(1 / (v + tau2)) and P = W - W X (X'WX)^-1 X'W, every estimator, likelihood and
interval of an inverse-variance model is a function of y'Py, y'PPy, y'PPPy, tr P and tr PP. They
are computed here in time and memory linear in the number of studies; no k x k matrix is formed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from metasyn.effects.arrays import FloatArray

__all__ = ["ROOM", "Fit", "Moments", "blocks", "stretches"]

BLOCK = 32_768
"""Weights held at once: a block of studies times the values of tau2 stays in the cache."""

SHORT = 9_000
"""Numbers in a stretch: products of short matrices stay on one thread, which pays on busy cores."""

ROOM = 1.0 + 1e-6
"""Slack in a bound that an optimum can lie on, against rounding."""


class Moments(NamedTuple):
    """Quadratic forms and traces at one tau2.

    Parameters
    ----------
    q, q1, q2
        y'Py, y'PPy and y'PPPy.
    s1, s2
        Sums of the weights and of their squares.
    tr1, tr2
        Traces of P and PP.
    """

    q: float
    q1: float
    q2: float
    s1: float
    s2: float
    tr1: float
    tr2: float


class Fit(NamedTuple):
    """Weighted least squares at one tau2.

    Parameters
    ----------
    beta
        Coefficients, shape (p,).
    cov
        Their Wald covariance (X'WX)^-1, shape (p, p).
    log_det
        log |X'WX|.
    """

    beta: FloatArray
    cov: FloatArray
    log_det: float


def blocks(k: int, n: int) -> Iterator[slice]:
    """Slices of k studies such that n values of tau2 times a slice fit a block."""
    size = max(1, BLOCK // n)
    for start in range(0, k, size):
        yield slice(start, start + size)


def stretches(k: int, width: int) -> list[slice]:
    """Slices of k studies whose matrices of ``width`` columns are short."""
    size = max(1, SHORT // width)
    return [slice(start, start + size) for start in range(0, k, size)]
