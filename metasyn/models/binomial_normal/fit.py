"""Maximum of the weighted marginal likelihood over (mu, tau), for several data sets at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.batch import Batch, Evaluation, evaluate
from metasyn.models.binomial_normal.quadrature import COARSE_NODES

__all__ = ["TAUS", "TAU_BOUND", "Fits", "fit", "maximise_mu"]

TAU_BOUND = 10.0
"""Largest tau that is searched: expit(mu + 10 z) is all or nothing."""
TAUS = np.array([0.0, 0.2, 0.5, 1.0, 2.0, 4.0, TAU_BOUND])
_GRADIENT = 1e-10
_STEPS = 100
_LONGEST_STEP = 3.0
_FLAT = 1e-12
"""Curvature below which the likelihood counts as flat."""
_ROUGH = 0.01
_LEVEL = 1e-11
_NO_GAIN = 1e-16
"""Rise of the log-likelihood, as a part of it, that is rounding."""
_NOISE = 1e-7
"""Error of the quadrature in a log-likelihood, which may hide the last improvements."""

BoolArray = npt.NDArray[np.bool_]


class Fits(NamedTuple):
    """Maxima of P likelihoods, each field of shape (P,).

    ``mu`` is infinite where all patients, or none, had the event (``boundary`` +1 or -1); tau is
    then 0 by convention, because the likelihood does not depend on it. ``se`` comes from the full
    (mu, tau) information, from its mu part where tau is 0, fixed or at its bound. ``at`` is the
    likelihood at the maximum; on the boundary its value is 0 and its derivatives are NaN.
    """

    mu: FloatArray
    tau: FloatArray
    se: FloatArray
    se_tau: FloatArray
    at: Evaluation
    boundary: npt.NDArray[np.int8]
    tau_free: BoolArray
    tau_at_bound: BoolArray
    converged: BoolArray

    @property
    def value(self) -> FloatArray:
        """Highest log-likelihood, binomial coefficients left out, shape (P,)."""
        return self.at.value

    def take(self, index: npt.NDArray[np.intp]) -> Fits:
        """Some of the fits, in the order of the index."""
        at = Evaluation(*(part[index] for part in self.at))
        rest = {name: getattr(self, name)[index] for name in self._fields if name != "at"}
        return Fits(at=at, **rest)


def fit(batch: Batch) -> Fits:
    """Fit every data set: profile over tau, best bracket, joint Newton steps, compared with tau 0.

    Parameters
    ----------
    batch
        Data sets whose weighted patients are not all 0.

    References
    ----------
    Case evidence, section 2.2. tau is fixed at 0 where fewer than two studies count two patients
    or more: single patients identify only the average rate (section 1.2).
    """
    size = len(batch)
    boundary = (batch.total_failures == 0).astype(np.int8) - (batch.total_events == 0)
    mu = np.where(boundary == 0, 0.0, np.inf * np.where(boundary == 0, 1, boundary))
    tau, se, se_tau = np.zeros(size), np.full(size, np.inf), np.full(size, np.nan)
    at = np.full((6, size), np.nan)
    at[0] = 0.0
    tau_free = batch.tau_is_estimable & (boundary == 0)
    converged = np.ones(size, dtype=bool)
    inner = np.flatnonzero(boundary == 0)
    if inner.size:
        part = batch.take(inner) if inner.size < size else batch
        mu[inner], tau[inner], found, converged[inner] = _interior(part.merged(), tau_free[inner])
        at[:, inner] = found
        se[inner], se_tau[inner] = _standard_errors(tau[inner], found)
    at_bound = tau >= TAU_BOUND
    return Fits(mu, tau, se, se_tau, Evaluation(*at), boundary, tau_free, at_bound, converged)


def _interior(
    batch: Batch, tau_free: BoolArray
) -> tuple[FloatArray, FloatArray, Evaluation, BoolArray]:
    """Fit data sets with events and non-events."""
    size = len(batch)
    low, high = np.zeros(size), np.zeros(size)
    tau = np.zeros(size)
    mu = np.log(batch.total_events / batch.total_failures)
    free = np.flatnonzero(tau_free)
    if free.size:
        part = batch.take(free) if free.size < size else batch
        mu[free], tau[free], low[free], high[free] = _best_bracket(part, mu[free])
    mu, tau, at, converged = _climb(batch, (mu, tau), (low, high))
    near = np.flatnonzero((tau > 0) & (low == 0))
    if near.size:
        # Rounding may lift tau off 0 where the likelihood is level there.
        part, zero = batch.take(near), np.zeros(near.size)
        mu0, _, at0, done0 = _climb(part, (mu[near], zero), (zero, zero))
        level = at0.value >= at.value[near] - _LEVEL
        back = near[level]
        mu[back], tau[back], converged[back] = mu0[level], 0.0, done0[level]
        for field, values in zip(at, at0, strict=True):
            field[back] = values[level]
    return mu, tau, at, converged


def _best_bracket(
    batch: Batch, mu: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Start and bracket of tau, from the likelihood's profile over a coarse grid."""
    size, grid = len(batch), len(TAUS)
    wide = batch.take(np.repeat(np.arange(size), grid))
    tau = np.tile(TAUS, size)
    start = _start_of_mu(batch, mu)
    profile_mu, at = maximise_mu(wide, start, tau, _ROUGH, COARSE_NODES)
    values, slopes = at.value.reshape(size, grid), at.s_tau.reshape(size, grid)
    best = values.argmax(axis=1)
    chosen = best + grid * np.arange(size)
    # d l / d tau^2 at tau = 0 is half of d^2 l / d tau^2: falling, tau = 0 is the maximum.
    stays = (best == 0) & (at.h_tautau[chosen] <= 0)
    low, high = TAUS[np.maximum(best - 1, 0)], TAUS[np.minimum(best + 1, grid - 1)]
    high = np.where(stays, 0.0, high)
    uphill = np.where((slopes.ravel()[chosen] > 0) | (best == 0), 1, -1)
    beside = np.clip(best + uphill, 0, grid - 1)
    row = np.arange(size)
    part = _cubic_maximum(
        TAUS[beside] - TAUS[best],
        (values[row, best], values[row, beside]),
        (slopes[row, best], slopes[row, beside]),
    )
    part = np.where(stays | (beside == best), 0.0, part)
    by_grid = profile_mu.reshape(size, grid)
    tau = TAUS[best] + part * (TAUS[beside] - TAUS[best])
    mu = by_grid[row, best] + part * (by_grid[row, beside] - by_grid[row, best])
    return mu, tau, low, high


def _start_of_mu(batch: Batch, pooled: FloatArray) -> FloatArray:
    """Guess of mu at every tau of the grid, flat: from the pooled logit to the mean of logits."""
    logits = np.log((batch.events + 0.5) / (batch.n - batch.events + 0.5))
    mean = np.einsum("pu,pu->p", batch.power, logits) / batch.power.sum(axis=1)
    # A normal random effect stretches the logit of the average rate by about this factor.
    stretched = pooled[:, None] * np.sqrt(1 + 0.346 * TAUS**2)
    start: FloatArray = (stretched + TAUS**2 * mean[:, None]) / (1 + TAUS**2)
    return start.ravel()


def _cubic_maximum(
    width: FloatArray, values: tuple[FloatArray, FloatArray], slopes: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Where a cubic with these values and slopes at both ends is highest, as a part of the width.

    Half the width where the cubic has no maximum inside (Nocedal & Wright 2006, eq. 3.59).
    """
    (f0, f1), (g0, g1) = values, slopes
    width = np.where(width == 0, 1.0, width)
    d1 = 3 * (f1 - f0) / width - g0 - g1
    d2 = np.sign(width) * np.sqrt(np.maximum(d1 * d1 - g0 * g1, 0.0))
    below = g0 - g1 + 2 * d2
    part = 1 - (d2 - d1 - g1) / np.where(below == 0, np.nan, below)
    return np.where((part > 0) & (part < 1), part, 0.5)


def maximise_mu(
    batch: Batch,
    mu: FloatArray,
    tau: FloatArray,
    gain: float = 1e-13,
    nodes: int | None = None,
) -> tuple[FloatArray, Evaluation]:
    """Maximise over mu with tau fixed; the likelihood is concave in mu (Prekopa 1973).

    Parameters
    ----------
    batch, mu, tau
        Data sets with events and non-events, a start and the fixed tau of each, shape (P,).
    gain
        Steps end when the next would raise the log-likelihood by less; they converge quadratically.
    nodes
        Quadrature nodes; None: as many as tau needs.

    Returns
    -------
    mu, at
        The maximum, and the likelihood there.
    """
    size = len(mu)
    mu, low, high = mu.copy(), np.full(size, -np.inf), np.full(size, np.inf)
    active, part = np.arange(size), batch
    at = Evaluation(*np.empty((6, size)))
    for _ in range(_STEPS):
        now = evaluate(part, mu[active], tau[active], nodes)
        for field, values in zip(at, now, strict=True):
            field[active] = values
        gains = 0.5 * now.s_mu**2 / np.maximum(-now.h_mumu, _FLAT)
        going = gains > gain
        if not going.any():
            break
        if not going.all():
            active, part = active[going], part.take(going)
        mu[active] = _step_mu(mu[active], (at.s_mu[active], at.h_mumu[active]), low, high, active)
    return mu, at


def _step_mu(
    mu: FloatArray,
    slope_and_curvature: tuple[FloatArray, FloatArray],
    low: FloatArray,
    high: FloatArray,
    active: npt.NDArray[np.intp],
) -> FloatArray:
    """Newton step inside the bracket that the signs of the slope have left (updated in place)."""
    slope, curvature = slope_and_curvature
    low[active] = np.where(slope > 0, mu, low[active])
    high[active] = np.where(slope < 0, mu, high[active])
    step = np.clip(-slope / np.minimum(curvature, -_FLAT), -_LONGEST_STEP, _LONGEST_STEP)
    new = mu + step
    new = np.where(new >= high[active], 0.5 * (mu + high[active]), new)
    return np.where(new <= low[active], 0.5 * (mu + low[active]), new)


def _climb(
    batch: Batch, start: tuple[FloatArray, FloatArray], bracket: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray, Evaluation, BoolArray]:
    """Joint Newton steps uphill, tau kept in its bracket, until the gradient is below 1e-10."""
    (mu, tau), (low, high) = (part.copy() for part in start), bracket
    at = np.array(evaluate(batch, mu, tau))
    fraction = np.ones(len(mu))
    active, part = np.arange(len(mu)), batch
    for _ in range(_STEPS):
        now = Evaluation(*at[:, active])
        going = ~_at_maximum(now, tau[active], low[active], high[active])
        if not going.any():
            break
        if not going.all():
            active, part = active[going], part.take(going)
            now = Evaluation(*at[:, active])
        step_mu, step_tau = _newton_step(now, tau[active], low[active], high[active])
        new_mu = mu[active] + fraction[active] * step_mu
        new_tau = tau[active] + fraction[active] * step_tau
        new_tau = np.minimum(np.maximum(new_tau, low[active]), high[active])
        trial = evaluate(part, new_mu, new_tau)
        uphill = trial.value >= now.value - _NOISE
        moved = active[uphill]
        mu[moved], tau[moved] = new_mu[uphill], new_tau[uphill]
        at[:, moved] = np.array(trial)[:, uphill]
        fraction[active] = np.where(uphill, 1.0, 0.5 * fraction[active])
    found = Evaluation(*at)
    return mu, tau, found, _at_maximum(found, tau, low, high) | _is_level(found, tau, low, high)


def _is_level(at: Evaluation, tau: FloatArray, low: FloatArray, high: FloatArray) -> BoolArray:
    """Whether a further step would gain nothing: with millions of patients slopes only round."""
    step_mu, step_tau = _newton_step(at, tau, low, high)
    gain = 0.5 * np.abs(at.s_mu * step_mu + at.s_tau * step_tau)
    level: BoolArray = gain < _NO_GAIN * np.maximum(np.abs(at.value), 1.0)
    return level


def _at_maximum(at: Evaluation, tau: FloatArray, low: FloatArray, high: FloatArray) -> BoolArray:
    flat_tau = (np.abs(at.s_tau) < _GRADIENT) | _held(at, tau, low, high)
    done: BoolArray = (np.abs(at.s_mu) < _GRADIENT) & flat_tau
    return done


def _held(at: Evaluation, tau: FloatArray, low: FloatArray, high: FloatArray) -> BoolArray:
    """Whether an end of its bracket keeps tau from going uphill."""
    held: BoolArray = ((tau >= high) & (at.s_tau >= 0)) | ((tau <= low) & (at.s_tau <= 0))
    return held


def _newton_step(
    at: Evaluation, tau: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Newton step; where the surface is not concave, tau goes uphill by half its bracket."""
    h_mumu = np.minimum(at.h_mumu, -_FLAT)
    determinant = h_mumu * at.h_tautau - at.h_mutau**2
    held = _held(at, tau, low, high)
    concave = (determinant > 0) & (at.h_tautau < 0) & ~held
    safe = np.where(concave, determinant, 1.0)
    mu_alone = -at.s_mu / h_mumu
    step_mu = np.where(concave, -(at.h_tautau * at.s_mu - at.h_mutau * at.s_tau) / safe, mu_alone)
    uphill = np.where(at.s_tau > 0, 0.5 * (high - tau), 0.5 * (low - tau))
    step_tau = np.where(concave, -(h_mumu * at.s_tau - at.h_mutau * at.s_mu) / safe, uphill)
    return np.clip(step_mu, -_LONGEST_STEP, _LONGEST_STEP), np.where(held, 0.0, step_tau)


def _standard_errors(tau: FloatArray, at: Evaluation) -> tuple[FloatArray, FloatArray]:
    determinant = at.h_mumu * at.h_tautau - at.h_mutau**2
    joint = (tau > 0) & (tau < TAU_BOUND) & (determinant > 0)
    safe = np.where(joint, determinant, 1.0)
    se = np.sqrt(np.where(joint, -at.h_tautau / safe, -1 / at.h_mumu))
    return se, np.sqrt(np.where(joint, -at.h_mumu / safe, np.nan))
