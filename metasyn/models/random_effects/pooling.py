"""Effects pooled by inverse variance: the common mean, and the way to moderators."""

from __future__ import annotations

import math

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note
from metasyn.models.interval import Interval
from metasyn.models.random_effects.estimators import ESTIMATORS
from metasyn.models.random_effects.fixed_weights import FixedWeights
from metasyn.models.random_effects.inference import scale_of
from metasyn.models.random_effects.moments import MeanModel
from metasyn.models.random_effects.prediction import Spread, kind_of, predict_interval
from metasyn.models.random_effects.quantiles import chi2_tail, critical, two_sided
from metasyn.models.random_effects.search import log_likelihood
from metasyn.models.random_effects.tau2_interval import q_profile
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["pool_effects"]

SMALLEST, LARGEST = 1e-75, 1e75
"""Variances between which third powers of the weights are representable."""


def pool_effects(effects: Effects, spec: RandomEffects | CommonEffect) -> Pooled:
    """Pool effects by inverse variance.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    spec
        The model.

    Returns
    -------
    Pooled
        A :class:`~metasyn.models.regression.Regression` where the model has moderators.

    Raises
    ------
    DataError
        If there is no study, or an estimate or a variance cannot be used; the row is named.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> pooled = pool_effects(effects_from([0.1, 0.3, 0.4], [0.02, 0.04, 0.01]), RandomEffects())
    >>> round(pooled.estimate, 3)
    0.282
    """
    check(effects)
    if len(effects) == 1:
        return single(effects, spec)
    model = MeanModel(effects.yi, effects.vi)
    if isinstance(spec, CommonEffect):
        return _common(effects, spec, model)
    return _random(effects, spec, model)


def check(effects: Effects) -> None:
    """Refuse what cannot be weighted.

    Raises
    ------
    DataError
        With the label of the first row that is wrong.
    """
    yi, vi = effects.yi, effects.vi
    if not len(yi):
        raise DataError("There is no study to pool.")
    if vi.min() > SMALLEST and vi.max() < LARGEST and math.isfinite(yi @ yi):
        return
    for label, y, v in zip(effects.slab, yi.tolist(), vi.tolist(), strict=True):
        if not math.isfinite(y):
            raise DataError(f"{label}: yi is {y:g}; give a finite number or leave the row out.")
        if not 0.0 < v < math.inf:
            raise DataError(
                f"{label}: vi is {v:g}; a sampling variance is a positive, finite number. Correct "
                "it or leave the row out."
            )
        if not SMALLEST < v < LARGEST or y * y == math.inf:
            raise DataError(f"{label}: yi {y:g}, vi {v:g} are out of range; use another unit.")


def user_weights(spec: RandomEffects, k: int) -> FloatArray | None:
    """The specification's fixed weights as an array.

    Raises
    ------
    DataError
        If there is not one for every study.
    """
    if spec.weights is None:
        return None
    if len(spec.weights) != k:
        raise DataError(f"There are {len(spec.weights)} weights for {k} studies; give one a study.")
    return np.array(spec.weights)


def single(effects: Effects, spec: RandomEffects | CommonEffect) -> Pooled:
    """One study: its own estimate with a normal interval."""
    estimate, variance = float(effects.yi[0]), float(effects.vi[0])
    se = math.sqrt(variance)
    half = critical(spec.level, None) * se
    message = f"One study ({effects.slab[0]}): its own estimate and normal interval, not pooled."
    return Pooled(
        spec=spec,
        data=effects,
        measure=effects.measure,
        k=1,
        estimate=estimate,
        se=se,
        statistic=estimate / se,
        p_value=two_sided(estimate / se, None),
        ci=Interval(estimate - half, estimate + half, spec.level, "z"),
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=None,
        h2=None,
        q=None,
        q_p=None,
        weights=_shares(np.ones(1)),
        log_likelihood=None,
        notes=(*effects.notes, Note("single-study", message)),
    )


def _common(effects: Effects, spec: CommonEffect, model: MeanModel) -> Pooled:
    estimate, variance = model.location(0.0)
    q, df = model.q_and_slope(0.0)[0], model.k - 1
    se = math.sqrt(variance)
    half = critical(spec.level, None) * se
    note = Note(
        "prediction-common-effect",
        "No prediction interval: a common-effect model has one true effect for every study.",
    )
    return Pooled(
        spec=spec,
        data=effects,
        measure=effects.measure,
        k=model.k,
        estimate=estimate,
        se=se,
        statistic=estimate / se,
        p_value=two_sided(estimate / se, None),
        ci=Interval(estimate - half, estimate + half, spec.level, "z"),
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=max(0.0, (q - df) / q) if q > 0.0 else 0.0,
        h2=q / df,
        q=q,
        q_p=chi2_tail(q, df),
        weights=_shares(1.0 / effects.vi),
        log_likelihood=log_likelihood(model, 0.0, restricted=False),
        notes=(*effects.notes, note),
    )


def _random(effects: Effects, spec: RandomEffects, model: MeanModel) -> Pooled:
    user = user_weights(spec, model.k)
    tau2, tau2_se = ESTIMATORS[spec.tau2].function(model, user)
    df, level = model.k - 1, spec.level
    at_zero, q_tau2 = model.moments(0.0), model.q_and_slope(tau2)[0]
    estimate, wald = _location(model, tau2, user)
    scale = scale_of(spec.ci, q_tau2 / df, df, level)
    se = math.sqrt(wald * scale.factor)
    half = critical(level, scale.df) * se
    spread = Spread(wald, q_tau2 / df, df)
    kind = kind_of(spec.prediction, spec.ci, scale)
    prediction, why_no_prediction = predict_interval(estimate, tau2, spread, kind, level)
    tau2_ci, why_no_interval = q_profile(model, level, tau2)
    typical = df / at_zero.tr1
    return Pooled(
        spec=spec,
        data=effects,
        measure=effects.measure,
        k=model.k,
        estimate=estimate,
        se=se,
        statistic=estimate / se if se else None,
        p_value=two_sided(estimate / se, scale.df) if se else None,
        ci=Interval(estimate - half, estimate + half, level, scale.method, scale.df),
        prediction=prediction,
        tau2=tau2,
        tau2_se=tau2_se,
        tau2_ci=tau2_ci,
        i2=tau2 / (tau2 + typical),
        h2=1.0 + tau2 / typical,
        q=at_zero.q,
        q_p=chi2_tail(at_zero.q, df),
        weights=_shares(1.0 / (effects.vi + tau2) if user is None else user),
        log_likelihood=_likelihood(model, spec, tau2),
        notes=(*effects.notes, *scale.notes, *why_no_prediction, *why_no_interval),
    )


def _location(model: MeanModel, tau2: float, user: FloatArray | None) -> tuple[float, float]:
    """Pooled estimate and its Wald variance, with the user's weights where there are any."""
    if user is None:
        return model.location(tau2)
    fit = FixedWeights.of(model.design, user)
    return float(fit.beta(model.yi)[0]), float(fit.cov(model.vi + tau2)[0, 0])


def _likelihood(model: MeanModel, spec: RandomEffects, tau2: float) -> float | None:
    """Log-likelihood of a likelihood estimator, None for the others."""
    if spec.tau2 not in ("ML", "REML"):
        return None
    return log_likelihood(model, tau2, restricted=spec.tau2 == "REML")


def _shares(weights: FloatArray) -> FloatArray:
    """Weights that sum to 1, read-only."""
    shares: FloatArray = weights / weights.sum()
    shares.setflags(write=False)
    return shares
