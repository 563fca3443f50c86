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
    working = (np.bincount(clusters, vi) / np.bincount(clusters))[clusters]
    estimate = float(share @ yi)
    left = np.eye(len(yi)) - share
    spread = left * working @ left.T
    rows, sums = [], []
    for number in range(int(clusters.max()) + 1):
        own = np.flatnonzero(clusters == number)
        root = np.sqrt(working[own])
        inner = root[:, None] * spread[np.ix_(own, own)] * root
        pull = (share[own] * root) @ _inverse_root(inner) * root
        sums.append(float(pull @ (yi[own] - estimate)))
        rows.append(pull @ left[own])
    P = np.array(rows)
    M = P @ P.T
    return RobustMean(
        estimate, math.sqrt(sum(s * s for s in sums)), float(np.trace(M) ** 2 / (M * M).sum())
    )


def _inverse_root(matrix: FloatArray) -> FloatArray:
    """Symmetric inverse square root; directions without variance are left out."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-12 * max(float(values[-1]), np.finfo(float).tiny)
    inverse = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    root: FloatArray = vectors * inverse @ vectors.T
    return root
