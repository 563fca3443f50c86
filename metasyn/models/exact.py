"""Exact inference: one proportion, and a common odds ratio given all margins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from metasyn.counting import plural
from metasyn.effects.arrays import FloatArray
from metasyn.effects.counts import TwoArmCounts
from metasyn.errors import DataError
from metasyn.models.interval import Interval
from metasyn.models.tables import margins
from metasyn.models.two_arm_glmm.families import Hypergeometric

__all__ = ["ExactOddsRatio", "clopper_pearson", "exact_odds_ratio", "mid_p_interval"]

_NEGLIGIBLE = 1e-80
"""Part of the largest probability that no limit of an interval can feel."""
_FARTHEST = 60.0


@dataclass(frozen=True, slots=True)
class ExactOddsRatio:
    """A common log odds ratio by conditional maximum likelihood, with exact inference.

    Parameters
    ----------
    estimate
        Log odds ratio; infinite where the tables are at the edge of what their margins allow.
    ci, p_value
        Central exact interval, and the p-value that agrees with it: twice the smaller tail.
    mid_p_ci, mid_p_value
        The same with half the probability of the observed tables: less conservative, not
        guaranteed.
    """

    estimate: float
    ci: Interval
    p_value: float
    mid_p_ci: Interval
    mid_p_value: float


def clopper_pearson(events: float, n: float, level: float = 0.95) -> Interval:
    """Exact interval of a proportion (Clopper & Pearson 1934, Biometrika 26:404-413).

    Parameters
    ----------
    events, n
        Events among patients.
    level
        Coverage, at least.

    Raises
    ------
    DataError
        If the counts are no counts.

    Examples
    --------
    >>> low, high = clopper_pearson(3, 11)
    >>> round(low, 6), round(high, 6)
    (0.060218, 0.609743)
    """
    from scipy.special import betaincinv

    _check(events, n)
    tail = (1 - level) / 2
    low = float(betaincinv(events, n - events + 1, tail)) if events > 0 else 0.0
    high = float(betaincinv(events + 1, n - events, 1 - tail)) if events < n else 1.0
    return Interval(low, high, level, "clopper-pearson")


def mid_p_interval(events: float, n: float, level: float = 0.95) -> Interval:
    """Mid-p interval of a proportion (Lancaster 1961, JASA 56:223-234).

    Half the probability of the observed count is left out of the tails: shorter than
    :func:`clopper_pearson`, with a coverage near ``level`` and not always above it.

    Examples
    --------
    >>> low, high = mid_p_interval(3, 11)
    >>> round(low, 6), round(high, 6)
    (0.074502, 0.578093)
    """
    from scipy.optimize import brentq
    from scipy.special import betainc

    _check(events, n)
    tail, others = (1 - level) / 2, n - events

    def above(p: float) -> float:
        """P(X > x) + P(X = x) / 2, as the mean of two upper tails."""
        at_least = betainc(events, others + 1, p) if events > 0 else 1.0
        more = betainc(events + 1, others, p) if others > 0 else 0.0
        return float(at_least + more) / 2

    outer = clopper_pearson(events, n, level)
    centre = events / n
    low = brentq(lambda p: above(p) - tail, outer.low, centre, xtol=1e-15) if events else 0.0
    high = brentq(lambda p: above(p) - 1 + tail, centre, outer.high, xtol=1e-15) if others else 1.0
    return Interval(float(low), float(high), level, "mid-p")


def _check(events: float, n: float) -> None:
    if not (n >= 1 and 0 <= events <= n):
        raise DataError(f"{plural(events, 'event')} among {plural(n, 'patient')} is no proportion.")


def exact_odds_ratio(data: TwoArmCounts, level: float = 0.95) -> ExactOddsRatio:
    """Common odds ratio of 2x2 tables given their margins (Gart 1970, Biometrika 57:471-475).

    The events of all treated arms have, given the margins, a distribution that depends on the
    odds ratio alone: the convolution of the tables' non-central hypergeometric distributions. For
    one table it is Fisher's exact test.

    Parameters
    ----------
    data
        2x2 tables.
    level
        Coverage, at least, of ``ci``.

    Raises
    ------
    DataError
        If no table can inform the odds ratio.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> exact = exact_odds_ratio(counts(ai=[5], bi=[17], ci=[9], di=[20]))
    >>> round(exact.estimate, 6), round(exact.ci.low, 6), round(exact.ci.high, 6)
    (-0.417023, -1.937736, 0.998527)
    """
    m = margins(data)
    on = m.informative
    if not on.any():
        raise DataError("No study informs the odds ratio: nobody, or everybody, had the event.")
    family = Hypergeometric(data.ai[on], m.n1[on], m.n2[on], m.events[on])
    law = _Law.of(family)
    tail = (1 - level) / 2
    return ExactOddsRatio(
        law.estimate,
        Interval(*law.limits(tail, 1.0), level, "exact"),
        law.p_value(1.0),
        Interval(*law.limits(tail, 0.5), level, "mid-p"),
        law.p_value(0.5),
    )


@dataclass(frozen=True, eq=False)
class _Law:
    """Distribution of the treated arms' events less the observed ones, at a log odds ratio."""

    shift: FloatArray
    log_p: FloatArray
    at: float
    estimate: float

    @classmethod
    def of(cls, family: Hypergeometric) -> _Law:
        """Tilt every table to the estimate, where the observed sum is likely, and convolve."""
        estimate = _estimate(family)
        at = float(np.clip(estimate, -_FARTHEST / 2, _FARTHEST / 2))
        low, p = 0, np.ones(1)
        for shift, weights in family.tables(at):
            p = np.convolve(p, weights)
            low += int(shift[0])
            heavy = np.flatnonzero(p > _NEGLIGIBLE * p.max())
            low += int(heavy[0])
            p = p[heavy[0] : heavy[-1] + 1]
        return cls(low + np.arange(len(p), dtype=np.float64), np.log(p), at, estimate)

    def above(self, effect: float, part: float) -> float:
        """P(more events) plus a part of P(as many events), at a log odds ratio."""
        log_p = self.log_p + self.shift * (effect - self.at)
        p = np.exp(log_p - log_p.max())
        return float((p[self.shift > 0].sum() + part * p[self.shift == 0].sum()) / p.sum())

    def limits(self, tail: float, part: float) -> tuple[float, float]:
        """Log odds ratios at which either tail has its share."""
        low = self._root(lambda x: self.above(x, part) - tail)
        high = self._root(lambda x: self.above(x, 1 - part) - 1 + tail)
        return (
            -np.inf if np.isneginf(self.estimate) else low,
            np.inf if np.isposinf(self.estimate) else high,
        )

    def p_value(self, part: float) -> float:
        """Twice the smaller tail at an odds ratio of 1."""
        return min(1.0, 2 * min(self.above(0.0, part), 1 - self.above(0.0, 1 - part)))

    @staticmethod
    def _root(function: Callable[[float], float]) -> float:
        from scipy.optimize import brentq

        if function(-_FARTHEST) > 0 or function(_FARTHEST) < 0:
            return np.nan
        return float(brentq(function, -_FARTHEST, _FARTHEST, xtol=1e-12))


def _estimate(family: Hypergeometric) -> float:
    from scipy.optimize import brentq

    def excess(effect: float) -> float:
        return float(family.at(np.full((len(family.events), 1), effect)).slope.sum())

    low, high = family.edges()
    if (family.events == low).all():
        return -np.inf
    if (family.events == high).all():
        return np.inf
    return float(brentq(excess, -_FARTHEST, _FARTHEST, xtol=1e-13))
