"""How many hidden studies without effect would change a reading, pooled anew every time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from metasyn.diagnostics.take import InverseVariance
from metasyn.diagnostics.what_would_it_take.goals import Fits, Goal
from metasyn.effects.effects import Effects

__all__ = ["MOST", "fewest_hidden"]

MOST = 1000
"""Hidden studies up to which the number is looked for."""
BLOCKS = (0, 30, 200, MOST)


def fewest_hidden(effects: Effects, spec: InverseVariance, goal: Goal, null: float) -> int | None:
    """Smallest number of added studies that changes the reading; None where up to 1000 do not.

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
    from metasyn.models.batch.pool_many import pool_many

    variance = float(np.median(effects.vi))
    for low, high in pairwise(BLOCKS):
        added = np.arange(low + 1, high + 1)
        here = np.arange(high) < added[:, None]
        yi = np.hstack([np.tile(effects.yi, (len(added), 1)), np.where(here, null, np.nan)])
        vi = np.hstack([np.tile(effects.vi, (len(added), 1)), np.where(here, variance, np.nan)])
        table = pool_many(yi, vi, spec, engine="numpy")
        there = goal.reached(Fits(table.estimate, table.ci_low, table.ci_high))
        if there.any():
            return int(added[np.argmax(there)])
    return None
