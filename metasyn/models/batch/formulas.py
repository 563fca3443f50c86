"""Forms of a set around one mean, from its sums over studies.

Written once: numpy evaluates them on columns, and numba compiles them for single sets. Sums run
over all studies but the most precise, whose weight ``top`` stands apart, and over contrasts with
it; :class:`metasyn.models.random_effects.moments.MeanModel` says why. a, b and c are sums of w,
w^2 and w^3, times 1, z and z^2.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.moments import ROOM

__all__ = [
    "LOG_2_PI",
    "log_likelihood",
    "moments",
    "scores",
    "sloped",
    "solution",
    "tau2_bound",
    "traced",
]

LOG_2_PI = float(np.log(2.0 * np.pi))

Value = TypeVar("Value", float, FloatArray)
Three = tuple[Value, Value, Value]
Two = tuple[Value, Value]
Four = tuple[Value, Value, Value, Value]
Seven = tuple[Value, Value, Value, Value, Value, Value, Value]


def moments(a: Three[Value], b: Three[Value], c: Three[Value], top: Value) -> Seven[Value]:
    """y'Py, y'PPy, y'PPPy, sums of w and w^2, traces of P and PP."""
    a0, a1, _ = a
    b0, b1, b2 = b
    c0, c1, c2 = c
    q, total, tr1, tr2 = traced(a, b0, c0, top)
    mu = a1 / total
    lead = top * mu
    gap = b1 - mu * b0
    cross = gap + lead * a0
    cube = c2 - mu * (2.0 * c1 - mu * c0) + lead * (2.0 * gap + lead * a0)
    form = lead * lead + b2 - mu * (2.0 * b1 - mu * b0)
    return q, form, cube - cross * cross / total, total, top * top + b0, tr1, tr2


def scores(a: Two[Value], b: Three[Value], top: Value, restricted: bool) -> Two[Value]:
    """Form y'PPy and trace tr P (sum w for the full likelihood), whose quotient is the balance."""
    a0, a1 = a
    b0, b1, b2 = b
    total = top + a0
    mu = a1 / total
    form = (top * mu) ** 2 + b2 - mu * (2.0 * b1 - mu * b0)
    return form, (a0 + (top * a0 - b0) / total if restricted else total)


def solution(a: Three[Value], top: Value) -> Three[Value]:
    """The form y'Py, the weighted mean and the sum of the weights."""
    a0, a1, a2 = a
    total = top + a0
    mu = a1 / total
    return np.maximum(0.0, a2 - mu * a1), mu, total


def sloped(a: Three[Value], b: Three[Value], top: Value) -> Two[Value]:
    """The form y'Py and its derivative -y'PPy."""
    b0, b1, b2 = b
    q, mu, _ = solution(a, top)
    return q, -((top * mu) ** 2 + b2 - mu * (2.0 * b1 - mu * b0))


def traced(a: Three[Value], b0: Value, c0: Value, top: Value) -> Four[Value]:
    """The form y'Py, the sum of the weights, and the traces of P and PP."""
    a0 = a[0]
    q, _, total = solution(a, top)
    share, ratio = top / total, b0 / total
    return (
        q,
        total,
        a0 - ratio + share * a0,
        b0 - 2.0 * c0 / total + ratio * ratio + share * share * (a0 * a0 + 2.0 * b0),
    )


def log_likelihood(q: Value, total: Value, logs: Value, k: Value, restricted: bool) -> Value:
    """Log-likelihood with the mean profiled out, constants included.

    From y'Py, the sum of the weights and the sum of the logarithms of the variances 1 / w.
    """
    n, rest = k, logs + q
    if restricted:
        n, rest = k - 1.0, rest + np.log(total) - np.log(k)
    likelihood: Value = -0.5 * (n * LOG_2_PI + rest)
    return likelihood


def tau2_bound(squares: Value, k: Value, least: Value, mean_variance: Value) -> Value:
    """Value above which the restricted and the full likelihood only fall; negative if they do at 0.

    From the sum of squares S of the estimates about their plain mean. The range of the estimates is
    at most the root of 2 S, and no likelihood rises where tau2 + min v exceeds its square. With e_j
    the k - 1 eigenvalues of the variances on contrasts, y'PPy <= S / t^2, and sum w >= tr P =
    sum 1 / (e_j + t) >= (k - 1) / (mean e + t) by Jensen, whose mean e is that of the variances:
    there is no maximum above a t with t^2 (k - 1) = S (t + mean v) either.
    """
    variance = squares / (k - 1.0)
    root = np.sqrt(variance) * np.sqrt(variance + 4.0 * mean_variance)
    bound: Value = ROOM * np.minimum(2.0 * squares - least, 0.5 * (variance + root))
    return bound
