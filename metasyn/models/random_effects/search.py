"""Roots and optima in tau2, found for certain.

Nothing here starts from a guess and hopes. Paule-Mandel's equation and Q-profile limits are solved
by Newton's method on 1 / y'Py, which is increasing and concave in tau2, so the iteration is
monotone. Likelihoods are searched on a grid between 0 and a closed-form bound, every stationary
point is refined by safeguarded Newton steps, and the highest wins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.moments import Model, Moments

__all__ = ["likelihood_maximum", "log_likelihood", "q_root", "root_between", "tau2_grid"]

STEP = 0.5
"""Grid step in log tau2.

The score is analytic in log tau2 on the strip |imaginary part| < pi (its poles lie at negative
tau2), so nothing in it is narrower than about 1.
"""

FLOOR = 1 / 32
"""First positive grid point over the smallest variance; the score is near linear below it."""

SETTLED = 1e-9
"""Relative step at which quadratic convergence has reached the last digit."""

_COUNT = np.arange(4096.0)


def tau2_grid(model: Model, upper: float) -> FloatArray:
    """0 and geometric steps up to ``upper``, fine against the scale of the variances.

    Parameters
    ----------
    model
        The studies.
    upper
        Last point, positive.
    """
    low = FLOOR * min(model.least_variance, upper)
    steps = math.ceil(math.log(upper / low) / STEP)
    grid = np.empty(steps + 2)
    grid[0] = 0.0
    grid[1:] = low * np.exp(math.log(upper / low) / steps * _COUNT[: steps + 1])
    return grid


def q_root(model: Model, target: float, start: float = 0.0) -> float:
    """The tau2 at which y'Py falls to ``target``; 0 where it is below already.

    y'Py is a Stieltjes function of tau2, so its reciprocal is concave: from the left Newton's
    steps never pass the root, from the right the first step lands on the left.
    """
    tau2 = start
    for _ in range(200):
        q, slope = model.q_and_slope(tau2)
        if q == 0.0 or (q <= target and tau2 == 0.0):
            return 0.0
        following = max(0.0, tau2 + (target - q) * q / (target * slope))
        if abs(following - tau2) <= SETTLED * following:
            return following
        tau2 = following
    raise ArithmeticError("Newton's method on a concave function did not settle.")


def root_between(
    curve: Callable[[float], tuple[float, float]], low: float, high: float, guess: float
) -> float:
    """Root of a function that rises through 0 between ``low`` and ``high``.

    Newton's method, with bisection wherever a step leaves the bracket or is no shorter than half
    of the last but one.

    Parameters
    ----------
    curve
        Value and derivative at a point.
    low, high
        Bracket; the function is negative on the left and not negative on the right.
    guess
        First point, inside the bracket.
    """
    at, before, last = guess, high - low, high - low
    for _ in range(200):
        value, slope = curve(at)
        if value < 0.0:
            low = at
        else:
            high = at
        step = -value / slope if slope > 0.0 else math.inf
        if not low <= at + step <= high or abs(step) > 0.5 * before:
            step = 0.5 * (low + high) - at
        before, last = last, abs(step)
        at += step
        if last <= SETTLED * at or high - low <= 4e-16 * high:
            return at
    raise ArithmeticError("A bracketed root did not settle.")


def likelihood_maximum(model: Model, *, restricted: bool) -> float:
    """The tau2 that maximises the restricted or the full likelihood over [0, infinity).

    Parameters
    ----------
    model
        The studies.
    restricted
        Whether the likelihood is restricted (REML) or full (ML).
    """
    upper = model.tau2_bound
    if upper <= 0.0:
        return 0.0
    maxima = _maxima(model, tau2_grid(model, upper), restricted)
    if len(maxima) == 1:
        return maxima[0]
    heights = [log_likelihood(model, tau2, restricted=restricted) for tau2 in maxima]
    return maxima[max(range(len(maxima)), key=heights.__getitem__)]


def log_likelihood(model: Model, tau2: float, *, restricted: bool) -> float:
    """Log-likelihood of tau2 with the coefficients profiled out, constants included.

    The restricted one has log |X'X| / 2 in it, as metafor's (Harville 1974).
    """
    q, _ = model.q_and_slope(tau2)
    logs = float(np.log(model.vi + tau2).sum())
    n = float(model.k)
    if restricted:
        n -= model.p
        logs += model.fit(tau2).log_det - model.log_det_xx
    return -0.5 * (n * math.log(2.0 * math.pi) + logs + q)


def _maxima(model: Model, grid: FloatArray, restricted: bool) -> list[float]:
    """Every maximum of the likelihood on the grid's range, refined."""
    moments = model.moments_over(grid)
    slope, bend = _score(moments, restricted)
    maxima = [0.0] if slope[0] <= 0.0 else []
    points = list(zip(grid.tolist(), slope, bend, strict=True))
    for (left, up, turn), (right, down, back) in pairwise(points):
        if up > 0.0 >= down:
            maxima.append(_refine(model, left, right, restricted))
        elif turn * up < 0.0 < back * down and up * down > 0.0:
            inner = np.linspace(left, right, 65)
            values, _ = _score(model.moments_over(inner), restricted)
            near = pairwise(zip(inner.tolist(), values, strict=True))
            maxima += [_refine(model, a, b, restricted) for (a, x), (b, y) in near if x > 0.0 >= y]
    return maxima or [0.0]


def _score(moments: Moments[FloatArray], restricted: bool) -> tuple[list[float], list[float]]:
    """Twice the score and its derivative."""
    trace = moments.tr1 if restricted else moments.s1
    trace2 = moments.tr2 if restricted else moments.s2
    return (moments.q1 - trace).tolist(), (trace2 - 2.0 * moments.q2).tolist()


def _refine(model: Model, low: float, high: float, restricted: bool) -> float:
    """A maximum between two points, as the root of trace / y'PPy - 1.

    The quotient is linear in tau2 where the variances are equal, and nearly so elsewhere.
    """

    def curve(tau2: float) -> tuple[float, float]:
        m = model.moments(tau2)
        trace, trace2 = (m.tr1, m.tr2) if restricted else (m.s1, m.s2)
        return trace / m.q1 - 1.0, (2.0 * trace * m.q2 - trace2 * m.q1) / (m.q1 * m.q1)

    return root_between(curve, low, high, 0.5 * (low + high))
