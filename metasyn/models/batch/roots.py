"""Roots of many functions at once; what is done leaves the iteration.

The methods of :mod:`metasyn.models.random_effects.search`, on columns. What does not settle is NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import EVERY, IntArray, Rows
from metasyn.models.random_effects.search import SETTLED

__all__ = ["crossing", "q_root", "root_between"]

STEPS = 200
"""Iterations after which a root is given up."""

Curve = Callable[[FloatArray, IntArray], FloatArray]
SlopedCurve = Callable[[FloatArray, IntArray], tuple[FloatArray, FloatArray]]


def q_root(
    q_and_slope: Callable[[FloatArray, Rows], tuple[FloatArray, FloatArray]],
    target: FloatArray,
    start: FloatArray,
) -> FloatArray:
    """The tau2 of every set at which y'Py falls to its target; 0 where it is below already.

    Parameters
    ----------
    q_and_slope
        y'Py and its derivative, at one tau2 for each of some sets.
    target
        Positive, shape (sets,).
    start
        First values of tau2.
    """
    found = np.full(len(start), np.nan)
    live, tau2 = np.arange(len(start)), start
    for _ in range(STEPS):
        q, slope = q_and_slope(tau2, EVERY if len(live) == len(start) else live)
        following = np.maximum(0.0, tau2 + (target - q) * q / (target * slope))
        following[(q == 0.0) | ((q <= target) & (tau2 == 0.0))] = 0.0
        settled = np.abs(following - tau2) <= SETTLED * following
        if settled.any():
            found[live[settled]] = following[settled]
            moving = ~settled
            live, following, target = live[moving], following[moving], target[moving]
            if not len(live):
                break
        tau2 = following
    return found


def root_between(
    curve: SlopedCurve, low: FloatArray, high: FloatArray, guess: FloatArray
) -> FloatArray:
    """Roots of functions that rise through 0 between ``low`` and ``high``.

    Newton's method, with bisection wherever a step leaves the bracket or is no shorter than half
    of the last but one.

    Parameters
    ----------
    curve
        Values and derivatives of the functions with the given numbers.
    low, high
        Brackets; a function is negative on the left and not negative on the right.
    guess
        First points, inside the brackets.
    """
    found = np.full(len(guess), np.nan)
    live, at, before = np.arange(len(guess)), guess, high - low
    last = before
    for _ in range(STEPS if len(live) else 0):
        value, slope = curve(at, live)
        left = value < 0.0
        low, high = np.where(left, at, low), np.where(left, high, at)
        step = np.where(slope > 0.0, -value / slope, np.inf)
        inside = (low <= at + step) & (at + step <= high) & (np.abs(step) <= 0.5 * before)
        step = np.where(inside, step, 0.5 * (low + high) - at)
        before, last = last, np.abs(step)
        at = at + step
        settled = (last <= SETTLED * at) | (high - low <= 4e-16 * high)
        if settled.any():
            found[live[settled]] = at[settled]
            rest = ~settled
            live, at, low, high = live[rest], at[rest], low[rest], high[rest]
            before, last = before[rest], last[rest]
            if not len(live):
                break
    return found


def crossing(
    curve: Curve, low: FloatArray, high: FloatArray, at_low: FloatArray, at_high: FloatArray
) -> FloatArray:
    """Where functions of unknown slope change sign between ``low`` and ``high``.

    Chandrupatla 1997, Adv Eng Softw 28:145: inverse quadratic interpolation where it is safe,
    bisection elsewhere.

    Parameters
    ----------
    curve
        Values of the functions with the given numbers.
    low, high, at_low, at_high
        Brackets, and the values at their ends, of opposite signs.
    """
    found = np.full(len(low), np.nan)
    live, share = np.arange(len(low)), np.full(len(low), 0.5)
    (b, fb), (a, fa) = (low, at_low), (high, at_high)
    for _ in range(STEPS if len(live) else 0):
        x = a + share * (b - a)
        fx = curve(x, live)
        same = np.sign(fx) == np.sign(fa)
        (c, fc), (b, fb) = (
            (np.where(same, a, b), np.where(same, fa, fb)),
            (np.where(same, b, a), np.where(same, fb, fa)),
        )
        a, fa = x, fx
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        least = RESOLUTION * np.abs(best) / np.abs(b - a)
        settled = (least > 0.5) | (fa == 0.0) | (a == b)
        share = np.clip(_interpolated((a, fa), (b, fb), (c, fc)), least, 1.0 - least)
        if settled.any():
            found[live[settled]] = best[settled]
            rest = ~settled
            live, share = live[rest], share[rest]
            a, fa, b, fb = a[rest], fa[rest], b[rest], fb[rest]
            if not len(live):
                break
    return found


RESOLUTION = 1e-14
"""Relative width of a bracket that is as good as a point."""

Point = tuple[FloatArray, FloatArray]


def _interpolated(now: Point, other: Point, old: Point) -> FloatArray:
    """Share of the way from ``now`` to ``other`` to go next."""
    (a, fa), (b, fb), (c, fc) = now, other, old
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    safe = (phi * phi < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
    quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (
        fc - fb
    )
    return np.where(safe, quadratic, 0.5)
