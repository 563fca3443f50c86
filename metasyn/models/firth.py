"""Logistic regression with study intercepts and Firth's penalty."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_expit, ndtr

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import TwoArmCounts
from metasyn.errors import DataError, Note
from metasyn.models.interval import Interval
from metasyn.models.mantel_haenszel import COMMON
from metasyn.models.results import Pooled
from metasyn.models.specs import FirthLogistic
from metasyn.models.tables import Fate, margins, zero_notes
from metasyn.models.wald import chi2_cutoff

__all__ = ["FATE", "pool_firth"]

FATE = Fate(
    "is used as observed; the penalty keeps its intercept finite",
    "is used: the penalty gives it a finite baseline and a little weight",
    "is used: the penalty gives it a finite baseline and a little weight",
)
"""What becomes of studies with empty cells."""

_PENALTY = Note(
    "firth-penalty",
    "The likelihood is penalised by Jeffreys' prior (Firth): log_likelihood includes the penalty; "
    "interval and test are those of the penalised profile likelihood; there is no Q.",
)
_STEPS = 2000
_TOLERANCE = 1e-12
_FARTHEST, _LONGEST = 60.0, 2.0


class _Point(NamedTuple):
    """A point of the penalised likelihood; the information on the effect is ``information``."""

    value: float
    effect: float
    intercepts: FloatArray
    information: FloatArray


def pool_firth(data: TwoArmCounts, spec: FirthLogistic) -> Pooled:
    """Pool 2x2 tables by logistic regression with an intercept a study and Firth's penalty.

    Finite where a cell is empty in all studies: Firth (1993, Biometrika 80:27-38), with the profile
    interval of Heinze & Schemper (2002, Statistics in Medicine 21:2409-2419). ``se`` is from the
    Fisher information at the estimate, as in R's logistf and brglm2. The information matrix is an
    arrowhead, so that the cost is linear in the number of studies.

    Parameters
    ----------
    data
        2x2 tables.
    spec
        The level.

    Returns
    -------
    Pooled
        Log odds ratio common to all studies.

    Raises
    ------
    DataError
        If no study has events and non-events in its two arms.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> separated = counts(ai=[3, 2], bi=[17, 18], ci=[0, 0], di=[20, 20])
    >>> round(pool_firth(separated, FirthLogistic()).estimate, 4)
    2.5107
    """
    m = margins(data)
    if not m.informative.any():
        raise DataError("No study informs the odds ratio: nobody, or everybody, had the event.")
    on = m.two_arms
    likelihood = _Penalised(data.ai[on], m.n1[on], data.ci[on], m.n2[on])
    best = likelihood.climb(likelihood.origin(), free=True)
    total = float(best.information.sum())
    drop = likelihood.drop(best)
    root = float(np.sign(best.effect) * np.sqrt(max(0.0, drop(0.0))))
    weights = np.zeros(len(data))
    weights[on] = best.information / total
    return Pooled(
        spec=spec,
        data=data,
        measure="OR",
        k=len(data),
        estimate=best.effect,
        se=total**-0.5,
        statistic=root,
        p_value=2 * float(ndtr(-abs(root))),
        ci=_limits(drop, best.effect, total**-0.5, spec.level),
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=None,
        h2=None,
        q=None,
        q_p=None,
        weights=read_only(weights),
        log_likelihood=best.value,
        notes=(*data.notes, *zero_notes(data, FATE), COMMON, _PENALTY),
    )


class _Penalised:
    """Log-likelihood of two binomials a study plus half the log determinant of the information."""

    def __init__(self, a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> None:
        self.events = np.array([a, c])
        self.n = np.array([n1, n2])

    def origin(self) -> _Point:
        """No effect, intercepts at their empirical logits."""
        events, n = self.events.sum(axis=0), self.n.sum(axis=0)
        return self._at(0.0, np.log((events + 0.5) / (n - events + 0.5)))

    def climb(self, start: _Point, *, free: bool) -> _Point:
        """Scoring steps on Firth's modified score, halved until they climb.

        Parameters
        ----------
        start
            Where to start.
        free
            Whether the effect moves; the intercepts always do.
        """
        now = start
        for _ in range(_STEPS):
            step, turn = self._step(now, free)
            length = 1.0
            new = self._at(now.effect + step, now.intercepts + turn)
            while new.value < now.value - 1e-12 * (1 + abs(now.value)) and length > 1e-6:
                length /= 2
                new = self._at(now.effect + length * step, now.intercepts + length * turn)
            moved = max(abs(new.effect - now.effect), float(np.abs(length * turn).max()))
            now = new
            if moved < _TOLERANCE:
                break
        return now

    def drop(self, best: _Point) -> Callable[[float], float]:
        """Twice the fall of the penalised likelihood with the effect held at a value."""
        near = best

        def fall(effect: float) -> float:
            nonlocal near
            # Far from the best effect an intercept may lie by either arm: each has a hill.
            by_treated = best.intercepts + best.effect - effect
            starts = (near.intercepts, best.intercepts, by_treated)
            hills = [self.climb(self._at(effect, start), free=False) for start in starts]
            near = max(hills, key=lambda hill: hill.value)
            if near.value > min(hill.value for hill in hills) + 1e-8:
                near = self._by_other_arms(near)
            return 2 * (best.value - near.value)

        return fall

    def _by_other_arms(self, now: _Point) -> _Point:
        """The same effect with single intercepts at their other arm, wherever that is higher."""
        for study in range(len(now.intercepts)):
            turned = now.intercepts.copy()
            turned[study] = -now.effect - turned[study]
            other = self.climb(self._at(now.effect, turned), free=False)
            if other.value > now.value + 1e-10:
                now = other
        return now

    def _at(self, effect: float, intercepts: FloatArray) -> _Point:
        eta = np.array([intercepts + effect, intercepts])
        others = self.n - self.events
        value = float((self.events * log_expit(eta) + others * log_expit(-eta)).sum())
        w = self.n * expit(eta) * expit(-eta)
        total = w.sum(axis=0)
        information = w[0] * w[1] / total
        penalty = 0.5 * (np.log(total).sum() + np.log(information.sum()))
        return _Point(value + float(penalty), effect, intercepts, information)

    def _step(self, at: _Point, free: bool) -> tuple[float, FloatArray]:
        """Inverse information times the modified score (Firth 1993, section 3.3)."""
        p = expit(np.array([at.intercepts + at.effect, at.intercepts]))
        w = self.n * p * (1 - p)
        total, known = w.sum(axis=0), at.information.sum()
        leverage = w * (1 / total + (w[::-1] / total) ** 2 / known)
        score = self.events - self.n * p + leverage * (0.5 - p)
        slope = score.sum(axis=0)
        step = float((score[0] - w[0] / total * slope).sum() / known) if free else 0.0
        step = float(np.clip(step, -_LONGEST, _LONGEST))
        return step, np.clip((slope - w[0] * step) / total, -_LONGEST, _LONGEST)


def _limits(drop: Callable[[float], float], centre: float, se: float, level: float) -> Interval:
    from scipy.optimize import brentq

    cutoff = chi2_cutoff(level)

    def limit(side: int) -> float:
        inner, step = centre, side * 1.5 * se
        while abs(step) < _FARTHEST:
            outer = inner + step
            if drop(outer) > cutoff:
                return float(brentq(lambda x: drop(x) - cutoff, inner, outer, xtol=1e-10))
            inner, step = outer, 2 * step
        return side * np.inf

    return Interval(limit(-1), limit(1), level, "penalised-profile")
