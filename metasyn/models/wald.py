"""Wald inference: an estimate over its standard error."""

from __future__ import annotations

from dataclasses import dataclass

from metasyn.models.interval import Interval

__all__ = ["ChiSquared", "Wald", "chi2_cutoff", "chi_squared", "quantile", "t_cutoff", "wald"]


@dataclass(frozen=True, slots=True)
class ChiSquared:
    """A test that refers its statistic to a chi-squared distribution.

    Parameters
    ----------
    statistic, df, p_value
        The statistic, its degrees of freedom, and the upper tail probability.
    """

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Wald:
    """Test of no effect and interval of an estimate.

    Parameters
    ----------
    statistic, p_value
        Two-sided test of zero.
    ci
        Symmetric interval.
    """

    statistic: float
    p_value: float
    ci: Interval


def chi_squared(statistic: float, df: int) -> ChiSquared:
    """Refer a statistic to a chi-squared distribution.

    Examples
    --------
    >>> round(chi_squared(3.841459, 1).p_value, 6)
    0.05
    """
    from scipy.special import chdtrc

    return ChiSquared(float(statistic), df, float(chdtrc(df, statistic)))


def quantile(level: float, df: float | None = None) -> float:
    """Two-sided quantile: normal, or Student's t with ``df`` degrees of freedom.

    Examples
    --------
    >>> round(quantile(0.95), 6), round(quantile(0.95, 4), 6)
    (1.959964, 2.776445)
    """
    from scipy.special import ndtri, stdtrit

    tail = (1 + level) / 2
    return float(ndtri(tail) if df is None else stdtrit(df, tail))


def chi2_cutoff(level: float) -> float:
    """Twice the fall of the log-likelihood at the limits of a profile interval.

    Examples
    --------
    >>> round(chi2_cutoff(0.95), 6)
    3.841459
    """
    return quantile(level) ** 2


def t_cutoff(level: float, studies: int) -> float:
    """The same calibrated by t, k log(1 + t^2 / (k - 1)) with k studies; needs two of them."""
    from math import log1p

    df = studies - 1
    return studies * log1p(quantile(level, df) ** 2 / df)


def wald(estimate: float, se: float, level: float, df: float | None = None) -> Wald:
    """Wald test and interval, normal or Student's t.

    Parameters
    ----------
    estimate, se
        Estimate and standard error on the analysis scale.
    level
        Coverage.
    df
        Degrees of freedom of t; None for the normal distribution.

    Examples
    --------
    >>> wald(1.0, 0.5, 0.95).ci
    Interval(low=0.02..., high=1.97..., level=0.95, method='wald-z', df=None)
    """
    from scipy.special import ndtr, stdtr

    statistic = estimate / se
    tail = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    half = quantile(level, df) * se
    method = "wald-z" if df is None else "wald-t"
    ci = Interval(estimate - half, estimate + half, level, method, df)
    return Wald(statistic, 2 * float(tail), ci)
