"""Two groups and an event: the 2x2 table of independent groups."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, sums
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure, ZeroCells
from metasyn.effects.measures.scale import EXP, IDENTITY, ONE_MINUS_EXP
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = [
    "FAMILY",
    "MEASURES",
    "NEEDS",
    "TAKES",
    "arcsine_difference",
    "log_odds_ratio",
    "log_risk_ratio",
    "peto",
    "risk_difference",
]

Cells = FloatArray


def log_risk_ratio(ai: Cells, bi: Cells, ci: Cells, di: Cells, *, vtype: Vtype = "LS") -> Estimates:
    """Log of the ratio of two risks.

    ``vtype`` AV plugs the average risks of all studies, weighted by n, into the variance.

    Examples
    --------
    >>> yi, vi = log_risk_ratio(4.0, 119.0, 11.0, 128.0)
    >>> round(float(yi), 4), round(vi, 4)
    (-0.8893, 0.3256)
    """
    n1i, n2i = ai + bi, ci + di

    def averaged() -> FloatArray:
        mean1, mean2 = weighted_mean(ai / n1i, n1i), weighted_mean(ci / n2i, n2i)
        return (1 - mean1) / (mean1 * n1i) + (1 - mean2) / (mean2 * n2i)

    variances = {"LS": lambda: 1 / ai - 1 / n1i + 1 / ci - 1 / n2i, "AV": averaged}
    return np.log(ai / n1i) - np.log(ci / n2i), choose(vtype, variances)


def log_odds_ratio(ai: Cells, bi: Cells, ci: Cells, di: Cells, *, vtype: Vtype = "LS") -> Estimates:
    """Log of the ratio of two odds.

    ``vtype`` LS is Woolf's; AV plugs the average risks of all studies, weighted by n, into it.
    """
    n1i, n2i = ai + bi, ci + di

    def averaged() -> FloatArray:
        mean1, mean2 = weighted_mean(ai / n1i, n1i), weighted_mean(ci / n2i, n2i)
        return 1 / (mean1 * (1 - mean1) * n1i) + 1 / (mean2 * (1 - mean2) * n2i)

    variances = {"LS": lambda: 1 / ai + 1 / bi + 1 / ci + 1 / di, "AV": averaged}
    return np.log(ai / bi) - np.log(ci / di), choose(vtype, variances)


def risk_difference(
    ai: Cells, bi: Cells, ci: Cells, di: Cells, *, vtype: Vtype = "LS"
) -> Estimates:
    """Difference of two risks.

    ``vtype`` LS divides p(1-p) by n, UB by n - 1 (unbiased), AV plugs in the average risks of
    all studies, weighted by n.
    """
    n1i, n2i = ai + bi, ci + di
    p1, p2 = ai / n1i, ci / n2i

    def averaged() -> FloatArray:
        mean1, mean2 = weighted_mean(p1, n1i), weighted_mean(p2, n2i)
        return mean1 * (1 - mean1) / n1i + mean2 * (1 - mean2) / n2i

    variances = {
        "LS": lambda: p1 * (1 - p1) / n1i + p2 * (1 - p2) / n2i,
        "UB": lambda: p1 * (1 - p1) / (n1i - 1) + p2 * (1 - p2) / (n2i - 1),
        "AV": averaged,
    }
    return p1 - p2, choose(vtype, variances)


def peto(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Peto's one-step log odds ratio: (O - E) / V, variance 1 / V."""
    n1i, n2i = ai + bi, ci + di
    ni = n1i + n2i
    events = ai + ci
    v = events * (bi + di) * (n1i / ni) * (n2i / ni) / (ni - 1)
    return (ai - events * n1i / ni) / v, 1 / v


def arcsine_difference(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Difference of the arcsines of the square roots of two risks."""
    n1i, n2i = ai + bi, ci + di
    yi = np.arcsin(np.sqrt(ai / n1i)) - np.arcsin(np.sqrt(ci / n2i))
    return yi, 1 / (4 * n1i) + 1 / (4 * n2i)


def prepare(given: Inputs) -> Inputs:
    """Fill the non-events from the group sizes, row by row."""
    filled = dict(given)
    for events, rest, size in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        if size in given:
            complement = given[size] - given[events]
            known = given.get(rest, complement)
            filled[rest] = np.where(np.isnan(known), complement, known)
    return filled


def uninformative(data: Inputs) -> np.ndarray:
    """Rows without an event, or with nothing but events, in both groups."""
    zero = {name: data[name] == 0 for name in TAKES}
    return np.asarray((zero["ai"] & zero["ci"]) | (zero["bi"] & zero["di"]))


FAMILY = Family(
    name="two-by-two",
    label="Two groups, event or not",
    prepare=prepare,
    size=lambda data: data["ai"] + data["bi"] + data["ci"] + data["di"],
    checks=(
        *sums("ai", "bi", "n1i"),
        *sums("ci", "di", "n2i"),
        *not_negative("ai", "bi", "ci", "di"),
    ),
    zero=ZeroCells(("ai", "bi", "ci", "di"), uninformative),
)
TAKES = ("ai", "bi", "ci", "di")
NEEDS = (TAKES, ("ai", "n1i", "ci", "n2i"))

_measure = partial(Measure, family=FAMILY, needs=NEEDS, takes=TAKES)

MEASURES = (
    _measure(
        code="RR",
        label="Log risk ratio",
        display="Risk ratio",
        function=log_risk_ratio,
        back=EXP,
        null=0,
        source="Fleiss & Berlin 2009",
        vtypes=("LS", "AV"),
    ),
    _measure(
        code="OR",
        label="Log odds ratio",
        display="Odds ratio",
        function=log_odds_ratio,
        back=EXP,
        null=0,
        source="Woolf 1955",
        vtypes=("LS", "AV"),
    ),
    _measure(
        code="PETO",
        label="Log odds ratio (Peto)",
        display="Odds ratio (Peto)",
        function=peto,
        back=EXP,
        null=0,
        source="Yusuf et al. 1985",
    ),
    _measure(
        code="RD",
        label="Risk difference",
        display="Risk difference",
        function=risk_difference,
        back=IDENTITY,
        null=0,
        source="Fleiss & Berlin 2009",
        vtypes=("LS", "UB", "AV"),
    ),
    _measure(
        code="AS",
        label="Arcsine square root risk difference",
        display="Arcsine risk difference",
        function=arcsine_difference,
        back=IDENTITY,
        null=0,
        source="Rücker et al. 2009",
        add=0,
    ),
    _measure(
        code="VE",
        label="Log risk ratio (vaccine efficacy)",
        display="Vaccine efficacy",
        function=log_risk_ratio,
        back=ONE_MINUS_EXP,
        null=0,
        source="Greenwood & Yule 1915: 1 - risk ratio",
        vtypes=("LS", "AV"),
    ),
)
