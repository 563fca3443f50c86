"""How much every study counts, and the same rows by other models and weights."""

from __future__ import annotations

import math
from collections.abc import Iterator

from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.models.groups import Line
from metasyn.models.interval import Interval
from metasyn.models.results import NotPooled
from metasyn.report.document import Column, Row, Sentence, Table, TableCell
from metasyn.report.formats import percent, sentence_case
from metasyn.report.lines import (
    Shown,
    by_words,
    level_words,
    line_cells,
    shown,
    value_text,
)
from metasyn.report.material import Material
from metasyn.report.sections.pooled import estimate_cell

__all__ = ["Found", "alternatives", "influence", "rate_cell"]

Found = list[tuple[Line, CaseEvidence]]
"""Lines with their case evidence."""

_PARTS = ("estimate", "low", "high")
_SAME = 1e-9
_KINDS = {"anchor": "study", "series": "small series", "cases": "together as one"}


def rate_cell(rate: float, low: float, high: float, one: CaseEvidence) -> TableCell:
    """Cell of a rate with its interval, if it has one."""
    interval = None if math.isnan(low) else Interval(low, high, one.pooled.spec.level)
    return estimate_cell(Shown(rate, interval, None, "PR"))


def influence(pooled: Found, material: Material) -> Table | None:
    """Weight and share of every unit, and the rate without it."""
    rows = [
        Row(
            (
                TableCell(line.label),
                TableCell(unit.label, detail=_KINDS[unit.kind]),
                TableCell(f"{unit.events:g}/{unit.n:g}", (unit.events, unit.n)),
                TableCell(percent(unit.power), unit.power),
                TableCell(percent(unit.share, 1), unit.share),
                _without(one, index),
            )
        )
        for line, one in pooled
        for index, unit in enumerate(one.influence.units)
    ]
    if not rows:
        return None
    return Table(
        "influence",
        "How much every study counts, and the rate without it.",
        (
            Column(sentence_case(by_words(material.groups))),
            Column("Study", detail="Counted as"),
            Column("Events / patients", "count", ("events", "patients")),
            Column("Weight by design", "percent"),
            Column("Share of information", "percent"),
            Column("Rate without it", "percent"),
        ),
        tuple(rows),
    )


def _without(one: CaseEvidence, index: int) -> TableCell:
    unit = one.influence.units[index]
    shift = one.shifts.all_cases if unit.kind == "cases" else one.shifts.studies[index]
    if shift is None or math.isnan(shift.rate):
        return TableCell("–")
    return TableCell(percent(shift.rate, 1), shift.rate)


def alternatives(pooled: Found, material: Material) -> Table | None:
    """Headline and alternatives; those that give the headline again are left out."""
    rows = [row for line, one in pooled for row in _of_line(line, one, material)]
    if not rows:
        return None
    level = level_words(material.groups)
    return Table(
        "sensitivity",
        "The same rows by other models and weights.",
        (
            Column(sentence_case(by_words(material.groups))),
            Column("Counted how"),
            Column(f"Proportion ({level} CI)", "percent", _PARTS),
            Column("Share of single cases", "percent"),
            Column("Why it is not the headline", "prose"),
        ),
        tuple(rows),
        notes=(
            Sentence(
                "Alternatives that give the headline again are left out.",
                ("ma2016", "doi2015"),
            ),
        ),
    )


def _of_line(line: Line, one: CaseEvidence, material: Material) -> Iterator[Row]:
    headline = one.sensitivity.rows[0]
    for row in one.sensitivity.rows:
        numbers = (row.rate, row.low, row.high)
        same = _equal(numbers, (headline.rate, headline.low, headline.high))
        if row is headline or not same:
            yield Row(
                (
                    TableCell(line.label),
                    TableCell(row.label),
                    rate_cell(*numbers, one),
                    TableCell(_share(row.case_share), row.case_share),
                    TableCell(row.why_not),
                )
            )
    for name, groups in material.sensitivity.items():
        if line.code not in groups:
            continue
        other = groups.line(line.code)
        what = shown(other.result)
        if value_text(what, 6) == value_text(shown(line.result), 6):
            continue
        yield Row(
            (
                TableCell(line.label),
                TableCell(name),
                estimate_cell(what, line_cells(other.studies)),
                TableCell("–"),
                TableCell(
                    f"Not pooled: {other.result.reason}."
                    if isinstance(other.result, NotPooled)
                    else ""
                ),
            )
        )


def _share(value: float) -> str:
    return percent(value, 1) if value else "0%"


def _equal(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(math.isclose(a, b, rel_tol=_SAME) for a, b in zip(one, other, strict=True))
