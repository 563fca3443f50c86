"""Weighted means with cluster-robust standard errors corrected for few clusters.

Tipton 2015, Psychol Methods 20:375: bias-reduced linearisation, known as CR2, with Satterthwaite's
degrees of freedom. As in the program of Mathur and VanderWeele 2020 (R's robumeta with the user's
weights), residuals are corrected as if they had the mean sampling variance of their cluster, and
the degrees of freedom are those of residuals with equal variances.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray

__all__ = ["RobustMeans", "robust_means"]

CANCELLED = 1e-4
"""Share of the largest term at which a sum has lost four of its digits."""


class RobustMeans(NamedTuple):
    """Means, standard errors and degrees of freedom of their t distributions, shape (n,)."""

    estimate: FloatArray
    se: FloatArray
    df: FloatArray


def robust_means(
    yi: FloatArray, vi: FloatArray, weights: FloatArray, clusters: IntArray
) -> RobustMeans:
    """Weighted means of clustered estimates, one for every set of weights.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (k,).
    weights
        Positive weights, shape (n, k).
    clusters
        Number of the cluster of each estimate, from 0, two or more clusters, shape (k,).

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([0.1, 0.3, 0.2, 0.6])
    >>> found = robust_means(y, np.ones(4), np.ones((1, 4)), np.arange(4))
    >>> found.estimate.round(3), found.se.round(3), found.df.round(3)
    (array([0.3]), array([0.108]), array([3.]))
    """
    share = weights / weights.sum(axis=1, keepdims=True)
    estimate: FloatArray = share @ yi
    pull = share * _corrections(share, vi, clusters)
    residuals = yi - estimate[:, None]
    sums = _by_cluster(pull * residuals, clusters)
    se: FloatArray = np.sqrt((sums * sums).sum(axis=1))
    return RobustMeans(estimate, se, _degrees(pull, share, clusters))


def _by_cluster(values: FloatArray, clusters: IntArray) -> FloatArray:
    """Sums over the studies of every cluster, shape (n, clusters)."""
    number = int(clusters.max()) + 1
    if number == len(clusters):
        return values
    members = clusters[:, None] == np.arange(number)
    sums: FloatArray = values @ members.astype(np.float64)
    return sums


def _degrees(pull: FloatArray, share: FloatArray, clusters: IntArray) -> FloatArray:
    """tr(M)^2 / tr(M M) of M = P P', P = pull (I - 1 share') with one row a cluster.

    M is a diagonal ``inner`` less ``cross own'`` and its transpose, plus ``own own'`` times the
    squared length of the shares: both traces are sums over clusters. Where one cluster has nearly
    all of the weight the sums cancel, and M is formed.
    """
    own, cross, inner = (_by_cluster(v, clusters) for v in (pull, pull * share, pull * pull))

    def total(values: FloatArray) -> FloatArray:
        summed: FloatArray = values.sum(axis=1)
        return summed

    length, mixed, square = total(share * share), total(cross * own), total(own * own)
    trace = total(inner) - 2.0 * mixed + length * square
    terms = (
        total(inner * inner),
        -4.0 * total(inner * cross * own),
        2.0 * length * total(inner * own * own),
        2.0 * total(cross * cross) * square,
        2.0 * mixed * mixed,
        -4.0 * length * mixed * square,
        (length * square) ** 2,
    )
    squares = np.sum(terms, axis=0)
    for i in np.flatnonzero(squares < CANCELLED * np.abs(terms).max(axis=0)).tolist():
        M = _formed(pull[i], share[i], clusters)
        trace[i], squares[i] = np.trace(M), (M * M).sum()
    df: FloatArray = trace * trace / squares
    return df


def _formed(pull: FloatArray, share: FloatArray, clusters: IntArray) -> FloatArray:
    """M itself, from a P whose entries do not cancel."""
    own = np.bincount(clusters, pull)
    P = -np.outer(own, share)
    rest = _others(share[None])[0]
    P[clusters, np.arange(len(pull))] = pull * rest - (own[clusters] - pull) * share
    formed: FloatArray = P @ P.T
    return formed


def _corrections(share: FloatArray, vi: FloatArray, clusters: IntArray) -> FloatArray:
    """What CR2 multiplies each study's share with: share' A over share, for every cluster's A."""
    sizes = np.bincount(clusters)
    working = (np.bincount(clusters, vi) / sizes)[clusters]
    common = (share * share) @ working
    first = share * working
    left_over = working * _others(share) ** 2 + _others(share * first)
    corrections: FloatArray = np.sqrt(working / left_over)
    for number in np.flatnonzero(sizes > 1).tolist():
        rows = np.flatnonzero(clusters == number)
        some, part = share[:, rows], first[:, rows]
        left = np.diag(working[rows]) - part[:, :, None] - part[:, None, :]
        root = np.sqrt(working[rows])
        inner = root[:, None] * (left + common[:, None, None]) * root
        turned = np.einsum("ni,nij->nj", some * root, _inverse_roots(inner))
        corrections[:, rows] = turned * root / some
    return corrections


def _others(values: FloatArray) -> FloatArray:
    """Sums over all studies but each, added up so that nothing cancels, shape (n, k)."""
    below = np.cumsum(values, axis=1)
    above = np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
    sums = np.zeros_like(values)
    sums[:, 1:] += below[:, :-1]
    sums[:, :-1] += above[:, 1:]
    return sums


def _inverse_roots(matrices: FloatArray) -> FloatArray:
    """Symmetric inverse square roots; directions without variance are left out."""
    values, vectors = np.linalg.eigh(matrices)
    kept = values > 1e-12 * np.maximum(values[:, -1:], np.finfo(float).tiny)
    inverse = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    roots: FloatArray = np.einsum("nij,nj,nkj->nik", vectors, inverse, vectors)
    return roots
