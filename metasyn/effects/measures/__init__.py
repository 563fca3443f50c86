"""Every effect size, in one table."""

from __future__ import annotations

from types import MappingProxyType

from metasyn.effects.measures import (
    association,
    biserial,
    change,
    correlation,
    determination,
    matched,
    one_mean,
    other,
    partial_correlation,
    person_time,
    proportion,
    rate,
    reliability,
    smd_and_odds,
    standardised_change,
    superiority,
    survival,
    two_by_two,
    two_means,
    variability,
)
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure, Measures
from metasyn.effects.measures.scale import Transform
from metasyn.errors import SpecError

__all__ = ["MEASURES", "Estimates", "Family", "Inputs", "Measure", "Transform", "measure_of"]

_FAMILIES = (
    two_by_two,
    association,
    smd_and_odds,
    matched,
    person_time,
    survival,
    two_means,
    variability,
    superiority,
    biserial,
    correlation,
    partial_correlation,
    determination,
    proportion,
    rate,
    one_mean,
    change,
    standardised_change,
    reliability,
    other,
)

MEASURES: Measures = MappingProxyType(
    {measure.code: measure for family in _FAMILIES for measure in family.MEASURES}
)
"""Code to measure."""


def measure_of(code: str) -> Measure:
    """The measure of a code.

    Raises
    ------
    SpecError
        If no measure has the code; near ones are named.

    Examples
    --------
    >>> measure_of("RR").display
    'Risk ratio'
    """
    if code in MEASURES:
        return MEASURES[code]
    from difflib import get_close_matches

    near = get_close_matches(str(code).upper(), MEASURES, n=3, cutoff=0.4)
    hint = f"near ones are {', '.join(near)}; " if near else ""
    raise SpecError(f"'{code}' is no measure; {hint}`metasyn measures` lists all of them.")
