"""Coefficients of determination of linear regressions."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import degrees_of_freedom, positive, share
from metasyn.effects.measures.from_tests import f_of_p, first_known
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import IDENTITY, TANH_SQUARED
from metasyn.effects.measures.variance import Vtype, choose, weighted_mean

__all__ = [
    "MEASURES",
    "r_squared",
    "r_squared_fixed",
    "r_squared_fixed_z",
    "r_squared_z",
]

Values = FloatArray


def r_squared(r2i: Values, mi: Values, ni: Values, *, vtype: Vtype = "LS") -> Estimates:
    """R² of a regression whose predictors are random (multivariate normal).

    ``vtype`` LS and LS2 are Kendall & Stuart 1979, equations 27.88 and 27.87; AV and AV2 plug the
    average R² of all studies, weighted by n, into them.
    """

    def simple(r2: Values | float) -> FloatArray:
        return np.asarray(4 * r2 * (1 - r2) ** 2 / ni)

    def full(r2: Values | float) -> FloatArray:
        scale = (ni - mi - 1) ** 2 / ((ni**2 - 1) * (ni + 3))
        return np.asarray(4 * r2 * (1 - r2) ** 2 * scale)

    variances = {
        "LS": lambda: simple(r2i),
        "LS2": lambda: full(r2i),
        "AV": lambda: simple(weighted_mean(r2i, ni)),
        "AV2": lambda: full(weighted_mean(r2i, ni)),
    }
    return r2i, choose(vtype, variances)


def r_squared_z(r2i: Values, ni: Values) -> Estimates:
    """Fisher's z of the multiple correlation, variance 1/n (Olkin & Finn 1995, p. 162)."""
    return np.arctanh(np.sqrt(r2i)), 1 / ni


def r_squared_fixed(r2i: Values, ni: Values, *, vtype: Vtype = "LS") -> Estimates:
    """R² of a regression whose predictors are fixed by design.

    The variance is 4 R²(1 - R²)²(1 - R²/2)/n: R² = S/(S + E) by the delta method, where the sum
    of squares S of the regression is noncentral and E of the residuals central chi-squared.
    ``vtype`` AV plugs in the average R² of all studies, weighted by n.
    """

    def variance(r2: Values | float) -> FloatArray:
        return np.asarray(4 * r2 * (1 - r2) ** 2 * (1 - r2 / 2) / ni)

    variances = {
        "LS": lambda: variance(r2i),
        "AV": lambda: variance(weighted_mean(r2i, ni)),
    }
    return r2i, choose(vtype, variances)


def r_squared_fixed_z(r2i: Values, ni: Values) -> Estimates:
    """Fisher's z of the multiple correlation, fixed predictors: variance (1 - R²/2)/n."""
    return np.arctanh(np.sqrt(r2i)), (1 - r2i / 2) / ni


def _prepare(given: Inputs) -> Inputs:
    """Fill R² from F statistics or their p-values."""
    ni, mi = given["ni"], given.get("mi", np.full_like(given["ni"], np.nan))
    df = ni - mi - 1
    from_p = f_of_p(given["pi"], mi, df) if "pi" in given else None
    f = first_known(given.get("fi"), from_p, np.full_like(ni, np.nan))
    return given | {"r2i": first_known(given.get("r2i"), mi * f / (mi * f + df))}


_FAMILY = Family(
    name="determination",
    label="Coefficient of determination",
    prepare=_prepare,
    size=lambda data: data["ni"],
    checks=(*positive("ni", "mi"), *degrees_of_freedom("mi", "ni"), *share("r2i")),
)
_measure = partial(
    Measure,
    family=_FAMILY,
    needs=tuple((statistic, "mi", "ni") for statistic in ("r2i", "fi", "pi")),
    takes=("r2i", "ni"),
    display="Coefficient of determination",
    null=None,
)

MEASURES = (
    _measure(
        code="R2",
        label="Coefficient of determination",
        takes=("r2i", "mi", "ni"),
        function=r_squared,
        back=IDENTITY,
        source="Kendall & Stuart 1979, eq. 27.87, 27.88",
        vtypes=("LS", "LS2", "AV", "AV2"),
    ),
    _measure(
        code="ZR2",
        label="Fisher's z of the multiple correlation",
        function=r_squared_z,
        back=TANH_SQUARED,
        source="Olkin & Finn 1995, p. 162",
    ),
    _measure(
        code="R2F",
        label="Coefficient of determination, fixed predictors",
        function=r_squared_fixed,
        back=IDENTITY,
        source="delta method on the noncentral F",
        vtypes=("LS", "AV"),
    ),
    _measure(
        code="ZR2F",
        label="Fisher's z of the multiple correlation, fixed predictors",
        function=r_squared_fixed_z,
        back=TANH_SQUARED,
        source="delta method on the noncentral F",
    ),
)
