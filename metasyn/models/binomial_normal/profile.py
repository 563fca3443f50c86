"""Profile likelihood limits of mu and tau."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.batch import Batch, Evaluation, evaluate
from metasyn.models.binomial_normal.fit import TAU_BOUND, TAUS, Fits, maximise_mu

__all__ = ["maximise_tau", "mu_limits", "tau_limits", "where_it_drops"]

Profile = Callable[[FloatArray], tuple[FloatArray, FloatArray]]

_STEPS = 100
_TOLERANCE = 1e-9
_INNER_TOLERANCE = 1e-7
_FARTHEST = 60.0


def where_it_drops(
    profile: Profile,
    top: float,
    drop: float,
    start: FloatArray,
    ends: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Points where a profile likelihood lies ``drop`` below ``top / 2``, several sides at once.

    Parameters
    ----------
    profile
        Gives the log-likelihood and its slope at points of shape (m,).
    top
        Twice the highest log-likelihood.
    drop
        Fall of twice the log-likelihood (a chi-squared quantile).
    start
        First guess of each point, shape (m,).
    ends
        For each point, where the likelihood is too high and where it is too low; infinite where
        that is not known. Newton steps on the signed root stay between them.

    Returns
    -------
    FloatArray
        The points; infinite where the likelihood does not fall so far, NaN where the steps did not
        settle.
    """
    inner, outer = (end.copy() for end in ends)
    x, target = start.copy(), np.sqrt(drop)
    for _ in range(_STEPS):
        value, slope = profile(x)
        fall = np.sqrt(np.maximum(top - 2 * value, 1e-300))
        miss = fall - target
        inner, outer = np.where(miss < 0, x, inner), np.where(miss >= 0, x, outer)
        step = miss * fall / np.where(slope == 0, np.nan, slope)
        new = x + np.where(np.isfinite(step), np.clip(step, -_FARTHEST / 4, _FARTHEST / 4), np.inf)
        low, high = np.minimum(inner, outer), np.maximum(inner, outer)
        known = np.isfinite(low) & np.isfinite(high)
        middle = np.where(known, 0.5 * (np.where(known, low, 0) + np.where(known, high, 0)), x)
        done = np.abs(new - x) <= _TOLERANCE * np.maximum(1, np.abs(x))
        new = np.where(done | ((new > low) & (new < high)), new, middle)
        x = np.where(done, x, new)
        if done.all() or (np.abs(x) > _FARTHEST).all():
            break
    found = np.where(done, x, np.nan)
    return np.where(x > _FARTHEST, np.inf, np.where(x < -_FARTHEST, -np.inf, found))


def maximise_tau(batch: Batch, mu: FloatArray) -> tuple[FloatArray, Evaluation]:
    """Maximise over tau with mu fixed: coarse grid, then safeguarded Newton in the best bracket."""
    size, grid = len(batch), len(TAUS)
    wide = batch.take(np.repeat(np.arange(size), grid))
    coarse = evaluate(wide, np.repeat(mu, grid), np.tile(TAUS, size))
    best = coarse.value.reshape(size, grid).argmax(axis=1)
    chosen = best + grid * np.arange(size)
    low, high = TAUS[np.maximum(best - 1, 0)], TAUS[np.minimum(best + 1, grid - 1)]
    at = Evaluation(*(part[chosen] for part in coarse))
    tau = TAUS[best].copy()
    at_zero = (best == 0) & (at.h_tautau <= 0)
    high = np.where(at_zero, 0.0, high)
    start_inside = (best == 0) & ~at_zero
    if start_inside.any():
        tau[start_inside] = 0.5 * TAUS[1]
        at = evaluate(batch, mu, tau)
    for _ in range(_STEPS):
        low = np.where(at.s_tau > 0, tau, low)
        high = np.where(at.s_tau < 0, tau, high)
        curved = np.minimum(at.h_tautau, -1e-12)
        new = np.clip(tau - at.s_tau / curved, low, high)
        middle = 0.5 * (low + high)
        new = np.where((at.h_tautau < 0) & (new > low) & (new < high), new, middle)
        new = np.where((tau >= TAU_BOUND) & (at.s_tau >= 0) | (high == 0), tau, new)
        moved = np.abs(new - tau).max()
        if moved <= _INNER_TOLERANCE:
            break
        tau = new
        at = evaluate(batch, mu, tau)
    return tau, at


def mu_limits(batch: Batch, fits: Fits, drop: float) -> tuple[float, float]:
    """Limits of mu where twice the profile likelihood has fallen by ``drop``; one data set.

    Notes
    -----
    Where every study is all or nothing, the likelihood need not fall: with mu far out and tau
    larger still, k studies keep 1/2 each (section 4 of the package's text). Such limits are
    infinite.
    """
    free = bool(batch.tau_is_estimable[0])
    both = batch.take(np.zeros(2, dtype=np.intp))
    top = 2 * float(fits.value[0])

    def profile(mu: FloatArray) -> tuple[FloatArray, FloatArray]:
        at = maximise_tau(both, mu)[1] if free else evaluate(both, mu, np.zeros(2))
        return at.value, at.s_mu

    side = np.array([-1.0, 1.0])
    boundary = int(fits.boundary[0])
    if boundary:
        patients = float(np.sum(batch.power * batch.n))
        # With tau 0 the likelihood of n events in n is p^n; tau only moves the limit outwards.
        edge = -boundary * float(np.log(np.expm1(drop / (2 * patients))))
        start, inner = np.full(2, edge), np.full(2, boundary * np.inf)
        side = np.full(2, -float(boundary))
    else:
        start = float(fits.mu[0]) + side * np.sqrt(drop) * float(fits.se[0])
        inner = np.full(2, float(fits.mu[0]))
    kept = _kept_far_out(batch) if free else (-np.inf, -np.inf)
    endless = [top - 2 * value < drop for value in kept]
    low, high = -np.inf, np.inf
    if not (endless[0] and endless[1]):
        found = where_it_drops(profile, top, drop, start, (inner, side * np.inf))
        low = low if endless[0] or boundary < 0 else float(found[0])
        high = high if endless[1] or boundary > 0 else float(found[1])
    return low, high


def _kept_far_out(batch: Batch) -> tuple[float, float]:
    """Log-likelihood that stays as mu goes to minus and plus infinity with tau larger still."""
    power, events, n = batch.power[0], batch.events[0], batch.n[0]
    here = (power > 0) & (n > 0)
    if np.any(here & (events > 0) & (events < n)):
        return -np.inf, -np.inf
    full = float(np.sum(power[here & (events == n)]))
    none = float(np.sum(power[here & (events == 0)]))
    # L is Phi(c)^full Phi(-c)^none with c = mu / tau of the sign of mu, or 0.
    half = -(full + none) * float(np.log(2))
    best = sum(a * float(np.log(a / (full + none))) for a in (full, none) if a > 0)
    return (half, best) if full >= none else (best, half)


def tau_limits(batch: Batch, fits: Fits, drop: float) -> tuple[float, float]:
    """Limits of tau by profile likelihood; 0 and infinity where it does not fall far enough.

    The upper limit is infinite where the likelihood is still too high at the end of the search.
    """
    top, best = 2 * float(fits.value[0]), float(fits.tau[0])
    limits = []
    for end, start in ((0.0, 0.5 * best), (TAU_BOUND, min(best + 1.0, 0.9 * TAU_BOUND))):
        profile = _profile_of_tau(batch, fits.mu)
        if end == best or top - 2 * float(profile(np.array([end]))[0][0]) <= drop:
            limits.append(0.0 if end == 0 else np.inf)
            continue
        ends = np.array([best]), np.array([end])
        limits.append(float(where_it_drops(profile, top, drop, np.array([start]), ends)[0]))
    return limits[0], limits[1]


def _profile_of_tau(batch: Batch, mu: FloatArray) -> Profile:
    """Highest log-likelihood at a tau; every call starts from the mu of the last."""
    last = mu

    def profile(tau: FloatArray) -> tuple[FloatArray, FloatArray]:
        nonlocal last
        last, at = maximise_mu(batch, last, tau)
        return at.value, at.s_tau

    return profile
