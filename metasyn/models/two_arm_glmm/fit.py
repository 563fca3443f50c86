"""Maximum likelihood of a model with shared parameters, study-specific intercepts and scales.

For given scales the likelihood is concave in everything else (Prékopa 1973, Acta Scientiarum
Mathematicarum 34:335-343). It is even in every scale, so 0 is an ordinary point of it and no
boundary. Newton steps in all parameters start from a grid of scales, among them 0; the highest
maximum wins. Study-specific intercepts are eliminated by Schur complements: the cost is linear in
the number of studies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.two_arm_glmm.marginal import Row, marginal

__all__ = [
    "NOTHING_HELD",
    "SCALE_BOUND",
    "Fit",
    "Held",
    "Likelihood",
    "climb",
    "maximise",
]

SCALE_BOUND = 10.0
"""Largest standard deviation that is searched: beyond it rates are all or nothing."""
_GRID = {1: (0.0, 0.15, 0.5, 1.0, 2.0, 4.0), 2: (0.0, 0.3, 1.2)}
_STEPS = 200
_ROUGH, FINE = 1e-2, 1e-9
_LONGEST, _SHORTEST = 2.0, 1e-9
_FLATTEST = 1e-10
_ROUNDING = 1e-12
_SPECK = 1e-6
_FLAT = 1e-6
"""Promised gain of log-likelihood below which a step that gains nothing is due to rounding."""
_TIE = 1e-9
"""Log-likelihoods this close are equal: the fit with more scales at 0 is kept."""

Held = Mapping[int, float]
NOTHING_HELD: Held = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Likelihood:
    """A model for the counts of k studies.

    Parameters
    ----------
    rows
        Counts with their predictors.
    shared
        Number of fixed parameters that all studies share; the effect is the first.
    intercepts
        Starting values of the study-specific intercepts, shape (k,); None where there are none.
        The intercept is the last fixed parameter of every row.
    size
        Number of studies.
    """

    rows: tuple[Row, ...]
    shared: int
    intercepts: FloatArray | None
    size: int

    @property
    def scales(self) -> int:
        """Number of random effects."""
        return len(self.rows[0].random)


@dataclass(frozen=True, eq=False)
class Fit:
    """A point of a likelihood.

    Parameters
    ----------
    value
        Log-likelihood, normalising constants included.
    parameters
        Shared parameters, then scales, shape (m,).
    intercepts
        Study-specific intercepts, None where the model has none.
    score, hessian
        In the parameters, the intercepts at their best, of shape (m,) and (m, m).
    converged
        Whether the search ended in a step too small to matter.
    """

    value: float
    parameters: FloatArray
    intercepts: FloatArray | None
    score: FloatArray
    hessian: FloatArray
    converged: bool

    def covariance(self, scales: int) -> FloatArray:
        """Inverse of the observed information; infinite for scales at 0 or at their bound.

        Parameters
        ----------
        scales
            How many of the last parameters are scales.
        """
        m = len(self.parameters)
        inner = np.ones(m, bool)
        last = self.parameters[m - scales :]
        inner[m - scales :] = (last > 0) & (last < SCALE_BOUND)
        covariance = np.full((m, m), np.inf)
        covariance[np.ix_(inner, inner)] = np.linalg.inv(-self.hessian[np.ix_(inner, inner)])
        return covariance


class _Evaluation(NamedTuple):
    value: float
    score: FloatArray
    hessian: FloatArray
    intercept_score: FloatArray
    intercept_curvature: FloatArray
    cross: FloatArray


def maximise(likelihood: Likelihood, held: Held = NOTHING_HELD, start: Fit | None = None) -> Fit:
    """The highest maximum of a likelihood.

    Parameters
    ----------
    likelihood
        The model.
    held
        Positions among (shared, scales) that are not free, with their values.
    start
        A point to begin at, in place of zeros.

    Examples
    --------
    >>> from metasyn.models.two_arm_glmm.families import Binomial
    >>> events, n = np.array([24.0, 11, 15, 28]), np.array([31.0, 25, 18, 34])
    >>> rows = (Row(Binomial(events, n), np.ones(1), np.ones(1)),)
    >>> fit = maximise(Likelihood(rows, 1, None, 4))
    >>> [round(float(x), 6) for x in fit.parameters]
    [1.016314, 0.651871]
    """
    m = likelihood.shared + likelihood.scales
    begin = np.zeros(m) if start is None else start.parameters.copy()
    begin[list(held)] = list(held.values())
    intercepts = likelihood.intercepts if start is None else start.intercepts
    free = np.array([i not in held for i in range(m)])
    rough = []
    for scales in _scale_grid(likelihood, begin, free):
        point = np.concatenate([begin[: likelihood.shared], scales])
        only_fixed = free & (np.arange(m) < likelihood.shared)
        rough.append(climb(likelihood, point, intercepts, only_fixed, _ROUGH))
        begin, intercepts = rough[-1].parameters, rough[-1].intercepts
    starts = _best_of_each_kind(likelihood, rough)
    tops = [climb(likelihood, at.parameters, at.intercepts, free) for at in starts]
    best = max(at.value for at in tops)
    level = [at for at in tops if at.value > best - _TIE * (1 + abs(best))]
    return min(level, key=lambda at: float(at.parameters[likelihood.shared :].sum()))


def _scale_grid(
    likelihood: Likelihood, begin: FloatArray, free: np.ndarray
) -> list[tuple[float, ...]]:
    grid = _GRID[likelihood.scales]
    positions = range(likelihood.shared, len(begin))
    return list(product(*(grid if free[i] else (float(begin[i]),) for i in positions)))


def _best_of_each_kind(likelihood: Likelihood, rough: list[Fit]) -> list[Fit]:
    """The two highest starts, and the highest of every pattern of scales at 0."""
    ranked = sorted(rough, key=lambda at: -at.value)
    kinds: dict[tuple[bool, ...], Fit] = {}
    for at in ranked:
        kinds.setdefault(tuple(at.parameters[likelihood.shared :] == 0), at)
    return [ranked[0], *(at for at in [*ranked[1:2], *kinds.values()] if at is not ranked[0])]


def climb(
    likelihood: Likelihood,
    parameters: FloatArray,
    intercepts: FloatArray | None,
    free: np.ndarray,
    tolerance: float = FINE,
) -> Fit:
    """The maximum that Newton steps, halved until they climb, reach from a point.

    Parameters
    ----------
    likelihood
        The model.
    parameters, intercepts
        Where to start.
    free
        Which parameters move, shape (m,); intercepts always do.
    tolerance
        Length of a step that ends the search.
    """
    now = _evaluate(likelihood, parameters, intercepts)
    converged = False
    for _ in range(_STEPS):
        step = _newton_step(now, free)
        turn = -(now.intercept_score + now.cross @ step) / now.intercept_curvature
        turn = np.clip(turn, -_LONGEST, _LONGEST)
        length = 1.0
        while length > _SHORTEST:
            trial = _within_bounds(likelihood, parameters + length * step)
            moved = None if intercepts is None else intercepts + length * turn
            new = _evaluate(likelihood, trial, moved)
            if new.value >= now.value - _ROUNDING * (1 + abs(now.value)):
                break
            length /= 2
        else:
            break
        change = max(_largest(trial - parameters), _largest(length * turn))
        stalled = length < 1 and new.value - now.value < _ROUNDING * (1 + abs(now.value))
        parameters, intercepts, now = trial, moved, new
        converged = change < tolerance or (stalled and float(now.score @ step) < _FLAT)
        if converged or stalled:
            break
    return Fit(now.value, parameters, intercepts, now.score, now.hessian, converged)


def _largest(change: FloatArray) -> float:
    return float(np.abs(change).max(initial=0.0))


def _within_bounds(likelihood: Likelihood, parameters: FloatArray) -> FloatArray:
    """Scales are even: their sign is dropped; they stop at their bound, specks of them are 0."""
    scales = np.minimum(np.abs(parameters[likelihood.shared :]), SCALE_BOUND)
    parameters[likelihood.shared :] = np.where(scales < _SPECK, 0.0, scales)
    return parameters


def _newton_step(now: _Evaluation, free: np.ndarray) -> FloatArray:
    """Newton step with the curvature made positive, no longer than ``_LONGEST``."""
    step = np.zeros(len(free))
    if not free.any():
        return step
    curvature, axes = np.linalg.eigh(-now.hessian[np.ix_(free, free)])
    curvature = np.maximum(np.abs(curvature), _FLATTEST)
    step[free] = axes @ ((axes.T @ now.score[free]) / curvature)
    return step * min(1.0, _LONGEST / max(_largest(step), 1e-300))


def _evaluate(
    likelihood: Likelihood, parameters: FloatArray, intercepts: FloatArray | None
) -> _Evaluation:
    shared, k = likelihood.shared, likelihood.size
    fixed = np.broadcast_to(parameters[:shared], (k, shared))
    scales = parameters[shared:]
    if intercepts is None:
        d = marginal(likelihood.rows, fixed, scales)
        empty = np.zeros(0)
        return _Evaluation(
            float(d.value.sum()),
            d.gradient.sum(axis=0),
            d.hessian.sum(axis=0),
            empty,
            empty,
            np.zeros((0, len(parameters))),
        )
    d = marginal(likelihood.rows, np.column_stack([fixed, intercepts]), scales)
    others = np.delete(np.arange(len(parameters) + 1), shared)
    slope = d.gradient[:, shared]
    # an intercept that nothing depends on stays where it is
    curvature = np.minimum(d.hessian[:, shared, shared], -1e-12)
    cross = d.hessian[:, others, shared]
    return _Evaluation(
        float(d.value.sum()),
        (d.gradient[:, others] - cross * (slope / curvature)[:, None]).sum(axis=0),
        d.hessian[:, others][:, :, others].sum(axis=0) - (cross / curvature[:, None]).T @ cross,
        slope,
        curvature,
        cross,
    )
