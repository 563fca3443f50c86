"""Tables beside the paragraphs on single cases: fragility, selection, tipping."""

from __future__ import annotations

import math

from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.models.groups import Line
from metasyn.models.results import Pooled
from metasyn.report.document import Block, Column, Figure, Row, Sentence, Table, TableCell
from metasyn.report.formats import join_words, number, percent, sentence_case
from metasyn.report.lines import (
    by_words,
    level_words,
)
from metasyn.report.material import Material
from metasyn.report.sections.sensitivity import Found, alternatives, influence, rate_cell

__all__ = ["case_tables"]

_PARTS = ("estimate", "low", "high")
_SAME = 1e-9
_BASES = (
    ("in-force", "as weighted here"),
    ("full-weight-individual", "every patient at full weight"),
    ("cases-only", "single cases alone"),
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
        _fragility(weighed, material),
        _selection(weighed, material),
        _tipping_figure(weighed, material),
        _tipping(weighed, material),
        influence(pooled, material),
        alternatives(pooled, material),
    ]
    return [block for block in blocks if block is not None]


def _fragility(weighed: Found, material: Material) -> Table | None:
    rows = [
        Row(
            (
                TableCell(line.label),
                *(_drawer_cell(one, basis) for basis, _ in _BASES),
                _crossing(one),
                _conflict(one),
            )
        )
        for line, one in weighed
    ]
    if not rows:
        return None
    goal = join_words(sorted({percent(one.threshold) for _, one in weighed}), "or")
    harm = any(one.direction == "harm" for _, one in weighed)
    hidden = "Hidden events per patient spared" if harm else "Hidden failures per success"
    return Table(
        "fragility",
        f"What would bring the rate to {goal}, and whether single cases and studies agree.",
        (
            Column(sentence_case(by_words(material.groups))),
            *(Column(f"{hidden}: {words}", "number") for _, words in _BASES),
            Column("Weight of single cases", "percent", (), "where the rate is at the threshold"),
            Column(
                "Agreement with the studies",
                "number",
                (),
                "probability, given the studies, of single cases that did as well or better",
            ),
        ),
        tuple(rows),
        notes=(
            Sentence(
                "Hidden failures are cases that nobody published; a small number means that the "
                "result is easily overturned.",
                ("rosenthal1979",),
            ),
            Sentence(
                "Agreement is the probability, given the studies, that as many single cases or "
                "more do well; below 0.05 the cases look better than the studies can explain.",
                ("presanis2013",),
            ),
        ),
    )


def _crossing(one: CaseEvidence) -> TableCell:
    assert one.tipping is not None  # noqa: S101 - chosen by the caller
    crosses = one.tipping.pseudo_study.rate_crosses
    if not crosses:
        return TableCell("at no weight")
    return TableCell(join_words([percent(weight) for weight in crosses]), crosses[0])


def _conflict(one: CaseEvidence) -> TableCell:
    if one.conflict is None:
        return TableCell("–")
    return TableCell(number(one.conflict.pseudo_study.p_upper), one.conflict.pseudo_study.p_upper)


def _drawer_cell(one: CaseEvidence, basis: str) -> TableCell:
    assert one.file_drawer is not None  # noqa: S101 - chosen by the caller
    value = next(row.per_success for row in one.file_drawer.rows if row.basis == basis)
    if math.isnan(value):
        return TableCell("no published success")
    if math.isinf(value):
        return TableCell(">100", note="Not reached with 100 hidden failures per success")
    if value == 0:
        return TableCell("there already", 0.0)
    return TableCell(number(value, 1).removesuffix(".0"), value)


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
                        *(rate_cell(row.rate, row.low, row.high, one) for row in mine),
                    )
                )
            )
        notes += _best_odds(line, one)
    if not rows:
        return None
    level = level_words(material.groups)
    return Table(
        "selection",
        f"The pooled rate ({level} CI) if a success had been published more readily than a "
        "failure, by the odds.",
        (
            Column(sentence_case(by_words(material.groups))),
            Column("Single cases"),
            *(Column(f"Odds {value:g} to 1", "percent", _PARTS) for value in odds),
        ),
        tuple(rows),
        notes=tuple(notes),
    )


def _best_odds(line: Line, one: CaseEvidence) -> list[Sentence]:
    assert one.selection is not None  # noqa: S101 - chosen by the caller
    best = next((e for e in one.selection.estimates if e.mode == "pseudo-study"), None)
    if best is None or math.isnan(best.odds_ratio):
        return []
    level = percent(one.pooled.spec.level)
    said = (
        f"{line.label}: odds of publication that fit the single cases best, success against failure"
    )
    if math.isinf(best.odds_ratio):
        return [
            Sentence(
                f"{said}: the higher, the better they fit ({level} interval from "
                f"{_odds(best.low)} upwards)."
            )
        ]
    limits = (
        f"from {_odds(best.low)} upwards"
        if math.isinf(best.high)
        else f"{_odds(best.low)} to {_odds(best.high)}"
    )
    return [Sentence(f"{said}, {_odds(best.odds_ratio)} ({level} interval {limits}).")]


def _odds(value: float) -> str:
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
        plates=material.tipping_plates,
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
                        else rate_cell(
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
        f"The pooled rate ({level} CI) by the weight of all single cases together.",
        (
            Column(sentence_case(by_words(material.groups))),
            *(Column(f"Weight {percent(weight)}", "percent", _PARTS) for weight in _TIPPING),
        ),
        tuple(rows),
    )


def _nearest(weights: list[float], wanted: float) -> int | None:
    return next((i for i, one in enumerate(weights) if abs(one - wanted) < _SAME), None)
