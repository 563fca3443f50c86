"""Two independent groups and a quantity: means and standard deviations."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive
from metasyn.effects.measures.correction import hedges
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import IDENTITY
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = ["FAMILY", "MEASURES", "mean_difference", "pooled_sd", "standardised_mean_difference"]

Values = FloatArray


def pooled_sd(sd1i: Values, sd2i: Values, n1i: Values, n2i: Values) -> Values:
    """Standard deviation pooled over two groups."""
    squares = (n1i - 1) * sd1i**2 + (n2i - 1) * sd2i**2
    return np.sqrt(squares / (n1i + n2i - 2))


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


def standardised_mean_difference(
    d: Values, n1i: Values, n2i: Values, *, vtype: Vtype = "LS"
) -> Estimates:
    """Hedges' g from Cohen's d (pooled standard deviation).

    ``vtype`` LS is the usual large-sample form (Hedges 1982, equation 8), LS2 Borenstein's
    (2009, equation 12.17), UB is unbiased (Hedges 1983, equation 9), AV plugs in the average g
    of all studies, weighted by sample size.
    """
    df, ni = n1i + n2i - 2, n1i + n2i
    j = hedges(df)
    g = j * d
    groups = 1 / n1i + 1 / n2i
    variances = {
        "LS": lambda: groups + g**2 / (2 * ni),
        "LS2": lambda: j**2 * (groups + d**2 / (2 * ni)),
        "UB": lambda: groups + (1 - (df - 2) / (df * j**2)) * g**2,
        "AV": lambda: groups + weighted_mean(g, ni) ** 2 / (2 * ni),
    }
    return g, choose(vtype, variances)


def prepare(given: Inputs) -> Inputs:
    """Fill Cohen's d from means and standard deviations."""
    filled = dict(given)
    if all(name in given for name in ("m1i", "m2i", "sd1i", "sd2i")):
        sd = pooled_sd(given["sd1i"], given["sd2i"], given["n1i"], given["n2i"])
        filled["d"] = (given["m1i"] - given["m2i"]) / sd
    return filled


FAMILY = Family(
    name="two-means",
    label="Two groups, a quantity",
    prepare=prepare,
    size=lambda data: data["n1i"] + data["n2i"],
    checks=(*not_negative("sd1i", "sd2i"), *positive("n1i", "n2i")),
)
_SIX = ("m1i", "m2i", "sd1i", "sd2i", "n1i", "n2i")
_measure = partial(Measure, family=FAMILY, needs=(_SIX,), back=IDENTITY, null=0)

MEASURES = (
    _measure(
        code="MD",
        label="Mean difference",
        display="Mean difference",
        takes=_SIX,
        function=mean_difference,
        source="Borenstein 2009, eq. 12.3, 12.5",
        vtypes=("LS", "UB", "HO"),
    ),
    _measure(
        code="SMD",
        label="Standardised mean difference",
        display="Standardised mean difference",
        takes=("d", "n1i", "n2i"),
        function=standardised_mean_difference,
        source="Hedges 1981",
        vtypes=("LS", "LS2", "UB", "AV"),
    ),
)
