"""Two groups and how much a quantity varies in them."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.correction import Correct
from metasyn.effects.measures.measure import Estimates, Measure
from metasyn.effects.measures.scale import EXP
from metasyn.effects.measures.two_means import FAMILY, SIX
from metasyn.effects.measures.variance import Vtype, choose

__all__ = ["MEASURES", "log_cv_ratio", "log_sd_ratio"]

Values = FloatArray


def log_sd_ratio(
    sd1i: Values,
    sd2i: Values,
    n1i: Values,
    n2i: Values,
    *,
    vtype: Vtype = "LS",
    correct: Correct = True,
) -> Estimates:
    """Log of the ratio of two standard deviations (log variability ratio).

    ``correct`` adds the difference of 1/(2(n - 1)). ``vtype`` LS is Nakagawa et al. 2015, LS2
    is of second order (Senior et al. 2020, equation 15).
    """
    df1, df2 = n1i - 1, n2i - 1
    bias = (1 / df1 - 1 / df2) / 2 if correct else 0
    variances = {
        "LS": lambda: (1 / df1 + 1 / df2) / 2,
        "LS2": lambda: (n1i / df1**2 + n2i / df2**2) / 2,
    }
    return np.log(sd1i / sd2i) + bias, choose(vtype, variances)


def log_cv_ratio(  # noqa: PLR0913 - the data of two groups
    m1i: Values,
    m2i: Values,
    sd1i: Values,
    sd2i: Values,
    n1i: Values,
    n2i: Values,
    *,
    vtype: Vtype = "LS",
    correct: Correct = True,
) -> Estimates:
    """Log of the ratio of two coefficients of variation.

    ``correct`` corrects the standard deviations and the means (Senior et al. 2020, equation 6),
    as metafor since 5.0; ``"metafor-3.8"`` only the standard deviations (Nakagawa et al. 2015).
    ``vtype`` LS is Nakagawa et al. 2015, equation 12, without the correlation of mean and
    standard deviation, which normal data do not have; LS2 is of second order (Senior et al.
    2020, equation 16).
    """
    of_sds, sd_variance = log_sd_ratio(sd1i, sd2i, n1i, n2i, correct=correct)
    first, second = (sd1i / m1i) ** 2 / n1i, (sd2i / m2i) ** 2 / n2i
    bias = (second - first) / 2 if correct is True else 0

    def second_order() -> FloatArray:
        _, of_sds2 = log_sd_ratio(sd1i, sd2i, n1i, n2i, vtype="LS2")
        return of_sds2 + first + second + (first**2 + second**2) / 2

    variances = {"LS": lambda: sd_variance + first + second, "LS2": second_order}
    return of_sds - np.log(m1i / m2i) + bias, choose(vtype, variances)


_SPREAD = ("sd1i", "sd2i", "n1i", "n2i")
_measure = partial(Measure, family=FAMILY, back=EXP, null=0, vtypes=("LS", "LS2"), corrects=True)

MEASURES = (
    _measure(
        code="VR",
        label="Log variability ratio",
        display="Variability ratio",
        needs=(_SPREAD,),
        takes=_SPREAD,
        function=log_sd_ratio,
        source="Nakagawa et al. 2015",
    ),
    _measure(
        code="CVR",
        label="Log coefficient of variation ratio",
        display="Coefficient of variation ratio",
        needs=(SIX,),
        takes=SIX,
        function=log_cv_ratio,
        source="Nakagawa et al. 2015; Senior et al. 2020, eq. 6",
    ),
)
