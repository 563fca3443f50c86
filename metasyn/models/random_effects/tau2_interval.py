"""Confidence intervals for tau2: Q-profile, generalised Q, profile likelihood."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from metasyn.effects.arrays import FloatArray
from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.quadratic_form import GeneralisedQ
from metasyn.models.random_effects.quantiles import chi2_upper
from metasyn.models.random_effects.search import log_likelihood, q_root, tau2_grid

__all__ = ["generalised_q", "profile_likelihood", "q_profile", "tau2_interval"]

Result = tuple[Interval | None, tuple[Note, ...]]


def tau2_interval(
    model: Model, asked: tuple[str, str], level: float, tau2: float, weights: FloatArray | None
) -> Result:
    """The interval that a specification asks for.

    Parameters
    ----------
    model
        The studies.
    asked
        Codes of the interval (``QP``, ``GQ``, ``PL``, ``none``) and of the estimator.
    level
        Coverage.
    tau2
        The estimate.
    weights
        Weights of the generalised Q; 1 / vi where None.
    """
    kind, estimator = asked
    match kind:
        case "GQ":
            return generalised_q(model, level, 1.0 / model.vi if weights is None else weights)
        case "PL":
            return profile_likelihood(model, level, tau2, restricted=estimator == "REML")
        case "QP":
            return q_profile(model, level, tau2)
    return None, ()


def q_profile(model: Model, level: float, start: float = 0.0) -> Result:
    """Q-profile interval (Viechtbauer 2007, Stat Med 26:37, sec. 2.6).

    Parameters
    ----------
    model
        The studies.
    level
        Coverage.
    start
        A value of tau2 to start from; any serves.
    """
    df, tail = float(model.k - model.p), 0.5 * (1.0 - level)
    lowest = chi2_upper(1.0 - tail, df)
    known = model.q_and_slope(start)
    high = q_root(model, lowest, start, known)
    if high == 0.0 and model.q_and_slope(0.0)[0] < lowest:
        return None, (_empty("Q-profile"),)
    low = q_root(model, chi2_upper(tail, df), start, known)
    return Interval(low, high, level, "Q-profile"), ()


def generalised_q(model: Model, level: float, weights: FloatArray) -> Result:
    """Interval from the exact distribution of a generalised Q (Jackson 2013, RSM 4:220).

    Parameters
    ----------
    model
        The studies.
    level
        Coverage.
    weights
        Fixed positive weights, shape (k,).
    """
    statistic = GeneralisedQ.of(model.yi, model.vi, model.design, weights)
    tail = 0.5 * (1.0 - level)
    if statistic.observed == 0.0 or statistic.below(0.0) < tail:
        return None, (_empty("generalised Q"),)
    low, high = (_fall(statistic.below, p, model.least_variance) for p in (1.0 - tail, tail))
    return Interval(low, high, level, "generalised Q"), ()


def profile_likelihood(model: Model, level: float, tau2: float, *, restricted: bool) -> Result:
    """Interval of the tau2 whose likelihood ratio against the maximum is not rejected.

    Hardy and Thompson 1996, Stat Med 15:619. Where the likelihood has two peaks the interval
    spans them, and a note says so.

    Parameters
    ----------
    model
        The studies.
    level
        Coverage.
    tau2
        The maximum-likelihood estimate.
    restricted
        Whether the likelihood is restricted.
    """
    highest = log_likelihood(model, tau2, restricted=restricted)
    limit = chi2_upper(1.0 - level, 1.0)

    def excess(t: float) -> float:
        return 2.0 * (highest - log_likelihood(model, t, restricted=restricted)) - limit

    upper = max(model.tau2_bound, model.least_variance)
    nodes = sorted({tau2, *tau2_grid(model, upper).tolist()})
    while excess(nodes[-1]) <= 0.0:
        nodes.append(2.0 * nodes[-1])
    values = [excess(node) for node in nodes]
    steps = list(pairwise(zip(nodes, values, strict=True)))
    falls = [(a, b) for (a, x), (b, y) in steps if x > 0.0 >= y]
    rises = [(a, b) for (a, x), (b, y) in steps if x <= 0.0 < y]
    low = _root(excess, *falls[0]) if values[0] > 0.0 else 0.0
    high = _root(excess, *rises[-1])
    return Interval(low, high, level, "profile-likelihood"), _gaps(len(rises))


def _fall(function: Callable[[float], float], target: float, scale: float) -> float:
    """Where a function that decreases in tau2 has fallen to ``target``; 0 where it starts below."""
    if function(0.0) <= target:
        return 0.0
    low, high = 0.0, scale
    while function(high) > target:
        low, high = high, 4.0 * high
    return _root(lambda t: function(t) - target, low, high)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-13 * high, rtol=1e-13))


def _gaps(stretches: int) -> tuple[Note, ...]:
    if stretches == 1:
        return ()
    message = (
        f"The profile likelihood of tau2 has several peaks: values between {stretches} separate "
        "stretches of the interval are less likely than the interval suggests."
    )
    return (Note("tau2-ci-gap", message),)


def _empty(method: str) -> Note:
    return Note(
        "tau2-ci-empty",
        f"The {method} interval of tau2 is empty: the studies agree better than sampling errors "
        "alone would let them in all but a few meta-analyses.",
    )
