"""Headline estimates and intervals of many variations of one set of studies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.fit import Fits, fit
from metasyn.models.binomial_normal.grid import grid_of
from metasyn.models.binomial_normal.interval import (
    Kind,
    chi2_drop,
    kind_of,
    t_drop,
    wald,
)
from metasyn.models.binomial_normal.profile import mu_limits
from metasyn.models.binomial_normal.units import Units
from metasyn.models.specs import BinomialNormal

__all__ = ["Headlines", "estimates", "headlines"]


class Headlines(NamedTuple):
    """Logit of the rate and limits of its interval, each of shape (p,), and the maxima behind."""

    mu: FloatArray
    low: FloatArray
    high: FloatArray
    kinds: tuple[Kind, ...]
    fits: Fits


def estimates(spec: BinomialNormal, kind: Kind, batch: Batch) -> FloatArray:
    """Logit of the rate in every data set, all by the estimator of one kind of interval."""
    if kind == "integrated":
        return grid_of(batch, spec.tau_prior).quantiles(np.array([0.5]))[:, 0]
    return fit(batch).mu


def headlines(spec: BinomialNormal, units: Units, batch: Batch) -> Headlines:
    """Estimate and interval of every data set, each by the rule of section 2.5.

    Parameters
    ----------
    spec, units
        What was asked, and the studies: they set degrees of freedom.
    batch
        Variations on the units, with weight left in each.
    """
    fits = fit(batch)
    edge = (fits.boundary != 0) | fits.tau_at_bound
    kinds = tuple(kind_of(spec, units.anchors, at_edge=bool(at_edge)) for at_edge in edge)
    mu = fits.mu.copy()
    low, high = np.full(len(batch), np.nan), np.full(len(batch), np.nan)
    integrated = np.flatnonzero([kind == "integrated" for kind in kinds])
    if integrated.size:
        tail = 0.5 - spec.level / 2
        grid = grid_of(batch.take(integrated), spec.tau_prior)
        quantiles = grid.quantiles(np.array([0.5, tail, 1 - tail]))
        mu[integrated], low[integrated], high[integrated] = quantiles.T
    for item, kind in enumerate(kinds):
        if kind != "integrated":
            low[item], high[item] = _limits(spec, kind, units.kish - 1, _one(batch, fits, item))
    return Headlines(mu, low, high, kinds, fits)


def _one(batch: Batch, fits: Fits, item: int) -> tuple[Batch, Fits]:
    only = np.array([item])
    return batch.take(only), fits.take(only)


def _limits(
    spec: BinomialNormal, kind: Kind, df: float, data: tuple[Batch, Fits]
) -> tuple[float, float]:
    batch, fits = data
    if kind in ("wald-t", "wald-z"):
        mu, se = float(fits.mu[0]), float(fits.se[0])
        if np.isinf(mu):
            return -np.inf, np.inf
        ci = wald(mu, se, spec.level, df if kind == "wald-t" else None)
        return ci.low, ci.high
    drop = chi2_drop(spec.level) if kind == "profile" else t_drop(spec.level, df)
    return mu_limits(batch, fits, drop) if np.isfinite(drop) else (-np.inf, np.inf)
