"""Odds ratios and risk ratios, one from the other, at a stated risk."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import Estimate, numbers, plain, refuse

__all__ = ["odds_ratio_to_risk_ratio", "risk_ratio_to_odds_ratio"]


def odds_ratio_to_risk_ratio(
    yi: npt.ArrayLike, risk: npt.ArrayLike, vi: npt.ArrayLike = np.nan
) -> Estimate:
    """Log risk ratio from a log odds ratio at a stated risk of the control group.

    Parameters
    ----------
    yi
        Log odds ratio.
    risk
        Risk of the event in the control group, 0 to 1, taken as known.
    vi
        Sampling variance of the log odds ratio.

    Returns
    -------
    Estimate
        Log risk ratio and, by the delta method, its variance.

    Raises
    ------
    DataError
        If the risk is not inside 0..1, a variance is negative, or the odds ratio is beyond e^700.

    Notes
    -----
    RR = OR/(1 - p0 + p0 OR) is exact for the table itself. Zhang & Yu (1998, JAMA 280:1690-1691)
    put an adjusted odds ratio and its limits into it: the risk ratio is then confounded, and the
    interval too narrow, because the risk is an estimate too (McNutt et al. 2003, Am J Epidemiol
    157:940-943). The variance here also takes the risk as known.

    Examples
    --------
    >>> yi, _ = odds_ratio_to_risk_ratio(np.log(3.0), risk=0.25)
    >>> round(float(np.exp(yi)), 4)
    2.0
    """
    effect, base, variance = numbers({"yi": yi, "risk": risk, "vi": vi})
    _check(base, variance)
    refuse(effect > 700, "a log odds ratio of {x:g} is beyond all numbers", {"x": effect})
    log_shift = np.log1p(base * np.expm1(effect))
    slope = np.exp(np.log1p(-base) - log_shift)
    return Estimate(plain(effect - log_shift), plain(slope**2 * variance))


def risk_ratio_to_odds_ratio(
    yi: npt.ArrayLike, risk: npt.ArrayLike, vi: npt.ArrayLike = np.nan
) -> Estimate:
    """Log odds ratio from a log risk ratio at a stated risk of the control group.

    Parameters
    ----------
    yi
        Log risk ratio.
    risk
        Risk of the event in the control group, 0 to 1, taken as known.
    vi
        Sampling variance of the log risk ratio.

    Returns
    -------
    Estimate
        Log odds ratio and, by the delta method, its variance.

    Raises
    ------
    DataError
        If the risk is not inside 0..1, a variance is negative, or the risk ratio takes the risk
        of the treated group to 1 or more.

    Notes
    -----
    OR = RR (1 - p0)/(1 - p0 RR), the inverse of Zhang & Yu 1998, with the same caution: see
    :func:`odds_ratio_to_risk_ratio`.

    Examples
    --------
    >>> yi, _ = risk_ratio_to_odds_ratio(np.log(2.0), risk=0.25)
    >>> round(float(np.exp(yi)), 4)
    3.0
    """
    effect, base, variance = numbers({"yi": yi, "risk": risk, "vi": vi})
    _check(base, variance)
    log_treated = np.log(base) + effect
    problem = "with a log risk ratio of {x:g}, a risk of {p0:g} becomes 1 or more"
    refuse(log_treated >= 0, problem, {"p0": base, "x": effect})
    treated = np.exp(log_treated)
    return Estimate(
        plain(effect + np.log1p(-base) - np.log1p(-treated)), plain(variance / (1 - treated) ** 2)
    )


def _check(risk: FloatArray, variance: FloatArray) -> None:
    refuse((risk <= 0) | (risk >= 1), "risk is {p:g}; it lies between 0 and 1", {"p": risk})
    refuse(variance < 0, "vi is {v:g}; it cannot be negative", {"v": variance})
