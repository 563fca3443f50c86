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

__all__ = ["Likelihood", "Point", "Points"]

ROOM = 200_000
"""Studies times cells that are worked on at once."""


class Point(NamedTuple):
    """A log-likelihood with its derivatives; minus infinity where it cannot be represented."""

    value: float
    gradient: FloatArray
    hessian: FloatArray


class Points(NamedTuple):
    """The same at n points, shapes (n,), (n, m) and (n, m, m)."""

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray

    def rows(self, which: np.ndarray) -> Points:
        """Some of them."""
        return Points(self.value[which], self.gradient[which], self.hessian[which])

    def row(self, i: int) -> Point:
        """One of them."""
        return Point(float(self.value[i]), self.gradient[i], self.hessian[i])

    def put(self, which: np.ndarray, new: Points) -> None:
        """Replace some of them."""
        for mine, others in zip(self, new, strict=True):
            mine[which] = others


class _Part(NamedTuple):
    """Every study's share, with derivatives in (mean, tau2, *selection); points times studies."""

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

    def at(self, parameters: FloatArray) -> Points:
        """The log-likelihood at n points, shape (n, p + 1 + m)."""
        most = max(1, ROOM // (len(self.yi) * len(self.function.cells.p.log_p)))
        if len(parameters) <= most:
            return self._at(parameters)
        parts = [self._at(parameters[i : i + most]) for i in range(0, len(parameters), most)]
        return Points(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _at(self, parameters: FloatArray) -> Points:
        p, shape = self.p, (len(parameters), len(self.yi))
        mean = parameters[:, :p] @ self.design.T
        variance = self.vi + parameters[:, p, None]
        value, gradient, hessian = self._selection(mean, np.sqrt(variance), parameters[:, p + 1 :])
        normal = _normal(self.yi - mean, variance)
        gradient[:2] += normal.gradient
        hessian[:2, :2] += normal.hessian
        slope, curvature = self._summed(gradient, hessian)
        total: FloatArray = (normal.value + value.reshape(shape)).sum(axis=1)
        bad = ~(np.isfinite(total) & np.isfinite(curvature).all(axis=(1, 2)))
        if bad.any():
            total[bad], slope[bad], curvature[bad] = -math.inf, 0.0, 0.0
        return Points(total, slope, curvature)

    def _selection(self, mean: FloatArray, spread: FloatArray, inner: FloatArray) -> _Part:
        """The share of selection, log w - log A of every study."""
        (n, k), m = mean.shape, inner.shape[1]
        cells, rule = self.function.cells, self.function.rule
        kernel = cells.kernel(mean.ravel(), spread.ravel(), np.tile(np.sqrt(self.vi), n))
        each = inner.T.repeat(k, axis=1)[:, :, None]
        scale = self.precision if len(self.precision) == 1 else np.tile(self.precision, (n, 1))
        own = rule(each, self.observed.repeated(n), scale)
        there = rule(each, cells.p.reshaped(1, -1), scale)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            kernel *= np.exp(there.value - own.value)
            tilt = there.first - own.first
            bend = tilt[:, None] * tilt
            if there.second is not None and own.second is not None:
                bend += there.second - own.second
            order = kernel.sum(axis=2)
            crossed = (kernel[:3, None] * tilt).sum(axis=3)
            first = np.empty((2 + m, n * k))
            first[0], first[1], first[2:] = order[1], order[2] / 2.0, crossed[0]
            second = np.empty((2 + m, 2 + m, n * k))
            second[0, 0], second[1, 1] = order[2], order[4] / 4.0
            second[0, 1] = second[1, 0] = order[3] / 2.0
            second[0, 2:] = second[2:, 0] = crossed[1]
            second[1, 2:] = second[2:, 1] = crossed[2] / 2.0
            second[2:, 2:] = (kernel[0] * bend).sum(axis=3)
            first /= order[0]
            second /= order[0]
            hessian = (first[:, None] * first - second).reshape(2 + m, 2 + m, n, k)
            return _Part(-np.log(order[0]), -first.reshape(2 + m, n, k), hessian)

    def _summed(self, gradient: FloatArray, hessian: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Derivatives in the coefficients, from those in every study's mean."""
        X, p, n = self.design, self.p, gradient.shape[1]
        size = p + len(gradient) - 1
        slope, curvature = np.empty((n, size)), np.empty((n, size, size))
        slope[:, :p], slope[:, p:] = gradient[0] @ X, gradient[1:].sum(axis=2).T
        curvature[:, :p, :p] = X.T @ (hessian[0, 0][:, :, None] * X)
        mixed = np.moveaxis(hessian[1:, 0] @ X, 0, 1)
        curvature[:, p:, :p], curvature[:, :p, p:] = mixed, mixed.swapaxes(1, 2)
        curvature[:, p:, p:] = np.moveaxis(hessian[1:, 1:].sum(axis=3), 2, 0)
        return slope, curvature


def _normal(rest: FloatArray, variance: FloatArray) -> _Part:
    """Normal log-densities, with derivatives in mean and variance."""
    scaled = rest * rest / variance
    value = -0.5 * (math.log(2.0 * math.pi) + np.log(variance) + scaled)
    gradient = np.array([rest, 0.5 * (scaled - 1.0)]) / variance
    cross = -rest / variance**2
    hessian = np.array([[-1.0 / variance, cross], [cross, (0.5 - scaled) / variance**2]])
    return _Part(value, gradient, hessian)
