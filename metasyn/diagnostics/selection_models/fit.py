"""The highest maximum of a selection model's likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from metasyn.diagnostics.selection_models.climb import Box, Top, climb
from metasyn.diagnostics.selection_models.likelihood import Likelihood
from metasyn.effects.arrays import FloatArray

__all__ = ["Problem", "Solution", "maximise"]

_HIGHEST = 4
"""Number of starts, highest first, from which the search is carried to its end."""
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be maximised, and what is known beforehand.

    Units are the user's; the search itself runs in units of a typical standard error and of
    orthonormal predictors, so that it does not depend on them.

    Parameters
    ----------
    likelihood
        The model.
    fixed
        Deltas, NaN where they are estimated, shape (m,).
    random
        Whether tau2 is estimated.
    beta, tau2
        Estimates without selection.
    """

    likelihood: Likelihood
    fixed: FloatArray
    random: bool
    beta: FloatArray
    tau2: float


class Solution(NamedTuple):
    """A maximum in the user's units.

    Parameters
    ----------
    value
        Log-likelihood.
    beta, tau2, deltas
        Where it is.
    covariance
        Inverse observed information of (beta, tau2, deltas), NaN for what is fixed or at a bound;
        None where the likelihood is not curved downwards in all directions.
    at_bound
        Which of (tau2, deltas) are estimated and ended at a bound.
    converged
        Whether the search ended at a maximum within the bounds.
    """

    value: float
    beta: FloatArray
    tau2: float
    deltas: FloatArray
    covariance: FloatArray | None
    at_bound: np.ndarray
    converged: bool


class _Scaled(NamedTuple):
    """The model in the units of the search."""

    likelihood: Likelihood
    unit: float
    back: FloatArray
    box: Box


def maximise(problem: Problem) -> tuple[Solution, Solution | None]:
    """The maximum, and the one without variance between studies; None where there is none.

    All searches of both go in step.
    """
    scaled = _scaled(problem)
    problems = [problem]
    if problem.random:
        problems.append(replace(problem, random=False, tau2=0.0))
    tops = _highest(problems, scaled)
    best, *without = (
        _solution(each, scaled, top) for each, top in zip(problems, tops, strict=True)
    )
    return best, without[0] if without else None


def _solution(problem: Problem, scaled: _Scaled, top: Top) -> Solution:
    """What was found, in the user's units."""
    p, unit = problem.likelihood.p, scaled.unit
    k = len(problem.likelihood.yi)
    function = problem.likelihood.function
    inner = top.parameters[p + 1 :]
    deltas = np.where(np.isnan(problem.fixed), function.deltas(inner), problem.fixed)
    box = scaled.box._replace(free=_free(problem))
    inside = box.inner(top.parameters)
    return Solution(
        value=top.point.value - k * float(np.log(unit)),
        beta=unit * (scaled.back @ top.parameters[:p]),
        tau2=unit**2 * float(top.parameters[p]),
        deltas=deltas,
        covariance=_covariance(top, scaled, p, inside, deltas),
        at_bound=(box.free & ~inside)[p:],
        converged=top.converged,
    )


def _free(problem: Problem) -> np.ndarray:
    """Which of (beta, tau2, deltas) are estimated."""
    beta = np.ones(problem.likelihood.p, bool)
    return np.concatenate([beta, [problem.random], np.isnan(problem.fixed)])


def _scaled(problem: Problem) -> _Scaled:
    given = problem.likelihood
    unit = float(np.sqrt(np.median(given.vi)))
    columns, triangle = np.linalg.qr(given.design)
    length = np.sqrt(len(given.yi))
    likelihood = replace(given, yi=given.yi / unit, vi=given.vi / unit**2, design=columns * length)
    p, function = given.p, given.function
    everywhere = np.full(p, np.inf)
    low = np.concatenate([-everywhere, [0.0], function.inner(np.array(function.low))])
    high = np.concatenate([everywhere, [np.inf], function.inner(np.array(function.high))])
    given_deltas = np.concatenate([np.zeros(p + 1, bool), ~np.isnan(problem.fixed)])
    low, high = np.where(given_deltas, -np.inf, low), np.where(given_deltas, np.inf, high)
    box = Box(low, high, _free(problem))
    return _Scaled(likelihood, unit, np.linalg.inv(triangle) * length, box)


def _highest(problems: Sequence[Problem], scaled: _Scaled) -> list[Top]:
    """Of each problem, the highest of the maxima that the best starts lead to; of equals the first.

    One start is the fit without selection; the others are those with the highest likelihood.
    """
    function = scaled.likelihood.at
    lists = [_starts(problem, scaled) for problem in problems]
    starts = np.array([start for each in lists for start in each])
    there = function(starts)
    ends = np.cumsum([0, *map(len, lists)])
    chosen = [
        [first, *(first + 1 + np.argsort(-there.value[first + 1 : end], kind="stable"))[:_HIGHEST]]
        for first, end in pairwise(ends)
    ]
    rows = np.concatenate(chosen)
    free = np.repeat([_free(problem) for problem in problems], [len(s) for s in chosen], axis=0)
    box = scaled.box._replace(free=free)
    tops = iter(climb(function, starts[rows], box, there.rows(rows)))
    return [_top([next(tops) for _ in each]) for each in chosen]


def _top(tops: Sequence[Top]) -> Top:
    """The highest; of equals one that converged, the first."""
    best = max(top.point.value for top in tops)
    level = [top for top in tops if top.point.value >= best - _TIE * (1.0 + abs(best))]
    return max(level, key=lambda top: (top.converged, top.point.value))


def _starts(problem: Problem, scaled: _Scaled) -> list[FloatArray]:
    """The unadjusted fit, that fit drawn towards and beyond 0, and more or less selection."""
    given = problem.likelihood.function
    beta = np.linalg.solve(scaled.back, problem.beta) / scaled.unit
    tau2 = problem.tau2 / scaled.unit**2
    places = [(1.0, tau2), (0.5, tau2), (0.0, tau2 + 1.0), (-1.0, tau2 + 1.0), (1.0, 0.0)]
    if not problem.random:
        places = [(1.0, 0.0), (0.5, 0.0), (0.0, 0.0), (-1.0, 0.0)]
    selections = [given.null, *given.starts] if np.isnan(problem.fixed).any() else [given.null]
    starts = []
    for deltas, (share, spread) in product(selections, places):
        known = np.where(np.isnan(problem.fixed), np.array(deltas), problem.fixed)
        starts.append(np.concatenate([share * beta, [spread], given.inner(known)]))
    return starts


def _covariance(
    top: Top, scaled: _Scaled, p: int, inside: np.ndarray, deltas: FloatArray
) -> FloatArray | None:
    """Inverse observed information in the user's units and the deltas themselves."""
    information = -top.point.hessian
    m = len(inside)
    scale = np.ones(m)
    scale[p] = scaled.unit**2
    if scaled.likelihood.function.logarithmic:
        scale[p + 1 :] = deltas
    back = np.diag(scale)
    back[:p, :p] = scaled.unit * scaled.back
    chosen = information[np.ix_(inside, inside)]
    if np.linalg.eigvalsh(chosen).min(initial=np.inf) <= 1e-10 * np.abs(chosen).max(initial=1.0):
        return None
    covariance = np.full((m, m), np.nan)
    turn = back[np.ix_(inside, inside)]
    covariance[np.ix_(inside, inside)] = turn @ np.linalg.inv(chosen) @ turn.T
    return covariance
