"""Test statistics of rearranged studies, many arrangements at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.design_sets import DesignSets, Solved, inverses, traces
from metasyn.models.batch.estimators import ESTIMATORS
from metasyn.models.batch.inference import hartung_knapp, multiplier
from metasyn.models.batch.pool_many import pool_many
from metasyn.models.specs import RandomEffects

__all__ = ["design_statistics", "mean_statistics"]


def mean_statistics(yi: FloatArray, vi: FloatArray, spec: RandomEffects) -> FloatArray:
    """Estimate over standard error of every set.

    Parameters
    ----------
    yi
        Estimates, shape (sets, studies).
    vi
        Sampling variances, shape (studies,).
    spec
        The model.

    Returns
    -------
    array
        Shape (sets,); infinite where the standard error is 0.
    """
    lean = replace(spec, prediction="none", tau2_ci="none")
    if spec.ci == "profile":
        lean = replace(lean, ci="z")
    table = pool_many(yi, vi, lean)
    return _over(table.estimate, table.se)


def design_statistics(
    sets: DesignSets, spec: RandomEffects, weights: FloatArray | None, tested: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Statistics of every coefficient, and the joint Wald statistic of the tested ones.

    Parameters
    ----------
    sets
        The arrangements.
    spec
        The model.
    weights
        Fixed weights of ``GENQ`` arranged as the studies, shape (studies, sets), else None.
    tested
        Rows that pick the coefficients of the joint test, shape (r, p).

    Returns
    -------
    tuple
        Arrays of shapes (p, sets) and (sets,); infinite where the fit is exact.
    """
    with np.errstate(all="ignore"):
        tau2, _ = ESTIMATORS[spec.tau2](sets, weights)
        back = np.linalg.inv(sets.triangle)
        start, cov = _on_basis(sets, spec, tau2, weights)
        beta = back @ start
        cov = np.einsum("ia,abn,jb->ijn", back, cov, back, optimize=True)
        picked = tested @ beta
        inner = np.einsum("ri,ijn,sj->rsn", tested, cov, tested, optimize=True)
        joint = np.einsum("rn,rsn,sn->n", picked, inverses(inner), picked, optimize=True)
        exact = ~inner.any(axis=(0, 1))
        return _over(beta, np.sqrt(np.einsum("iin->in", cov))), np.where(exact, np.inf, joint)


def _on_basis(
    sets: DesignSets, spec: RandomEffects, tau2: FloatArray, weights: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Coefficients on the orthonormal basis, and the covariance that the tests use."""
    fit = sets.solved(sets.weights(tau2))
    factor = hartung_knapp(np.einsum("ij,ij,ij->j", fit.e, fit.w, fit.e), sets.df)
    if weights is not None:
        fixed = sets.solved(weights)
        spread = sets.gram(weights * weights / fit.w)
        cov = np.einsum("ian,abn,bjn->ijn", fixed.inverse, spread, fixed.inverse, optimize=True)
        fit = fit._replace(beta=fixed.beta, inverse=cov)
    if spec.ci == "kr":
        return sets.start + fit.beta, _kenward_roger(sets, fit)
    scale = multiplier(spec.ci, factor, sets.k - sets.p, spec.level)
    return sets.start + fit.beta, fit.inverse * scale


def _kenward_roger(sets: DesignSets, fit: Solved) -> FloatArray:
    """Kenward and Roger's covariance of the coefficients on the basis."""
    w2, cov = fit.w * fit.w, fit.inverse
    response, cubic = sets.gram(w2), sets.gram(w2 * fit.w)
    taken = np.einsum("ijn,jkn->ikn", cov, response)
    tr2 = w2.sum(axis=0) - 2.0 * traces(cov, cubic) + traces(taken, taken)
    excess = cubic - np.einsum("ijn,jkn->ikn", response, taken)
    change = np.einsum("ian,abn,bjn->ijn", cov, excess, cov, optimize=True)
    adjusted: FloatArray = cov + 2.0 * (2.0 / tr2) * change
    return adjusted


def _over(estimate: FloatArray, se: FloatArray) -> FloatArray:
    """Estimates over standard errors; infinite where those are 0."""
    ratio: FloatArray = np.divide(estimate, se, out=np.full(se.shape, np.inf), where=se > 0.0)
    return ratio
