"""A weighted mean with a cluster-robust standard error corrected for few clusters.

Tipton 2015, Psychol Methods 20:375: bias-reduced linearisation, known as CR2, with Satterthwaite's
degrees of freedom. As in the program of Mathur and VanderWeele 2020 (R's robumeta with the user's
weights), residuals are corrected as if they had the mean sampling variance of their cluster, and
the degrees of freedom are those of residuals with equal variances.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray

__all__ = ["RobustMean", "robust_mean"]


class RobustMean(NamedTuple):
    """Mean, standard error and degrees of freedom of its t distribution."""

    estimate: float
    se: float
    df: float


def robust_mean(
    yi: FloatArray, vi: FloatArray, weights: FloatArray, clusters: IntArray
) -> RobustMean:
    """Weighted mean of clustered estimates.

    Parameters
    ----------
    yi, vi, weights
        Estimates, sampling variances and positive weights, shape (k,).
    clusters
        Number of the cluster of each estimate, from 0, two or more clusters.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([0.1, 0.3, 0.2, 0.6])
    >>> found = robust_mean(y, np.ones(4), np.ones(4), np.arange(4))
    >>> round(found.estimate, 3), round(found.se, 3), round(found.df, 3)
    (0.3, 0.108, 3.0)
    """
    share = weights / weights.sum()
    sizes = np.bincount(clusters)
    working = (np.bincount(clusters, vi) / sizes)[clusters]
    estimate = float(share @ yi)
    pull = share * _corrections(share, working, clusters, sizes)
    sums = np.bincount(clusters, pull * (yi - estimate))
    # P P' of P = pull (I - 1 share'), one row a cluster, without forming I
    own, cross, inner = (np.bincount(clusters, each) for each in (pull, pull * share, pull * pull))
    both = np.outer(cross, own)
    M = np.diag(inner) - both - both.T + np.outer(own, own) * float(share @ share)
    df = float(np.trace(M) ** 2 / (M * M).sum())
    return RobustMean(estimate, math.sqrt(float(sums @ sums)), df)


def _corrections(
    share: FloatArray, working: FloatArray, clusters: IntArray, sizes: IntArray
) -> FloatArray:
    """What CR2 multiplies each study's share with: share' A over share, for every cluster's A."""
    common = float(share * share @ working)
    first = share * working
    alone = np.sqrt(working / (working - 2.0 * first + common))
    for number in np.flatnonzero(sizes > 1).tolist():
        rows = np.flatnonzero(clusters == number)
        left = np.diag(working[rows]) - first[rows] - first[rows][:, None] + common
        root = np.sqrt(working[rows])
        inner = root[:, None] * left * root
        alone[rows] = (share[rows] * root) @ _inverse_root(inner) * root / share[rows]
    return alone


def _inverse_root(matrix: FloatArray) -> FloatArray:
    """Symmetric inverse square root; directions without variance are left out."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-12 * max(float(values[-1]), np.finfo(float).tiny)
    inverse = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    root: FloatArray = vectors * inverse @ vectors.T
    return root
