"""Measures outside the families."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative
from metasyn.effects.measures.measure import Estimates, Family, Measure
from metasyn.effects.measures.scale import EXP, IDENTITY

__all__ = ["MEASURES", "log_excess_heterozygosity"]


def log_excess_heterozygosity(ai: FloatArray, bi: FloatArray, ci: FloatArray) -> Estimates:
    """Log of the relative excess heterozygosity, p1/(2 sqrt(p0 p2)).

    ``ai``, ``bi`` and ``ci`` count people with two dominant, one, and no dominant alleles.
    Source: Ziegler et al. 2011.
    """
    ni = ai + bi + ci
    p0, p1, p2 = ai / ni, bi / ni, ci / ni
    yi = np.log(p1) - np.log(2 * np.sqrt(p0 * p2))
    return yi, ((1 - p1) / (4 * p0 * p2) + 1 / p1) / ni


_GENOTYPES = Family(
    name="genotypes",
    label="Genotypes of one group",
    prepare=dict,
    size=lambda data: data["ai"] + data["bi"] + data["ci"],
    checks=not_negative("ai", "bi", "ci"),
)
_GIVEN = Family(
    name="given", label="Estimates with variances", prepare=dict, size=lambda data: data["yi"]
)

MEASURES = (
    Measure(
        code="REH",
        label="Log relative excess heterozygosity",
        display="Relative excess heterozygosity",
        family=_GENOTYPES,
        needs=(("ai", "bi", "ci"),),
        takes=("ai", "bi", "ci"),
        function=log_excess_heterozygosity,
        back=EXP,
        null=0,
        source="Ziegler et al. 2011",
    ),
    Measure(
        code="GEN",
        label="Estimate",
        display="Estimate",
        family=_GIVEN,
        needs=(),
        takes=(),
        function=None,
        back=IDENTITY,
        null=0,
        source="as given",
    ),
)
