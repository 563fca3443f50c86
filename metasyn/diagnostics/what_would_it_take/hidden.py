"""How many hidden studies without effect would change a reading, pooled anew every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.take import InverseVariance
from metasyn.diagnostics.what_would_it_take.goals import Fits, Goal
from metasyn.effects.effects import Effects
from metasyn.models.batch.pool_many import pool_many

__all__ = ["MOST", "ONE_BY_ONE", "Hidden", "fewest_hidden"]

MOST = 1000
"""Hidden studies up to which the number is looked for."""
ONE_BY_ONE = 30
"""Hidden studies up to which every number is tried."""
AT_ONCE = 5
"""Numbers that are tried together beyond."""

Numbers = npt.NDArray[np.int64]


class Hidden(NamedTuple):
    """The smallest number that was found, None if none was, and whether all smaller were tried."""

    number: int | None
    exact: bool


def fewest_hidden(
    effects: Effects, spec: InverseVariance, goals: Sequence[Goal], null: float
) -> tuple[Hidden, ...]:
    """Smallest numbers of added studies that change the readings; None where up to 1000 do not.

    Up to 30 every number is tried. If 1000 do, the first of some numbers between that does is
    taken, and then the first between it and the one before, until the two are neighbours.

    Parameters
    ----------
    effects
        The studies.
    spec
        The model.
    goals
        What is to change.
    null
        Estimate of every added study; its variance is the median of those observed.
    """

    def tried(added: Numbers) -> Fits:
        return _with_nulls(effects, spec, added, null)

    few = np.arange(1, ONE_BY_ONE + 1)
    fits = tried(few)
    there = [goal.reached(fits) for goal in goals]
    if all(each.any() for each in there):
        return tuple(Hidden(1 + int(np.argmax(each)), True) for each in there)
    fits = tried(np.array([MOST]))
    found = []
    for goal, each in zip(goals, there, strict=True):
        if each.any():
            found.append(Hidden(1 + int(np.argmax(each)), True))
        else:
            number = _narrowed(tried, goal) if goal.reached(fits)[0] else None
            found.append(Hidden(number, False))
    return tuple(found)


def _narrowed(tried: Callable[[Numbers], Fits], goal: Goal) -> int:
    """A number that does, next to one that does not; the largest does."""
    low, high = ONE_BY_ONE, MOST
    while high - low > 1:
        inside = np.geomspace(low, high, min(AT_ONCE, high - low) + 1).round().astype(np.int64)
        there = goal.reached(tried(inside[1:]))
        there[-1] = True
        first = 1 + int(np.argmax(there))
        low, high = int(inside[first - 1]), int(inside[first])
    return high


def _with_nulls(effects: Effects, spec: InverseVariance, added: Numbers, null: float) -> Fits:
    """Fits with these numbers of added studies."""
    here = np.arange(added[-1]) < added[:, None]
    variance = float(np.median(effects.vi))
    yi = np.hstack([np.tile(effects.yi, (len(added), 1)), np.where(here, null, np.nan)])
    vi = np.hstack([np.tile(effects.vi, (len(added), 1)), np.where(here, variance, np.nan)])
    table = pool_many(yi, vi, spec, engine="numpy")
    return Fits(table.estimate, table.ci_low, table.ci_high)
