"""Tables beside the paragraphs on single cases: fragility, selection, tipping, alternatives."""

from __future__ import annotations

import math
from collections.abc import Iterator

from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.models.groups import Line
from metasyn.models.interval import Interval
from metasyn.models.results import NotPooled, Pooled
from metasyn.report.document import Block, Column, Figure, Row, Sentence, Table, TableCell
from metasyn.report.formats import join_words, number, percent, sentence_case
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

__all__ = ["case_tables"]

_PARTS = ("estimate", "low", "high")
_SAME = 1e-9
_KINDS = {"anchor": "study", "series": "small series", "cases": "single cases"}
_BASES = (
    ("in-force", "As weighted here"),
    ("full-weight-individual", "Every patient at full weight"),
    ("cases-only", "Single cases alone"),
)
_TIPPING = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def case_tables(material: Material) -> list[Block]:
    """The tables that have rows, and the tipping curves."""
    found = [
        (line, material.evidence[line.code])
        for line in material.groups.lines
        if line.code in material.evidence
    ]
    pooled = [(line, one) for line, one in found if isinstance(line.result, Pooled)]
    weighed = [(line, one) for line, one in pooled if one.cases_only is not None]
    blocks: list[Block | None] = [
        _hidden(found, material),
        _selection(weighed, material),
        _tipping_figure(weighed, material),
        _tipping(weighed, material),
        _influence(pooled, material),
        _alternatives(pooled, material),
    ]
    return [block for block in blocks if block is not None]


Found = list[tuple[Line, CaseEvidence]]


def _hidden(found: Found, material: Material) -> Table | None:
    rows = [
        Row((TableCell(line.label), *(_drawer_cell(one, basis) for basis, _ in _BASES)))
        for line, one in found
        if one.file_drawer is not None
    ]
    if not rows:
        return None
    goal = join_words(sorted({percent(one.threshold) for _, one in found}), "or")
    return Table(
        "hidden",
        "Hidden failures per published success that would bring the rate to "
        f"{goal}, by how single cases are counted.",
        (
            Column(sentence_case(by_words(material.groups))),
            *(Column(words, "number") for _, words in _BASES),
        ),
        tuple(rows),
        notes=(
            Sentence(
                "A small number means that the result is easily overturned by cases that nobody "
                "published.",
                ("rosenthal1979",),
            ),
        ),
    )


def _drawer_cell(one: CaseEvidence, basis: str) -> TableCell:
    assert one.file_drawer is not None  # noqa: S101 - chosen by the caller
    row = next((row for row in one.file_drawer.rows if row.basis == basis), None)
    studies = one.pooled.studies_only is not None
    if row is None or (not studies and basis != "cases-only"):
        return TableCell("–")
    value = row.per_success
    if math.isnan(value):
        return TableCell("no published success")
    if math.isinf(value):
        return TableCell(">100", note="Not reached with 100 hidden failures per success")
    if value == 0:
        return TableCell("there already", 0.0)
    return TableCell(number(value, 1), value, detail="")


def _selection(weighed: Found, material: Material) -> Table | None:
    rows, odds, notes = [], [], []
    for line, one in weighed:
        if one.selection is None:
            continue
        odds = sorted({row.odds_ratio for row in one.selection.rows})
        for mode in dict.fromkeys((row.mode, row.weight) for row in one.selection.rows):
            mine = [row for row in one.selection.rows if (row.mode, row.weight) == mode]
            how = "As weighted here" if mode[1] == one.pooled.case_power else "At full weight"
            rows.append(
                Row(
                    (
                        TableCell(line.label),
                        TableCell(how),
                        *(_rate_cell(row.rate, row.low, row.high, one) for row in mine),
                    )
                )
            )
        notes += _best_odds(line, one)
    if not rows:
        return None
    level = level_words(material.groups)
    return Table(
        "selection",
        "The pooled rate if a success had been published more readily than a failure.",
        (
            Column(sentence_case(by_words(material.groups))),
            Column("Single cases"),
            *(Column(f"{value:g} times the odds ({level} CI)", "percent", _PARTS)
              for value in odds),
        ),
        tuple(rows),
        notes=tuple(notes),
    )  # fmt: skip


def _best_odds(line: Line, one: CaseEvidence) -> list[Sentence]:
    assert one.selection is not None  # noqa: S101 - chosen by the caller
    best = next((e for e in one.selection.estimates if e.mode == "pseudo-study"), None)
    if best is None or math.isnan(best.odds_ratio):
        return []
    level = percent(one.pooled.spec.level)
    return [
        Sentence(
            f"{line.label}: odds of publication that fit the single cases best, success against "
            f"failure, {_odds(best.odds_ratio)} ({level} interval {_odds(best.low)} to "
            f"{_odds(best.high)})."
        )
    ]


def _odds(value: float) -> str:
    if math.isinf(value):
        return "any larger number"
    return number(value, 2 if value < 10 else 0)


def _tipping_figure(weighed: Found, material: Material) -> Figure | None:
    if not material.tipping:
        return None
    lines = join_words([line.label for line, _ in weighed])
    return Figure(
        "tipping-curves",
        material.tipping,
        f"Pooled rate of {lines} by the weight of the single cases; the numbers stand in the "
        "table below.",
        (
            Sentence(
                "The pooled rate and its interval as the weight of all single cases together goes "
                "from nothing to that of a full study."
            ),
        ),
    )


def _tipping(weighed: Found, material: Material) -> Table | None:
    rows = []
    for line, one in weighed:
        if one.tipping is None:
            continue
        curve = one.tipping.pseudo_study
        places = [_nearest(curve.weight.tolist(), weight) for weight in _TIPPING]
        rows.append(
            Row(
                (
                    TableCell(line.label),
                    *(
                        TableCell("–")
                        if i is None
                        else _rate_cell(
                            float(curve.rate[i]), float(curve.low[i]), float(curve.high[i]), one
                        )
                        for i in places
                    ),
                )
            )
        )
    if not rows:
        return None
    level = level_words(material.groups)
    return Table(
        "tipping",
        "The pooled rate by the weight of all single cases together.",
        (
            Column(sentence_case(by_words(material.groups))),
            *(
                Column(f"Weight {percent(weight)} ({level} CI)", "percent", _PARTS)
                for weight in _TIPPING
            ),
        ),
        tuple(rows),
    )


def _nearest(weights: list[float], wanted: float) -> int | None:
    return next((i for i, one in enumerate(weights) if abs(one - wanted) < _SAME), None)


def _rate_cell(rate: float, low: float, high: float, one: CaseEvidence) -> TableCell:
    interval = None if math.isnan(low) else Interval(low, high, one.pooled.spec.level)
    return estimate_cell(Shown(rate, interval, None, "PR"))


def _influence(pooled: Found, material: Material) -> Table | None:
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


def _alternatives(pooled: Found, material: Material) -> Table | None:
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
                    _rate_cell(*numbers, one),
                    TableCell(percent(row.case_share, 1), row.case_share),
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


def _equal(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(math.isclose(a, b, rel_tol=_SAME) for a, b in zip(one, other, strict=True))
