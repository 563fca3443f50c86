"""Measures outside the families: estimates that are given as they are."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import IDENTITY

__all__ = ["MEASURES", "given_estimates"]


def given_estimates(yi: FloatArray, vi: FloatArray) -> Estimates:
    """Estimates and variances as they were given."""
    return yi, vi


def _prepare(given: Inputs) -> Inputs:
    filled = dict(given)
    if "sei" in given:
        squared = given["sei"] ** 2
        known = given.get("vi", squared)
        filled["vi"] = np.where(np.isnan(known), squared, known)
    return filled


FAMILY = Family(
    name="given",
    label="Estimates with variances",
    prepare=_prepare,
    size=lambda data: data.get("ni", np.full_like(data["yi"], np.nan)),
    checks=not_negative("vi", "sei"),
)

MEASURES = (
    Measure(
        code="GEN",
        label="Estimate",
        display="Estimate",
        family=FAMILY,
        needs=(("yi", "vi"), ("yi", "sei")),
        takes=("yi", "vi"),
        function=given_estimates,
        back=IDENTITY,
        null=0,
        source="as given",
    ),
)
