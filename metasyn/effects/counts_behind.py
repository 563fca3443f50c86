"""Counts that estimates came from, kept with them for whoever shows the studies."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import read_only
from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.effects.measures.measure import Inputs, Measure

__all__ = ["counts_behind"]


def counts_behind(
    measure: Measure, arrays: Inputs, labels: tuple[str, ...]
) -> Counts | TwoArmCounts | None:
    """Counts of one arm or of two, where a measure was computed from nothing else.

    Parameters
    ----------
    measure
        What was computed.
    arrays
        Its arguments, shape (k,) each.
    labels
        Labels of the studies.

    Returns
    -------
    Counts, TwoArmCounts or None
        None where the measure takes no counts, or a count is missing or no whole number.

    Examples
    --------
    >>> from metasyn.effects.effect_sizes import effect_sizes
    >>> effects = effect_sizes("RR", ai=[4, 6], n1i=[123, 306], ci=[11, 29], n2i=[139, 303])
    >>> effects.counts.bi.tolist()
    [119.0, 300.0]
    """
    family = measure.family
    if family.name not in ("two-by-two", "proportion") or "yi" in arrays:
        return None
    cells = family.prepare(arrays)
    names = ("ai", "bi", "ci", "di") if family.name == "two-by-two" else ("xi", "mi")
    values = [np.asarray(cells[name], dtype=np.float64) for name in names if name in cells]
    whole = all(np.all((value >= 0) & (value == np.rint(value))) for value in values)
    if len(values) != len(names) or not whole:
        return None
    if family.name == "two-by-two":
        a, b, c, d = map(read_only, values)
        return TwoArmCounts(a, b, c, d, labels)
    events, rest = values
    return Counts(read_only(events), read_only(events + rest), labels)
