"""Roots and maxima in tau2 of one set, compiled.

The methods of :mod:`metasyn.models.random_effects.search`: the same grid, the same brackets, the
same choice of the highest maximum. A row is one of :mod:`metasyn.models.batch.one_set`.
"""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.likelihood import PARTS
from metasyn.models.batch.machine_code import compiled, inlined
from metasyn.models.batch.one_set import bound_of, likelihood, moments_of, score, sloped
from metasyn.models.random_effects.search import FLOOR, SETTLED, STEP

__all__ = ["highest", "q_root"]

NONE = -1.0
"""Stands for a maximum while there is none; tau2 is not negative."""


@inlined
def q_root(
    z: FloatArray, v: FloatArray, least: float, target: float, start: float, steps: int
) -> float:
    """The tau2 at which y'Py falls to its target; NaN where it does not settle."""
    tau2 = start
    for _ in range(steps):
        q, slope = sloped(z, v, least, tau2)
        if q == 0.0 or (q <= target and tau2 == 0.0):
            return 0.0
        following = max(0.0, tau2 + (target - q) * q / (target * slope))
        if abs(following - tau2) <= SETTLED * following:
            return following
        tau2 = following
    return np.nan


@inlined
def _curve(
    z: FloatArray, v: FloatArray, least: float, t: float, restricted: bool
) -> tuple[float, float]:
    """1 / balance - 1, which is nearly linear in tau2, and its derivative."""
    _, q1, q2, s1, s2, tr1, tr2 = moments_of(z, v, least, t)
    trace, trace2 = (tr1, tr2) if restricted else (s1, s2)
    return trace / q1 - 1.0, (2.0 * trace * q2 - trace2 * q1) / (q1 * q1)


@compiled
def _refined(
    z: FloatArray,
    v: FloatArray,
    least: float,
    ends: tuple[float, float, float, float],
    restricted: bool,
    steps: int,
) -> float:
    """The maximum between two values of tau2 with their balances; NaN where it does not settle."""
    low, high, rises, falls = ends
    at = low + (high - low) * falls * (rises - 1.0) / (rises - falls)
    before = last = high - low
    for _ in range(steps):
        value, slope = _curve(z, v, least, at, restricted)
        if value < 0.0:
            low = at
        else:
            high = at
        step = -value / slope if slope > 0.0 else np.inf
        if not (low <= at + step <= high and abs(step) <= 0.5 * before):
            step = 0.5 * (low + high) - at
        before, last = last, abs(step)
        at += step
        if last <= SETTLED * at or high - low <= 4e-16 * high:
            return at
    return np.nan


@compiled
def _higher(
    z: FloatArray, v: FloatArray, least: float, best: float, other: float, restricted: bool
) -> float:
    """Which of two maxima is the higher; the first may be none."""
    if best == NONE or np.isnan(other):
        return other
    gain = likelihood(z, v, least, other, restricted) - likelihood(z, v, least, best, restricted)
    return best if gain < 0.0 else other


@compiled
def _between(
    z: FloatArray,
    v: FloatArray,
    least: float,
    stretch: tuple[float, float],
    restricted: bool,
    steps: int,
) -> float:
    """The highest maximum of pairs of stationary points that nodes of a grid may hide."""
    start, width = stretch[0], stretch[1] - stretch[0]
    best, left, rises = NONE, start, np.nan
    for part in range(PARTS + 1):
        right = start + width * (part / PARTS)
        form, trace = score(z, v, least, right, restricted)
        falls = form / trace
        if rises > 1.0 >= falls:
            found = _refined(z, v, least, (left, right, rises, falls), restricted, steps)
            best = _higher(z, v, least, best, found, restricted)
        left, rises = right, falls
    return best


@inlined
def highest(z: FloatArray, v: FloatArray, least: float, restricted: bool, steps: int) -> float:
    """The tau2 that maximises the likelihood over [0, infinity); NaN where it does not settle."""
    upper = bound_of(z, v, least)
    if not upper > 0.0:
        return 0.0
    low = FLOOR * min(least, upper)
    width = np.log(upper / low)
    count = np.ceil(width / STEP)
    ratio, best = np.exp(width / count), NONE
    t0 = t1 = t2 = b0 = b1 = b2 = 0.0
    for number in range(int(count) + 2):
        t0, t1, t2 = t1, t2, low if number == 1 else t2 * ratio
        form, trace = score(z, v, least, t2, restricted)
        b0, b1, b2 = b1, b2, form / trace
        found = NONE
        if number == 0:
            found = 0.0 if b2 <= 1.0 else NONE
        elif b1 > 1.0 >= b2:
            found = _refined(z, v, least, (t1, t2, b1, b2), restricted, steps)
        elif number > 1 and (1.0 < b1 < min(b0, b2) or max(b0, b2) < b1 <= 1.0):
            found = _between(z, v, least, (t0, t2), restricted, steps)
        if found != NONE:
            best = _higher(z, v, least, best, found, restricted)
    return 0.0 if best == NONE else best
