"""One group, events and person-time; also standardised incidence ratios (observed, expected)."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative, positive
from metasyn.effects.measures.measure import Estimates, Family, Measure, ZeroCells
from metasyn.effects.measures.scale import EXP, FREEMAN_TUKEY_RATE, IDENTITY, SQUARE

__all__ = ["MEASURES", "freeman_tukey_rate", "log_rate", "raw_rate", "square_root_rate"]


def raw_rate(xi: FloatArray, ti: FloatArray) -> Estimates:
    """Events per person-time."""
    return xi / ti, xi / ti**2


def log_rate(xi: FloatArray, ti: FloatArray) -> Estimates:
    """Log of the incidence rate."""
    return np.log(xi / ti), 1 / xi


def square_root_rate(xi: FloatArray, ti: FloatArray) -> Estimates:
    """Square root of the incidence rate, variance 1/(4t)."""
    return np.sqrt(xi / ti), 1 / (4 * ti)


def freeman_tukey_rate(xi: FloatArray, ti: FloatArray) -> Estimates:
    """Mean of the square roots of x/t and (x+1)/t, variance 1/(4t)."""
    return (np.sqrt(xi / ti) + np.sqrt((xi + 1) / ti)) / 2, 1 / (4 * ti)


_FAMILY = Family(
    name="rate",
    label="Incidence rate of one group",
    prepare=dict,
    size=lambda data: data["ti"],
    checks=(*not_negative("xi"), *positive("ti")),
    zero=ZeroCells(("xi",)),
)
_measure = partial(
    Measure,
    family=_FAMILY,
    needs=(("xi", "ti"),),
    takes=("xi", "ti"),
    display="Incidence rate",
    null=None,
)

MEASURES = (
    _measure(
        code="IR",
        label="Incidence rate",
        function=raw_rate,
        back=IDENTITY,
        source="Poisson variance",
    ),
    _measure(
        code="IRLN",
        label="Log incidence rate",
        function=log_rate,
        back=EXP,
        source="delta method",
    ),
    _measure(
        code="IRS",
        label="Square root incidence rate",
        function=square_root_rate,
        back=SQUARE,
        source="delta method",
        add=0,
    ),
    _measure(
        code="IRFT",
        label="Freeman-Tukey incidence rate",
        function=freeman_tukey_rate,
        back=FREEMAN_TUKEY_RATE,
        source="Freeman & Tukey 1950",
        add=0,
    ),
)
