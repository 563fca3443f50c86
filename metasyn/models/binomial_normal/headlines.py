"""Headline estimates and intervals of many variations of one set of studies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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
from metasyn.models.binomial_normal.limits import rate_limits
from metasyn.models.specs import BinomialNormal

IntArray = npt.NDArray[np.intp]

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


def headlines(
    spec: BinomialNormal,
    batch: Batch,
    anchors: int | IntArray,
    df: float | FloatArray,
    *,
    variations: bool = True,
) -> Headlines:
    """Estimate and interval of every data set, each by the rule of section 2.5.

    Parameters
    ----------
    spec
        What was asked.
    batch
        Data sets, with weight left in each.
    anchors
        Number of studies that are not single cases, shape (p,) or one for all.
    df
        Degrees of freedom of t, shape (p,) or one for all.
    variations
        Whether the data sets vary one set of studies: they then share their quadrature nodes.
    """
    size = len(batch)
    fits = fit(batch)
    edge = (fits.boundary != 0) | fits.tau_at_bound
    counts, dfs = np.broadcast_to(anchors, size), np.broadcast_to(df, size)
    kinds = tuple(
        kind_of(spec, int(count), at_edge=bool(at_edge))
        for count, at_edge in zip(counts, edge, strict=True)
    )
    mu = fits.mu.copy()
    low, high = np.full(size, np.nan), np.full(size, np.nan)
    integrated = np.flatnonzero([kind == "integrated" for kind in kinds])
    together = [integrated] if variations else [np.array([item]) for item in integrated]
    for items in (items for items in together if items.size):
        tail = 0.5 - spec.level / 2
        grid = grid_of(batch.take(items), spec.tau_prior)
        mu[items], low[items], high[items] = grid.quantiles(np.array([0.5, tail, 1 - tail])).T
    for item, kind in enumerate(kinds):
        if kind != "integrated":
            low[item], high[item] = _limits(spec, kind, float(dfs[item]), _one(batch, fits, item))
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
    return rate_limits(batch, fits, drop) if np.isfinite(drop) else (-np.inf, np.inf)
