"""Quantiles for many sets: every number of studies is looked up once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtrc, ndtr, stdtr, stdtrit

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray
from metasyn.models.random_effects.quantiles import chi2_upper, critical

__all__ = ["chi2_tails", "chi2_uppers", "criticals", "students", "two_sided"]


def by_count(value: Callable[[int], float], count: IntArray) -> FloatArray:
    """A function of a small whole number, computed once for each that occurs."""
    if not len(count):
        return np.empty(0)
    if count.min() == count.max():
        return np.full(len(count), value(int(count[0])))
    table = np.full(int(count.max()) + 1, np.nan)
    for n in np.flatnonzero(np.bincount(count)).tolist():
        table[n] = value(n)
    return table[count]


def criticals(level: float, df: IntArray) -> FloatArray:
    """Half-widths, in standard errors, of intervals from t with whole degrees of freedom.

    Examples
    --------
    >>> criticals(0.95, np.array([12, 1])).round(3).tolist()
    [2.179, 12.706]
    """
    return by_count(lambda n: critical(level, float(n)), df)


def students(level: float, df: FloatArray) -> FloatArray:
    """The same with any degrees of freedom."""
    quantile: FloatArray = stdtrit(df, 0.5 + level / 2.0)
    return quantile


def chi2_uppers(tail: float, df: IntArray) -> FloatArray:
    """Chi-squared values with this probability above them."""
    return by_count(lambda n: chi2_upper(tail, float(n)), df)


def chi2_tails(x: FloatArray, df: FloatArray) -> FloatArray:
    """Probabilities above x of chi-squared."""
    tail: FloatArray = chdtrc(df, x)
    return tail


def two_sided(statistic: FloatArray, df: FloatArray) -> FloatArray:
    """Two-sided p-values of t statistics, normal where ``df`` is infinite."""
    below = -np.abs(statistic)
    p: FloatArray = 2.0 * ndtr(below)
    student = np.flatnonzero(np.isfinite(df))
    p[student] = 2.0 * stdtr(df[student], below[student])
    return p
