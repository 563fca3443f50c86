"""Probability that a value of one group exceeds a value of the other (CLES, AUC)."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive, share
from metasyn.effects.measures.from_tests import first_known, t_statistic
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import IDENTITY
from metasyn.effects.measures.two_means import SIX, pooled_sd
from metasyn.effects.measures.variance import Vtype, choose

__all__ = ["MEASURES", "normal_superiority", "superiority"]

Values = FloatArray


def superiority(
    ai: Values, n1i: Values, n2i: Values, mi: Values, *, vtype: Vtype = "LS"
) -> Estimates:
    """Probability of superiority (AUC, c statistic) as it was reported.

    ``vtype`` LS is Newcombe's (2006) and LS2 Hanley & McNeil's (1982), both with
    (n1 - 1)(n2 - 1) below the line (Cho et al. 2019); LS2 allows for ``mi``, the share of tied
    pairs. H0 holds if both groups have one distribution; MAX is the largest possible (Bamber
    1975, equation 7).
    """
    spread, pairs = ai * (1 - ai), (n1i - 1) * (n2i - 1)

    def newcombe() -> FloatArray:
        total = n1i + n2i
        shape = total - 1 - 1.5 * (total - 2) / ((2 - ai) * (1 + ai))
        return np.asarray(spread / pairs * shape)

    def hanley() -> FloatArray:
        first = (n1i - 1) * (ai / (2 - ai) - ai**2)
        second = (n2i - 1) * (2 * ai**2 / (1 + ai) - ai**2)
        return np.asarray((spread - mi / 4 + first + second) / pairs)

    variances = {
        "LS": newcombe,
        "LS2": hanley,
        "H0": lambda: (n1i + n2i + 1) / (12 * n1i * n2i),
        "MAX": lambda: spread / (np.minimum(n1i, n2i) - 1),
    }
    return ai, choose(vtype, variances)


def normal_superiority(  # noqa: PLR0913 - what may be known of two groups
    d: Values,
    m1i: Values,
    m2i: Values,
    sd1i: Values,
    sd2i: Values,
    n1i: Values,
    n2i: Values,
    *,
    vtype: Vtype = "LS",
) -> Estimates:
    """Probability of superiority of normal data, Φ(d/√2).

    A known ``d`` (Cohen's, pooled standard deviation) has the variance of equal variances, HO.
    Otherwise d comes from the means: in units of the root mean variance with LS (Bonett's
    variance of d by the delta method), LS2 (n for n - 1) and LS3 (n only in the means' part); of
    the pooled standard deviation with HO.
    """
    from scipy.special import ndtr

    def by_mean_variance() -> FloatArray:
        return np.asarray((m1i - m2i) / np.sqrt((sd1i**2 + sd2i**2) / 2))

    def by_pooled_sd() -> FloatArray:
        return np.asarray((m1i - m2i) / pooled_sd(sd1i, sd2i, n1i, n2i))

    kinds = dict.fromkeys(("LS", "LS2", "LS3"), by_mean_variance) | {"HO": by_pooled_sd}
    known = ~np.isnan(d)
    size = np.where(known, d, choose(vtype, kinds))
    part = sd1i**2 / (sd1i**2 + sd2i**2)
    equal = 1 / n1i + 1 / n2i + size**2 / (2 * (n1i + n2i))

    def unequal(means: tuple[Values, Values], sds: tuple[Values, Values]) -> FloatArray:
        of_sds = size**2 / 2 * (part**2 / sds[0] + (1 - part) ** 2 / sds[1])
        return np.asarray(of_sds + 2 * (part / means[0] + (1 - part) / means[1]))

    n, df = (n1i, n2i), (n1i - 1, n2i - 1)
    variances = {
        "LS": lambda: unequal(df, df),
        "LS2": lambda: unequal(n, n),
        "LS3": lambda: unequal(n, df),
        "HO": lambda: equal,
    }
    variance = np.where(known, equal, choose(vtype, variances))
    return ndtr(size / np.sqrt(2)), np.exp(-(size**2) / 2) / (4 * np.pi) * variance


def _prepare(given: Inputs) -> Inputs:
    return given | {"mi": np.nan_to_num(given.get("mi", np.zeros_like(given["n1i"])))}


def _prepare_normal(given: Inputs) -> Inputs:
    """Fill d: as given, or from t, p, or the probability itself; fill absent means by NaN."""
    from scipy.special import ndtri

    n1i, n2i = given["n1i"], given["n2i"]
    blank = np.full_like(n1i, np.nan)
    from_t = t_statistic(given, n1i + n2i - 2) * np.sqrt(1 / n1i + 1 / n2i)
    from_share = ndtri(given["ai"]) * np.sqrt(2) if "ai" in given else None
    filled = {name: given.get(name, blank) for name in SIX}
    return given | filled | {"d": first_known(given.get("di"), from_t, from_share)}


_CHECKS = (*positive("n1i", "n2i"), *share("ai"))
_REPORTED = Family(
    name="superiority",
    label="Two groups, probability of superiority",
    prepare=_prepare,
    size=lambda data: data["n1i"] + data["n2i"],
    checks=(*_CHECKS, *share("mi")),
)
_NORMAL = Family(
    name="normal-superiority",
    label="Two groups, normal data",
    prepare=_prepare_normal,
    size=lambda data: data["n1i"] + data["n2i"],
    checks=(*_CHECKS, *not_negative("sd1i", "sd2i")),
)
_measure = partial(Measure, display="Probability of superiority", back=IDENTITY, null=0.5)
_reported = partial(
    _measure,
    label="P(first > second)",
    family=_REPORTED,
    needs=(("ai", "n1i", "n2i"), ("ai", "n1i", "n2i", "mi")),
    takes=("ai", "n1i", "n2i", "mi"),
    function=superiority,
    source="Newcombe 2006; Hanley & McNeil 1982; Cho et al. 2019",
    vtypes=("LS", "LS2", "H0", "MAX"),
)
_normal = partial(
    _measure,
    label="P(first > second), normal data",
    family=_NORMAL,
    needs=(SIX, *((name, "n1i", "n2i") for name in ("di", "ti", "pi", "ai"))),
    takes=("d", *SIX),
    function=normal_superiority,
    source="Bonett 2008, eq. 8; delta method",
    vtypes=("LS", "LS2", "LS3", "HO"),
)

MEASURES = (
    _reported(code="CLES"),
    _normal(code="CLESN"),
    _reported(code="AUC"),
    _normal(code="AUCN"),
)
