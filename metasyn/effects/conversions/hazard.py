"""Log hazard ratios from survival reports that print no table and need no curve."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from metasyn.effects.conversions.arguments import (
    Estimate,
    Floats,
    normal_quantile,
    numbers,
    plain,
    refuse,
)

__all__ = [
    "hazard_from_expected",
    "hazard_from_logrank",
    "hazard_from_logrank_p",
    "hazard_from_o_minus_e",
    "logrank_variance",
    "logrank_variance_from_arms",
]


def hazard_from_o_minus_e(o_minus_e: npt.ArrayLike, v: npt.ArrayLike) -> Estimate:
    """Log hazard ratio (O - E)/V and its variance 1/V.

    Parameters
    ----------
    o_minus_e, v
        Observed minus expected events of the treated arm, and the logrank variance V.

    Raises
    ------
    DataError
        If V is not positive.

    Notes
    -----
    One step from no effect (Peto), biased towards it where the effect is large. Source: Tierney,
    Stewart, Ghersi, Burdett & Sydes 2007, Trials 8:16; Yusuf et al. 1985.

    Examples
    --------
    >>> yi, vi = hazard_from_o_minus_e(-16.466, 128.81)
    >>> round(yi, 3), round(vi, 5)
    (-0.128, 0.00776)
    """
    difference, variance = numbers({"o_minus_e": o_minus_e, "v": v})
    refuse(variance <= 0, "V is {v:g}; it must be positive", {"v": variance})
    return Estimate(plain(difference / variance), plain(1 / variance))


def hazard_from_expected(
    o1: npt.ArrayLike, e1: npt.ArrayLike, o2: npt.ArrayLike, e2: npt.ArrayLike
) -> Estimate:
    """Log hazard ratio from observed and expected events of both arms.

    Parameters
    ----------
    o1, e1, o2, e2
        Observed and expected events, of the treated arm and of the control arm.

    Raises
    ------
    DataError
        If a number is not positive, or observed and expected events differ in total by more than
        one.

    Notes
    -----
    log((O1/E1)/(O2/E2)) with variance 1/E1 + 1/E2. Source: Tierney et al. 2007, Trials 8:16;
    Parmar, Torri & Stewart 1998, Stat Med 17:2815-2834.

    Examples
    --------
    >>> yi, vi = hazard_from_expected(o1=20, e1=25, o2=30, e2=25)
    >>> round(yi, 4), round(vi, 4)
    (-0.4055, 0.08)
    """
    names = ("o1", "e1", "o2", "e2")
    values = dict(zip(names, numbers(dict(zip(names, (o1, e1, o2, e2), strict=True))), strict=True))
    for name, value in values.items():
        refuse(value <= 0, f"{name} is {{x:g}}; it must be positive", {"x": value})
    a, b, c, d = (values[name] for name in names)
    problem = "{o1:g} + {o2:g} observed against {e1:g} + {e2:g} expected events"
    refuse(np.abs(a + c - b - d) > 1, problem, values)
    return Estimate(plain(np.log(a / b) - np.log(c / d)), plain(1 / b + 1 / d))


def logrank_variance(events: npt.ArrayLike, allocation: npt.ArrayLike = 1) -> Floats:
    """Logrank V from all events and the ratio of randomisation.

    Parameters
    ----------
    events
        Events of both arms.
    allocation
        Treated to control patients (2 for 2:1); patients at risk are taken to keep that ratio.

    Raises
    ------
    DataError
        If events or allocation are not positive.

    Notes
    -----
    Events times R/(1 + R)^2, a quarter of the events for 1:1. Source: Tierney et al. 2007, Trials
    8:16; Parmar, Torri & Stewart 1998.

    Examples
    --------
    >>> logrank_variance(485)
    121.25
    """
    total, ratio = numbers({"events": events, "allocation": allocation})
    refuse(total <= 0, "{x:g} events; there must be some", {"x": total})
    refuse(ratio <= 0, "allocation is {r:g}; it must be positive", {"r": ratio})
    return plain(total * ratio / (1 + ratio) ** 2)


def logrank_variance_from_arms(events1: npt.ArrayLike, events2: npt.ArrayLike) -> Floats:
    """Logrank V from the events of each arm: their product over their sum.

    Parameters
    ----------
    events1, events2
        Events of the treated and of the control arm.

    Raises
    ------
    DataError
        If either is not positive.

    Notes
    -----
    Source: Tierney et al. 2007, Trials 8:16; Parmar et al. 1998.

    Examples
    --------
    >>> logrank_variance_from_arms(100, 300)
    75.0
    """
    first, second = numbers({"events1": events1, "events2": events2})
    values = {"a": first, "b": second}
    refuse((first <= 0) | (second <= 0), "{a:g} and {b:g} events; both arms need some", values)
    return plain(first * second / (first + second))


def hazard_from_logrank_p(
    p: npt.ArrayLike, v: npt.ArrayLike, sign: npt.ArrayLike, sides: Literal[1, 2] = 2
) -> Estimate:
    """Log hazard ratio from the p-value of a logrank test (or Cox model) and its V.

    Parameters
    ----------
    p
        P-value, as exactly as it is printed.
    v
        Logrank variance, for example of :func:`logrank_variance`.
    sign
        -1 where the treated arm fares better (hazard ratio below 1), 1 where it fares worse.
    sides
        Sides of the test.

    Raises
    ------
    DataError
        If p is not inside 0..1, V is not positive, or sign is neither -1 nor 1.

    Notes
    -----
    The test statistic is z = (O - E)/sqrt(V); hence log HR = z/sqrt(V). For a two-sided p, z is
    the upper quantile at p/2: 1.78 for p = 0.075. Source: Tierney et al. 2007, Trials 8:16.

    Examples
    --------
    >>> yi, vi = hazard_from_logrank_p(0.075, v=logrank_variance(485), sign=-1)
    >>> round(yi, 4), round(vi, 5)
    (-0.1617, 0.00825)
    """
    value, variance, side = numbers({"p": p, "v": v, "sign": sign})
    refuse((value <= 0) | (value > 1), "p is {p:g}; it lies between 0 and 1", {"p": value})
    refuse(value / sides > 0.5, "p is {p:g}; a one-sided p above 0.5 means the other sign",
           {"p": value})  # fmt: skip
    return hazard_from_logrank(normal_quantile(value / sides) ** 2, variance, side)


def hazard_from_logrank(chi2: npt.ArrayLike, v: npt.ArrayLike, sign: npt.ArrayLike) -> Estimate:
    """Log hazard ratio from a logrank chi-square with one degree of freedom and its V.

    Parameters
    ----------
    chi2
        Logrank chi-square of the two arms.
    v
        Logrank variance, for example of :func:`logrank_variance`.
    sign
        -1 where the treated arm fares better (hazard ratio below 1), 1 where it fares worse.

    Raises
    ------
    DataError
        If chi-square is negative, V is not positive, or sign is neither -1 nor 1.

    Notes
    -----
    log HR = sqrt(chi2/V) with that sign, variance 1/V. Source: Tierney et al. 2007, Trials 8:16;
    Parmar et al. 1998.

    Examples
    --------
    >>> yi, vi = hazard_from_logrank(4.0, v=100, sign=-1)
    >>> round(yi, 4), vi
    (-0.2, 0.01)
    """
    square, variance, side = numbers({"chi2": chi2, "v": v, "sign": sign})
    refuse(square < 0, "chi2 is {x:g}; it cannot be negative", {"x": square})
    refuse(variance <= 0, "V is {v:g}; it must be positive", {"v": variance})
    refuse(
        ~(np.isnan(side) | (np.abs(side) == 1)), "sign is {s:g}; it must be -1 or 1", {"s": side}
    )
    return Estimate(plain(side * np.sqrt(square / variance)), plain(1 / variance))
