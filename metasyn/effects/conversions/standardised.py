"""Standardised mean differences, log odds ratios and correlations, one from the other."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import Estimate, Floats, numbers, plain, refuse

__all__ = [
    "odds_ratio_to_smd",
    "r_to_smd",
    "r_to_z",
    "smd_from_t",
    "smd_to_odds_ratio",
    "smd_to_r",
    "z_to_r",
]

Form = Literal["logistic", "normal"]
_FACTOR = {"logistic": np.pi / np.sqrt(3), "normal": 1.65}


def smd_to_odds_ratio(
    yi: npt.ArrayLike, vi: npt.ArrayLike = np.nan, form: Form = "logistic"
) -> Estimate:
    """Log odds ratio from a standardised mean difference.

    Parameters
    ----------
    yi, vi
        Standardised mean difference and its sampling variance.
    form
        ``logistic``: the outcome is logistic in both groups with one SD, factor pi/sqrt(3) = 1.81
        (Hasselblad & Hedges 1995; Chinn 2000). ``normal``: factor 1.65 (Cox & Snell 1989).

    Raises
    ------
    DataError
        If a variance is negative.

    Notes
    -----
    Wherever the quantity is cut, the odds ratio is taken to be the same. Source: Hasselblad &
    Hedges 1995, Psychol Bull 117:167-178; Chinn 2000, Stat Med 19:3127-3131; Borenstein et al.
    2009, chapter 7.

    Examples
    --------
    >>> yi, vi = smd_to_odds_ratio(0.5, 0.0205)
    >>> round(yi, 4), round(vi, 4)
    (0.9069, 0.0674)
    """
    effect, variance = _estimate(yi, vi)
    return Estimate(plain(effect * _FACTOR[form]), plain(variance * _FACTOR[form] ** 2))


def odds_ratio_to_smd(
    yi: npt.ArrayLike, vi: npt.ArrayLike = np.nan, form: Form = "logistic"
) -> Estimate:
    """Standardised mean difference from a log odds ratio.

    Parameters
    ----------
    yi, vi
        Log odds ratio and its sampling variance.
    form
        As in :func:`smd_to_odds_ratio`.

    Raises
    ------
    DataError
        If a variance is negative.

    Notes
    -----
    The event is taken for a cut through a quantity with one SD in both groups. Source: Hasselblad
    & Hedges 1995; Chinn 2000, Stat Med 19:3127-3131; Cox & Snell 1989.

    Examples
    --------
    >>> yi, vi = odds_ratio_to_smd(0.9069, 0.0676)
    >>> round(yi, 4), round(vi, 4)
    (0.5, 0.0205)
    """
    effect, variance = _estimate(yi, vi)
    return Estimate(plain(effect / _FACTOR[form]), plain(variance / _FACTOR[form] ** 2))


def smd_from_t(t: npt.ArrayLike, n1: npt.ArrayLike, n2: npt.ArrayLike) -> Floats:
    """Cohen's d of two independent groups from the t statistic.

    Parameters
    ----------
    t, n1, n2
        Student's t (pooled variance, unpaired) and group sizes.

    Raises
    ------
    DataError
        If a group is empty.

    Notes
    -----
    d = t sqrt(1/n1 + 1/n2), exactly. Source: Borenstein et al. 2009, chapter 4;
    ``pingouin.compute_effsize_from_t`` gives the same for one float at a time.

    Examples
    --------
    >>> round(smd_from_t(2.90, n1=35, n2=25), 6)
    0.759398
    """
    statistic, first, second = numbers({"t": t, "n1": n1, "n2": n2})
    sizes = {"n1": first, "n2": second}
    refuse((first < 1) | (second < 1), "groups of {n1:g} and {n2:g} patients", sizes)
    return plain(statistic * np.sqrt(1 / first + 1 / second))


def smd_to_r(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike = np.nan,
    n1: npt.ArrayLike = np.nan,
    n2: npt.ArrayLike = np.nan,
) -> Estimate:
    """Point-biserial correlation from Cohen's d.

    Parameters
    ----------
    yi, vi
        Cohen's d (not corrected for bias) and its sampling variance.
    n1, n2
        Group sizes; NaN for large groups of one size.

    Raises
    ------
    DataError
        If a variance is negative or groups are too small.

    Notes
    -----
    r = d/sqrt(d^2 + a) with a = (n1 + n2)(n1 + n2 - 2)/(n1 n2), exactly the correlation with the
    group, or a = 4 without sizes; variance a^2 v/(d^2 + a)^3. Source: McGrath & Meyer 2006,
    Psychol Methods 11:386-401 (by ``pingouin.convert_effsize``); Borenstein et al. 2009, chapter 7.

    Examples
    --------
    >>> yi, vi = smd_to_r(0.5, 0.0205)
    >>> round(yi, 4), round(vi, 4)
    (0.2425, 0.0043)
    """
    effect, variance = _estimate(yi, vi)
    from pingouin import convert_effsize

    first, second = numbers({"n1": n1, "n2": n2})
    a = _imbalance(first, second)
    known = convert_effsize(effect, "cohen", "pointbiserialr", nx=first, ny=second)
    equal = convert_effsize(effect, "cohen", "pointbiserialr")
    r = np.where(np.isnan(known), equal, known)
    return Estimate(plain(r), plain(a**2 * variance / (effect**2 + a) ** 3))


def r_to_smd(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike = np.nan,
    n1: npt.ArrayLike = np.nan,
    n2: npt.ArrayLike = np.nan,
) -> Estimate:
    """Cohen's d from a point-biserial correlation.

    Parameters
    ----------
    yi, vi
        Correlation and its sampling variance.
    n1, n2
        Group sizes; NaN for large groups of one size.

    Raises
    ------
    DataError
        If a correlation is not inside -1..1, a variance is negative or groups are too small.

    Notes
    -----
    The inverse of :func:`smd_to_r`: d = r sqrt(a)/sqrt(1 - r^2), variance a v/(1 - r^2)^3. Source:
    McGrath & Meyer 2006; Borenstein et al. 2009, chapter 7. ``pingouin.convert_effsize`` has a = 4
    whatever the groups, and is not used.

    Examples
    --------
    >>> yi, vi = r_to_smd(0.5, 0.0058)
    >>> round(yi, 4), round(vi, 4)
    (1.1547, 0.055)
    """
    r, variance = _estimate(yi, vi)
    refuse(np.abs(r) >= 1, "r is {r:g}; it lies between -1 and 1", {"r": r})
    a = _imbalance(n1, n2)
    rest = 1 - r**2
    return Estimate(plain(r * np.sqrt(a / rest)), plain(a * variance / rest**3))


def r_to_z(ri: npt.ArrayLike, ni: npt.ArrayLike = np.nan) -> Estimate:
    """Fisher's z from a correlation, variance 1/(n - 3).

    Parameters
    ----------
    ri, ni
        Correlation and sample size.

    Raises
    ------
    DataError
        If a correlation is not inside -1..1 or n < 4.

    Notes
    -----
    Source: Fisher 1921, Metron 1:3-32.

    Examples
    --------
    >>> yi, vi = r_to_z(0.5, ni=103)
    >>> round(yi, 4), vi
    (0.5493, 0.01)
    """
    r, size = numbers({"ri": ri, "ni": ni})
    refuse(np.abs(r) >= 1, "r is {r:g}; it lies between -1 and 1", {"r": r})
    refuse(size <= 3, "n is {n:g}; Fisher's z needs at least 4", {"n": size})
    return Estimate(plain(np.arctanh(r)), plain(1 / (size - 3)))


def z_to_r(yi: npt.ArrayLike, vi: npt.ArrayLike = np.nan) -> Estimate:
    """Correlation from Fisher's z, variance by the delta method.

    Parameters
    ----------
    yi, vi
        Fisher's z and its sampling variance.

    Raises
    ------
    DataError
        If a variance is negative.

    Notes
    -----
    Source: Fisher 1921; variance (1 - r^2)^2 v.

    Examples
    --------
    >>> yi, vi = z_to_r(0.5493061443340549, 0.01)
    >>> round(yi, 4), round(vi, 6)
    (0.5, 0.005625)
    """
    z, variance = _estimate(yi, vi)
    r = np.tanh(z)
    return Estimate(plain(r), plain((1 - r**2) ** 2 * variance))


def _estimate(yi: npt.ArrayLike, vi: npt.ArrayLike) -> list[FloatArray]:
    effect, variance = numbers({"yi": yi, "vi": vi})
    refuse(variance < 0, "vi is {v:g}; it cannot be negative", {"v": variance})
    return [effect, variance]


def _imbalance(n1: npt.ArrayLike, n2: npt.ArrayLike) -> FloatArray:
    """McGrath and Meyer's a: 4 for large groups of one size."""
    first, second = numbers({"n1": n1, "n2": n2})
    total = first + second
    refuse((first < 1) | (second < 1) | (total < 3), "groups are too small", {})
    return np.where(np.isnan(total), 4.0, total * (total - 2) / (first * second))
