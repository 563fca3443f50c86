"""The fewest studies whose removal changes a reading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.take import InverseVariance
from metasyn.diagnostics.what_would_it_take.goals import Fits, Goal
from metasyn.effects.effects import Effects

__all__ = ["Removal", "fewest_removed", "fits_of"]

Members = npt.NDArray[np.bool_]

LEAST = 2
"""Studies that have to be left: fewer are not pooled."""
MOST = 25
"""Studies that are removed at most; never more than half of them."""


class Removal(NamedTuple):
    """What was found.

    Studies to remove (None: none found); how many sets of this size would do (None beyond pairs);
    how many studies were removed at most.
    """

    rows: tuple[int, ...] | None
    alternatives: int | None
    tried: int


def fewest_removed(
    effects: Effects, spec: InverseVariance, goals: Sequence[Goal]
) -> tuple[Removal, ...]:
    """Singles and pairs are tried out; then studies go one at a time, the most telling first.

    Parameters
    ----------
    effects
        All studies, three or more.
    spec
        The model, with as little to compute as the goals allow.
    goals
        What is to change.
    """
    k = len(effects)
    found: dict[Goal, Removal] = {}
    tried: list[_Tried] = []
    for size in (1, 2):
        if k - size < LEAST or len(found) == len(goals):
            break
        sets = list(combinations(range(k), size))
        fits = fits_of(effects, spec, _without(k, sets))
        tried.append(_Tried(sets, fits))
        for goal in goals:
            there = np.flatnonzero(goal.reached(fits))
            if len(there) and goal not in found:
                best = there[np.argmin(goal.gap(fits)[there])]
                found[goal] = Removal(sets[best], len(there), size)
    if k - 2 < LEAST:
        return tuple(found.get(goal, Removal(None, None, k - LEAST)) for goal in goals)
    found |= _greedy(effects, spec, [goal for goal in goals if goal not in found], tried)
    return tuple(found[goal] for goal in goals)


class _Tried(NamedTuple):
    """All sets of a size, and the fits without them."""

    sets: list[tuple[int, ...]]
    fits: Fits


def _greedy(
    effects: Effects, spec: InverseVariance, goals: Sequence[Goal], tried: Sequence[_Tried]
) -> dict[Goal, Removal]:
    """Remove the study that brings each goal nearest, again and again, beyond singles and pairs."""
    k, found = len(effects), dict[Goal, Removal]()
    gone = {goal: _pair(goal, *tried) for goal in goals}
    most = min(k - LEAST, max(2, min(MOST, k // 2)))
    for number in range(3, most + 1):
        open_goals = [goal for goal in goals if goal not in found]
        if not open_goals:
            break
        sets = [
            (*gone[goal], row) for goal in open_goals for row in range(k) if row not in gone[goal]
        ]
        fits = fits_of(effects, spec, _without(k, sets))
        each = k - number + 1
        for at, goal in enumerate(open_goals):
            here = Fits(*(column[at * each : (at + 1) * each] for column in fits))
            best = _nearest(goal, here)
            gone[goal] = sets[at * each + best]
            if goal.reached(here)[best]:
                found[goal] = Removal(gone[goal], None, number)
    return {goal: found.get(goal) or Removal(None, None, max(2, most)) for goal in goals}


def _pair(goal: Goal, singles: _Tried, pairs: _Tried) -> tuple[int, ...]:
    """The single study that brings the goal nearest, then the other one."""
    first = singles.sets[_nearest(goal, singles.fits)][0]
    rows = [i for i, pair in enumerate(pairs.sets) if first in pair]
    best = pairs.sets[rows[_nearest(goal, Fits(*(column[rows] for column in pairs.fits)))]]
    return (first, best[0] if best[1] == first else best[1])


def _nearest(goal: Goal, fits: Fits) -> int:
    return int(np.argmin(np.nan_to_num(goal.gap(fits), nan=np.inf)))


def fits_of(effects: Effects, spec: InverseVariance, members: Members) -> Fits:
    """Fits of the studies in each row of members, shape (n, k)."""
    from metasyn.models.batch.pool_many import pool_many

    yi, vi = np.where(members, effects.yi, np.nan), np.where(members, effects.vi, np.nan)
    table = pool_many(yi, vi, spec, engine="numpy")
    return Fits(table.estimate, table.ci_low, table.ci_high)


def _without(k: int, sets: list[tuple[int, ...]]) -> Members:
    members = np.ones((len(sets), k), dtype=np.bool_)
    for row, gone in enumerate(sets):
        members[row, list(gone)] = False
    return members
