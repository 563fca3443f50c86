"""Correlation of two quantitative variables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import correlation, positive
from metasyn.effects.measures.correction import gauss, unbiased_correlation
from metasyn.effects.measures.from_tests import first_known, t_statistic
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import IDENTITY, TANH
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = [
    "MEASURES",
    "correlation_z",
    "fisher_z",
    "raw_correlation",
    "unbiased",
]


def fisher_z(r: FloatArray, variance: FloatArray) -> Estimates:
    """Fisher's z of any correlation, with the variance by the delta method."""
    return np.arctanh(r), variance / (1 - np.minimum(r**2, 1)) ** 2


def raw_correlation(ri: FloatArray, ni: FloatArray, *, vtype: Vtype = "LS") -> Estimates:
    """Pearson's r; no variance for n of 3 or less.

    ``vtype`` LS plugs r into (1 - r²)²/(n - 1), AV the average r of all studies, weighted by n.
    """
    return ri, choose(vtype, _large_sample(ri, ni))


def unbiased(ri: FloatArray, ni: FloatArray, *, vtype: Vtype = "LS") -> Estimates:
    """Correlation corrected for its slight negative bias; NaN for n of 4 or less.

    ``vtype`` UB is the exact unbiased variance (Hedges 1989), LS and AV as for
    :func:`raw_correlation`.
    """
    r = unbiased_correlation(ri, ni)

    def exact() -> FloatArray:
        rest = 1 - ri**2
        return np.asarray(r**2 - 1 + (ni - 3) / (ni - 2) * rest * gauss(1, ni / 2, rest))

    return r, choose(vtype, {**_large_sample(r, ni), "UB": exact})


def correlation_z(ri: FloatArray, ni: FloatArray) -> Estimates:
    """Fisher's z of Pearson's r, variance 1/(n - 3); NaN for n of 3 or less."""
    return np.arctanh(ri), 1 / np.where(np.asarray(ni) > 3, ni - 3, np.nan)


def _large_sample(r: FloatArray, ni: FloatArray) -> dict[str, Callable[[], FloatArray]]:
    df = np.where(np.asarray(ni) > 3, ni - 1, np.nan)
    return {
        "LS": lambda: (1 - r**2) ** 2 / df,
        "AV": lambda: (1 - weighted_mean(r, ni) ** 2) ** 2 / df,
    }


def _prepare(given: Inputs) -> Inputs:
    """Fill correlations from t statistics or (signed) p-values."""
    df = given["ni"] - 2
    t = t_statistic(given, df)
    return given | {"ri": first_known(given.get("ri"), t / np.sqrt(t**2 + df))}


_FAMILY = Family(
    name="correlation",
    label="Correlation",
    prepare=_prepare,
    size=lambda data: data["ni"],
    checks=(*correlation("ri"), *positive("ni")),
)
_measure = partial(
    Measure,
    family=_FAMILY,
    needs=(("ri", "ni"), ("ti", "ni"), ("pi", "ni")),
    takes=("ri", "ni"),
    display="Correlation",
    null=0,
)

MEASURES = (
    _measure(
        code="COR",
        label="Correlation",
        function=raw_correlation,
        back=IDENTITY,
        source="Borenstein 2009, eq. 12.27",
        vtypes=("LS", "AV"),
    ),
    _measure(
        code="UCOR",
        label="Bias-corrected correlation",
        function=unbiased,
        back=IDENTITY,
        source="Olkin & Pratt 1958, eq. 2.3",
        vtypes=("LS", "UB", "AV"),
    ),
    _measure(
        code="ZCOR",
        label="Fisher's z",
        function=correlation_z,
        back=TANH,
        source="Fisher 1921",
    ),
)
