"""Association of one predictor of a regression with the outcome, the others held constant."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import correlation, degrees_of_freedom, positive, share
from metasyn.effects.measures.correction import METAFOR_38
from metasyn.effects.measures.correlation import fisher_z
from metasyn.effects.measures.from_tests import first_known, t_statistic
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import IDENTITY, TANH
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = [
    "MEASURES",
    "partial_correlation",
    "partial_correlation_z",
    "semipartial_correlation",
    "semipartial_correlation_z",
]

Values = FloatArray


def partial_correlation(ri: Values, mi: Values, ni: Values, *, vtype: Vtype = "LS") -> Estimates:
    """Partial correlation; ``mi`` counts all predictors, the focal one too.

    ``vtype`` LS divides (1 - r²)² by n - m (metafor since 4.4), ``metafor-3.8`` by n - m - 1,
    AV plugs in the average r of all studies, weighted by n.
    """
    variances = {
        "LS": lambda: (1 - ri**2) ** 2 / (ni - mi),
        "AV": lambda: (1 - weighted_mean(ri, ni) ** 2) ** 2 / (ni - mi),
        METAFOR_38: lambda: (1 - ri**2) ** 2 / (ni - mi - 1),
    }
    return ri, choose(vtype, variances)


def partial_correlation_z(ri: Values, mi: Values, ni: Values, *, vtype: Vtype = "LS") -> Estimates:
    """Fisher's z of the partial correlation.

    ``vtype`` LS is 1/(n - m - 2) (metafor since 4.4), ``metafor-3.8`` 1/(n - m - 1).
    """
    df = np.where(np.asarray(ni - mi) > 2, ni - mi - 2, np.nan)
    variances = {"LS": lambda: 1 / df, METAFOR_38: lambda: 1 / (ni - mi - 1)}
    return np.arctanh(ri), choose(vtype, variances)


def semipartial_correlation(
    ri: Values, ni: Values, r2i: Values, *, vtype: Vtype = "LS"
) -> Estimates:
    """Semi-partial correlation; ``r2i`` is that of the whole regression.

    ``vtype`` LS is Aloe & Becker's (2012), AV plugs in the average of all studies, weighted by n.
    """

    def variance(square: FloatArray | float) -> FloatArray:
        without = r2i - square
        return np.asarray((r2i**2 - 2 * r2i + without + 1 - without**2) / ni)

    variances = {
        "LS": lambda: variance(ri**2),
        "AV": lambda: variance(weighted_mean(ri, ni) ** 2),
    }
    return ri, choose(vtype, variances)


def semipartial_correlation_z(
    ri: Values, ni: Values, r2i: Values, *, vtype: Vtype = "LS"
) -> Estimates:
    """Fisher's z of the semi-partial correlation (it does not stabilise the variance)."""
    return fisher_z(*semipartial_correlation(ri, ni, r2i, vtype=vtype))


def _prepare_partial(given: Inputs) -> Inputs:
    df = given["ni"] - given["mi"] - 1
    t = t_statistic(given, df)
    return given | {"ri": first_known(given.get("ri"), t / np.sqrt(t**2 + df))}


def _prepare_semipartial(given: Inputs) -> Inputs:
    df = given["ni"] - given["mi"] - 1 if "mi" in given else np.full_like(given["ni"], np.nan)
    from_t = t_statistic(given, df) * np.sqrt((1 - given["r2i"]) / df)
    return given | {"ri": first_known(given.get("ri"), from_t)}


_CHECKS = (*positive("ni", "mi"), *degrees_of_freedom("mi", "ni"), *correlation("ri"))
_PARTIAL = Family(
    name="partial-correlation",
    label="Partial correlation",
    prepare=_prepare_partial,
    size=lambda data: data["ni"],
    checks=_CHECKS,
)
_SEMIPARTIAL = replace(
    _PARTIAL,
    name="semipartial-correlation",
    label="Semi-partial correlation",
    prepare=_prepare_semipartial,
    checks=(*_CHECKS, *share("r2i")),
)
_STATISTICS = ("ti", "pi", "ri")
_partial = partial(
    Measure,
    family=_PARTIAL,
    needs=tuple((statistic, "mi", "ni") for statistic in _STATISTICS),
    takes=("ri", "mi", "ni"),
    display="Partial correlation",
    null=0,
)
_semipartial = partial(
    Measure,
    family=_SEMIPARTIAL,
    needs=tuple((statistic, "mi", "ni", "r2i") for statistic in _STATISTICS),
    takes=("ri", "ni", "r2i"),
    display="Semi-partial correlation",
    null=0,
    vtypes=("LS", "AV"),
)

MEASURES = (
    _partial(
        code="PCOR",
        label="Partial correlation",
        function=partial_correlation,
        back=IDENTITY,
        source="Aloe & Thompson 2013",
        vtypes=("LS", "AV", METAFOR_38),
    ),
    _partial(
        code="ZPCOR",
        label="Fisher's z of the partial correlation",
        function=partial_correlation_z,
        back=TANH,
        source="Aloe & Thompson 2013",
        vtypes=("LS", METAFOR_38),
    ),
    _semipartial(
        code="SPCOR",
        label="Semi-partial correlation",
        function=semipartial_correlation,
        back=IDENTITY,
        source="Aloe & Becker 2012",
    ),
    _semipartial(
        code="ZSPCOR",
        label="Fisher's z of the semi-partial correlation",
        function=semipartial_correlation_z,
        back=TANH,
        source="Aloe & Becker 2012; delta method",
    ),
)
