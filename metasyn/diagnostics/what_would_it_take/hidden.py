"""How many hidden studies without effect would change a reading, pooled anew every time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.take import InverseVariance
from metasyn.diagnostics.what_would_it_take.goals import Fits, Goal
from metasyn.effects.effects import Effects

__all__ = ["MOST", "fewest_hidden"]

MOST = 1000
"""Hidden studies up to which the number is looked for."""
BLOCKS = (0, 30, 200, MOST)
AT_ONCE = 8
"""Numbers of hidden studies that are tried together."""


def fewest_hidden(effects: Effects, spec: InverseVariance, goal: Goal, null: float) -> int | None:
    """Smallest number of added studies that changes the reading; None where up to 1000 do not.

    Numbers at even distances are tried, then those between the last that does not do and the first
    that does, until every one between them is: the reading is taken to change no more than once
    between two of the first.

    Parameters
    ----------
    effects
        The studies.
    spec
        The model.
    goal
        What is to change.
    null
        Estimate of every added study; its variance is the median of those observed.
    """
    for block in pairwise(BLOCKS):
        low, high = block
        while high - low > 1:
            there, added = _reached(effects, spec, goal, (null, low, high))
            if not there.any():
                break
            first = int(np.argmax(there))
            low, high = (low if first == 0 else int(added[first - 1])), int(added[first])
        else:
            return high
    return None


def _reached(
    effects: Effects, spec: InverseVariance, goal: Goal, asked: tuple[float, int, int]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Whether numbers of added studies at even distances above the first do, up to the last."""
    null, low, high = asked
    added = np.unique(np.linspace(low, high, AT_ONCE + 1).round().astype(np.int64))[1:]
    return goal.reached(_with_nulls(effects, spec, added, null)), added


def _with_nulls(
    effects: Effects, spec: InverseVariance, added: npt.NDArray[np.int64], null: float
) -> Fits:
    """Fits with these numbers of added studies."""
    from metasyn.models.batch.pool_many import pool_many

    here = np.arange(added[-1]) < added[:, None]
    variance = float(np.median(effects.vi))
    yi = np.hstack([np.tile(effects.yi, (len(added), 1)), np.where(here, null, np.nan)])
    vi = np.hstack([np.tile(effects.vi, (len(added), 1)), np.where(here, variance, np.nan)])
    table = pool_many(yi, vi, spec, engine="numpy")
    return Fits(table.estimate, table.ci_low, table.ci_high)
