"""Effect sizes back from test statistics and (signed) p-values."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.measure import Inputs

__all__ = ["f_of_p", "first_known", "t_of_p", "t_statistic"]


def t_of_p(p: FloatArray, df: FloatArray) -> FloatArray:
    """T statistic of a two-sided p-value; its sign is the sign given to the p-value."""
    from scipy.special import stdtrit

    return np.asarray(-np.sign(p) * stdtrit(df, np.abs(p) / 2))


def f_of_p(p: FloatArray, df1: FloatArray, df2: FloatArray) -> FloatArray:
    """F statistic of an upper-tail p-value."""
    from scipy.special import fdtri

    return np.asarray(1 / fdtri(df2, df1, p))


def first_known(*candidates: FloatArray | None) -> FloatArray:
    """Row by row, the first value that is there; NaN where there is none."""
    given = [candidate for candidate in candidates if candidate is not None]
    chosen = given[0]
    for candidate in given[1:]:
        chosen = np.where(np.isnan(chosen), candidate, chosen)
    return chosen


def t_statistic(given: Inputs, df: FloatArray) -> FloatArray:
    """The given t statistics, filled from p-values; NaN where there is neither."""
    from_p = t_of_p(given["pi"], df) if "pi" in given else None
    return first_known(given.get("ti"), from_p, np.full_like(df, np.nan))
