"""Selection models: the mean of all studies, estimated from those that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from metasyn.diagnostics.selection_models.fit import Problem, Solution, maximise
from metasyn.diagnostics.selection_models.notes import interval_names, notes_of
from metasyn.diagnostics.selection_models.request import (
    Deltas,
    Request,
    function_of,
    ml_spec,
    request,
)
from metasyn.diagnostics.selection_models.result import (
    Alternative,
    Parameter,
    Precision,
    SelectionModel,
)
from metasyn.diagnostics.selection_models.weight_functions import SelectionType
from metasyn.diagnostics.take import InverseVariance
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.models.interval import Interval
from metasyn.models.pool import pool
from metasyn.models.random_effects.fit_statistics import fit_statistics
from metasyn.models.regression import Regression
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect
from metasyn.models.wald import ChiSquared, chi_squared, wald

__all__ = ["selection_model"]


def selection_model(
    effects: Effects,
    type: SelectionType,  # noqa: A002 - the field's word, and metafor's
    spec: InverseVariance | None = None,
    *,
    steps: Sequence[float] | None = None,
    alternative: Alternative = "greater",
    delta: Deltas | None = None,
    precision: Precision = "none",
) -> SelectionModel:
    """Fit a selection model by maximum likelihood.

    A study with p-value p is seen with a probability in proportion to a weight w(p):

    ============= ================================================ ==============
    type          w(p)                                             no selection
    ============= ================================================ ==============
    ``stepfun``   delta_j in the jth interval of p, delta_1 = 1    all deltas 1
    ``beta``      p^(delta_1 - 1) (1 - p)^(delta_2 - 1)            both 1
    ``halfnorm``  exp(-delta prec p^2)                             0
    ``negexp``    exp(-delta prec p)                               0
    ``logistic``  2 exp(-delta prec p) / (1 + exp(-delta prec p))  0
    ``power``     (1 - p)^(delta prec)                             0
    ``negexppow`` exp(-delta_1 prec p^(1 / delta_2))               delta_1 0
    ============= ================================================ ==============

    Parameters
    ----------
    effects
        Estimates and sampling variances, at least as many as there are parameters.
    type
        The weight function.
    spec
        :class:`~metasyn.RandomEffects` (the default) or :class:`~metasyn.CommonEffect`; level and
        moderators count, estimation is by maximum likelihood with normal intervals.
    steps
        Cut points of the p-values. A step function takes any number; the others, but ``beta``, take
        one threshold up to which w is 1.
    alternative
        Side of the p-values: selection favours high, low or extreme estimates. One-sided 0.025 is
        two-sided 0.05.
    delta
        Given deltas in place of estimated ones (Vevea and Woods 2005), None for what is estimated;
        of a step function one for every interval, the first included.
    precision
        Measure of imprecision ``prec``, divided by its maximum: standard errors, variances, 1/n or
        1/sqrt(n); ``none`` is 1.

    Raises
    ------
    SpecError
        If arguments are unknown or do not go together.
    DataError
        If there are fewer studies than parameters, or numbers cannot be analysed.

    Notes
    -----
    Where an interval of p-values has no study metafor refuses; here the fit is returned with a
    note, and is not ``trusted``. Deltas are sought up to 100. P-values are kept 1e-5 from 0 and 1
    for ``beta`` and ``power``. Both are metafor's choices.

    References
    ----------
    Hedges 1992, Stat Sci 7:246; Vevea and Hedges 1995, Psychometrika 60:419; Preston, Ashby and
    Smyth 2004, J Eval Clin Pract 10:313; Citkowicz and Vevea 2017, Psychol Methods 22:28; Begg and
    Mazumdar 1994, Biometrics 50:1088.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> yi = [0.6, 0.2, 0.5, 0.55, 0.1, 0.4, 0.35, 0.05, 0.3, 0.25, 0.2, 0.45]
    >>> vi = [0.05, 0.02, 0.06, 0.04, 0.03, 0.02, 0.04, 0.01, 0.01, 0.02, 0.005, 0.03]
    >>> found = selection_model(effects_from(yi, vi), "stepfun", steps=[0.025])
    >>> round(found.unadjusted.estimate, 3), round(found.estimate, 3)
    (0.264, 0.2)
    >>> found.selection_probability([0.01, 0.5]).round(3).tolist()
    [1.0, 0.262]
    """
    chosen = ml_spec(spec)
    function = function_of(type, steps, alternative)
    made = request(effects, chosen, function, alternative, precision, delta)
    unadjusted = pool(effects, chosen)
    best, without = maximise(_problem(made, unadjusted))
    level = chosen.level
    coefficients = _coefficients(made, best, level)
    mean = _parameter("mean", None, *_mean(made, best), level)
    free = int(np.isnan(made.fixed).sum())
    without_selection = fit_statistics(unadjusted).log_likelihood
    return SelectionModel(
        type=type,
        alternative=alternative,
        precision=precision,
        k=len(effects),
        estimate=mean.estimate,
        se=mean.se,
        statistic=mean.statistic,
        p_value=mean.p_value,
        ci=mean.ci,
        tau2=None if without is None else _between(made, best, level),
        coefficients=coefficients,
        deltas=_deltas(made, best, level),
        lrt=_ratio_test(best.value, without_selection, free) if free else None,
        tau2_lrt=None if without is None else _ratio_test(best.value, without.value, 1),
        log_likelihood=best.value,
        unadjusted=unadjusted,
        function=function,
        notes=(*effects.notes, *notes_of(effects, spec, made, best, unadjusted)),
    )


def _problem(made: Request, unadjusted: Pooled) -> Problem:
    """The search; weights of empty intervals are 0, where the likelihood is highest."""
    beta = np.array([unadjusted.estimate])
    if isinstance(unadjusted, Regression):
        beta = np.array(unadjusted.contrasts.beta)
    fixed = made.fixed.copy()
    if made.likelihood.function.type == "stepfun":
        fixed[np.isnan(fixed) & (np.array(made.counts) == 0)] = 0.0
    random = not isinstance(unadjusted.spec, CommonEffect)
    return Problem(made.likelihood, fixed, random, made.sign * beta, unadjusted.tau2 or 0.0)


def _ratio_test(value: float, null: float, df: int) -> ChiSquared:
    return chi_squared(max(0.0, 2.0 * (value - null)), df)


def _coefficients(made: Request, best: Solution, level: float) -> tuple[Parameter, ...]:
    beta = made.sign * best.beta
    return tuple(
        _parameter(term, None, float(beta[i]), _variance(best.covariance, i), level)
        for i, term in enumerate(made.terms)
    )


def _mean(made: Request, best: Solution) -> tuple[float, float]:
    """Expected effect at the mean of the design matrix, and its variance."""
    row = made.likelihood.design.mean(axis=0)
    p = len(row)
    estimate = made.sign * float(row @ best.beta)
    if best.covariance is None:
        return estimate, np.nan
    return estimate, float(row @ best.covariance[:p, :p] @ row)


def _between(made: Request, best: Solution, level: float) -> Parameter:
    at = len(made.terms)
    found = _parameter("tau2", None, best.tau2, _variance(best.covariance, at), level)
    return found._replace(statistic=None, p_value=None, ci=_above_zero(found.ci))


def _deltas(made: Request, best: Solution, level: float) -> tuple[Parameter, ...]:
    function = made.likelihood.function
    names: tuple[str, ...] = tuple(f"delta_{j + 1}" for j in range(len(best.deltas)))
    counts: tuple[int | None, ...] = (None,) * len(names)
    if function.type == "stepfun":
        names, counts = interval_names(function.steps), made.counts
    elif len(names) == 1:
        names = ("delta",)
    rows = []
    for j, (name, k) in enumerate(zip(names, counts, strict=True)):
        value = float(best.deltas[j])
        if not np.isnan(made.fixed[j]):
            rows.append(Parameter(name, k, value, fixed=True))
            continue
        variance = _variance(best.covariance, len(made.terms) + 1 + j)
        found = _parameter(name, k, value, variance, level, null=function.null[j])
        rows.append(found._replace(ci=_above_zero(found.ci)))
    return tuple(rows)


def _variance(covariance: FloatArray | None, at: int) -> float:
    return np.nan if covariance is None else float(covariance[at, at])


def _parameter(
    name: str, k: int | None, value: float, variance: float, level: float, null: float = 0.0
) -> Parameter:
    """A parameter with its Wald test and interval, where it has a variance."""
    if not variance > 0.0:
        return Parameter(name, k, value)
    se = float(np.sqrt(variance))
    test = wald(value - null, se, level)
    ci = wald(value, se, level).ci
    return Parameter(name, k, value, False, se, test.statistic, test.p_value, ci)


def _above_zero(ci: Interval | None) -> Interval | None:
    return None if ci is None else replace(ci, low=max(0.0, ci.low))
