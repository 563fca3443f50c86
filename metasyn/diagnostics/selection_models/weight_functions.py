"""Weight functions: how likely a study is to be seen, given its p-value.

One table holds them all. Each gives the logarithm of the weight with its derivatives in the
parameters that are searched: the deltas, or their logarithms for a step function. In these most
log-weights are linear, so that the likelihood is concave in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np

from metasyn.diagnostics.selection_models.cells import Cells, smooth_cells, step_cells
from metasyn.diagnostics.selection_models.p_values import PValues, clipped, of_p
from metasyn.effects.arrays import FloatArray

__all__ = ["SMOOTH", "LogWeight", "SelectionType", "WeightFunction", "weight_function"]

SelectionType = Literal["stepfun", "beta", "halfnorm", "negexp", "logistic", "power", "negexppow"]

LARGEST = 100.0
"""Largest delta that is searched, as in metafor."""
_SMALLEST_STEP = 1e-11
_CLIP = 1e-5
"""Nearest that a p-value comes to 0 or 1 where the weight there is 0 or infinite (Citkowicz and
Vevea 2017)."""


class LogWeight(NamedTuple):
    """Logarithm of a weight and its derivatives.

    Parameters
    ----------
    value
        Any shape s.
    first
        Shape (m, *s).
    second
        Shape (m, m, *s); None where it is 0.
    """

    value: FloatArray
    first: FloatArray
    second: FloatArray | None = None


Rule = Callable[[FloatArray, PValues, FloatArray], LogWeight]
"""From parameters, p-values and precisions to log-weights; all broadcast, parameters from their
second axis on."""


@dataclass(frozen=True, eq=False)
class WeightFunction:
    """A weight function with its steps.

    Parameters
    ----------
    type
        Its name.
    null
        Deltas without selection, m of them.
    starts
        Deltas that a search starts from, besides ``null``.
    low, high
        Bounds of the deltas.
    cells
        The line of test statistics, cut for this function.
    rule
        The logarithm of the weight.
    clip
        P-values are kept this far from 0 and 1.
    steps
        Upper ends of the intervals of p, the last one 1; empty where there are none.
    two_sided
        Whether it is a function of two-sided p-values.
    """

    type: SelectionType
    null: tuple[float, ...]
    starts: tuple[tuple[float, ...], ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    cells: Cells
    rule: Rule
    clip: float
    steps: tuple[float, ...]
    two_sided: bool

    def weight(self, p: FloatArray, deltas: FloatArray, precision: float) -> FloatArray:
        """The weight of p-values, shape (n,)."""
        at = clipped(of_p(p), self.clip)
        inner = self.inner(deltas)[:, None]
        found: FloatArray = np.exp(self.rule(inner, at, np.array(precision)).value)
        return found

    @property
    def logarithmic(self) -> bool:
        """Whether the logarithms of the deltas are searched."""
        return self.type == "stepfun"

    def inner(self, deltas: FloatArray) -> FloatArray:
        """The parameters that are searched, from the deltas."""
        with np.errstate(divide="ignore"):  # a weight of 0 is -inf
            return np.log(deltas) if self.logarithmic else np.array(deltas)

    def deltas(self, inner: FloatArray) -> FloatArray:
        """The deltas, from the parameters that are searched."""
        return np.exp(inner) if self.logarithmic else np.array(inner)


class _Kind(NamedTuple):
    """A smooth weight function."""

    rule: Callable[..., LogWeight]
    null: tuple[float, ...] = (0.0,)
    starts: tuple[tuple[float, ...], ...] = ((1.0,), (5.0,))
    low: tuple[float, ...] = (0.0,)
    clip: float = 0.0
    deep: bool = False
    takes_steps: bool = True


def _exponential(
    statistic: Callable[[PValues], FloatArray],
    threshold: PValues,
    delta: FloatArray,
    at: PValues,
    precision: FloatArray,
) -> LogWeight:
    """Weight exp(-delta precision (t(p) - t(threshold))), 1 below the threshold."""
    excess = -precision * np.maximum(0.0, statistic(at) - statistic(threshold))
    return LogWeight(delta[0] * excess, excess[None])


def _logistic(
    threshold: PValues, delta: FloatArray, at: PValues, precision: FloatArray
) -> LogWeight:
    """Weight (1 + exp(delta precision threshold)) / (1 + exp(delta precision p))."""
    from scipy.special import expit

    upper, lower = (precision * np.maximum(p, threshold.p) for p in (at.p, threshold.p))
    value = np.logaddexp(0.0, delta[0] * lower) - np.logaddexp(0.0, delta[0] * upper)
    high, low = expit(delta[0] * upper), expit(delta[0] * lower)
    first = lower * low - upper * high
    second = lower**2 * low * (1.0 - low) - upper**2 * high * (1.0 - high)
    return LogWeight(value, first[None], second[None, None])


def _power_of_p(
    threshold: PValues, delta: FloatArray, at: PValues, precision: FloatArray
) -> LogWeight:
    """Weight exp(-delta_1 precision (p^(1 / delta_2) - threshold^(1 / delta_2)))."""
    value, once, twice = (
        np.where(at.log_p > threshold.log_p, here - there, 0.0) * precision
        for here, there in zip(_root(at, delta[1]), _root(threshold, delta[1]), strict=True)
    )
    first = np.stack([-value, -delta[0] * once])
    second = np.stack([np.stack([0.0 * value, -once]), np.stack([-once, -delta[0] * twice])])
    return LogWeight(-delta[0] * value, first, second)


def _root(at: PValues, order: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """p^(1 / order) and its two derivatives in the order; all 0 where p is 0."""
    exponent = np.maximum(at.log_p, -1e300) / order
    power = np.exp(exponent)
    return power, -power * exponent / order, power * exponent * (exponent + 2.0) / order**2


def _beta(_threshold: PValues, delta: FloatArray, at: PValues, _precision: FloatArray) -> LogWeight:
    """Weight p^(delta_1 - 1) (1 - p)^(delta_2 - 1)."""
    first = np.stack([at.log_p, at.log_q])
    return LogWeight((delta[0] - 1.0) * at.log_p + (delta[1] - 1.0) * at.log_q, first)


def _steps(
    steps: tuple[float, ...], inner: FloatArray, at: PValues, _precision: FloatArray
) -> LogWeight:
    """Weight delta_j in the jth interval of p-values; ``inner`` holds log delta."""
    interval = np.searchsorted(steps, at.p)
    chosen = np.arange(len(steps)).reshape(-1, *(1,) * interval.ndim) == interval
    return LogWeight(np.where(chosen, inner, 0.0).sum(axis=0), chosen.astype(float))


def _square(at: PValues) -> FloatArray:
    return at.p**2


def _itself(at: PValues) -> FloatArray:
    return at.p


def _complement(at: PValues) -> FloatArray:
    return -at.log_q


_NO_P = 1e-300
SMOOTH: dict[str, _Kind] = {
    "halfnorm": _Kind(partial(_exponential, _square)),
    "negexp": _Kind(partial(_exponential, _itself)),
    "logistic": _Kind(_logistic),
    "power": _Kind(partial(_exponential, _complement), clip=_CLIP),
    "negexppow": _Kind(
        _power_of_p, (0.0, 1.0), ((1.0, 1.0), (5.0, 0.5), (2.0, 3.0)), (0.0, 1e-3), deep=True
    ),
    "beta": _Kind(
        _beta, (1.0, 1.0), ((0.5, 2.0), (0.8, 0.5)), (1e-5, 1e-5), _CLIP, takes_steps=False
    ),
}
"""Weight functions but for the step function, by type."""


def weight_function(
    kind: SelectionType, steps: tuple[float, ...], *, two_sided: bool
) -> WeightFunction:
    """The weight function of a type.

    Parameters
    ----------
    kind
        Its name.
    steps
        Upper ends of the intervals of p, the last one 1; one interval besides it at most for a
        smooth type, empty for none.
    two_sided
        Whether it is a function of two-sided p-values.

    Examples
    --------
    >>> function = weight_function("negexp", (), two_sided=False)
    >>> at = of_p(np.array([0.5]))
    >>> round(float(np.exp(function.rule(np.array([[2.0]]), at, np.ones(1)).value[0])), 4)
    0.3679
    """
    if kind == "stepfun":
        m = len(steps)
        return WeightFunction(
            kind,
            null=(1.0,) * m,
            starts=tuple(tuple(weight**j for j in range(m)) for weight in (0.3, 0.05)),
            low=(_SMALLEST_STEP,) * m,
            high=(LARGEST,) * m,
            cells=step_cells(steps, two_sided=two_sided),
            rule=partial(_steps, steps),
            clip=0.0,
            steps=steps,
            two_sided=two_sided,
        )
    made = SMOOTH[kind]
    threshold = of_p(np.array(steps[0] if steps else _NO_P))
    return WeightFunction(
        kind,
        made.null,
        made.starts,
        made.low,
        (LARGEST,) * len(made.null),
        smooth_cells(steps[0] if steps else 0.0, made.clip, two_sided=two_sided, deep=made.deep),
        partial(made.rule, threshold),
        made.clip,
        steps,
        two_sided,
    )
