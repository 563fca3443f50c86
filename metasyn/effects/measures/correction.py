"""Corrections of small-sample bias, and how they are switched."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from metasyn.effects.arrays import FloatArray

__all__ = ["METAFOR_38", "Correct", "hedges", "unbiased_correlation"]

METAFOR_38: Literal["metafor-3.8"] = "metafor-3.8"
"""Corrections and variances as metafor made them before its versions 4.0, 4.6 and 5.0."""

_LARGE, _TERMS = 30, 60  # at c = 30 and x = 1, term 60 of 2F1(1, 1) is below 1e-20

Correct: TypeAlias = bool | Literal["metafor-3.8"]
"""All corrections, none, or those of metafor 3.8."""


def hedges(df: FloatArray, correct: Correct = True) -> FloatArray:
    """J(m) = Γ(m/2) / (sqrt(m/2) Γ((m-1)/2)); NaN for one degree of freedom or less.

    1 where nothing is to be corrected. Source: Hedges 1981, equation 6e.

    Examples
    --------
    >>> import numpy as np
    >>> hedges(np.array([10.0])).round(6)
    array([0.922746])
    """
    if correct is False:
        return np.ones_like(df)
    from scipy.special import gammaln

    m = np.where(np.asarray(df) > 1, df, np.nan)
    return np.asarray(np.exp(gammaln(m / 2) - 0.5 * np.log(m / 2) - gammaln((m - 1) / 2)))


def unbiased_correlation(r: FloatArray, n: FloatArray) -> FloatArray:
    """Unbiased estimate of a normal correlation; NaN for n of 4 or less.

    Source: Olkin & Pratt 1958, equation 2.3.
    """
    size = np.where(np.asarray(n) > 4, n, np.nan)
    return np.asarray(r * gauss(0.5, (size - 2) / 2, 1 - np.asarray(r) ** 2))


def gauss(a: float, c: FloatArray, x: FloatArray) -> FloatArray:
    """Gauss' hypergeometric function 2F1(a, a; c; x) for x between 0 and 1.

    scipy's overflows for large c, where the power series needs few terms.

    Examples
    --------
    >>> import numpy as np
    >>> gauss(1.0, np.array([4.0, 400.0]), np.array([1.0, 0.5])).round(8)
    array([1.5       , 1.00125313])
    """
    from scipy.special import hyp2f1

    term = np.ones(np.broadcast_shapes(np.shape(c), np.shape(x)))
    total = term.copy()
    for k in range(_TERMS):
        term = term * (a + k) ** 2 / ((c + k) * (k + 1)) * x
        total = total + term
    with np.errstate(all="ignore"):
        return np.asarray(np.where(c < _LARGE, hyp2f1(a, a, c, x), total))
