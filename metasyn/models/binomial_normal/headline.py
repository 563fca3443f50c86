"""Estimate and intervals that stand in the pooled line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.fit import Fits
from metasyn.models.binomial_normal.grid import grid_of
from metasyn.models.binomial_normal.interval import (
    ENOUGH_ANCHORS,
    Kind,
    chi2_drop,
    kind_of,
    t_drop,
    t_factor,
    wald,
)
from metasyn.models.binomial_normal.kernel import log_marginal
from metasyn.models.binomial_normal.limits import rate_limits
from metasyn.models.binomial_normal.posterior import Posterior
from metasyn.models.binomial_normal.units import Units
from metasyn.models.interval import Interval
from metasyn.models.specs import BinomialNormal

__all__ = ["Headline", "headline"]


@dataclass(frozen=True, slots=True)
class Headline:
    """What the pooled line shows, on the logit scale; ``average_rate`` is a rate."""

    kind: Kind
    estimate: float
    se: float
    ci: Interval | None
    prediction: Interval | None
    average_rate: float


def headline(spec: BinomialNormal, units: Units, batch: Batch, fits: Fits) -> Headline:
    """Estimate and intervals by the rule of section 2.5, for one data set."""
    at_edge = bool(fits.boundary[0]) or bool(fits.tau_at_bound[0])
    kind = kind_of(spec, units.anchors, at_edge=at_edge)
    if kind == "integrated":
        return _integrated(spec, units, batch)
    mu, se, tau = float(fits.mu[0]), float(fits.se[0]), float(fits.tau[0])
    df = units.kish - 1
    return Headline(
        kind,
        mu,
        se,
        _interval(spec, kind, df, (batch, fits)),
        _prediction(spec, units, fits),
        float(expit(mu)) if np.isinf(mu) else float(np.exp(log_marginal(1, 1, mu, tau))[0]),
    )


def _interval(
    spec: BinomialNormal, kind: Kind, df: float, data: tuple[Batch, Fits]
) -> Interval | None:
    batch, fits = data
    mu, se = float(fits.mu[0]), float(fits.se[0])
    if kind in ("wald-t", "wald-z"):
        if np.isinf(mu):
            return None
        return wald(mu, se, spec.level, df if kind == "wald-t" else None)
    if kind == "profile":
        low, high = rate_limits(batch, fits, chi2_drop(spec.level))
        return Interval(low, high, spec.level, "profile")
    drop = t_drop(spec.level, df)
    low, high = rate_limits(batch, fits, drop) if np.isfinite(drop) else (-np.inf, np.inf)
    return Interval(low, high, spec.level, "profile-t", df)


def _prediction(spec: BinomialNormal, units: Units, fits: Fits) -> Interval | None:
    """Where the true rate of a new study lies: t with the interval's degrees of freedom."""
    if units.anchors < ENOUGH_ANCHORS or not fits.tau_free[0]:
        return None
    df = units.kish - 1
    half = t_factor(spec.level, df) * float(np.hypot(fits.se[0], fits.tau[0]))
    mu = float(fits.mu[0])
    method = "V" if np.isclose(df, units.anchors - 1) else "V-effective"
    return Interval(mu - half, mu + half, spec.level, method, df)


def posterior_of(spec: BinomialNormal, batch: Batch) -> Posterior:
    """Posterior of (mu, tau) for one data set, studies weighted as in the batch."""
    return grid_of(batch, spec.tau_prior).posterior()


def _integrated(spec: BinomialNormal, units: Units, batch: Batch) -> Headline:
    posterior = posterior_of(spec, batch)
    tail = 0.5 - spec.level / 2
    low, median, high = posterior.quantiles(np.array([tail, 0.5, 1 - tail])).tolist()
    prediction = None
    if units.anchors >= ENOUGH_ANCHORS:
        new_low, new_high = posterior.predictive_quantiles((tail, 1 - tail))
        prediction = Interval(new_low, new_high, spec.level, "posterior-predictive")
    return Headline(
        "integrated",
        median,
        posterior.sd,
        Interval(low, high, spec.level, "integrated"),
        prediction,
        posterior.average_rate,
    )
