"""How many hidden studies without effect would change a reading, pooled anew every time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.take import InverseVariance
from metasyn.diagnostics.what_would_it_take.goals import Fits, Goal
from metasyn.effects.effects import Effects

__all__ = ["MOST", "fewest_hidden"]

MOST = 1000
"""Hidden studies up to which the number is looked for."""
ONE_BY_ONE = 30
"""Hidden studies up to which every number is tried."""


def fewest_hidden(effects: Effects, spec: InverseVariance, goal: Goal, null: float) -> int | None:
    """Smallest number of added studies that changes the reading; None where 1000 do not.

    Up to 30 every number is tried. Beyond, more of them are taken not to undo what fewer do, so
    that the number is found by halving.

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
    there = goal.reached(_with_nulls(effects, spec, np.arange(1, ONE_BY_ONE + 1), null))
    if there.any():
        return 1 + int(np.argmax(there))

    def does(added: int) -> bool:
        return bool(goal.reached(_with_nulls(effects, spec, np.array([added]), null))[0])

    if not does(MOST):
        return None
    low, high = ONE_BY_ONE, MOST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if does(middle) else (middle, high)
    return high


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
