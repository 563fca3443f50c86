"""One group and a quantity: its mean and how much it varies."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive
from metasyn.effects.measures.correction import Correct, hedges
from metasyn.effects.measures.measure import Estimates, Family, Measure
from metasyn.effects.measures.scale import EXP, IDENTITY
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = ["MEASURES", "log_cv", "log_mean", "log_sd", "raw_mean", "standardised_mean"]

Values = FloatArray


def raw_mean(mi: Values, sdi: Values, ni: Values, *, vtype: Vtype = "LS") -> Estimates:
    """Mean; ``vtype`` HO pools the variance over all studies, weighted by n - 1."""
    variances = {
        "LS": lambda: sdi**2 / ni,
        "HO": lambda: weighted_mean(sdi**2, ni - 1) / ni,
    }
    return mi, choose(vtype, variances)


def standardised_mean(mi: Values, sdi: Values, ni: Values, *, correct: Correct = True) -> Estimates:
    """Mean in standard deviations, corrected for its bias; variance 1/n + d²/(2n)."""
    d = hedges(ni - 1, correct) * mi / sdi
    return d, 1 / ni + d**2 / (2 * ni)


def log_mean(mi: Values, sdi: Values, ni: Values) -> Estimates:
    """Log of a mean on a ratio scale."""
    return np.log(mi), (sdi / mi) ** 2 / ni


def log_sd(sdi: Values, ni: Values, *, correct: Correct = True) -> Estimates:
    """Log of the standard deviation; ``correct`` adds 1/(2(n - 1))."""
    half = 1 / (2 * (ni - 1))
    return np.log(sdi) + (half if correct else 0), half


def log_cv(mi: Values, sdi: Values, ni: Values, *, correct: Correct = True) -> Estimates:
    """Log of the coefficient of variation; ``correct`` adds 1/(2(n - 1)).

    The variance is Nakagawa et al. 2015, equation 27, without the correlation of mean and
    standard deviation, which normal data do not have.
    """
    of_sd, variance = log_sd(sdi, ni, correct=correct)
    return of_sd - np.log(mi), variance + (sdi / mi) ** 2 / ni


_FAMILY = Family(
    name="one-mean",
    label="One group, a quantity",
    prepare=dict,
    size=lambda data: data["ni"],
    checks=(*positive("ni"), *not_negative("sdi")),
)
_THREE = ("mi", "sdi", "ni")
_measure = partial(Measure, family=_FAMILY, needs=(_THREE,), takes=_THREE, null=None)

MEASURES = (
    _measure(
        code="MN",
        label="Mean",
        display="Mean",
        function=raw_mean,
        back=IDENTITY,
        source="sampling variance of a mean",
        vtypes=("LS", "HO"),
    ),
    _measure(
        code="SMN",
        label="Standardised mean",
        display="Standardised mean",
        function=standardised_mean,
        back=IDENTITY,
        null=0,
        source="Hedges 1981",
        corrects=True,
    ),
    _measure(
        code="MNLN",
        label="Log mean",
        display="Mean",
        function=log_mean,
        back=EXP,
        source="delta method",
    ),
    _measure(
        code="SDLN",
        label="Log standard deviation",
        display="Standard deviation",
        needs=(("sdi", "ni"),),
        takes=("sdi", "ni"),
        function=log_sd,
        back=EXP,
        source="Raudenbush & Bryk 1987; Nakagawa et al. 2015",
        corrects=True,
    ),
    _measure(
        code="CVLN",
        label="Log coefficient of variation",
        display="Coefficient of variation",
        function=log_cv,
        back=EXP,
        source="Nakagawa et al. 2015, eq. 27",
        corrects=True,
    ),
)
