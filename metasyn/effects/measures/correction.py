"""Corrections of small-sample bias, and how they are switched."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from metasyn.effects.arrays import FloatArray

__all__ = ["METAFOR_38", "Correct", "hedges", "unbiased_correlation"]

METAFOR_38: Literal["metafor-3.8"] = "metafor-3.8"
"""Corrections and variances as metafor made them before its versions 4.0, 4.6 and 5.0."""

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
    from scipy.special import hyp2f1

    size = np.where(np.asarray(n) > 4, n, np.nan)
    return np.asarray(r * hyp2f1(0.5, 0.5, (size - 2) / 2, 1 - np.asarray(r) ** 2))
