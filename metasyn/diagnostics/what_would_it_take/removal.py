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
    for size in (1, 2):
        if k - size < LEAST or len(found) == len(goals):
            break
        sets = list(combinations(range(k), size))
        fits = fits_of(effects, spec, _without(k, sets))
        for goal in goals:
            there = np.flatnonzero(goal.reached(fits))
            if len(there) and goal not in found:
                best = there[np.argmin(goal.gap(fits)[there])]
                found[goal] = Removal(sets[best], len(there), size)
    if k - 2 < LEAST:
        return tuple(found.get(goal, Removal(None, None, k - LEAST)) for goal in goals)
    found |= _greedy(effects, spec, [goal for goal in goals if goal not in found])
    return tuple(found[goal] for goal in goals)


def _greedy(effects: Effects, spec: InverseVariance, goals: Sequence[Goal]) -> dict[Goal, Removal]:
    """Remove the study that brings each goal nearest, again and again."""
    k, found = len(effects), dict[Goal, Removal]()
    gone: dict[Goal, tuple[int, ...]] = dict.fromkeys(goals, ())
    most = min(k - LEAST, max(2, min(MOST, k // 2)))
    for number in range(1, most + 1):
        tried = {
            goal: [(*out, row) for row in range(k) if row not in out]
            for goal, out in gone.items()
            if goal not in found
        }
        every = [rows for sets in tried.values() for rows in sets]
        if not every:
            break
        fits = fits_of(effects, spec, _without(k, every))
        for at, (goal, sets) in enumerate(tried.items()):
            part = slice(at * len(sets), (at + 1) * len(sets))
            here = Fits(*(column[part] for column in fits))
            best = int(np.argmin(np.nan_to_num(goal.gap(here), nan=np.inf)))
            gone[goal] = sets[best]
            if goal.reached(here)[best]:
                found[goal] = Removal(gone[goal], None, number)
    return {goal: found.get(goal) or Removal(None, None, max(2, most)) for goal in goals}


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
