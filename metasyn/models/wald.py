"""Wald inference: an estimate over its standard error."""

from __future__ import annotations

from dataclasses import dataclass

from metasyn.models.interval import Interval

__all__ = ["ChiSquared", "Wald", "chi_squared", "wald"]


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
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    statistic = estimate / se
    if df is None:
        quantile, tail = ndtri((1 + level) / 2), ndtr(-abs(statistic))
    else:
        quantile, tail = stdtrit(df, (1 + level) / 2), stdtr(df, -abs(statistic))
    half = float(quantile) * se
    method = "wald-z" if df is None else "wald-t"
    ci = Interval(estimate - half, estimate + half, level, method, df)
    return Wald(statistic, 2 * float(tail), ci)
