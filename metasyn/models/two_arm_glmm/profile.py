"""Profile likelihood: how far a parameter can go before the likelihood has fallen too far."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from metasyn.models.two_arm_glmm.fit import (
    NOTHING_HELD,
    SCALE_BOUND,
    Fit,
    Held,
    Likelihood,
    climb,
    maximise,
)

__all__ = ["at_infinity", "drop_of", "effect_limits", "scale_limits"]

INFINITE = 30.0
"""A log ratio that stands for infinity: its odds differ from 0 by 1e-13."""
_START_SCALE = 0.3
_CLOSE = 1e-6
"""Steps this small leave the likelihood right to 1e-12 times its curvature."""


def at_infinity(likelihood: Likelihood, direction: int) -> Fit:
    """The highest likelihood where the effect runs to infinity, without a spread of effects."""
    return maximise(likelihood, {0: direction * INFINITE, likelihood.shared: 0.0})


def effect_limits(
    likelihood: Likelihood, best: Fit, cutoff: float, held: Held = NOTHING_HELD, direction: int = 0
) -> tuple[float, float]:
    """Limits of the effect; infinite where the likelihood never falls so far.

    Parameters
    ----------
    likelihood, best
        The model and its maximum.
    cutoff
        Twice the drop of the log-likelihood at the limits.
    held
        Parameters that were not free in ``best``.
    direction
        +1 or -1 where the effect is infinite (``best`` is :func:`at_infinity`): so is that limit.
    """
    drop = drop_of(likelihood, 0, best, cutoff, held)
    centre = float(best.parameters[0])
    width = 1.0 if direction else float(np.sqrt(best.covariance(likelihood.scales)[0, 0]))

    def limit(side: int) -> float:
        return side * np.inf if side == direction else _crossing(drop, centre, side * width)

    return limit(-1), limit(1)


def scale_limits(likelihood: Likelihood, best: Fit, cutoff: float) -> tuple[float, float]:
    """Limits of tau, from 0 to infinity."""
    position = likelihood.shared
    centre = float(best.parameters[position])
    drop = drop_of(likelihood, position, best, cutoff)
    low = 0.0 if centre == 0 or drop(0.0) <= 0 else _root(drop, 0.0, centre)
    if centre >= SCALE_BOUND or drop(SCALE_BOUND) < 0:
        return low, np.inf
    return low, _root(drop, centre, SCALE_BOUND)


def drop_of(
    likelihood: Likelihood, position: int, best: Fit, cutoff: float, held: Held = NOTHING_HELD
) -> Callable[[float], float]:
    """Twice the fall of the likelihood, less the cutoff, with one parameter at a value."""
    near = best

    def drop(value: float) -> float:
        nonlocal near
        near = _profile(likelihood, {**held, position: value}, near)
        return 2 * (best.value - near.value) - cutoff

    return drop


def _profile(likelihood: Likelihood, held: Held, near: Fit) -> Fit:
    """Maximum with parameters held, climbing from a fit nearby.

    The likelihood is even in the scales, so a climb from 0 stays there: another one starts off 0.
    """
    start = near.parameters.copy()
    start[list(held)] = list(held.values())
    free = np.array([i not in held for i in range(len(start))])
    stuck = free & (np.arange(len(start)) >= likelihood.shared) & (start == 0)
    starts = [start] if not stuck.any() else [start, np.where(stuck, _START_SCALE, start)]
    tops = [climb(likelihood, at, near.intercepts, free, _CLOSE) for at in starts]
    return max(tops, key=lambda at: at.value)


def _crossing(drop: Callable[[float], float], centre: float, step: float) -> float:
    """Where ``drop`` turns positive, going from the centre in doubling steps."""
    inner = centre
    while abs(step) < 2 * INFINITE:
        outer = centre + step
        if drop(outer) > 0:
            return _root(drop, inner, outer)
        inner, step = outer, 2 * step
    return float(np.sign(step)) * np.inf


def _root(drop: Callable[[float], float], one: float, other: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(drop, one, other, xtol=1e-10, rtol=1e-12))
