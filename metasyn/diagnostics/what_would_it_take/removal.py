"""The fewest studies whose removal changes a reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.take import InverseVariance
from metasyn.diagnostics.what_would_it_take.bound import MeanBound
from metasyn.diagnostics.what_would_it_take.goals import Fits, Goal
from metasyn.effects.effects import Effects
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.pool_many import pool_many
from metasyn.models.specs import RandomEffects

__all__ = ["Removal", "fewest_removed", "fits_of"]

Members = npt.NDArray[np.bool_]

LEAST = 2
"""Studies that have to be left: fewer are not pooled."""
MOST = 25
"""Studies that are removed at most; never more than half of them."""
TOGETHER = 300
"""Sets of three that are tried at once with singles and pairs: those of up to 13 studies."""
SETS = 3000
"""Sets of three and more studies that are tried out: all of up to 12 studies."""


class Removal(NamedTuple):
    """What was found.

    Parameters
    ----------
    rows
        Studies to remove; None where none were found.
    alternatives
        How many sets of this size would do; None where not all were tried.
    checked
        No set up to this size does, other than that of ``rows``: all were tried or are ruled out.
    tried
        Studies that were removed at most.
    """

    rows: tuple[int, ...] | None
    alternatives: int | None
    checked: int
    tried: int

    @property
    def exact(self) -> bool:
        """Whether fewer studies cannot do it."""
        return self.rows is not None and self.checked >= len(self.rows) - 1

    @property
    def hopeful(self) -> bool:
        """Whether nothing was found but larger sets may do."""
        return self.rows is None and self.checked < self.tried

    def is_open(self, size: int) -> bool:
        """Whether sets of this size have to be tried: not yet, and not to no purpose.

        To know the smallest set, all that are smaller than the one that was found have to be tried.
        """
        largest = self.tried if self.rows is None else len(self.rows) - 1
        return self.checked < size <= largest


class _Tried(NamedTuple):
    """All sets of a size, and the fits without them."""

    sets: list[tuple[int, ...]]
    fits: Fits

    def best(self, goal: Goal) -> Removal | None:
        """The set that does most, if one does enough."""
        there = np.flatnonzero(goal.reached(self.fits))
        if not len(there):
            return None
        rows = self.sets[there[np.argmin(goal.gap(self.fits)[there])]]
        return Removal(rows, len(there), len(rows), len(rows))


def fewest_removed(
    effects: Effects, spec: InverseVariance, goals: Sequence[Goal]
) -> tuple[Removal, ...]:
    """Small sets are tried out, then all sets as far as these are few enough.

    In between studies go one at a time, the most telling first: that says how large a set is
    needed at most. Sets that cannot take the mean across a value are
    left out.

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
    most = min(k - LEAST, max(2, min(MOST, k // 2)))
    tried = _smallest(effects, spec, min(3 if comb(k, 3) <= TOGETHER else 2, most))
    found = {goal: _first(goal, tried) or Removal(None, None, len(tried), most) for goal in goals}
    random = isinstance(spec, RandomEffects)
    bounds = {
        goal: MeanBound.of(effects, goal, random=random)
        for goal, each in found.items()
        if each.hopeful and goal.code in ("sign", "threshold")
    }
    for goal, bound in bounds.items():
        found[goal] = found[goal]._replace(checked=max(len(tried), bound.least_removed() - 1))
    search = _Search(effects, spec, bounds)
    search.one_by_one(found, tried)
    search.exhaust(found)
    return tuple(found.values())


def _first(goal: Goal, tried: Sequence[_Tried]) -> Removal | None:
    """The smallest set that does."""
    return next((best for each in tried if (best := each.best(goal)) is not None), None)


def _smallest(effects: Effects, spec: InverseVariance, largest: int) -> list[_Tried]:
    """All sets of one study, two, ... up to the largest size."""
    k = len(effects)
    sets = [list(combinations(range(k), size)) for size in range(1, largest + 1)]
    fits = fits_of(effects, spec, np.vstack([_without(k, each) for each in sets]))
    ends = np.cumsum([0, *map(len, sets)]).tolist()
    return [
        _Tried(each, Fits(*(column[start:end] for column in fits)))
        for each, start, end in zip(sets, ends, ends[1:], strict=False)
    ]


@dataclass(frozen=True, eq=False)
class _Search:
    """The search beyond pairs; ``bounds`` hold for the goals about the estimate."""

    effects: Effects
    spec: InverseVariance
    bounds: Mapping[Goal, MeanBound]

    def one_by_one(self, found: dict[Goal, Removal], tried: Sequence[_Tried]) -> None:
        """Beyond what was tried remove the study that brings each goal nearest, again and again."""
        k = len(self.effects)
        gone = {goal: _chain(goal, tried) for goal, each in found.items() if each.hopeful}
        most = max((found[goal].tried for goal in gone), default=0)
        for number in range(len(tried) + 1, most + 1):
            goals = [goal for goal in gone if found[goal].rows is None]
            if not goals:
                return
            sets = [
                (*gone[goal], row) for goal in goals for row in range(k) if row not in gone[goal]
            ]
            fits = fits_of(self.effects, self.spec, _without(k, sets))
            each = k - number + 1
            for at, goal in enumerate(goals):
                here = Fits(*(column[at * each : (at + 1) * each] for column in fits))
                best = _nearest(goal, here)
                gone[goal] = sets[at * each + best]
                if goal.reached(here)[best]:
                    found[goal] = found[goal]._replace(rows=gone[goal], tried=number)

    def exhaust(self, found: dict[Goal, Removal]) -> None:
        """Try out all smaller sets that are not ruled out, as far as they are few enough."""
        k = len(self.effects)
        for size in _sizes(k, max(each.tried for each in found.values())):
            goals = [goal for goal, each in found.items() if each.is_open(size)]
            if not goals:
                continue
            every = np.array(list(combinations(range(k), size)))
            may = np.any([self._possible(goal, every) for goal in goals], axis=0)
            sets = [tuple(rows) for rows in every[may].tolist()]
            for goal in goals:
                found[goal] = found[goal]._replace(checked=size)
            if sets:
                tried = _Tried(sets, fits_of(self.effects, self.spec, _without(k, sets)))
                found |= {goal: best for goal in goals if (best := tried.best(goal)) is not None}

    def _possible(self, goal: Goal, gone: IntArray) -> npt.NDArray[np.bool_]:
        """Which sets of studies may do."""
        bound = self.bounds.get(goal)
        return np.ones(len(gone), np.bool_) if bound is None else bound.possible(gone)


def _sizes(k: int, largest: int) -> Iterator[int]:
    """Sizes from three, while all sets of them are few enough."""
    total = 0
    for size in range(3, largest + 1):
        total += comb(k, size)
        if total > SETS:
            return
        yield size


def _chain(goal: Goal, tried: Sequence[_Tried]) -> tuple[int, ...]:
    """The single study that brings the goal nearest, then the one that goes best with it, ..."""
    gone: tuple[int, ...] = ()
    for each in tried:
        rows = [i for i, some in enumerate(each.sets) if set(gone) <= set(some)]
        gone = each.sets[rows[_nearest(goal, Fits(*(column[rows] for column in each.fits)))]]
    return gone


def _nearest(goal: Goal, fits: Fits) -> int:
    return int(np.argmin(np.nan_to_num(goal.gap(fits), nan=np.inf)))


def fits_of(effects: Effects, spec: InverseVariance, members: Members) -> Fits:
    """Fits of the studies in each row of members, shape (n, k)."""
    yi, vi = np.where(members, effects.yi, np.nan), np.where(members, effects.vi, np.nan)
    table = pool_many(yi, vi, spec, engine="numpy")
    return Fits(table.estimate, table.ci_low, table.ci_high)


def _without(k: int, sets: Sequence[tuple[int, ...]]) -> Members:
    """Who is left without each of these sets, all of one size."""
    members = np.ones((len(sets), k), dtype=np.bool_)
    members[np.arange(len(sets))[:, None], np.array(sets)] = False
    return members
