"""Standard errors and deviations from intervals, p-values, t and F statistics."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import Floats, normal_quantile, numbers, plain, refuse

__all__ = [
    "sd_from_ci",
    "sd_from_mean_difference",
    "sd_from_se",
    "se_from_ci",
    "se_from_p",
    "se_from_statistic",
    "t_from_f",
]


def se_from_ci(
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    level: npt.ArrayLike = 0.95,
    df: npt.ArrayLike = np.nan,
    scale: Literal["linear", "log"] = "linear",
) -> Floats:
    """Standard error from a Wald-type confidence interval.

    Parameters
    ----------
    low, high
        Limits as printed.
    level
        Coverage of the interval.
    df
        Degrees of freedom of a t interval; NaN for a normal one.
    scale
        ``log`` for ratios (OR, RR, HR): the standard error is that of the log.

    Raises
    ------
    DataError
        If the limits are not in order, not positive on the log scale, or level or df are
        impossible.

    Notes
    -----
    Source: Cochrane Handbook, version 6, sections 6.3.1, 6.3.2 (ratios) and 6.5.2.3 (t).

    Examples
    --------
    >>> round(se_from_ci(0.33, 1.22, scale="log") ** 2, 4)
    0.1113
    """
    lower, upper, cover, free = numbers({"low": low, "high": high, "level": level, "df": df})
    refuse((cover <= 0) | (cover >= 1), "level is {x:g}; it lies between 0 and 1", {"x": cover})
    limits = {"low": lower, "high": upper}
    refuse(lower >= upper, "the limits {low:g} and {high:g} are not in order", limits)
    if scale == "log":
        refuse(lower <= 0, "low is {low:g}; limits of a ratio are positive", limits)
        lower, upper = np.log(lower), np.log(upper)
    return plain((upper - lower) / (2 * _critical((1 + cover) / 2, free)))


def se_from_p(
    estimate: npt.ArrayLike,
    p: npt.ArrayLike,
    df: npt.ArrayLike = np.nan,
    sides: Literal[1, 2] = 2,
) -> Floats:
    """Standard error from an estimate on the analysis scale and its p-value.

    A p-value given as "< 0.01" may be taken for 0.01: the standard error is then too large.

    Parameters
    ----------
    estimate
        On the analysis scale (log for ratios), so that 0 is no effect.
    p
        P-value of the test of no effect, as exactly as it is printed.
    df
        Degrees of freedom of a t test; NaN for a normal one.
    sides
        Sides of the test.

    Raises
    ------
    DataError
        If p is not inside 0..1, or the test statistic or the estimate is 0: p = 1 (0.5 one-sided)
        says nothing about the standard error.

    Notes
    -----
    Source: Cochrane Handbook, version 6, sections 6.3.2 and 6.5.2.3.

    Examples
    --------
    >>> round(se_from_p(3.8, p=0.008, df=45), 2)
    1.37
    """
    effect, value, free = numbers({"estimate": estimate, "p": p, "df": df})
    refuse((value <= 0) | (value >= 1), "p is {p:g}; it lies between 0 and 1", {"p": value})
    statistic = np.abs(_critical(value / sides, free))  # the lower tail keeps its digits
    refuse(statistic < 1e-12, "p is {p:g}; it says nothing about the SE", {"p": value})
    refuse(effect == 0, "the estimate is 0, so p says nothing about the SE", {"p": value})
    return plain(np.abs(effect) / statistic)


def se_from_statistic(estimate: npt.ArrayLike, statistic: npt.ArrayLike) -> Floats:
    """Standard error from an estimate on the analysis scale and its t or z statistic.

    Parameters
    ----------
    estimate, statistic
        Estimate and its ratio to the standard error; signs do not matter.

    Raises
    ------
    DataError
        If estimate or statistic is 0.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 6.5.2.3.

    Examples
    --------
    >>> round(se_from_statistic(3.8, 2.78), 2)
    1.37
    """
    effect, ratio = numbers({"estimate": estimate, "statistic": statistic})
    refuse((effect == 0) | (ratio == 0), "0 over 0 is no standard error", {})
    return plain(np.abs(effect / ratio))


def t_from_f(f: npt.ArrayLike, df_between: npt.ArrayLike = 1) -> Floats:
    """Size of the t statistic behind an F statistic that compares two groups.

    Parameters
    ----------
    f
        F statistic; it has lost the direction of the difference.
    df_between
        Its first degrees of freedom.

    Raises
    ------
    DataError
        If F is negative or compares more than two groups.

    Notes
    -----
    F with 1 and m degrees of freedom is the square of t with m.

    Examples
    --------
    >>> t_from_f(6.25)
    2.5
    """
    value, between = numbers({"f": f, "df_between": df_between})
    refuse(value < 0, "F is {f:g}; it cannot be negative", {"f": value})
    refuse(between != 1, "df_between is {k:g}; only 1 compares two groups", {"k": between})
    return plain(np.sqrt(value))


def sd_from_se(se: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """SD of one group from the standard error of its mean.

    Parameters
    ----------
    se, n
        Standard error and group size.

    Raises
    ------
    DataError
        If the standard error is negative or n below 1.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 6.5.2.2.

    Examples
    --------
    >>> sd_from_se(se=2, n=25)
    10.0
    """
    error, size = numbers({"se": se, "n": n})
    refuse(error < 0, "se is {se:g}; it cannot be negative", {"se": error})
    refuse(size < 1, "n is {n:g}; a group needs at least 1", {"n": size})
    return plain(error * np.sqrt(size))


def sd_from_ci(
    low: npt.ArrayLike, high: npt.ArrayLike, n: npt.ArrayLike, level: npt.ArrayLike = 0.95
) -> Floats:
    """SD of one group from the t interval of its mean, n - 1 degrees of freedom.

    Parameters
    ----------
    low, high, n, level
        Limits, group size and coverage.

    Raises
    ------
    DataError
        If the limits are not in order, n < 2 or the level is impossible.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 6.5.2.2.

    Examples
    --------
    >>> round(sd_from_ci(44, 56, n=25), 4)
    14.5356
    """
    (size,) = numbers({"n": n})
    refuse(size < 2, "n is {n:g}; an interval needs at least 2", {"n": size})
    return sd_from_se(se_from_ci(low, high, level, size - 1), size)


def sd_from_mean_difference(se: npt.ArrayLike, n1: npt.ArrayLike, n2: npt.ArrayLike) -> Floats:
    """SD common to two groups from the standard error of the difference of their means.

    Parameters
    ----------
    se, n1, n2
        Standard error of the difference, and group sizes.

    Raises
    ------
    DataError
        If the standard error is negative or a group is empty.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 6.5.2.3.

    Examples
    --------
    >>> round(sd_from_mean_difference(3.8 / 2.78, n1=25, n2=22), 2)
    4.68
    """
    error, first, second = numbers({"se": se, "n1": n1, "n2": n2})
    refuse(error < 0, "se is {se:g}; it cannot be negative", {"se": error})
    sizes = {"n1": first, "n2": second}
    refuse((first < 1) | (second < 1), "groups of {n1:g} and {n2:g} patients", sizes)
    return plain(error / np.sqrt(1 / first + 1 / second))


def _critical(probability: FloatArray, df: FloatArray) -> FloatArray:
    """Quantile of t, or of the normal distribution where df is NaN."""
    from scipy.special import stdtrit

    refuse(df <= 0, "df is {df:g}; it must be positive", {"df": df})
    known = np.where(np.isnan(df), 1.0, df)
    return np.where(np.isnan(df), normal_quantile(probability), stdtrit(known, probability))
