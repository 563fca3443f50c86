"""Profile-likelihood tests and intervals of p-uniform*."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.p_uniform_likelihood import MEAN, TAU2, Best, Ints, UniformLikelihood
from metasyn.effects.arrays import FloatArray

__all__ = ["Limits", "limits"]

Bools = npt.NDArray[np.bool_]

OFFSETS: FloatArray = 1.5 ** np.arange(1.0, 12.0) - 1.0
"""Distances from the maximum at which a profile is looked at, each gap half as large again."""
NEAR = 5
"""How many of them are looked at before the others."""
STEPS = 20
CLOSE = 1e-11
LOST = 1e8
"""Where a search is given up."""
LEVEL = 1e-9
"""By how much a profile may rise above the goal at a limit."""


class Limits(NamedTuple):
    """What profiles tell.

    ``mean`` and ``tau2``: intervals, None where a limit is out of reach; ``no_effect`` and
    ``homogeneous``: the log-likelihood at its highest where the mean, or tau2, is 0.
    """

    mean: tuple[float, float] | None
    tau2: tuple[float, float] | None
    no_effect: float
    homogeneous: float


class _Bracket(NamedTuple):
    """A limit of a parameter lies between two values; ``at``: a guess, with the other parameter."""

    held: int
    inside: float
    outside: float
    at: FloatArray


def limits(likelihood: UniformLikelihood, best: Best, drop: float) -> Limits:
    """Profile intervals of the mean and of tau2, and the likelihood of two null hypotheses.

    Parameters
    ----------
    likelihood, best
        The log-likelihood, and where it is highest.
    drop
        How far below the maximum the limits lie.
    """
    goal = best.value - drop
    ways = ((MEAN, -1.0), (MEAN, 1.0), (TAU2, 1.0))
    held = np.repeat([MEAN, TAU2, *(way[0] for way in ways)], [1, 1, NEAR, NEAR, NEAR])
    near = [_outward(best, *way, OFFSETS[:NEAR]) for way in ways]
    seen = likelihood.profile(held, np.concatenate([[0.0, 0.0], *near]), best)
    brackets = []
    for i, way in enumerate(ways):
        first = 2 + i * NEAR
        rows = slice(first, first + NEAR)
        found = _bracket(best, way[0], seen.at[rows], best.value + seen.value[rows], drop)
        brackets.append(found or _farther(likelihood, best, way, drop))
    no_effect, homogeneous = (-float(value) for value in seen.value[:2])
    if best.tau2 > 0.0:
        brackets.append(_bracket(best, TAU2, seen.at[1:2], best.value + seen.value[1:2], drop))
    low, high, top, *bottom = _crossings(likelihood, best, goal, brackets)
    return Limits(
        None if low is None or high is None else (low, high),
        None if top is None else (next(iter(bottom), None) or 0.0, top),
        no_effect,
        homogeneous,
    )


def _outward(best: Best, held: int, way: float, offsets: FloatArray) -> FloatArray:
    """Values of a parameter farther and farther from the maximum; steps of tau2 are tau's."""
    if held == MEAN:
        return best.mean + way * offsets
    away: FloatArray = (math.sqrt(best.tau2) + offsets) ** 2
    return away


def _bracket(
    best: Best, held: int, at: FloatArray, depth: FloatArray, drop: float
) -> _Bracket | None:
    """Where the profile is first deeper than the drop; its root is all but straight on the way."""
    deeper = depth > drop
    if not deeper.any():
        return None
    i = int(deeper.argmax())
    before, inner = (at[i - 1], depth[i - 1]) if i else (np.array([best.mean, best.tau2]), 0.0)
    root, ends = math.sqrt(drop), (math.sqrt(max(0.0, inner)), math.sqrt(depth[i]))
    guess = before + (root - ends[0]) / (ends[1] - ends[0]) * (at[i] - before)
    return _Bracket(held, float(before[held]), float(at[i, held]), guess)


def _farther(
    likelihood: UniformLikelihood, best: Best, way: tuple[int, float], drop: float
) -> _Bracket | None:
    values = _outward(best, *way, OFFSETS)
    seen = likelihood.profile(np.full(len(values), way[0]), values, best)
    return _bracket(best, way[0], seen.at, best.value + seen.value, drop)


def _crossings(
    likelihood: UniformLikelihood, best: Best, goal: float, brackets: list[_Bracket | None]
) -> list[float | None]:
    """Where profiles pass the goal within their brackets."""
    known = [bracket for bracket in brackets if bracket is not None]
    if not known:
        return [None] * len(brackets)
    held = np.array([bracket.held for bracket in known])
    at, there = _jointly(likelihood, goal, held, np.array([bracket.at for bracket in known]))
    values = at[np.arange(len(held)), held]
    ends = np.sort([[bracket.inside, bracket.outside] for bracket in known], axis=1)
    there &= (values >= ends[:, 0]) & (values <= ends[:, 1])
    safe = np.where(there, values, ends[:, 1])
    there &= likelihood.ridge(held, safe, best)[1] <= goal + LEVEL
    passed = iter(
        float(value) if good else _slowly(likelihood, best, goal, bracket)
        for value, good, bracket in zip(values, there, known, strict=True)
    )
    return [None if bracket is None else next(passed) for bracket in brackets]


def _jointly(
    likelihood: UniformLikelihood, goal: float, held: Ints, at: FloatArray
) -> tuple[FloatArray, Bools]:
    """Points at the goal's height where the other parameter's slope is 0; whether they are.

    Venzon and Moolgavkar 1988, Appl Stat 37:87: Newton's method for both conditions at once.
    """
    rows, other = np.arange(len(held)), 1 - held
    there: Bools = np.zeros(len(held), dtype=np.bool_)
    for _ in range(STEPS):
        value, slope, curvature = likelihood.bends(at)
        gap, tilt = value + goal, slope[rows, other]
        pressed = (other == TAU2) & (at[:, TAU2] <= 0.0) & (tilt >= 0.0)
        along, bend = slope[rows, held], curvature[rows, other, other]
        cross = np.where(pressed, 0.0, curvature[rows, 0, 1])
        tilt = np.where(pressed, 0.0, tilt)
        determinant = along * bend - tilt * cross
        determinant[determinant == 0.0] = np.nan
        step = np.empty_like(at)
        step[rows, held] = (tilt * tilt - gap * bend) / determinant
        step[rows, other] = (gap * cross - tilt * along) / determinant
        moved = np.maximum(at + step, [-np.inf, 0.0])
        there = np.all(np.abs(moved - at) <= CLOSE * (1.0 + np.abs(at)), axis=1)
        there &= pressed | (bend > 0.0)
        if not (np.abs(moved) < LOST).all():
            return at, np.zeros_like(there)
        at = moved
        if there.all():
            break
    return at, there


def _slowly(likelihood: UniformLikelihood, best: Best, goal: float, bracket: _Bracket) -> float:
    """Newton steps of the profile from outside, halving the bracket where they leave it."""
    held, inside, outside, _ = bracket
    x = outside
    for _ in range(100):
        found = likelihood.profile(np.array([held]), np.array([x]), best)
        value, slope = float(found.value[0]) + goal, float(found.slope[0, held])
        if value > 0.0:
            outside = x
        else:
            inside = x
        near = x - value / slope if slope else math.inf
        if not min(inside, outside) <= near <= max(inside, outside):
            near = 0.5 * (inside + outside)
        if abs(near - x) <= CLOSE * (1.0 + abs(x)):
            return near
        x = near
    return x
