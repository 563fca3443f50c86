"""Standardised mean differences from 2x2 tables, and log odds ratios from means."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures import two_by_two, two_means
from metasyn.effects.measures.measure import Estimates, Measure
from metasyn.effects.measures.proportion import probit
from metasyn.effects.measures.scale import EXP, IDENTITY
from metasyn.effects.measures.two_by_two import log_odds_ratio
from metasyn.effects.measures.variance import Vtype

__all__ = [
    "COX",
    "LOGISTIC",
    "MEASURES",
    "d_to_log_odds_logistic",
    "d_to_log_odds_normal",
    "odds_to_d_logistic",
    "odds_to_d_normal",
    "probit_difference",
]

Cells = FloatArray

LOGISTIC = np.pi / np.sqrt(3)
"""Log odds per standard deviation of a logistic variable."""

COX = 1.65
"""Log odds per standard deviation of a normal variable (Cox & Snell 1989)."""


def probit_difference(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Difference of the normal quantiles of two risks."""
    first, second = probit(ai, bi), probit(ci, di)
    return first[0] - second[0], first[1] + second[1]


def odds_to_d_logistic(
    ai: Cells, bi: Cells, ci: Cells, di: Cells, *, vtype: Vtype = "LS"
) -> Estimates:
    """Log odds ratio times sqrt(3)/pi."""
    yi, vi = log_odds_ratio(ai, bi, ci, di, vtype=vtype)
    return yi / LOGISTIC, vi / LOGISTIC**2


def odds_to_d_normal(
    ai: Cells, bi: Cells, ci: Cells, di: Cells, *, vtype: Vtype = "LS"
) -> Estimates:
    """Log odds ratio divided by 1.65."""
    yi, vi = log_odds_ratio(ai, bi, ci, di, vtype=vtype)
    return yi / COX, vi / COX**2


def _scaled(d: FloatArray, n1i: FloatArray, n2i: FloatArray, factor: float) -> Estimates:
    return factor * d, factor**2 * (1 / n1i + 1 / n2i + d**2 / (2 * (n1i + n2i)))


def d_to_log_odds_logistic(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> Estimates:
    """Cohen's d times pi/sqrt(3)."""
    return _scaled(d, n1i, n2i, LOGISTIC)


def d_to_log_odds_normal(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> Estimates:
    """Cohen's d times 1.65."""
    return _scaled(d, n1i, n2i, COX)


_from_table = partial(
    Measure,
    family=two_by_two.FAMILY,
    needs=two_by_two.NEEDS,
    takes=two_by_two.TAKES,
    display="Standardised mean difference",
    back=IDENTITY,
    null=0,
)
_from_means = partial(
    Measure,
    family=two_means.FAMILY,
    needs=two_means.NEEDS_D,
    takes=("d", "n1i", "n2i"),
    label="Log odds ratio (from means)",
    display="Odds ratio",
    back=EXP,
    null=0,
)

MEASURES = (
    _from_table(
        code="PBIT",
        label="Probit transformed risk difference",
        function=probit_difference,
        source="Sánchez-Meca et al. 2003, eq. 21",
    ),
    *(
        _from_table(
            code=code,
            label=f"Transformed odds ratio ({shape})",
            function=function,
            source=source,
            vtypes=("LS", "AV"),
        )
        for code, shape, function, source in (
            ("OR2D", "logistic", odds_to_d_logistic, "Chinn 2000"),
            ("OR2DN", "normal", odds_to_d_normal, "Cox & Snell 1989"),
            ("OR2DL", "logistic", odds_to_d_logistic, "Chinn 2000"),
        )
    ),
    _from_means(code="D2OR", function=d_to_log_odds_logistic, source="Chinn 2000"),
    _from_means(code="D2ORN", function=d_to_log_odds_normal, source="Cox & Snell 1989"),
    _from_means(code="D2ORL", function=d_to_log_odds_logistic, source="Chinn 2000"),
)
