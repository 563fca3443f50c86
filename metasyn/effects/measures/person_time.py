"""Two groups, events and person-time."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive
from metasyn.effects.measures.measure import Estimates, Family, Measure, ZeroCells
from metasyn.effects.measures.scale import EXP, IDENTITY

__all__ = ["MEASURES", "log_rate_ratio", "rate_difference", "square_root_rate_difference"]

Values = FloatArray


def log_rate_ratio(x1i: Values, x2i: Values, t1i: Values, t2i: Values) -> Estimates:
    """Log of the ratio of two incidence rates."""
    return np.log(x1i / t1i) - np.log(x2i / t2i), 1 / x1i + 1 / x2i


def rate_difference(x1i: Values, x2i: Values, t1i: Values, t2i: Values) -> Estimates:
    """Difference of two incidence rates."""
    return x1i / t1i - x2i / t2i, x1i / t1i**2 + x2i / t2i**2


def square_root_rate_difference(x1i: Values, x2i: Values, t1i: Values, t2i: Values) -> Estimates:
    """Difference of the square roots of two incidence rates."""
    return np.sqrt(x1i / t1i) - np.sqrt(x2i / t2i), 1 / (4 * t1i) + 1 / (4 * t2i)


_FAMILY = Family(
    name="person-time",
    label="Two groups, events and person-time",
    prepare=dict,
    size=lambda data: data["t1i"] + data["t2i"],
    checks=(*not_negative("x1i", "x2i"), *positive("t1i", "t2i")),
    zero=ZeroCells(("x1i", "x2i"), lambda data: (data["x1i"] == 0) & (data["x2i"] == 0)),
)
_TAKES = ("x1i", "x2i", "t1i", "t2i")
_measure = partial(Measure, family=_FAMILY, needs=(_TAKES,), takes=_TAKES, null=0)

MEASURES = (
    _measure(
        code="IRR",
        label="Log incidence rate ratio",
        display="Incidence rate ratio",
        function=log_rate_ratio,
        back=EXP,
        source="Rothman et al. 2008",
    ),
    _measure(
        code="IRD",
        label="Incidence rate difference",
        display="Incidence rate difference",
        function=rate_difference,
        back=IDENTITY,
        source="Rothman et al. 2008",
    ),
    _measure(
        code="IRSD",
        label="Square root rate difference",
        display="Square root rate difference",
        function=square_root_rate_difference,
        back=IDENTITY,
        source="delta method",
        add=0,
    ),
)
