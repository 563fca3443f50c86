"""A weighted straight line with a multiplicative error."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.errors import DataError
from metasyn.models.interval import Interval
from metasyn.models.random_effects.quantiles import critical, two_sided

__all__ = ["LineFit", "Term", "weighted_line"]


class Term(NamedTuple):
    """A coefficient; statistic and p-value are None where the points lie on the line."""

    estimate: float
    se: float
    statistic: float | None
    p_value: float | None
    ci: Interval


class LineFit(NamedTuple):
    """Intercept, slope and residual degrees of freedom (None: normal)."""

    intercept: Term
    slope: Term
    df: float | None


def weighted_line(y: FloatArray, x: FloatArray, weights: FloatArray, level: float) -> LineFit:
    """Weighted least squares of y on x, as R's ``lm(y ~ x, weights = weights)``.

    Raises
    ------
    DataError
        If there are fewer than three points or x does not vary.

    Examples
    --------
    >>> import numpy as np
    >>> fit = weighted_line(np.array([1., 2, 4]), np.array([0., 1, 2]), np.ones(3), 0.95)
    >>> round(fit.slope.estimate, 6)
    1.5
    """
    if len(y) < 3:
        raise DataError(f"A line with its error takes at least three studies, not {len(y)}.")
    mean = float(weights @ x / weights.sum())
    d = x - mean
    spread = float(weights @ (d * d))
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        raise DataError("Every study has the same value of the predictor; there is no slope.")
    slope = float(weights @ (d * y)) / spread
    middle = float(weights @ y / weights.sum())
    rest = y - middle - slope * d
    df = len(y) - 2
    variance = float(weights @ (rest * rest)) / df
    se_slope = math.sqrt(variance / spread)
    se_intercept = math.sqrt(variance * (1.0 / float(weights.sum()) + mean * mean / spread))
    intercept = _term(middle - slope * mean, se_intercept, df, level)
    return LineFit(intercept, _term(slope, se_slope, df, level), df)


def _term(estimate: float, se: float, df: float, level: float) -> Term:
    half = critical(level, df) * se
    ci = Interval(estimate - half, estimate + half, level, "wls-t", df)
    if se == 0.0:
        return Term(estimate, se, None, None, ci)
    return Term(estimate, se, estimate / se, two_sided(estimate / se, df), ci)
