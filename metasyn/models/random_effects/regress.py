"""Meta-regression by inverse variance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.models.random_effects.contrasts import Contrasts
from metasyn.models.random_effects.design import Design, design_of, tested_rows
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.estimators import ESTIMATORS
from metasyn.models.random_effects.fitting import fitted
from metasyn.models.random_effects.inference import scale_of
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.quantiles import chi2_tail
from metasyn.models.random_effects.search import gaussian, log_likelihood
from metasyn.models.random_effects.tau2_interval import tau2_interval
from metasyn.models.random_effects.weights import shares, user_weights
from metasyn.models.regression import Coefficient, Regression
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["regress"]


class _Between(NamedTuple):
    """What a model says of the variance between studies, with the R2 that goes with it."""

    tau2: float | None
    tau2_se: float | None
    tau2_ci: Interval | None
    i2: float
    h2: float
    r2: float | None
    log_likelihood: float | None
    notes: tuple[Note, ...]


def regress(effects: Effects, spec: RandomEffects | CommonEffect) -> Regression:
    """Fit a meta-regression.

    Parameters
    ----------
    effects
        Checked effects, two or more, with moderators.
    spec
        The model; it has moderators.

    Raises
    ------
    SpecError, DataError
        If the formula or the moderators cannot be used.
    """
    assert spec.moderators is not None, "the caller looks"  # noqa: S101
    design = design_of(spec.moderators, effects)
    model = DesignModel(effects.yi, effects.vi, design.matrix)
    if isinstance(spec, CommonEffect):
        contrasts, between = _common(spec, model, design)
        weights = 1.0 / effects.vi
    else:
        contrasts, between, weights = _random(spec, model, design)
    q, df = model.q_and_slope(0.0)[0], model.k - model.p
    average = design.matrix.mean(axis=0)
    prediction, why_no_prediction = contrasts.prediction(average)
    qm, qm_p, qm_df = contrasts.joint_test(tested_rows(design))
    found = between._asdict()
    notes = (*effects.notes, *contrasts.scale.notes, *why_no_prediction, *found.pop("notes"))
    return Regression(
        spec=spec,
        data=effects,
        measure=effects.measure,
        k=model.k,
        **contrasts.line(average)._asdict(),
        prediction=prediction,
        **found,
        q=q,
        q_p=chi2_tail(q, df),
        weights=shares(weights),
        notes=notes,
        rows=_rows(contrasts, design),
        qm=qm,
        qm_p=qm_p,
        qm_df=qm_df,
        design=design,
        contrasts=contrasts,
    )


def _random(
    spec: RandomEffects, model: DesignModel, design: Design
) -> tuple[Contrasts, _Between, FloatArray]:
    contrasts, tau2_se = fitted(model, spec)
    tau2, df, user = contrasts.tau2, model.k - model.p, user_weights(spec, model.k)
    asked = (spec.tau2_ci, spec.tau2)
    tau2_ci, why = tau2_interval(model, asked, spec.level, tau2, user)
    typical = df / model.moments(0.0).tr1
    r2, why_r2 = _explained(spec, model, design, tau2)
    likelihood = None
    if spec.tau2 in ("ML", "REML"):
        likelihood = log_likelihood(model, tau2, restricted=spec.tau2 == "REML")
    between = _Between(
        tau2=tau2,
        tau2_se=tau2_se,
        tau2_ci=tau2_ci,
        i2=tau2 / (tau2 + typical),
        h2=1.0 + tau2 / typical,
        r2=r2,
        log_likelihood=likelihood,
        notes=(*why, *why_r2),
    )
    return contrasts, between, 1.0 / (model.vi + tau2) if user is None else user


def _common(spec: CommonEffect, model: DesignModel, design: Design) -> tuple[Contrasts, _Between]:
    fit, q = model.fit(0.0), model.q_and_slope(0.0)[0]
    df = model.k - model.p
    contrasts = Contrasts(
        model=model,
        tau2=0.0,
        beta=read_only(fit.beta),
        cov=read_only(fit.cov),
        scale=scale_of("z", q / df, df, spec.level),
        factor=q / df,
        ci="z",
        kind="none",
        level=spec.level,
    )
    r2 = None
    if design.intercept is not None and model.p > 1:
        total = MeanModel(model.yi, model.vi).q_and_slope(0.0)[0]
        r2 = max(0.0, 1.0 - (q / df) / (total / (model.k - 1))) if total > 0.0 else 0.0
    between = _Between(
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=max(0.0, (q - df) / q) if q > 0.0 else 0.0,
        h2=q / df,
        r2=r2,
        log_likelihood=gaussian(model, 0.0, q, None),
        notes=(
            Note(
                "prediction-common-effect",
                "No prediction interval: in a common-effect model studies with the same "
                "moderators have one true effect.",
            ),
        ),
    )
    return contrasts, between


def _explained(
    spec: RandomEffects, model: DesignModel, design: Design, tau2: float
) -> tuple[float | None, tuple[Note, ...]]:
    """Share of tau2 that the moderators account for (Raudenbush 2009)."""
    if design.intercept is None or model.p == 1:
        return None, ()
    whole = MeanModel(model.yi, model.vi)
    total = ESTIMATORS[spec.tau2].function(whole, user_weights(spec, model.k)).tau2
    if total == 0.0:
        message = "No R²: without moderators tau² is 0, so there is nothing to account for."
        return None, (Note("r2-undefined", message),)
    return max(0.0, 1.0 - tau2 / total), ()


def _rows(contrasts: Contrasts, design: Design) -> tuple[Coefficient, ...]:
    """The table of coefficients."""
    rows = []
    for term, pick in zip(design.terms, np.eye(len(design.terms)), strict=True):
        line = contrasts.line(pick)
        found = (line.estimate, line.se, line.statistic, line.p_value)
        rows.append(Coefficient(term, *found, line.ci.low, line.ci.high))
    return tuple(rows)
