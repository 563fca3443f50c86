"""Profile limits of mu and tau together, by Newton steps along the ridges of the likelihood."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.batch import Batch, Evaluation, evaluate
from metasyn.models.binomial_normal.fit import TAU_BOUND, TAUS, Fits
from metasyn.models.binomial_normal.quadrature import FEW_NODES

__all__ = ["ridge_limits"]

_STEPS = 12
_CLOSE = 1e-6
"""Steps converge quadratically: after one this small the limit is right to about 1e-11."""
_LONGEST = 1.5
_UPHILL = 0.3
_ROUNDING = 1e-6
_MU_LOW, _MU_HIGH, _TAU_HIGH, _TAU_LOW = range(4)

BoolArray = npt.NDArray[np.bool_]


def ridge_limits(batch: Batch, fits: Fits, drop: float, *, low_tau: bool) -> FloatArray:
    """Solve ``2 (l_max - l) = drop`` with the other parameter at its best, all limits at once.

    Parameters
    ----------
    batch, fits
        One data set whose maximum is interior, tau below its bound.
    drop
        Fall of twice the log-likelihood.
    low_tau
        Whether tau has a lower limit above 0.

    Returns
    -------
    FloatArray
        Low and high limit of mu, high and (with ``low_tau``) low limit of tau. NaN where the steps
        did not settle, or settled below a higher ridge.

    References
    ----------
    Venzon & Moolgavkar 1988, Applied Statistics 37:87-94.
    """
    size = 4 if low_tau else 3
    copies = batch.take(np.zeros(size, dtype=np.intp))
    of_mu = np.arange(size) <= _MU_HIGH
    target = float(fits.value[0]) - drop / 2
    best_mu, best_tau = float(fits.mu[0]), float(fits.tau[0])
    mu, tau = _start(fits.at, (best_mu, best_tau), drop, size)
    settled = np.zeros(size, dtype=bool)
    for _ in range(_STEPS):
        at = evaluate(copies, mu, tau)
        step_mu, step_tau = _step(at, target, of_mu)
        lost = ~np.isfinite(step_mu + step_tau)
        settled = ~lost & (np.maximum(np.abs(step_mu), np.abs(step_tau)) < _CLOSE)
        if (settled | lost).all():
            break
        step_mu = np.clip(np.where(lost, 0.0, step_mu), -_LONGEST, _LONGEST)
        step_tau = np.clip(np.where(lost, 0.0, step_tau), -_LONGEST, _LONGEST)
        # The likelihood is even in tau.
        mu, tau = mu + step_mu, np.minimum(np.abs(tau + step_tau), TAU_BOUND)
    curvature = np.where(of_mu, at.h_tautau, at.h_mumu)
    good = settled & (curvature <= 0) & _on_their_side(mu, tau, (best_mu, best_tau))
    good[:_TAU_HIGH] &= _is_highest(batch, mu[:_TAU_HIGH], target)
    limits: FloatArray = np.where(good, np.where(of_mu, mu, tau), np.nan)
    return limits


def _start(
    at: Evaluation, best: tuple[float, float], drop: float, size: int
) -> tuple[FloatArray, FloatArray]:
    """Where a paraboloid with the maximum's curvature has the limits."""
    mu, tau = best
    a, b, c = (float(part[0]) for part in (at.h_mumu, at.h_mutau, at.h_tautau))
    determinant = a * c - b * b
    c = c if determinant > 0 else a
    b = b if determinant > 0 else 0.0
    determinant = a * c - b * b
    var_mu, var_tau, covariance = -c / determinant, -a / determinant, b / determinant
    sign = np.array([-1.0, 1.0, 1.0, -1.0])[:size]
    z_mu, z_tau = np.sqrt(drop / var_mu), np.sqrt(drop / var_tau)
    along_mu = np.array([z_mu * var_mu] * 2 + [z_tau * covariance] * 2)[:size]
    along_tau = np.array([z_mu * covariance] * 2 + [z_tau * var_tau] * 2)[:size]
    if tau == 0:
        start_tau = np.maximum(np.abs(along_tau), 0.2)
    else:
        # tau is skewed to the right: the paraboloid holds better for log tau.
        start_tau = tau * np.exp(np.clip(sign * along_tau / tau, -2.0, 1.5))
    # Far from the best mu a larger tau explains the studies.
    start_tau[:_TAU_HIGH] = np.hypot(start_tau, 0.7 * along_mu)[:_TAU_HIGH]
    return mu + sign * along_mu, np.minimum(start_tau, 0.8 * TAU_BOUND)


def _step(at: Evaluation, target: float, of_mu: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Newton step for the pair: likelihood on target, slope in the other parameter 0."""
    miss = at.value - target
    slope = np.where(of_mu, at.s_tau, at.s_mu)
    to_mu = np.where(of_mu, at.h_mutau, at.h_mumu)
    to_tau = np.where(of_mu, at.h_tautau, at.h_mutau)
    determinant = at.s_mu * to_tau - at.s_tau * to_mu
    determinant = np.where(determinant == 0, np.nan, determinant)
    step_mu = -(to_tau * miss - at.s_tau * slope) / determinant
    step_tau = -(at.s_mu * slope - to_mu * miss) / determinant
    # Where the likelihood is hollow in tau there is no ridge: go uphill, mu alone to the target.
    hollow = of_mu & (at.h_tautau > 0)
    alone = -miss / np.where(at.s_mu == 0, np.nan, at.s_mu)
    return np.where(hollow, alone, step_mu), np.where(hollow, _UPHILL, step_tau)


def _on_their_side(mu: FloatArray, tau: FloatArray, best: tuple[float, float]) -> BoolArray:
    side = np.empty(len(mu), dtype=bool)
    side[_MU_LOW], side[_MU_HIGH] = mu[_MU_LOW] < best[0], mu[_MU_HIGH] > best[0]
    side[_TAU_HIGH] = tau[_TAU_HIGH] > best[1]
    side[_TAU_LOW:] = tau[_TAU_LOW:] < best[1]
    return side


def _is_highest(batch: Batch, mu: FloatArray, target: float) -> BoolArray:
    """Whether no tau of the coarse grid lifts the likelihood above the target at these mu."""
    if not np.all(np.isfinite(mu)):
        return np.zeros(len(mu), dtype=bool)
    size, grid = len(mu), len(TAUS)
    wide = batch.take(np.zeros(size * grid, dtype=np.intp))
    at = evaluate(wide, np.repeat(mu, grid), np.tile(TAUS, size), FEW_NODES)
    highest: BoolArray = at.value.reshape(size, grid).max(axis=1) <= target + _ROUNDING
    return highest
