"""Two independent groups and a quantity: means and standard deviations."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive
from metasyn.effects.measures.correction import METAFOR_38, Correct, hedges
from metasyn.effects.measures.from_tests import first_known, t_statistic
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import EXP, IDENTITY
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = [
    "FAMILY",
    "MEASURES",
    "NEEDS_D",
    "SIX",
    "log_ratio_of_means",
    "mean_difference",
    "pooled_sd",
    "smd",
    "smd_one_sd",
    "smd_one_sd_separate",
    "smd_separate",
]

Values = FloatArray


def pooled_sd(sd1i: Values, sd2i: Values, n1i: Values, n2i: Values) -> Values:
    """Standard deviation pooled over two groups."""
    squares = (n1i - 1) * sd1i**2 + (n2i - 1) * sd2i**2
    return np.asarray(np.sqrt(squares / (n1i + n2i - 2)))


def mean_difference(
    m1i: Values,
    m2i: Values,
    sd1i: Values,
    sd2i: Values,
    n1i: Values,
    n2i: Values,
    *,
    vtype: Vtype = "LS",
) -> Estimates:
    """Difference of two means.

    ``vtype`` LS (also called UB) lets the variances differ, HO pools them (Borenstein 2009,
    equations 12.5 and 12.3).
    """

    def separate() -> FloatArray:
        return sd1i**2 / n1i + sd2i**2 / n2i

    variances = {
        "LS": separate,
        "UB": separate,
        "HO": lambda: pooled_sd(sd1i, sd2i, n1i, n2i) ** 2 * (1 / n1i + 1 / n2i),
    }
    return m1i - m2i, choose(vtype, variances)


def smd(
    d: Values, n1i: Values, n2i: Values, *, vtype: Vtype = "LS", correct: Correct = True
) -> Estimates:
    """Hedges' g from Cohen's d (pooled standard deviation).

    ``vtype`` LS is the usual large-sample form (Hedges 1982, equation 8), LS2 Borenstein's
    (2009, equation 12.17), UB is unbiased (Hedges 1983, equation 9), AV plugs in the average g
    of all studies, weighted by sample size. ``correct=False`` leaves Cohen's d.
    """
    ni = n1i + n2i
    return _standardised(d, (n1i, n2i), (ni - 2, ni), vtype, correct)


def smd_one_sd(
    m1i: Values,
    m2i: Values,
    sd2i: Values,
    n1i: Values,
    n2i: Values,
    *,
    vtype: Vtype = "LS",
    correct: Correct = True,
) -> Estimates:
    """Glass' delta: the difference in standard deviations of the second group.

    ``vtype`` as for :func:`smd`.
    """
    return _standardised((m1i - m2i) / sd2i, (n1i, n2i), (n2i - 1, n2i), vtype, correct)


def _standardised(
    d: Values,
    groups: tuple[Values, Values],
    behind_sd: tuple[Values, Values],
    vtype: Vtype,
    correct: Correct,
) -> Estimates:
    """Corrected difference; ``behind_sd``: degrees of freedom and size behind its SD."""
    (n1i, n2i), (df, size) = groups, behind_sd
    j = hedges(df, correct)
    g = j * d
    apart = 1 / n1i + 1 / n2i
    variances = {
        "LS": lambda: apart + g**2 / (2 * size),
        "LS2": lambda: j**2 * (apart + d**2 / (2 * size)),
        "UB": lambda: apart + (1 - (df - 2) / (df * j**2)) * g**2,
        "AV": lambda: apart + weighted_mean(g, n1i + n2i) ** 2 / (2 * size),
    }
    return g, choose(vtype, variances)


def smd_separate(  # noqa: PLR0913 - the data of two groups
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
    """Difference in units of the root mean variance; the variances may differ.

    ``vtype`` LS is Bonett's (2008, equation 8) with the corrected estimate plugged in, as in
    metafor since 4.6; LS2 has n for n - 1 throughout, LS3 only in the means' part;
    ``metafor-3.8`` multiplies LS by the squared correction.
    """
    v1, v2 = sd1i**2, sd2i**2
    mean_variance = (v1 + v2) / 2
    j = hedges(n1i + n2i - 2, correct)
    g = j * (m1i - m2i) / np.sqrt(mean_variance)

    def variance(means: tuple[Values, Values], sds: tuple[Values, Values]) -> FloatArray:
        of_sds = g**2 * (v1**2 / sds[0] + v2**2 / sds[1]) / (8 * mean_variance**2)
        return np.asarray(of_sds + (v1 / means[0] + v2 / means[1]) / mean_variance)

    n, df = (n1i, n2i), (n1i - 1, n2i - 1)
    variances = {
        "LS": lambda: variance(df, df),
        "LS2": lambda: variance(n, n),
        "LS3": lambda: variance(n, df),
        METAFOR_38: lambda: j**2 * variance(df, df),
    }
    return g, choose(vtype, variances)


def smd_one_sd_separate(  # noqa: PLR0913 - the data of two groups
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
    """Glass' delta where the variances may differ.

    ``vtype`` LS is Bonett's (2008, equation 12), as in metafor since 4.6; ``metafor-3.8`` has
    n for n - 1.
    """
    g = hedges(n2i - 1, correct) * (m1i - m2i) / sd2i
    ratio = sd1i**2 / sd2i**2

    def variance(n1: Values, n2: Values) -> FloatArray:
        return ratio / n1 + 1 / n2 + g**2 / (2 * n2)

    variances = {
        "LS": lambda: variance(n1i - 1, n2i - 1),
        METAFOR_38: lambda: variance(n1i, n2i),
    }
    return g, choose(vtype, variances)


def log_ratio_of_means(  # noqa: PLR0913 - the data of two groups
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
    """Log response ratio; NaN where the means have opposite signs.

    ``correct`` adds half the difference of the means' squared coefficients of variation
    (Lajeunesse 2015, equation 8); metafor corrects since 5.0, ``correct=False`` and
    ``"metafor-3.8"`` do not. ``vtype`` LS and HO are Hedges et al. 1999 (equation 1 and the one
    after it), LS2 is of second order (Lajeunesse 2015, equation 9), AV and AVHO plug in average
    coefficients of variation by group or over both (Nakagawa et al. 2023).
    """
    cv1, cv2 = sd1i / m1i, sd2i / m2i
    first, second = cv1**2 / n1i, cv2**2 / n2i
    bias = (first - second) / 2 if correct is True else 0

    def pooled() -> FloatArray:
        variance = pooled_sd(sd1i, sd2i, n1i, n2i) ** 2
        return variance / (n1i * m1i**2) + variance / (n2i * m2i**2)

    def over_both() -> FloatArray:
        ni = np.where(np.isnan(cv1 + cv2), np.nan, n1i + n2i)
        return weighted_mean((n1i * cv1 + n2i * cv2) / ni, ni) ** 2 * (1 / n1i + 1 / n2i)

    variances = {
        "LS": lambda: first + second,
        "LS2": lambda: first + second + (first**2 + second**2) / 2,
        "HO": pooled,
        "AV": lambda: weighted_mean(cv1, n1i) ** 2 / n1i + weighted_mean(cv2, n2i) ** 2 / n2i,
        "AVHO": over_both,
    }
    return np.log(m1i / m2i) + bias, choose(vtype, variances)


def prepare(given: Inputs) -> Inputs:
    """Fill Cohen's d: as given, or from t, p, or means and standard deviations."""
    filled = dict(given)
    n1i, n2i = given["n1i"], given["n2i"]
    from_t = t_statistic(given, n1i + n2i - 2) * np.sqrt(1 / n1i + 1 / n2i)
    from_means = None
    if all(name in given for name in SIX):
        sd = pooled_sd(given["sd1i"], given["sd2i"], n1i, n2i)
        from_means = (given["m1i"] - given["m2i"]) / sd
    filled["d"] = first_known(given.get("di"), from_t, from_means)
    return filled


SIX = ("m1i", "m2i", "sd1i", "sd2i", "n1i", "n2i")
NEEDS_D = (SIX, *((name, "n1i", "n2i") for name in ("di", "ti", "pi")))
FAMILY = Family(
    name="two-means",
    label="Two groups, a quantity",
    prepare=prepare,
    size=lambda data: data["n1i"] + data["n2i"],
    checks=(*positive("n1i", "n2i"), *not_negative("sd1i", "sd2i")),
)
_measure = partial(Measure, family=FAMILY, needs=(SIX,), takes=SIX, back=IDENTITY, null=0)
_smd = partial(_measure, display="Standardised mean difference", corrects=True)
_KINDS = ("LS", "LS2", "UB", "AV")

MEASURES = (
    _measure(
        code="MD",
        label="Mean difference",
        display="Mean difference",
        function=mean_difference,
        source="Borenstein 2009, eq. 12.3, 12.5",
        vtypes=("LS", "UB", "HO"),
    ),
    _smd(
        code="SMD",
        label="Standardised mean difference",
        needs=NEEDS_D,
        takes=("d", "n1i", "n2i"),
        function=smd,
        source="Hedges 1981",
        vtypes=_KINDS,
    ),
    _smd(
        code="SMDH",
        label="Standardised mean difference, variances differ",
        function=smd_separate,
        source="Bonett 2008, eq. 8",
        vtypes=("LS", "LS2", "LS3", METAFOR_38),
    ),
    _smd(
        code="SMD1",
        label="Standardised mean difference (SD of group 2)",
        needs=(("m1i", "m2i", "sd2i", "n1i", "n2i"),),
        takes=("m1i", "m2i", "sd2i", "n1i", "n2i"),
        function=smd_one_sd,
        source="Hedges 1981",
        vtypes=_KINDS,
    ),
    _smd(
        code="SMD1H",
        label="Standardised mean difference (SD of group 2), variances differ",
        function=smd_one_sd_separate,
        source="Bonett 2008, eq. 12",
        vtypes=("LS", METAFOR_38),
    ),
    _measure(
        code="ROM",
        label="Log ratio of means",
        display="Ratio of means",
        function=log_ratio_of_means,
        back=EXP,
        source="Hedges et al. 1999; Lajeunesse 2015, eq. 8",
        vtypes=("LS", "LS2", "HO", "AV", "AVHO"),
        corrects=True,
    ),
)
