"""Quantiles and tail probabilities, as plain floats."""

from __future__ import annotations

from functools import lru_cache

from scipy.special import chdtrc, chdtri, fdtrc, ndtr, ndtri, stdtr, stdtrit

__all__ = ["chi2_tail", "chi2_upper", "critical", "distribution", "f_tail", "two_sided"]


@lru_cache(maxsize=4096)
def critical(level: float, df: float | None) -> float:
    """Half-width, in standard errors, of an interval from t (df given) or the normal.

    Examples
    --------
    >>> round(critical(0.95, None), 6), round(critical(0.95, 12), 6)
    (1.959964, 2.178813)
    """
    upper = 0.5 + level / 2.0
    return float(ndtri(upper)) if df is None else float(stdtrit(df, upper))


def distribution(x: float, df: float | None) -> float:
    """Probability below x of t (df given) or the normal."""
    return float(ndtr(x)) if df is None else float(stdtr(df, x))


def two_sided(statistic: float, df: float | None) -> float:
    """Two-sided p-value of a t (df given) or normal statistic."""
    return 2.0 * distribution(-abs(statistic), df)


@lru_cache(maxsize=4096)
def chi2_upper(tail: float, df: float) -> float:
    """Chi-squared value with this probability above it."""
    return float(chdtri(df, tail))


def chi2_tail(x: float, df: float) -> float:
    """Probability above x of chi-squared."""
    return float(chdtrc(df, x))


def f_tail(x: float, df1: float, df2: float) -> float:
    """Probability above x of F."""
    return float(fdtrc(df1, df2, x))
