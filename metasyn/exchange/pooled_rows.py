"""The studies of pooled lines with the numbers that other programs pool: counts, yi and vi."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from metasyn.effects.contrasts import contrasts_of
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.errors import Note, SpecError
from metasyn.models.groups import Groups, Line
from metasyn.models.interval import Interval
from metasyn.models.specs import RandomEffects
from metasyn.models.study_rows import effect_rows
from metasyn.records import Result

__all__ = ["MEASURES", "PooledRow", "check_model", "pooled_rows", "single_case_notes"]

MEASURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PLO": ("xi", "ni"),
        "RR": ("ai", "n1i", "ci", "n2i"),
        "OR": ("ai", "n1i", "ci", "n2i"),
        "RD": ("ai", "n1i", "ci", "n2i"),
    }
)
"""Measures that are exported: code to metafor's names of the counts."""


@dataclass(frozen=True, slots=True)
class PooledRow:
    """One study of a line.

    Parameters
    ----------
    line
        The line that it belongs to.
    record
        Its row of the registry; the treated arm of a comparison.
    slab
        Its label.
    counts
        metafor's argument to the count.
    yi, vi
        Estimate and sampling variance on the analysis scale.
    estimate, ci
        Estimate and its Wald interval on the display scale.
    """

    line: Line
    record: Result
    slab: str
    counts: Mapping[str, int]
    yi: float
    vi: float
    estimate: float
    ci: Interval


def check_model(groups: Groups, measure: str) -> RandomEffects:
    """The specification, if other programs can be asked for the same.

    Raises
    ------
    SpecError
        If the measure or the model is none that is exported.
    """
    if measure not in MEASURES:
        raise SpecError(f"measure {measure!r} is not exported; known are {', '.join(MEASURES)}.")
    spec = groups.spec
    if not isinstance(spec, RandomEffects) or spec != RandomEffects(ci="hksj"):
        raise SpecError('Exports pool with RandomEffects(ci="hksj"): other programs know it.')
    return spec


def pooled_rows(groups: Groups, measure: str) -> Iterator[PooledRow]:
    """The studies of every line that inverse variance can pool, line by line.

    Single cases of one arm are left out, as the model leaves them out; see
    :func:`single_case_notes`.
    """
    among = groups.records.among
    for line in groups.lines:
        records = [row.record for row in line.studies if row.record is not None]
        if measure == "PLO":
            records = [record for record in records if not record.is_single_case]
        if not records:
            continue
        effects = effect_sizes(records, measure, among=among)
        counts = _counts(records, measure, among)
        shown = effect_rows(effects, [None] * len(effects), groups.spec.level)
        for i, record in enumerate(effects.records):
            yi, vi, row = float(effects.yi[i]), float(effects.vi[i]), shown[i]
            yield PooledRow(line, record, effects.slab[i], counts[i], yi, vi, row.estimate, row.ci)


def _counts(
    records: Sequence[Result], measure: str, among: Sequence[Result]
) -> list[Mapping[str, int]]:
    if measure == "PLO":
        return [{"xi": record.events or 0, "ni": record.n or 0} for record in records]
    return [
        {
            "ai": contrast.treated.events or 0,
            "n1i": contrast.treated.n or 0,
            "ci": contrast.control.events or 0,
            "n2i": contrast.control.n or 0,
        }
        for contrast in contrasts_of(records, among)
    ]


def single_case_notes(groups: Groups) -> tuple[Note, ...]:
    """Which lines have single cases that are not exported."""
    return tuple(
        Note(
            "single-cases-left-out",
            f"{line.label}: {count} single case{'s' if count > 1 else ''} left out; "
            "inverse variance gives them no weight.",
        )
        for line in groups.lines
        if (count := sum(row.is_case for row in line.studies))
    )
