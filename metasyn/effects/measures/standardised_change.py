"""Change in a quantity, in units of a standard deviation."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.change import FAMILY, SIX, change_variance
from metasyn.effects.measures.correction import METAFOR_38, Correct, hedges, unbiased_correlation
from metasyn.effects.measures.measure import Estimates, Measure
from metasyn.effects.measures.scale import IDENTITY
from metasyn.effects.measures.variance import Vtype, choose

__all__ = [
    "MEASURES",
    "change_by_change_sd",
    "change_by_first_sd",
    "change_by_first_sd_separate",
    "change_by_pooled_sd",
    "change_by_pooled_sd_separate",
    "superiority_of_change",
]

Values = FloatArray


def change_by_change_sd(
    d: Values, ni: Values, *, vtype: Vtype = "LS", correct: Correct = True
) -> Estimates:
    """Change in standard deviations of the changes.

    ``vtype`` LS is Gibbons et al. 1993, equation 21, with n for n - 1; LS2 the form of
    Borenstein's for two groups; UB is unbiased (Viechtbauer 2007, equation 26).
    """
    df = ni - 1
    j = hedges(df, correct)
    g = j * d
    variances = {
        "LS": lambda: 1 / ni + g**2 / (2 * ni),
        "LS2": lambda: j**2 * (1 / ni + d**2 / (2 * ni)),
        "UB": lambda: 1 / ni + (1 - (df - 2) / (df * j**2)) * g**2,
    }
    return g, choose(vtype, variances)


def change_by_first_sd(
    m1i: Values,
    m2i: Values,
    sd1i: Values,
    ri: Values,
    ni: Values,
    *,
    vtype: Vtype = "LS",
    correct: Correct = True,
) -> Estimates:
    """Change in standard deviations of the first occasion, equal variances.

    ``vtype`` LS is Becker 1988, equation 13; LS2 Borenstein's with its error mended; UB is
    unbiased (Viechtbauer 2007, equation 37).
    """
    df = ni - 1
    j = hedges(df, correct)
    d = (m1i - m2i) / sd1i
    g = j * d

    def exact() -> FloatArray:
        change = 2 * (1 - unbiased_correlation(ri, ni)) / ni
        return np.asarray(change + (1 - (df - 2) / (df * j**2)) * g**2)

    variances = {
        "LS": lambda: 2 * (1 - ri) / ni + g**2 / (2 * ni),
        "LS2": lambda: j**2 * (2 * (1 - ri) / ni + d**2 / (2 * ni)),
        "UB": exact,
    }
    return g, choose(vtype, variances)


def change_by_first_sd_separate(  # noqa: PLR0913 - the data of two occasions
    m1i: Values,
    m2i: Values,
    sd1i: Values,
    sd2i: Values,
    ri: Values,
    ni: Values,
    *,
    vtype: Vtype = "LS",
    correct: Correct = True,
) -> Estimates:
    """Change in standard deviations of the first occasion; the variances may differ.

    ``vtype`` LS is Bonett's (2008, equation 13) with the corrected estimate plugged in, as in
    metafor since 4.6; LS2 has n for n - 1; ``metafor-3.8`` multiplies LS by the squared
    correction.
    """
    j = hedges(ni - 1, correct)
    g = j * (m1i - m2i) / sd1i
    relative = change_variance(sd1i, sd2i, ri) / sd1i**2
    variances = {
        "LS": lambda: (relative + g**2 / 2) / (ni - 1),
        "LS2": lambda: (relative + g**2 / 2) / ni,
        METAFOR_38: lambda: j**2 * (relative + g**2 / 2) / (ni - 1),
    }
    return g, choose(vtype, variances)


def _pooled(
    m1i: Values, m2i: Values, sd1i: Values, sd2i: Values, ri: Values, ni: Values, correct: Correct
) -> tuple[Values, Values]:
    """Change in units of the root mean variance, and that mean variance."""
    mean_variance = (sd1i**2 + sd2i**2) / 2
    j = hedges(2 * (ni - 1) / (1 + ri**2), correct)
    return j * (m1i - m2i) / np.sqrt(mean_variance), mean_variance


def change_by_pooled_sd(
    m1i: Values,
    m2i: Values,
    sd1i: Values,
    sd2i: Values,
    ri: Values,
    ni: Values,
    *,
    correct: Correct = True,
) -> Estimates:
    """Change in units of the root mean variance, equal variances.

    Cousineau 2020: 2(n - 1)/(1 + r²) degrees of freedom; the variance follows from equation 2.
    """
    g, _ = _pooled(m1i, m2i, sd1i, sd2i, ri, ni, correct)
    return g, 2 * (1 - ri) / ni + g**2 * (1 + ri**2) / (4 * ni)


def change_by_pooled_sd_separate(  # noqa: PLR0913 - the data of two occasions
    m1i: Values,
    m2i: Values,
    sd1i: Values,
    sd2i: Values,
    ri: Values,
    ni: Values,
    *,
    vtype: Vtype = "LS",
    correct: Correct = True,
) -> Estimates:
    """Change in units of the root mean variance; the variances may differ.

    ``vtype`` LS is Bonett 2008, equation 10, with the corrected estimate plugged in; LS2 has n
    for n - 1.
    """
    g, mean_variance = _pooled(m1i, m2i, sd1i, sd2i, ri, ni, correct)
    scaled = _bonett(g, mean_variance, (sd1i, sd2i, ri))
    variances = {"LS": lambda: scaled / (ni - 1), "LS2": lambda: scaled / ni}
    return g, choose(vtype, variances)


def _bonett(d: Values, mean_variance: Values, data: tuple[Values, Values, Values]) -> Values:
    """Variance of a standardised change, times n - 1 (Bonett 2008, equation 10)."""
    sd1i, sd2i, ri = data
    fourth = sd1i**4 + sd2i**4 + 2 * (ri * sd1i * sd2i) ** 2
    change = change_variance(sd1i, sd2i, ri) / mean_variance
    return change + d**2 * fourth / (8 * mean_variance**2)


def superiority_of_change(
    m1i: Values, m2i: Values, sd1i: Values, sd2i: Values, ri: Values, ni: Values
) -> Estimates:
    """P(first > second) of normal measurements of two different people (AUC).

    Φ(d/√2) with d in units of the root mean variance; the variance of d is Bonett's (2008,
    equation 10), carried over by the delta method.
    """
    from scipy.special import ndtr

    d, mean_variance = _pooled(m1i, m2i, sd1i, sd2i, ri, ni, correct=False)
    slope = np.exp(-(d**2) / 2) / (4 * np.pi)
    return ndtr(d / np.sqrt(2)), slope * _bonett(d, mean_variance, (sd1i, sd2i, ri)) / (ni - 1)


_measure = partial(Measure, family=FAMILY, needs=(SIX,), takes=SIX, back=IDENTITY, null=0)
_smc = partial(_measure, display="Standardised mean change", corrects=True)
_FIVE = ("m1i", "m2i", "sd1i", "ri", "ni")
_superiority = partial(
    _measure,
    label="P(first > second), normal data, matched",
    display="Probability of superiority",
    function=superiority_of_change,
    null=0.5,
    source="Bonett 2008, eq. 10; delta method",
)

MEASURES = (
    _smc(
        code="SMCC",
        label="Standardised mean change (SD of the changes)",
        needs=(SIX, ("di", "ni"), ("ti", "ni"), ("pi", "ni")),
        takes=("d", "ni"),
        function=change_by_change_sd,
        source="Gibbons et al. 1993, eq. 21",
        vtypes=("LS", "LS2", "UB"),
    ),
    _smc(
        code="SMCR",
        label="Standardised mean change (SD of the first occasion)",
        needs=(_FIVE,),
        takes=_FIVE,
        function=change_by_first_sd,
        source="Becker 1988, eq. 13",
        vtypes=("LS", "LS2", "UB"),
    ),
    _smc(
        code="SMCRH",
        label="Standardised mean change (SD of the first occasion), variances differ",
        function=change_by_first_sd_separate,
        source="Bonett 2008, eq. 13",
        vtypes=("LS", "LS2", METAFOR_38),
    ),
    _smc(
        code="SMCRP",
        label="Standardised mean change (pooled SD)",
        function=change_by_pooled_sd,
        source="Cousineau 2020, eq. 2",
    ),
    _smc(
        code="SMCRPH",
        label="Standardised mean change (pooled SD), variances differ",
        function=change_by_pooled_sd_separate,
        source="Bonett 2008, eq. 10",
        vtypes=("LS", "LS2"),
    ),
    _superiority(code="CLESCN"),
    _superiority(code="AUCCN"),
)
