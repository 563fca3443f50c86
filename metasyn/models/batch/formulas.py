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

__all__ = ["balance", "moments", "solution"]

Value = TypeVar("Value", float, FloatArray)
Three = tuple[Value, Value, Value]
Four = tuple[Value, Value, Value, Value]
Seven = tuple[Value, Value, Value, Value, Value, Value, Value]


def moments(a: Three[Value], b: Three[Value], c: Three[Value], top: Value) -> Seven[Value]:
    """y'Py, y'PPy, y'PPPy, sums of w and w^2, traces of P and PP."""
    a0, a1, a2 = a
    b0, b1, b2 = b
    c0, c1, c2 = c
    total = top + a0
    mu, share, ratio = a1 / total, top / total, b0 / total
    lead = top * mu
    gap = b1 - mu * b0
    cross = gap + lead * a0
    cube = c2 - mu * (2.0 * c1 - mu * c0) + lead * (2.0 * gap + lead * a0)
    return (
        np.maximum(0.0, a2 - mu * a1),
        lead * lead + b2 - mu * (2.0 * b1 - mu * b0),
        cube - cross * cross / total,
        total,
        top * top + b0,
        a0 - ratio + share * a0,
        b0 - 2.0 * c0 / total + ratio * ratio + share * share * (a0 * a0 + 2.0 * b0),
    )


def balance(a: Three[Value], b: Three[Value], top: Value, restricted: bool) -> Value:
    """Quotient of y'PPy and tr P (sum w for the full likelihood)."""
    a0, a1, _ = a
    b0, b1, b2 = b
    total = top + a0
    mu = a1 / total
    form = (top * mu) ** 2 + b2 - mu * (2.0 * b1 - mu * b0)
    return form / (a0 + (top * a0 - b0) / total if restricted else total)


def solution(a: Three[Value], b: Three[Value], top: Value) -> Four[Value]:
    """The form y'Py, its derivative -y'PPy, the weighted mean and the sum of the weights."""
    a0, a1, a2 = a
    b0, b1, b2 = b
    total = top + a0
    mu = a1 / total
    slope = -((top * mu) ** 2 + b2 - mu * (2.0 * b1 - mu * b0))
    return np.maximum(0.0, a2 - mu * a1), slope, mu, total
