"""Log-likelihood of a selection model with its first two derivatives.

The density of a published estimate is w(p) phi(y) / A, where A is the mean of the weight over all
estimates that the study might have had (Hedges 1992, Statistical Science 7:246; Vevea and Hedges
1995, Psychometrika 60:419). Weights are taken relative to that of the estimate at hand, so that
log w(p) - log A is minus the logarithm of one sum over the cells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metasyn.diagnostics.selection_models.p_values import PValues, clipped, p_values
from metasyn.diagnostics.selection_models.weight_functions import WeightFunction
from metasyn.effects.arrays import FloatArray

__all__ = ["Likelihood", "Point"]


class Point(NamedTuple):
    """A log-likelihood with its derivatives; minus infinity where it cannot be represented."""

    value: float
    gradient: FloatArray
    hessian: FloatArray


class _Part(NamedTuple):
    """Every study's share, with derivatives in (mean, tau2, *selection)."""

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray


@dataclass(frozen=True, eq=False)
class Likelihood:
    """A selection model of the studies at hand.

    The parameters are the coefficients (p), tau2, and those of the weight function (m).

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (k,).
    design
        Design matrix, shape (k, p).
    function
        The weight function.
    precision
        What multiplies the delta of every study, shape (k, 1); (1, 1) where all share it.
    """

    yi: FloatArray
    vi: FloatArray
    design: FloatArray
    function: WeightFunction
    precision: FloatArray

    @cached_property
    def observed(self) -> PValues:
        """P-values of the studies, shape (k, 1)."""
        z = self.yi / np.sqrt(self.vi)
        found = p_values(z, two_sided=self.function.two_sided)
        return clipped(found, self.function.clip).reshaped(-1, 1)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return int(self.design.shape[1])

    def at(self, parameters: FloatArray) -> Point:
        """The log-likelihood at a point."""
        p = self.p
        mean = self.design @ parameters[:p]
        variance = self.vi + parameters[p]
        normal = _normal(self.yi - mean, variance)
        selected = self._selection(mean, np.sqrt(variance), parameters[p + 1 :])
        value = float(normal.value.sum() + selected.value.sum())
        gradient, hessian = selected.gradient, selected.hessian
        gradient[:2] += normal.gradient
        hessian[:2, :2] += normal.hessian
        if not (math.isfinite(value) and np.isfinite(hessian).all()):
            m = len(parameters)
            return Point(-math.inf, np.zeros(m), np.zeros((m, m)))
        return Point(value, *self._summed(gradient, hessian))

    def _selection(self, mean: FloatArray, spread: FloatArray, inner: FloatArray) -> _Part:
        """The share of selection, log w - log A of every study."""
        cells, rule = self.function.cells, self.function.rule
        kernel = cells.kernel(mean, spread, np.sqrt(self.vi))
        own = rule(inner, self.observed, self.precision)
        there = rule(inner, cells.p.reshaped(1, -1), self.precision)
        m = len(inner)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            kernel *= np.exp(there.value - own.value)
            tilt = there.first - own.first
            bend = np.einsum("akc,bkc->abkc", tilt, tilt)
            if there.second is not None and own.second is not None:
                bend += there.second - own.second
            order = kernel.sum(axis=2)
            crossed = np.einsum("nkc,akc->nak", kernel[:3], tilt)
            first = np.empty((2 + m, len(mean)))
            first[0], first[1], first[2:] = order[1], order[2] / 2.0, crossed[0]
            second = np.empty((2 + m, 2 + m, len(mean)))
            second[0, 0], second[1, 1] = order[2], order[4] / 4.0
            second[0, 1] = second[1, 0] = order[3] / 2.0
            second[0, 2:] = second[2:, 0] = crossed[1]
            second[1, 2:] = second[2:, 1] = crossed[2] / 2.0
            second[2:, 2:] = np.einsum("kc,abkc->abk", kernel[0], bend)
            first, second = first / order[0], second / order[0]
            return _Part(-np.log(order[0]), -first, first[:, None] * first[None] - second)

    def _summed(self, gradient: FloatArray, hessian: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Derivatives in the coefficients, from those in every study's mean."""
        X, p = self.design, self.p
        size = p + len(gradient) - 1
        slope, curvature = np.empty(size), np.empty((size, size))
        slope[:p], slope[p:] = gradient[0] @ X, gradient[1:].sum(axis=1)
        curvature[:p, :p] = (X * hessian[0, 0][:, None]).T @ X
        curvature[p:, :p] = hessian[1:, 0] @ X
        curvature[:p, p:] = curvature[p:, :p].T
        curvature[p:, p:] = hessian[1:, 1:].sum(axis=2)
        return slope, curvature


def _normal(rest: FloatArray, variance: FloatArray) -> _Part:
    """Normal log-densities, with derivatives in mean and variance."""
    scaled = rest * rest / variance
    value = -0.5 * (math.log(2.0 * math.pi) + np.log(variance) + scaled)
    gradient = np.array([rest, 0.5 * (scaled - 1.0)]) / variance
    cross = -rest / variance**2
    hessian = np.array([[-1.0 / variance, cross], [cross, (0.5 - scaled) / variance**2]])
    return _Part(value, gradient, hessian)
