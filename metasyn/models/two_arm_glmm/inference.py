"""What a fitted design says of its effect and of the spread of effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, stdtr

from metasyn.errors import DataError, Note
from metasyn.models.interval import Interval
from metasyn.models.two_arm_glmm.designs import Design
from metasyn.models.two_arm_glmm.fit import NOTHING_HELD, SCALE_BOUND, Fit, Held, maximise
from metasyn.models.two_arm_glmm.profile import (
    at_infinity,
    drop_of,
    effect_limits,
    scale_limits,
)
from metasyn.models.wald import Wald, chi2_cutoff, quantile, t_cutoff, wald

__all__ = ["ENOUGH_STUDIES", "Inference", "Kind", "infer"]

Kind = Literal["auto", "wald-t", "wald-z", "profile", "profile-t"]

ENOUGH_STUDIES = 3
"""Studies from which on there is a t interval and a prediction interval."""


@dataclass(frozen=True, eq=False)
class Inference:
    """Effect, its interval and test, and the spread of effects.

    Parameters
    ----------
    fit
        The maximum of the likelihood.
    estimate, se
        Infinite under separation.
    test
        Statistic, p-value and interval of the effect.
    prediction
        Interval of a new study's true effect, or None.
    tau2, tau2_se, tau2_ci
        None where tau2 cannot be estimated.
    notes
        What a reader has to know.
    """

    fit: Fit
    estimate: float
    se: float
    test: Wald
    prediction: Interval | None
    tau2: float | None
    tau2_se: float | None
    tau2_ci: Interval | None
    notes: tuple[Note, ...]


def infer(design: Design, interval: Kind, level: float) -> Inference:
    """Fit a design and infer from it.

    Raises
    ------
    DataError
        If a t interval is asked of one study.
    """
    studies = int(design.informative.sum())
    if design.direction:
        return _separated(design, level)
    likelihood, tau = design.likelihood, design.likelihood.shared
    held = NOTHING_HELD if studies > 1 else {tau: 0.0}
    fit = maximise(likelihood, held)
    estimate = float(fit.parameters[0])
    covariance = fit.covariance(likelihood.scales)
    se, scale = float(np.sqrt(covariance[0, 0])), float(fit.parameters[tau])
    kind: Kind = interval
    if kind == "auto":
        kind = "wald-t" if studies >= ENOUGH_STUDIES else "profile"
    if kind == "wald-z":
        test = wald(estimate, se, level)
    elif kind == "wald-t":
        test = wald(estimate, se, level, _df(studies))
    else:
        test = _profile_test(design, fit, held, (kind, level))
    tau_se = 2 * scale * float(np.sqrt(covariance[tau, tau]))
    return Inference(
        fit=fit,
        estimate=estimate,
        se=se,
        test=test,
        prediction=_prediction(estimate, float(np.hypot(se, scale)), studies, level),
        tau2=scale**2 if studies > 1 else None,
        tau2_se=tau_se if np.isfinite(tau_se) else None,
        tau2_ci=_tau2_interval(design, fit, level) if studies > 1 else None,
        notes=tuple(_notes(fit, scale, studies)),
    )


def _df(studies: int) -> int:
    if studies > 1:
        return studies - 1
    raise DataError("A t interval takes two studies that inform the effect; ask for wald-z.")


def _separated(design: Design, level: float) -> Inference:
    likelihood = design.likelihood
    best = at_infinity(likelihood, design.direction)
    held = {likelihood.shared: 0.0}
    limits = effect_limits(likelihood, best, chi2_cutoff(level), held, design.direction)
    root = design.direction * np.sqrt(max(0.0, drop_of(likelihood, 0, best, 0.0, held)(0.0)))
    p_value = 2 * float(ndtr(-abs(root)))
    note = Note(
        "separation",
        f"Separation: {design.separation}. The estimate is infinite; the interval is that of the "
        "profile likelihood without a spread of effects, which cannot be estimated.",
    )
    return Inference(
        fit=best,
        estimate=design.direction * np.inf,
        se=np.inf,
        test=Wald(float(root), p_value, Interval(*limits, level, "profile")),
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        notes=(note,),
    )


def _profile_test(design: Design, fit: Fit, held: Held, rule: tuple[Kind, float]) -> Wald:
    kind, level = rule
    studies = int(design.informative.sum())
    by_t = kind == "profile-t"
    cutoff = t_cutoff(level, _df(studies) + 1) if by_t else chi2_cutoff(level)
    limits = effect_limits(design.likelihood, fit, cutoff, held)
    fall = max(0.0, drop_of(design.likelihood, 0, fit, 0.0, held)(0.0))
    side = float(np.sign(fit.parameters[0]))
    if not by_t:
        root = side * np.sqrt(fall)
        return Wald(float(root), 2 * float(ndtr(-abs(root))), Interval(*limits, level, "profile"))
    df = studies - 1
    root = side * np.sqrt(df * np.expm1(fall / studies))
    p_value = 2 * float(stdtr(df, -abs(root)))
    return Wald(float(root), p_value, Interval(*limits, level, "profile-t", df))


def _prediction(estimate: float, spread: float, studies: int, level: float) -> Interval | None:
    """By t with one degree of freedom less than studies (metafor's ``V`` kind)."""
    if studies < ENOUGH_STUDIES:
        return None
    half = quantile(level, studies - 1) * spread
    return Interval(estimate - half, estimate + half, level, "V", studies - 1)


def _tau2_interval(design: Design, fit: Fit, level: float) -> Interval:
    low, high = scale_limits(design.likelihood, fit, chi2_cutoff(level))
    return Interval(low**2, high**2, level, "profile")


def _notes(fit: Fit, scale: float, studies: int) -> Iterator[Note]:
    if studies == 1:
        yield Note(
            "single-study",
            "One study informs the effect: nothing was pooled, tau2 is not estimated.",
        )
    elif scale == 0:
        yield Note("tau2-at-zero", "tau2 is estimated as 0; it has no standard error there.")
    elif scale >= SCALE_BOUND:
        yield Note(
            "tau-at-bound",
            f"Studies are all or nothing: tau ran to the end of its search ({SCALE_BOUND:g}).",
        )
    if studies < ENOUGH_STUDIES:
        yield Note("no-prediction", f"A prediction interval takes {ENOUGH_STUDIES} studies.")
    if not fit.converged:
        yield Note("not-converged", "The likelihood's maximum was not reached to 1e-9.")
