"""What the boxes of a PRISMA 2020 flow diagram say: numbers of the search, then of the registry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from metasyn.models.groups import Groups
from metasyn.records import Records, Result, Study
from metasyn.records.search_flow import BOXES, OTHER_SOURCES, SearchFlow
from metasyn.records.selection import SetAside

__all__ = ["NOT_GIVEN", "BoxLine", "FlowBox", "HasFlow", "Place", "flow_boxes", "flow_notes"]

Place = Literal["previous", "main", "side", "other", "other-side"]
Phase = Literal["Identification", "Screening", "Included", "Registry", "Synthesis"]

NOT_GIVEN = "(n not given)"
REASONS = {
    "analyse-no": "marked as not to be analysed",
    "analyse-sensitivity": "marked as sensitivity analysis",
    "role": "other role of the treatment",
    "bad-cells": "cells that are wrong",
    "retracted": "report retracted",
    "missing-numbers": "numbers missing",
    "comparator-arm": "comparator arms",
    "second-outcome": "second outcome of the same arm",
    "shared-patients": "patients of another row",
    "overlapping-study": "overlap with another report",
}
"""Why results are set aside: code to words."""


class HasFlow(Protocol):
    """What is drawn: a registry."""

    @property
    def studies(self) -> tuple[Study, ...]: ...  # noqa: D102 - see Registry
    @property
    def results(self) -> tuple[Result, ...]: ...  # noqa: D102 - see Registry
    @property
    def flow(self) -> SearchFlow: ...  # noqa: D102 - see Registry


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A line of a box; parts stand further in."""

    words: str
    is_part: bool = False
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class FlowBox:
    """A box of the diagram.

    Parameters
    ----------
    code
        What it holds, for programs.
    place, row, phase
        Column, row from the top, and phase of the review.
    lines
        What it says.
    is_wrong
        Whether its number is not what the boxes before it make.
    """

    code: str
    place: Place
    row: int
    phase: Phase
    lines: tuple[BoxLine, ...]
    is_wrong: bool = False


def flow_boxes(registry: HasFlow, groups: Groups | Records | None = None) -> tuple[FlowBox, ...]:
    """Boxes of the search where the registry has its numbers, then those that it knows itself.

    Parameters
    ----------
    registry
        Numbers of the search, reports and results.
    groups
        What a synthesis took from the registry; None stops at the registry.
    """
    boxes = list(_search(registry.flow)) if registry.flow else []
    first = max((box.row for box in boxes), default=-1) + 1
    boxes += _registry(registry, first)
    if groups is not None:
        boxes += _synthesis(registry, groups, first + 1)
    return tuple(boxes)


def flow_notes(registry: HasFlow, boxes: Sequence[FlowBox]) -> tuple[str, ...]:
    """What is not known, and what does not come out."""
    flow = registry.flow
    if not flow:
        return (
            "The registry has no numbers of the search (sheet 'flow'): records identified, "
            "screened and excluded are not known and not drawn.",
        )
    said = [
        f"Does not come out: {_name(item.balance.total)} {item.given}, but {_words(item.sum)}."
        for item in flow.imbalances()
    ]
    said += [
        f"Does not come out: {_name(row.box)} {row.n}, but its parts make {total}."
        for row, total in flow.partial_sums()
    ]
    code = "total_reports" if flow.has("previous_reports", "total_reports") else "new_reports"
    reports, held = flow.count(code), len(registry.studies)
    if reports is not None and reports != held:
        said.append(f"Does not come out: {_name(code)} {reports}, but the registry holds {held}.")
    if any(line.words.endswith(NOT_GIVEN) for box in boxes for line in box.lines):
        said.append("'n not given' is a number that the registry does not hold; it is not 0.")
    return tuple(said)


def _name(code: str) -> str:
    label = BOXES[code].label
    return label[0].lower() + label[1:]


def _words(sum_: str) -> str:
    return " ".join(_name(word) if word in BOXES else word for word in sum_.split())


def _n(number: int | None) -> str:
    return NOT_GIVEN if number is None else f"(n = {number:,})"


def _line(flow: SearchFlow, code: str, label: str = "") -> list[BoxLine]:
    """A box's number in a line, and its named parts below."""
    lines = [BoxLine(f"{label or BOXES[code].label} {_n(flow.count(code))}")]
    return [*lines, *(BoxLine(f"{row.part} {_n(row.n)}", True) for row in flow.parts(code))]


def _several(flow: SearchFlow, heading: str, codes: Sequence[str]) -> tuple[BoxLine, ...]:
    """A heading with a line for each box that has a row; the first where none has."""
    shown = [code for code in codes if flow.has(code)] or list(codes[:1])
    lines = [line for code in shown for line in _line(flow, code)]
    return (BoxLine(heading, is_heading=True), *lines)


def _search(flow: SearchFlow) -> Iterator[FlowBox]:
    wrong = {item.balance.total for item in flow.imbalances()}
    wrong |= {row.box for row, _ in flow.partial_sums()}

    def box(code: str, place: Place, row: int, phase: Phase) -> FlowBox:
        return FlowBox(code, place, row, phase, tuple(_line(flow, code)), code in wrong)

    found = _several(flow, "Records identified from:", ("database_results", "register_results"))
    yield FlowBox("identified", "main", 0, "Identification", found, "database_results" in wrong)
    codes = ("duplicates", "excluded_automatic", "excluded_other")
    removed = _several(flow, "Records removed before screening:", codes)
    yield FlowBox("removed", "side", 0, "Identification", removed)
    yield box("records_screened", "main", 1, "Screening")
    yield box("records_excluded", "side", 1, "Screening")
    chain = ("sought_reports", "notretrieved_reports", "assessed", "excluded")
    branches: list[tuple[str, Place, Place]] = [("dbr", "main", "side")]
    if flow.has(*OTHER_SOURCES, *(f"other_{part}" for part in chain)):
        branches.append(("other", "other", "other-side"))
        sources = _several(flow, "Records identified from:", OTHER_SOURCES)
        yield FlowBox("other_identified", "other", 0, "Identification", sources)
    for prefix, main, side in branches:
        for i, part in enumerate(chain):
            place = main if i % 2 == 0 else side
            yield box(f"{prefix}_{part}", place, 2 + i // 2, "Screening")
    yield from _included(flow, wrong)


def _included(flow: SearchFlow, wrong: set[str]) -> Iterator[FlowBox]:
    """Studies and reports that came in, and all of them with those of the previous version."""
    updates = flow.has("previous_studies", "previous_reports", "total_studies", "total_reports")
    labels = ("", "") if updates else ("Studies included in review", "Reports of included studies")
    new = [
        line
        for code, label in zip(("new_studies", "new_reports"), labels, strict=True)
        for line in _line(flow, code, label)
    ]
    is_wrong = bool({"new_studies", "new_reports"} & wrong)
    yield FlowBox("included", "main", 4, "Included", tuple(new), is_wrong)
    if updates:
        before = [*_line(flow, "previous_studies"), *_line(flow, "previous_reports")]
        yield FlowBox("previous", "previous", 0, "Identification", tuple(before))
        total = [*_line(flow, "total_studies"), *_line(flow, "total_reports")]
        is_wrong = bool({"total_studies", "total_reports"} & wrong)
        yield FlowBox("total", "main", 5, "Included", tuple(total), is_wrong)


def _registry(registry: HasFlow, row: int) -> list[FlowBox]:
    """What the sheets hold: reports, results, and reports without any."""
    held = {result.study_id for result in registry.results}
    reports = sum(study.study_id in held for study in registry.studies)
    bare = len(registry.studies) - reports
    lines = (
        BoxLine(f"Reports in the registry {_n(len(registry.studies))}"),
        BoxLine(f"with results {_n(reports)}", True),
        BoxLine(f"Results in the registry {_n(len(registry.results))}"),
    )
    boxes = [FlowBox("registry", "main", row, "Registry", lines)]
    if bare:
        aside = (BoxLine(f"Reports without results {_n(bare)}"),)
        boxes.append(FlowBox("no-results", "side", row, "Registry", aside))
    return boxes


def _synthesis(registry: HasFlow, groups: Groups | Records, row: int) -> list[FlowBox]:
    """Results that answer the question, those set aside, and those that are left."""
    used, aside = _taken(groups)
    asked = len(used) + len(aside)
    reports = {record.study_id for record in (*used, *(item.record for item in aside))}
    other = len(registry.results) - asked
    answers = (
        BoxLine(f"Results that answer the question {_n(asked)}"),
        BoxLine(f"from reports {_n(len(reports))}", True),
    )
    boxes = [FlowBox("answers", "main", row, "Synthesis", answers)]
    if other > 0:
        line = (BoxLine(f"Results on other questions {_n(other)}"),)
        boxes.append(FlowBox("other-questions", "side", row, "Synthesis", line))
    kept = (
        BoxLine(f"Results in the synthesis {_n(len(used))}"),
        BoxLine(f"from reports {_n(len({record.study_id for record in used}))}", True),
    )
    boxes.append(FlowBox("synthesis", "main", row + 1, "Synthesis", kept))
    if aside:
        counts = Counter(item.code for item in aside)
        order = [*(code for code in REASONS if code in counts), *sorted(counts.keys() - REASONS)]
        reasons = [
            BoxLine(f"{REASONS.get(code, code.replace('-', ' '))} {_n(counts[code])}", True)
            for code in order
        ]
        lines = (BoxLine(f"Results set aside {_n(len(aside))}"), *reasons)
        boxes.append(FlowBox("set-aside", "side", row + 1, "Synthesis", lines))
    return boxes


def _taken(groups: Groups | Records) -> tuple[list[Result], list[SetAside]]:
    if isinstance(groups, Records):
        return list(groups.rows), list(groups.set_aside)
    used = [row.record for line in groups.lines for row in line.studies if row.record]
    return used, [item for line in groups.lines for item in line.set_aside]
