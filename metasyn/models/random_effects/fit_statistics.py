"""Log-likelihood and information criteria, as metafor computes them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from metasyn.models.random_effects.fixed_weights import FixedWeights
from metasyn.models.random_effects.heterogeneity import model_of
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.search import gaussian, log_likelihood
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

__all__ = ["FitStatistics", "fit_statistics"]


@dataclass(frozen=True, slots=True)
class FitStatistics:
    """Log-likelihood and criteria.

    Parameters
    ----------
    log_likelihood
        Restricted for REML, else full; for moment estimators at their tau2, which does not
        maximise it.
    parameters
        Coefficients, and tau2 where it is estimated.
    aic, bic, aicc
        Akaike's, Schwarz's and the small-sample Akaike criterion.
    """

    log_likelihood: float
    parameters: int
    aic: float
    bic: float
    aicc: float


def fit_statistics(pooled: Pooled) -> FitStatistics:
    """Fit statistics of an inverse-variance result.

    Parameters
    ----------
    pooled
        A result of :class:`~metasyn.RandomEffects` or :class:`~metasyn.CommonEffect`.

    Raises
    ------
    SpecError
        If the result comes from another model or a single study.

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.1, 0.9, 0.4, 0.7], [0.02, 0.03, 0.01, 0.04])
    >>> round(fit_statistics(ms.pool(effects, ms.RandomEffects("ML"))).aic, 3)
    5.769
    """
    model, spec = model_of(pooled), pooled.spec
    restricted = isinstance(spec, RandomEffects) and spec.tau2 == "REML"
    value = _likelihood(model, pooled, restricted)
    parameters = model.p + (pooled.tau2 is not None)
    n = model.k - model.p if restricted else model.k
    room = max(n, parameters + 2)
    return FitStatistics(
        log_likelihood=value,
        parameters=parameters,
        aic=2.0 * parameters - 2.0 * value,
        bic=parameters * math.log(n) - 2.0 * value,
        aicc=2.0 * parameters * room / (room - parameters - 1) - 2.0 * value,
    )


def _likelihood(model: Model, pooled: Pooled, restricted: bool) -> float:
    """Log-likelihood at the result's tau2 and coefficients."""
    spec, tau2 = pooled.spec, pooled.tau2 or 0.0
    if not isinstance(spec, RandomEffects) or spec.weights is None:
        return log_likelihood(model, tau2, restricted=restricted)
    beta = FixedWeights.of(model.design, np.array(spec.weights)).beta(model.yi)
    rest = model.yi - model.design @ beta
    return gaussian(model, tau2, float((rest * rest) @ (1.0 / (model.vi + tau2))), None)
