"""Matched pairs or two time points, and an event: the paired 2x2 table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures import two_by_two
from metasyn.effects.measures.checks import correlation
from metasyn.effects.measures.measure import Estimates, Inputs, Measure
from metasyn.effects.measures.scale import EXP, IDENTITY
from metasyn.effects.measures.two_by_two import NEEDS, TAKES, log_odds_ratio
from metasyn.effects.measures.variance import Vtype

__all__ = [
    "MEASURES",
    "conditional_log_odds_ratio",
    "conditional_peto",
    "marginal_log_odds_ratio",
    "marginal_log_odds_ratio_from_margins",
    "marginal_log_risk_ratio",
    "marginal_risk_difference",
]

Cells = FloatArray


def marginal_risk_difference(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Difference of the two marginal risks, (a + b)/n - (a + c)/n."""
    ni = ai + bi + ci + di
    return (bi - ci) / ni, _discordance(bi, ci, ni) / ni


def marginal_log_risk_ratio(ai: Cells, bi: Cells, ci: Cells) -> Estimates:
    """Log of the ratio of the two marginal risks."""
    first, second = ai + bi, ai + ci
    return np.log(first / second), (bi + ci) / (first * second)


def marginal_log_odds_ratio(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Log of the ratio of the two marginal odds."""
    ni = ai + bi + ci + di
    p, q = (ai + bi) / ni, (ai + ci) / ni
    yi = np.log((ai + bi) / (ci + di)) - np.log((ai + ci) / (bi + di))
    return yi, _discordance(bi, ci, ni) / (ni * p * (1 - p) * q * (1 - q))


def conditional_log_odds_ratio(bi: Cells, ci: Cells) -> Estimates:
    """Log of the ratio of the discordant pairs, b/c."""
    return np.log(bi / ci), 1 / bi + 1 / ci


def conditional_peto(bi: Cells, ci: Cells) -> Estimates:
    """Peto's one-step estimate from the discordant pairs."""
    v = (bi + ci) / 4
    return (bi - ci) / 2 / v, 1 / v


def marginal_log_odds_ratio_from_margins(
    ai: Cells, bi: Cells, ci: Cells, di: Cells, ri: FloatArray, *, vtype: Vtype = "LS"
) -> Estimates:
    """Marginal log odds ratio where only the margins are known, with their correlation.

    The rows are the two measurements of the same n = (a + b + c + d)/2 pairs; ``ri`` is the phi
    coefficient of the paired table (Zou 2007).
    """
    ni = np.round((ai + bi + ci + di) / 2)
    yi, independent = log_odds_ratio(ai, bi, ci, di, vtype=vtype)
    return yi, independent - 2 * ri * ni / np.sqrt(ai * bi * ci * di)


def _discordance(bi: Cells, ci: Cells, ni: Cells) -> FloatArray:
    """Variance of the difference of two paired indicators."""
    return (bi + ci) / ni - ((bi - ci) / ni) ** 2


def _prepare_margins(given: Inputs) -> Inputs:
    """Fill the correlation from the share of pairs with both events (``pi``)."""
    filled = two_by_two.prepare(given)
    if "pi" not in given:
        return filled
    a, b, c = filled["ai"], filled["bi"], filled["ci"]
    both = given["pi"] * (a + b)
    covariance = both * (b - c + both) - (a - both) * (c - both)
    r = covariance / np.sqrt(a * b * c * (a + b - c))
    r = np.where(abs(r) <= 1, r, np.nan)
    filled["ri"] = np.where(np.isnan(given.get("ri", r)), r, given.get("ri", r))
    return filled


_PAIRED = replace(two_by_two.FAMILY, name="matched", label="Matched pairs, event or not")
_MARGINS = replace(
    _PAIRED,
    name="matched-margins",
    label="Matched pairs, margins only",
    prepare=_prepare_margins,
    size=lambda data: np.round(two_by_two.FAMILY.size(data) / 2),
    checks=(*two_by_two.FAMILY.checks, *correlation("ri")),
)
_measure = partial(Measure, family=_PAIRED, needs=NEEDS, takes=TAKES, null=0)

MEASURES = (
    _measure(
        code="MPRD",
        label="Marginal risk difference",
        display="Risk difference",
        function=marginal_risk_difference,
        back=IDENTITY,
        source="May & Johnson 1997",
    ),
    _measure(
        code="MPRR",
        label="Marginal log risk ratio",
        display="Risk ratio",
        takes=("ai", "bi", "ci"),
        function=marginal_log_risk_ratio,
        back=EXP,
        source="Zou 2007",
    ),
    _measure(
        code="MPOR",
        label="Marginal log odds ratio",
        display="Odds ratio",
        function=marginal_log_odds_ratio,
        back=EXP,
        source="Becker & Balagtas 1993",
    ),
    _measure(
        code="MPORC",
        label="Conditional log odds ratio",
        display="Odds ratio",
        takes=("bi", "ci"),
        function=conditional_log_odds_ratio,
        back=EXP,
        source="Curtin et al. 2002",
    ),
    _measure(
        code="MPPETO",
        label="Conditional log odds ratio (Peto)",
        display="Odds ratio (Peto)",
        takes=("bi", "ci"),
        function=conditional_peto,
        back=EXP,
        source="Curtin et al. 2002",
    ),
    _measure(
        code="MPORM",
        label="Marginal log odds ratio from margins",
        display="Odds ratio",
        family=_MARGINS,
        needs=tuple((*form, share) for form in NEEDS for share in ("ri", "pi")),
        takes=(*TAKES, "ri"),
        function=marginal_log_odds_ratio_from_margins,
        back=EXP,
        source="Zou 2007",
        vtypes=("LS", "AV"),
    ),
)
