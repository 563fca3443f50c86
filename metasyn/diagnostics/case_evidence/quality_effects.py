"""Inverse-variance heterogeneity and quality effects models, as sensitivity analyses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import effects_from
from metasyn.errors import DataError
from metasyn.models.ivhet import pool_ivhet, pool_quality_effects
from metasyn.models.specs import IVhet, QualityEffects

__all__ = ["QualityPooled", "logits_of", "quality_effects"]


class QualityPooled(NamedTuple):
    """Estimate with its Wald interval, and the share of each study."""

    estimate: float
    low: float
    high: float
    weights: FloatArray


def logits_of(events: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Logits and variances, 1/2 added to both cells of studies with an empty one."""
    add = np.where((events == 0) | (events == n), 0.5, 0.0)
    good, bad = events + add, n - events + add
    return np.log(good / bad), 1 / good + 1 / bad


def quality_effects(
    yi: FloatArray, vi: FloatArray, quality: FloatArray, level: float = 0.95
) -> QualityPooled:
    """Redistribute inverse-variance weights by quality.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (k,), k >= 2.
    quality
        0 to 1, not all 0, shape (k,); it counts relative to the best. Equal quality gives the
        inverse-variance heterogeneity model (IVhet). No share is ever below 0.
    level
        Coverage of the interval.

    References
    ----------
    Doi, Barendregt, Khan, Thalib & Williams 2015, Contemporary Clinical Trials 45:123-129
    (quality effects, corrected form) and 45:130-138 (IVhet); tau2 of DerSimonian and Laird.

    Examples
    --------
    >>> import numpy as np
    >>> ivhet = quality_effects(np.array([0.1, 0.9]), np.array([0.1, 0.3]), np.ones(2))
    >>> round(ivhet.estimate, 3), ivhet.weights.round(6).tolist()
    (0.3, [0.75, 0.25])
    """
    effects = effects_from(yi, vi)
    if np.all(quality == quality[0]):
        pooled = pool_ivhet(effects, IVhet(level))
    else:
        scores = tuple((quality / quality.max()).tolist())
        pooled = pool_quality_effects(effects, QualityEffects(scores, level))
    if pooled.ci is None:
        raise DataError("These weights gave no interval.")
    low, high = pooled.ci
    return QualityPooled(pooled.estimate, low, high, pooled.weights)
