"""Hedges' exact correction of the small-sample bias of standardised means."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray

__all__ = ["hedges"]


def hedges(df: FloatArray) -> FloatArray:
    """J(m) = Γ(m/2) / (sqrt(m/2) Γ((m-1)/2)); NaN for one degree of freedom or less.

    Source: Hedges 1981, equation 6e.

    Examples
    --------
    >>> import numpy as np
    >>> hedges(np.array([10.0])).round(6)
    array([0.922746])
    """
    from scipy.special import gammaln

    m = np.where(np.asarray(df) > 1, df, np.nan)
    return np.asarray(np.exp(gammaln(m / 2) - 0.5 * np.log(m / 2) - gammaln((m - 1) / 2)))
