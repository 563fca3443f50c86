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
from metasyn.models.random_effects.model import Model

__all__ = [
    "gaussian",
    "likelihood_maximum",
    "log_likelihood",
    "q_root",
    "root_between",
    "tau2_grid",
]

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


def q_root(
    model: Model, target: float, start: float = 0.0, at_start: tuple[float, float] | None = None
) -> float:
    """The tau2 at which y'Py falls to ``target``; 0 where it is below already.

    y'Py is a Stieltjes function of tau2, so its reciprocal is concave: from the left Newton's
    steps never pass the root, from the right the first step lands on the left.

    Parameters
    ----------
    model
        The studies.
    target
        Positive.
    start
        First value of tau2; any serves.
    at_start
        y'Py and its derivative there, where they are known.
    """
    tau2 = start
    q, slope = at_start or model.q_and_slope(tau2)
    for _ in range(200):
        if q == 0.0 or (q <= target and tau2 == 0.0):
            return 0.0
        following = max(0.0, tau2 + (target - q) * q / (target * slope))
        if abs(following - tau2) <= SETTLED * following:
            return following
        tau2 = following
        q, slope = model.q_and_slope(tau2)
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
    log_det = model.fit(tau2).log_det if restricted else 0.0
    return gaussian(model, tau2, model.q_and_slope(tau2)[0], log_det if restricted else None)


def gaussian(model: Model, tau2: float, q: float, log_det: float | None) -> float:
    """The same from y'Py and, for the restricted likelihood, log |X'WX|."""
    n = float(model.k)
    logs = float(np.log(model.vi + tau2).sum())
    if log_det is not None:
        n -= model.p
        logs += log_det - model.log_det_xx
    return -0.5 * (n * math.log(2.0 * math.pi) + logs + q)


def _maxima(model: Model, grid: FloatArray, restricted: bool) -> list[float]:
    """Every maximum of the likelihood on the grid's range, refined.

    The likelihood rises where the balance y'PPy / trace exceeds 1. Around a node that comes
    nearer to 1 than both its neighbours, without a crossing, a finer grid looks for a pair of
    stationary points.
    """
    balance = model.balance_over(grid, restricted=restricted).tolist()
    nodes = list(zip(grid.tolist(), balance, strict=True))
    maxima = [0.0] if balance[0] <= 1.0 else []
    for (left, rises), (right, falls) in pairwise(nodes):
        if rises > 1.0 >= falls:
            maxima.append(_refine(model, (left, rises), (right, falls), restricted))
    for (left, a), (_, b), (right, c) in zip(nodes, nodes[1:], nodes[2:], strict=False):
        if 1.0 < b < min(a, c) or max(a, c) < b <= 1.0:
            inner = np.linspace(left, right, 129)
            finer = model.balance_over(inner, restricted=restricted).tolist()
            for low, high in pairwise(zip(inner.tolist(), finer, strict=True)):
                if low[1] > 1.0 >= high[1]:
                    maxima.append(_refine(model, low, high, restricted))
    return maxima or [0.0]


def _refine(
    model: Model, low: tuple[float, float], high: tuple[float, float], restricted: bool
) -> float:
    """A maximum between two values of tau2 with their balances, as the root of 1 / balance - 1.

    The reciprocal is linear in tau2 where the variances are equal, and nearly so elsewhere.
    """

    def curve(tau2: float) -> tuple[float, float]:
        m = model.moments(tau2)
        trace, trace2 = (m.tr1, m.tr2) if restricted else (m.s1, m.s2)
        return trace / m.q1 - 1.0, (2.0 * trace * m.q2 - trace2 * m.q1) / (m.q1 * m.q1)

    (left, rises), (right, falls) = low, high
    guess = left + (right - left) * falls * (rises - 1.0) / (rises - falls)
    return root_between(curve, left, right, guess)
