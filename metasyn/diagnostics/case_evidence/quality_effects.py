"""Inverse-variance heterogeneity and quality effects models, as sensitivity analyses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from metasyn.effects.arrays import FloatArray

__all__ = ["QualityEffects", "logits_of", "quality_effects"]


class QualityEffects(NamedTuple):
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
) -> QualityEffects:
    """Redistribute inverse-variance weights by quality.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (k,), k >= 2.
    quality
        0 to 1, not all 0, shape (k,); it counts relative to the best. Equal quality gives the
        inverse-variance heterogeneity model (IVhet).
    level
        Coverage of the interval.

    References
    ----------
    Doi, Barendregt, Khan, Thalib & Williams 2015, Contemporary Clinical Trials 45:123-129
    (quality effects) and 45:130-138 (IVhet); tau2 of DerSimonian and Laird.

    Examples
    --------
    >>> import numpy as np
    >>> ivhet = quality_effects(np.array([0.1, 0.9]), np.array([0.1, 0.3]), np.ones(2))
    >>> round(ivhet.estimate, 3), ivhet.weights.tolist()
    (0.3, [0.75, 0.25])
    """
    k = len(yi)
    w = 1 / vi
    quality = quality / quality.max()
    taken = w * (1 - quality) / (k - 1)
    given = k * quality * taken.sum() / quality.sum() - taken
    weights = quality * w + given
    weights = weights / weights.sum()
    estimate = float(weights @ yi)
    variance = float(weights**2 @ (vi + _dersimonian_laird(yi, w)))
    half = float(ndtri(0.5 + level / 2) * np.sqrt(variance))
    return QualityEffects(estimate, estimate - half, estimate + half, weights)


def _dersimonian_laird(yi: FloatArray, w: FloatArray) -> float:
    mean = (w @ yi) / w.sum()
    excess = w @ (yi - mean) ** 2 - (len(yi) - 1)
    return max(float(excess / (w.sum() - (w**2).sum() / w.sum())), 0.0)
