"""Cronbach's alpha and its transformations."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import positive
from metasyn.effects.measures.measure import Check, Estimates, Family, Measure
from metasyn.effects.measures.scale import ALPHA_BONETT, ALPHA_HAKSTIAN_WHALEN, IDENTITY

__all__ = ["MEASURES", "alpha_bonett", "alpha_hakstian_whalen", "raw_alpha"]


def raw_alpha(ai: FloatArray, mi: FloatArray, ni: FloatArray) -> Estimates:
    """Alpha of ``mi`` items in ``ni`` people."""
    return ai, 2 * mi * (1 - ai) ** 2 / ((mi - 1) * (ni - 2))


def alpha_hakstian_whalen(ai: FloatArray, mi: FloatArray, ni: FloatArray) -> Estimates:
    """1 - (1 - alpha)^(1/3), which grows with alpha (the authors' own does not)."""
    root = (1 - ai) ** (1 / 3)
    return 1 - root, 18 * mi * (ni - 1) * root**2 / ((mi - 1) * (9 * ni - 11) ** 2)


def alpha_bonett(ai: FloatArray, mi: FloatArray, ni: FloatArray) -> Estimates:
    """-log(1 - alpha), which grows with alpha (the author's own does not)."""
    return -np.log(1 - ai), 2 * mi / ((mi - 1) * (ni - 2))


_FAMILY = Family(
    name="reliability",
    label="Cronbach's alpha",
    prepare=dict,
    size=lambda data: data["ni"],
    checks=(
        Check(("ai",), lambda x: x > 1, "alpha must not exceed 1"),
        Check(("mi",), lambda x: x < 2, "alpha needs two items or more"),
        *positive("ni"),
    ),
)
_THREE = ("ai", "mi", "ni")
_measure = partial(
    Measure, family=_FAMILY, needs=(_THREE,), takes=_THREE, display="Cronbach's alpha", null=None
)

MEASURES = (
    _measure(
        code="ARAW",
        label="Cronbach's alpha",
        function=raw_alpha,
        back=IDENTITY,
        source="Bonett 2010",
    ),
    _measure(
        code="AHW",
        label="Hakstian-Whalen transformed alpha",
        function=alpha_hakstian_whalen,
        back=ALPHA_HAKSTIAN_WHALEN,
        source="Hakstian & Whalen 1976",
    ),
    _measure(
        code="ABT",
        label="Bonett transformed alpha",
        function=alpha_bonett,
        back=ALPHA_BONETT,
        source="Bonett 2002",
    ),
)
