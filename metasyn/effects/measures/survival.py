"""Hazard ratios from what log-rank tests leave behind."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive
from metasyn.effects.measures.from_tests import first_known
from metasyn.effects.measures.measure import Check, Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import EXP, IDENTITY

__all__ = ["MEASURES", "log_hazard_ratio", "log_rank_variance"]


def log_hazard_ratio(oei: FloatArray, voei: FloatArray) -> Estimates:
    """(O - E)/V with variance 1/V, from the log-rank observed minus expected and its variance.

    Source: Yusuf et al. 1985; Parmar, Torri & Stewart 1998; Tierney et al. 2007.

    Examples
    --------
    >>> log_hazard_ratio(-8.0, 20.0)
    (-0.4, 0.05)
    """
    return oei / voei, 1 / voei


def log_rank_variance(given: Inputs) -> FloatArray | None:
    """Variance of O - E from the events: e1 e2/(e1 + e2), or e n1 n2/(n1 + n2)².

    The first needs events by arm, the second all events and the sizes of the arms (Parmar,
    Torri & Stewart 1998; Tierney et al. 2007).
    """
    by_arm = by_size = None
    if "x1i" in given and "x2i" in given:
        by_arm = given["x1i"] * given["x2i"] / (given["x1i"] + given["x2i"])
    if all(name in given for name in ("xi", "n1i", "n2i")):
        arms = given["n1i"] * given["n2i"] / (given["n1i"] + given["n2i"]) ** 2
        by_size = given["xi"] * arms
    return None if by_arm is by_size is None else first_known(by_arm, by_size)


def _prepare(given: Inputs) -> Inputs:
    """Fill V from events, and O - E from the (signed) p-value of the log-rank test."""
    from scipy.special import ndtri

    filled = dict(given)
    events = log_rank_variance(given)
    if events is not None:
        filled["voei"] = first_known(given.get("voei"), events)
    if "pi" in given:
        z = -np.sign(given["pi"]) * ndtri(np.abs(given["pi"]) / 2)
        filled["oei"] = first_known(given.get("oei"), z * np.sqrt(filled["voei"]))
    return filled


_FAMILY = Family(
    name="survival",
    label="Two groups, time to event",
    prepare=_prepare,
    size=lambda data: (
        data["n1i"] + data["n2i"]
        if "n1i" in data and "n2i" in data
        else np.full_like(data["voei"], np.nan)
    ),
    checks=(
        *positive("voei", "n1i", "n2i"),
        *not_negative("x1i", "x2i", "xi"),
        Check(("pi",), lambda p: (abs(p) > 1) | (p == 0), "must be a (signed) p-value"),
    ),
)
_measure = partial(Measure, family=_FAMILY, null=0)

MEASURES = (
    _measure(
        code="HR",
        label="Log hazard ratio",
        display="Hazard ratio",
        needs=(("oei", "voei"), ("pi", "voei"), ("pi", "x1i", "x2i"), ("pi", "xi", "n1i", "n2i")),
        takes=("oei", "voei"),
        function=log_hazard_ratio,
        back=EXP,
        source="Parmar et al. 1998; Tierney et al. 2007",
    ),
    _measure(
        code="HD",
        label="Hazard difference",
        display="Hazard difference",
        needs=(),
        takes=(),
        function=None,
        back=IDENTITY,
        source="as given",
    ),
)
