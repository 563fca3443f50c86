"""Proportions of one group."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive, sums
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure, ZeroCells
from metasyn.effects.measures.scale import (
    ARCSINE,
    EXP,
    FREEMAN_TUKEY,
    IDENTITY,
    LOGISTIC,
    NORMAL,
)
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = [
    "MEASURES",
    "angular",
    "freeman_tukey",
    "log_proportion",
    "logit",
    "probit",
    "raw_proportion",
]


def raw_proportion(xi: FloatArray, mi: FloatArray, *, vtype: Vtype = "LS") -> Estimates:
    """Proportion of ``xi`` events among ``xi + mi`` patients.

    ``vtype`` LS plugs the proportion into p(1-p)/n, UB divides by n - 1 (unbiased), AV plugs in
    the average proportion of all studies, weighted by n.
    """
    ni = xi + mi
    p = xi / ni
    variances = {
        "LS": lambda: p * (1 - p) / ni,
        "UB": lambda: p * (1 - p) / (ni - 1),
        "AV": lambda: _spread(p, ni) / ni,
    }
    return p, choose(vtype, variances)


def log_proportion(xi: FloatArray, mi: FloatArray, *, vtype: Vtype = "LS") -> Estimates:
    """Log of the proportion; ``vtype`` AV plugs the average proportion into the variance."""
    ni = xi + mi
    p = xi / ni
    variances = {
        "LS": lambda: 1 / xi - 1 / ni,
        "AV": lambda: 1 / (weighted_mean(p, ni) * ni) - 1 / ni,
    }
    return np.log(p), choose(vtype, variances)


def logit(xi: FloatArray, mi: FloatArray, *, vtype: Vtype = "LS") -> Estimates:
    """Log odds; ``vtype`` AV plugs the average proportion into the variance."""
    ni = xi + mi
    variances = {
        "LS": lambda: 1 / xi + 1 / mi,
        "AV": lambda: 1 / (_spread(xi / ni, ni) * ni),
    }
    return np.log(xi) - np.log(mi), choose(vtype, variances)


def probit(xi: FloatArray, mi: FloatArray) -> Estimates:
    """Standard normal quantile of the proportion, variance by the delta method."""
    from scipy.special import ndtri

    ni = xi + mi
    p = xi / ni
    z = ndtri(p)
    return z, 2 * np.pi * p * (1 - p) * np.exp(z**2) / ni


def angular(xi: FloatArray, mi: FloatArray) -> Estimates:
    """Arcsine of the square root of the proportion, variance 1/(4n)."""
    ni = xi + mi
    return np.arcsin(np.sqrt(xi / ni)), 1 / (4 * ni)


def freeman_tukey(xi: FloatArray, mi: FloatArray) -> Estimates:
    """Mean of the arcsines of sqrt(x/(n+1)) and sqrt((x+1)/(n+1)), variance 1/(4n+2).

    Freeman and Tukey's own is the sum of both, twice as large.
    """
    ni = xi + mi
    low, high = np.sqrt(xi / (ni + 1)), np.sqrt((xi + 1) / (ni + 1))
    return (np.arcsin(low) + np.arcsin(high)) / 2, 1 / (4 * ni + 2)


def _spread(p: FloatArray, ni: FloatArray) -> float:
    average = weighted_mean(p, ni)
    return average * (1 - average)


def prepare(given: Inputs) -> Inputs:
    """Fill the non-events from the group size, or the size from both counts, row by row."""
    filled = dict(given)
    if "ni" in given:
        rest = given["ni"] - given["xi"]
        filled["mi"] = np.where(np.isnan(given.get("mi", rest)), rest, given.get("mi", rest))
    filled["ni"] = given.get("ni", filled["xi"] + filled["mi"])
    return filled


FAMILY = Family(
    name="proportion",
    label="Proportion of one group",
    prepare=prepare,
    size=lambda data: data["xi"] + data["mi"],
    checks=(*sums("xi", "mi", "ni"), *not_negative("xi", "mi"), *positive("ni")),
    zero=ZeroCells(("xi", "mi")),
)
_NEEDS = (("xi", "ni"), ("xi", "mi"))
_TAKES = ("xi", "mi")

MEASURES = (
    Measure(
        code="PR",
        label="Proportion",
        display="Proportion",
        family=FAMILY,
        needs=_NEEDS,
        takes=_TAKES,
        function=raw_proportion,
        back=IDENTITY,
        null=None,
        source="binomial variance",
        vtypes=("LS", "UB", "AV"),
    ),
    Measure(
        code="PLN",
        label="Log proportion",
        display="Proportion",
        family=FAMILY,
        needs=_NEEDS,
        takes=_TAKES,
        function=log_proportion,
        back=EXP,
        null=None,
        source="delta method",
        vtypes=("LS", "AV"),
    ),
    Measure(
        code="PLO",
        label="Logit proportion",
        display="Proportion",
        family=FAMILY,
        needs=_NEEDS,
        takes=_TAKES,
        function=logit,
        back=LOGISTIC,
        null=None,
        source="delta method",
        vtypes=("LS", "AV"),
    ),
    Measure(
        code="PRZ",
        label="Probit proportion",
        display="Proportion",
        family=FAMILY,
        needs=_NEEDS,
        takes=_TAKES,
        function=probit,
        back=NORMAL,
        null=None,
        source="delta method",
    ),
    Measure(
        code="PAS",
        label="Arcsine square root proportion",
        display="Proportion",
        family=FAMILY,
        needs=_NEEDS,
        takes=_TAKES,
        function=angular,
        back=ARCSINE,
        null=None,
        source="Freeman & Tukey 1950",
        add=0,
    ),
    Measure(
        code="PFT",
        label="Double arcsine proportion",
        display="Proportion",
        family=FAMILY,
        needs=_NEEDS,
        takes=_TAKES,
        function=freeman_tukey,
        back=FREEMAN_TUKEY,
        null=None,
        source="Freeman & Tukey 1950; back: Miller 1978",
        add=0,
    ),
)
