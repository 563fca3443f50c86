"""Effects pooled by inverse variance: the common mean, and the way to moderators."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note
from metasyn.models.interval import Interval
from metasyn.models.random_effects.bootstrap import bootstrap_interval
from metasyn.models.random_effects.contrasts import Contrasts, Line, wald_line
from metasyn.models.random_effects.estimators import ESTIMATORS
from metasyn.models.random_effects.fixed_weights import FixedWeights
from metasyn.models.random_effects.inference import Scale, hartung_knapp, scale_of
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.prediction import Spread, kind_of, predict_interval
from metasyn.models.random_effects.quantiles import chi2_tail
from metasyn.models.random_effects.regress import regress
from metasyn.models.random_effects.search import gaussian
from metasyn.models.random_effects.tau2_interval import tau2_interval
from metasyn.models.random_effects.weights import shares, user_weights
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["pool_effects"]

SMALLEST, LARGEST = 1e-75, 1e75
"""Sizes between which the powers that are summed are representable."""


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
    if spec.moderators is not None:
        return regress(effects, spec)
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
    if vi.min() > SMALLEST and vi.max() < LARGEST and yi.min() > -LARGEST and yi.max() < LARGEST:
        return
    for label, y, v in zip(effects.slab, yi.tolist(), vi.tolist(), strict=True):
        if not math.isfinite(y):
            raise DataError(
                f"{label}: yi is {y:g}; give a finite number, or leave out what has no estimate: "
                "effects.estimable()."
            )
        if not 0.0 < v < math.inf:
            raise DataError(
                f"{label}: vi is {v:g}; a sampling variance is a positive, finite number. Correct "
                "it or leave the row out."
            )
        if not SMALLEST < v < LARGEST or abs(y) >= LARGEST:
            raise DataError(f"{label}: yi {y:g}, vi {v:g} are out of range; use another unit.")


def single(effects: Effects, spec: RandomEffects | CommonEffect) -> Pooled:
    """One study: its own estimate with a normal interval."""
    line = wald_line(float(effects.yi[0]), float(effects.vi[0]), spec.level, "z", None)
    message = (
        f"One study ({effects.slab[0]}): its own estimate and normal interval, not pooled; "
        "heterogeneity and prediction take more studies."
    )
    return Pooled(
        spec=spec,
        data=effects,
        measure=effects.measure,
        k=1,
        **line._asdict(),
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=None,
        h2=None,
        q=None,
        q_p=None,
        weights=shares(np.ones(1)),
        log_likelihood=None,
        notes=(*effects.notes, Note("single-study", message)),
    )


def _common(effects: Effects, spec: CommonEffect, model: MeanModel) -> Pooled:
    estimate, variance = model.location(0.0)
    q, df = model.q_and_slope(0.0)[0], model.k - 1
    line = wald_line(estimate, variance, spec.level, "z", None)
    note = Note(
        "prediction-common-effect",
        "No prediction interval: a common-effect model has one true effect for every study.",
    )
    return Pooled(
        spec=spec,
        data=effects,
        measure=effects.measure,
        k=model.k,
        **line._asdict(),
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=max(0.0, (q - df) / q) if q > 0.0 else 0.0,
        h2=q / df,
        q=q,
        q_p=chi2_tail(q, df),
        weights=shares(1.0 / effects.vi),
        log_likelihood=gaussian(model, 0.0, q, None),
        notes=(*effects.notes, note),
    )


def _random(effects: Effects, spec: RandomEffects, model: MeanModel) -> Pooled:
    user = user_weights(spec, model.k)
    tau2, tau2_se = ESTIMATORS[spec.tau2].function(model, user)
    df, at_zero = model.k - 1, model.moments(0.0)
    q_tau2 = model.q_and_slope(tau2)[0]
    estimate, wald = _location(model, tau2, user)
    factor = hartung_knapp(q_tau2, df)
    scale = scale_of(spec.ci, factor, df, spec.level)
    fitted = _Fitted(model, spec, tau2, estimate, wald, scale, factor)
    line = _line(fitted)
    prediction, why_no_prediction = _prediction(fitted)
    asked = (spec.tau2_ci, spec.tau2)
    tau2_ci, why_no_interval = tau2_interval(model, asked, spec.level, tau2, user)
    typical = df / at_zero.tr1
    return Pooled(
        spec=spec,
        data=effects,
        measure=effects.measure,
        k=model.k,
        estimate=estimate,
        se=line.se,
        statistic=line.statistic,
        p_value=line.p_value,
        ci=line.ci,
        prediction=prediction,
        tau2=tau2,
        tau2_se=tau2_se,
        tau2_ci=tau2_ci,
        i2=tau2 / (tau2 + typical),
        h2=1.0 + tau2 / typical,
        q=at_zero.q,
        q_p=chi2_tail(at_zero.q, df),
        weights=shares(1.0 / (effects.vi + tau2) if user is None else user),
        log_likelihood=_likelihood(fitted, q_tau2),
        notes=(*effects.notes, *scale.notes, *why_no_prediction, *why_no_interval),
    )


class _Fitted(NamedTuple):
    """What inference on the mean needs: the fit, and how its spread is judged."""

    model: MeanModel
    spec: RandomEffects
    tau2: float
    estimate: float
    wald: float
    scale: Scale
    factor: float

    def contrasts(self) -> Contrasts:
        """The same for methods that are written for any linear combination."""
        return Contrasts(
            model=self.model,
            tau2=self.tau2,
            beta=np.array([self.estimate]),
            cov=np.array([[self.wald]]),
            scale=self.scale,
            factor=self.factor,
            ci=self.spec.ci,
            kind=kind_of(self.spec.prediction, self.spec.ci, self.scale),
            level=self.spec.level,
        )


def _line(fitted: _Fitted) -> Line:
    """Test and interval of the mean."""
    spec, scale = fitted.spec, fitted.scale
    if spec.ci in ("kr", "profile"):
        return fitted.contrasts().line(np.ones(1))
    variance = fitted.wald * scale.factor
    return wald_line(fitted.estimate, variance, spec.level, scale.method, scale.df)


def _prediction(fitted: _Fitted) -> tuple[Interval | None, tuple[Note, ...]]:
    """Prediction interval of the kind that the specification means."""
    model, spec = fitted.model, fitted.spec
    kind = kind_of(spec.prediction, spec.ci, fitted.scale)
    if kind in ("KR", "KR-PR"):
        return fitted.contrasts().prediction(np.ones(1))
    if kind == "NNF" and model.k > 2:
        return bootstrap_interval(model, spec.level, spec.seed), ()
    spread = Spread(fitted.wald, fitted.factor, model.k - 1)
    return predict_interval(fitted.estimate, fitted.tau2, spread, kind, spec.level)


def _location(model: MeanModel, tau2: float, user: FloatArray | None) -> tuple[float, float]:
    """Pooled estimate and its Wald variance, with the user's weights where there are any."""
    if user is None:
        return model.location(tau2)
    fit = FixedWeights.of(model.design, user)
    return float(fit.beta(model.yi)[0]), float(fit.cov(model.vi + tau2)[0, 0])


def _likelihood(fitted: _Fitted, q: float) -> float | None:
    """Log-likelihood of a likelihood estimator, None for the others."""
    match fitted.spec.tau2:
        case "REML":
            return gaussian(fitted.model, fitted.tau2, q, -math.log(fitted.wald))
        case "ML":
            return gaussian(fitted.model, fitted.tau2, q, None)
    return None
