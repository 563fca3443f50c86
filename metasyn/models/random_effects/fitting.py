"""A random-effects model fitted: tau2, coefficients, and how their spread is judged."""

from __future__ import annotations

from metasyn.effects.arrays import read_only
from metasyn.models.random_effects.contrasts import Contrasts
from metasyn.models.random_effects.estimators import ESTIMATORS
from metasyn.models.random_effects.fixed_weights import FixedWeights
from metasyn.models.random_effects.inference import hartung_knapp, scale_of
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.prediction import kind_of
from metasyn.models.random_effects.weights import user_weights
from metasyn.models.specs import RandomEffects

__all__ = ["fitted"]


def fitted(model: Model, spec: RandomEffects) -> tuple[Contrasts, float]:
    """The fit, and the standard error of tau2.

    Parameters
    ----------
    model
        The studies, more than coefficients.
    spec
        Estimator and inference.
    """
    user = user_weights(spec, model.k)
    tau2, tau2_se = ESTIMATORS[spec.tau2].function(model, user)
    fit = model.fit(tau2)
    beta, cov = fit.beta, fit.cov
    if user is not None:
        fixed = FixedWeights.of(model.design, user)
        beta, cov = fixed.beta(model.yi), fixed.cov(model.vi + tau2)
    df = model.k - model.p
    factor = hartung_knapp(model.q_and_slope(tau2)[0], df)
    scale = scale_of(spec.ci, factor, df, spec.level)
    contrasts = Contrasts(
        model=model,
        tau2=tau2,
        beta=read_only(beta),
        cov=read_only(cov),
        scale=scale,
        factor=factor,
        ci=spec.ci,
        kind=kind_of(spec.prediction, spec.ci, scale),
        level=spec.level,
    )
    return contrasts, tau2_se
