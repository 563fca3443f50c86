"""Which interval a pooled rate gets, and its limits on the logit scale."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from metasyn.models.interval import Interval
from metasyn.models.specs import BinomialNormal

__all__ = ["ENOUGH_ANCHORS", "Kind", "chi2_drop", "kind_of", "t_drop", "t_factor", "wald"]

Kind = Literal["wald-t", "wald-z", "integrated", "profile", "profile-t"]

ENOUGH_ANCHORS = 3
"""Studies from which on a Wald interval with t quantiles holds its level (section 2.5)."""


def kind_of(spec: BinomialNormal, anchors: int, *, at_edge: bool) -> Kind:
    """The interval that is asked for, or the one that section 2.5 gives to such data.

    Parameters
    ----------
    spec
        What was asked.
    anchors
        Number of studies that are not single cases.
    at_edge
        Whether all patients or none had the event, or tau ran to the end of its search.
    """
    if spec.interval != "auto":
        return spec.interval
    if anchors == 0:
        return "profile"
    return "integrated" if at_edge or anchors < ENOUGH_ANCHORS else "wald-t"


def t_factor(level: float, df: float) -> float:
    """Two-sided quantile of t; infinite without degrees of freedom."""
    return float(stdtrit(df, 0.5 + level / 2)) if df > 0 else float("inf")


def chi2_drop(level: float) -> float:
    """Quantile of chi-squared with one degree of freedom."""
    return float(ndtri(0.5 + level / 2)) ** 2


def t_drop(level: float, df: float) -> float:
    """Cut-off of twice the log-likelihood that is calibrated by t, k log(1 + t^2 / (k - 1))."""
    return float((df + 1) * np.log1p(t_factor(level, df) ** 2 / df)) if df > 0 else float("inf")


def wald(mu: float, se: float, level: float, df: float | None) -> Interval:
    """``mu`` plus and minus a quantile times ``se``: t with ``df``, normal where that is None."""
    factor = float(ndtri(0.5 + level / 2)) if df is None else t_factor(level, df)
    method = "wald-z" if df is None else "wald-t"
    return Interval(mu - factor * se, mu + factor * se, level, method, df)
