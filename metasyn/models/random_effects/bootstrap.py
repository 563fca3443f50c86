"""The bootstrap prediction interval of Nagashima, Noma and Furukawa.

Nagashima, Noma and Furukawa 2019, Stat Methods Med Res 28:1689, algorithm 1: tau2 is drawn from
its exact confidence distribution, the mean from Hartung's t, the new study from the normal.
"""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.interval import Interval
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.quadratic_form import GeneralisedQ

__all__ = ["DRAWS", "bootstrap_interval", "new_effects"]

DRAWS = 25_000
"""Draws, as the authors' program takes; the limits then vary by about 1% of the width."""

TAIL = 1e-7
"""Draws of tau2 beyond this upper tail of its confidence distribution are set to its quantile."""

BLOCK = 200_000


def bootstrap_interval(model: MeanModel, level: float, seed: int) -> Interval:
    """Prediction interval from the percentiles of drawn effects.

    Parameters
    ----------
    model
        The studies, three or more.
    level
        Coverage.
    seed
        Seed of the generator.
    """
    tail = 0.5 * (1.0 - level)
    low, high = np.quantile(new_effects(model, seed), [tail, 1.0 - tail]).tolist()
    return Interval(low, high, level, "NNF", float(model.k - 1))


def new_effects(model: MeanModel, seed: int) -> FloatArray:
    """Draws of a new study's true effect, shape (DRAWS,)."""
    rng = np.random.default_rng(seed)
    tau2 = _tau2_draws(model, rng.random(DRAWS))
    normal, student = rng.standard_normal(DRAWS), rng.standard_t(model.k - 1, DRAWS)
    mean, variance = _means(model, tau2)
    return mean + normal * np.sqrt(tau2) - student * np.sqrt(variance)


def _tau2_draws(model: MeanModel, uniform: FloatArray) -> FloatArray:
    """Quantiles of the confidence distribution P(Q > q; tau2) of tau2, 0 below its mass at 0."""
    statistic = GeneralisedQ.of(model.yi, model.vi, model.design, 1.0 / model.vi)
    if statistic.observed == 0.0:
        return np.zeros_like(uniform)
    low = high = model.least_variance / 32
    while statistic.below(high) > TAIL:
        high *= 2.0
    nodes = np.concatenate(([0.0], np.geomspace(low, high, 128)))
    below = np.array([statistic.below(node) for node in nodes])
    # log-odds of the distribution are smooth in log tau2
    below = np.clip(below, TAIL / 10.0, 1.0 - 1e-12)
    odds = np.log1p(-below) - np.log(below)
    offset = low / 2.0
    drawn = np.interp(np.log(uniform / (1.0 - uniform)), odds, np.log(nodes + offset))
    return np.maximum(0.0, np.exp(drawn) - offset)


def _means(model: MeanModel, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted means and Hartung's variances at each drawn tau2."""
    z = model.yi - model.origin
    mean, variance = np.empty_like(tau2), np.empty_like(tau2)
    size = max(1, BLOCK // model.k)
    for start in range(0, len(tau2), size):
        rows = slice(start, start + size)
        w = 1.0 / (model.vi + tau2[rows, None])
        total = w.sum(axis=1)
        centre = w @ z / total
        gap = z - centre[:, None]
        mean[rows] = model.origin + centre
        variance[rows] = np.einsum("ij,ij,ij->i", w, gap, gap) / ((model.k - 1) * total)
    return mean, variance
