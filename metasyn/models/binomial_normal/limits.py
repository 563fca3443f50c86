"""Likelihood intervals of mu and tau, the fast way where it holds and the safe way elsewhere."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.fit import Fits
from metasyn.models.binomial_normal.profile import mu_limits, tau_limits
from metasyn.models.binomial_normal.ridge import ridge_limits

__all__ = ["Limits", "likelihood_limits", "rate_limits"]

Pair = tuple[float, float]


class Limits(NamedTuple):
    """Profile likelihood limits; ``tau`` is None where it is not estimated."""

    mu: Pair
    tau: Pair | None


def likelihood_limits(batch: Batch, fits: Fits, drop: float) -> Limits:
    """Limits of mu and tau where twice the profile likelihood has fallen by ``drop``.

    Parameters
    ----------
    batch, fits
        One data set and its maximum.
    drop
        Chi-squared quantile.
    """
    if not fits.tau_free[0]:
        return Limits(mu_limits(batch, fits, drop), None)
    if fits.tau_at_bound[0]:
        return Limits(mu_limits(batch, fits, drop), tau_limits(batch, fits, drop))
    low_tau = 2 * float(fits.value[0] - _value_without_spread(batch)) > drop
    found = ridge_limits(batch, fits, drop, low_tau=low_tau)
    tau = float(found[3]) if low_tau else 0.0, float(found[2])
    return Limits(
        _pair(found) or mu_limits(batch, fits, drop),
        tau if np.all(np.isfinite(tau)) else tau_limits(batch, fits, drop),
    )


def rate_limits(batch: Batch, fits: Fits, drop: float) -> Pair:
    """Limits of mu alone; arguments as in :func:`likelihood_limits`, offsets are legal."""
    if not fits.tau_free[0] or fits.tau_at_bound[0]:
        return mu_limits(batch, fits, drop)
    found = ridge_limits(batch, fits, drop, low_tau=False)
    return _pair(found) or mu_limits(batch, fits, drop)


def _pair(found: FloatArray) -> Pair | None:
    low, high = float(found[0]), float(found[1])
    return (low, high) if np.isfinite(low) and np.isfinite(high) else None


def _value_without_spread(batch: Batch) -> float:
    """Highest log-likelihood with tau 0 and no offsets."""
    good, bad = float(batch.total_events[0]), float(batch.total_failures[0])
    return good * float(np.log(good / (good + bad))) + bad * float(np.log(bad / (good + bad)))
