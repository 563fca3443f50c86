"""What a user asks of a selection model, checked, and made into a problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

import numpy as np

from metasyn.diagnostics.selection_models.likelihood import Likelihood
from metasyn.diagnostics.selection_models.result import Alternative, Precision
from metasyn.diagnostics.selection_models.weight_functions import (
    SMOOTH,
    SelectionType,
    WeightFunction,
    weight_function,
)
from metasyn.diagnostics.take import InverseVariance
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, SpecError
from metasyn.models.random_effects.design import design_of
from metasyn.models.random_effects.pooling import check
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["Deltas", "Request", "ml_spec", "request"]

Deltas = Sequence[float | None] | float
"""Given deltas: one value for all, or one each, None where it is estimated."""


class Request(NamedTuple):
    """A checked request.

    Parameters
    ----------
    likelihood
        The model; estimates are mirrored where low ones are favoured.
    sign
        1, or -1 where estimates are mirrored.
    terms
        Names of the coefficients.
    fixed
        Deltas, NaN where they are estimated, shape (m,).
    counts
        Number of studies in every interval of p-values; empty where there are none.
    """

    likelihood: Likelihood
    sign: float
    terms: tuple[str, ...]
    fixed: FloatArray
    counts: tuple[int, ...]


def ml_spec(spec: InverseVariance | None) -> InverseVariance:
    """The specification with maximum likelihood and normal inference.

    Raises
    ------
    SpecError
        If it does not pool effects by inverse variance, or has weights.
    """
    if isinstance(spec, CommonEffect):
        return spec
    spec = RandomEffects() if spec is None else spec
    if not isinstance(spec, RandomEffects):
        name = type(spec).__name__
        raise SpecError(f"A selection model takes RandomEffects or CommonEffect, not {name}.")
    if spec.weights is not None:
        raise SpecError("A selection model is fitted by likelihood and takes no weights.")
    return RandomEffects(
        "ML",
        ci="z",
        level=spec.level,
        moderators=spec.moderators,
        prediction="none",
        tau2_ci="none",
    )


def request(
    effects: Effects,
    spec: InverseVariance,
    function: WeightFunction,
    alternative: Alternative,
    precision: Precision,
    delta: Deltas | None,
) -> Request:
    """Bring data and arguments together.

    Raises
    ------
    DataError, SpecError
        If they cannot be used.
    """
    check(effects)
    design = np.ones((len(effects), 1))
    terms: tuple[str, ...] = ("Intercept",)
    if spec.moderators is not None:
        made = design_of(spec.moderators, effects)
        design, terms = np.array(made.matrix), made.terms
    sign = -1.0 if alternative == "less" else 1.0
    scale = _precision(effects, precision, function.type)
    likelihood = Likelihood(sign * effects.yi, effects.vi, design, function, scale)
    fixed = _fixed(delta, function)
    counts = _counts(likelihood)
    _check_zero_weights(fixed, counts, function.steps)
    free = int(np.isnan(fixed).sum()) + len(terms) + isinstance(spec, RandomEffects)
    if len(effects) < free:
        raise DataError(
            f"{len(effects)} studies cannot carry the {free} parameters of this selection model; "
            "it takes at least as many studies. Take fewer steps or give the deltas."
        )
    return Request(likelihood, sign, terms, fixed, counts)


def function_of(
    kind: SelectionType, steps: Sequence[float] | None, alternative: Alternative
) -> WeightFunction:
    """The weight function that is asked for.

    Raises
    ------
    SpecError
        If the type is unknown or the steps do not go with it.
    """
    if kind not in get_args(SelectionType):
        raise SpecError(f"type is {kind!r}; it must be one of {_words(get_args(SelectionType))}.")
    if alternative not in get_args(Alternative):
        words = _words(get_args(Alternative))
        raise SpecError(f"alternative is {alternative!r}; it must be one of {words}.")
    two_sided = alternative == "two-sided"
    return weight_function(kind, _steps(kind, steps), two_sided=two_sided)


def _words(values: tuple[str, ...]) -> str:
    return ", ".join(repr(value) for value in values)


def _steps(kind: SelectionType, steps: Sequence[float] | None) -> tuple[float, ...]:
    """Upper ends of the intervals, ascending, the last one 1; none where none are given."""
    if steps is None:
        if kind == "stepfun":
            raise SpecError("A step function needs steps, cut points of the p-values ([0.025]).")
        return ()
    ends = sorted({float(step) for step in steps} | {1.0})
    if not (ends[0] > 0.0 and ends[-1] == 1.0) or len(ends) < 2:
        raise SpecError(f"steps must lie between 0 and 1, not {list(steps)}.")
    if kind != "stepfun" and (not SMOOTH[kind].takes_steps or len(ends) > 2):
        takes = "one step, the threshold" if SMOOTH[kind].takes_steps else "no steps"
        raise SpecError(f"The weight function {kind!r} takes {takes}; got {list(steps)}.")
    return tuple(ends)


def _precision(effects: Effects, precision: Precision, kind: SelectionType) -> FloatArray:
    """Imprecision of every study relative to the least precise one, shape (k, 1)."""
    if precision not in get_args(Precision):
        words = _words(get_args(Precision))
        raise SpecError(f"precision is {precision!r}; it must be one of {words}.")
    if precision == "none":
        return np.ones((1, 1))
    if kind in ("stepfun", "beta"):
        raise SpecError(f"The weight function {kind!r} takes no precision.")
    if precision in ("sei", "vi"):
        scale = np.sqrt(effects.vi) if precision == "sei" else effects.vi
    else:
        if effects.ni is None or not (effects.ni > 0.0).all():
            raise DataError(f"precision {precision!r} needs the sample size of every study.")
        scale = 1.0 / effects.ni if precision == "ninv" else 1.0 / np.sqrt(effects.ni)
    relative: FloatArray = (scale / scale.max()).reshape(-1, 1)
    return relative


def _fixed(delta: Deltas | None, function: WeightFunction) -> FloatArray:
    """Given deltas, NaN where they are estimated; the first of a step function is 1."""
    m = len(function.null)
    if delta is None:
        fixed = np.full(m, np.nan)
    elif isinstance(delta, int | float):
        fixed = np.full(m, float(delta))
    else:
        fixed = np.array([np.nan if value is None else float(value) for value in delta])
    if len(fixed) != m:
        raise SpecError(f"The weight function has {m} deltas, not {len(fixed)}; give one each.")
    if function.type == "stepfun" and np.isnan(fixed[0]):
        fixed[0] = 1.0
    least = np.zeros(m) if function.type == "stepfun" else np.array(function.low)
    given = ~np.isnan(fixed)
    if not (np.isfinite(fixed[given]).all() and (fixed[given] >= least[given]).all()):
        raise SpecError(f"Given deltas must be finite and at least {least[0]:g}.")
    return fixed


def _counts(likelihood: Likelihood) -> tuple[int, ...]:
    steps = likelihood.function.steps
    interval = np.searchsorted(steps, likelihood.observed.p[:, 0])
    return tuple(np.bincount(interval, minlength=len(steps)).tolist()) if steps else ()


def _check_zero_weights(
    fixed: FloatArray, counts: tuple[int, ...], steps: tuple[float, ...]
) -> None:
    """Refuse studies that the given weights make impossible, and no weight at all."""
    if len(counts) != len(fixed):
        return
    for weight, count, upper in zip(fixed.tolist(), counts, steps, strict=True):
        if weight == 0.0 and count:
            raise SpecError(
                f"The weight of p-values up to {upper:g} is given as 0, but {count} studies have "
                "such p-values; give it a positive value."
            )
