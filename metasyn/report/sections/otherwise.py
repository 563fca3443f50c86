"""Comparisons pooled otherwise: every alternative beside the headline, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.models.groups import Line
from metasyn.models.results import NotPooled
from metasyn.report.arms import compared_cells
from metasyn.report.document import Column, Row, Table, TableCell
from metasyn.report.formats import sentence_case
from metasyn.report.lines import (
    by_words,
    is_share,
    level_words,
    measure_of,
    measure_words,
    shown_line,
    value_text,
)
from metasyn.report.material import Material

__all__ = ["otherwise"]


def otherwise(material: Material) -> Table | None:
    """Headline and alternatives of comparisons; those of proportions stand with single cases."""
    groups = material.groups
    if is_share(measure_of(groups)):
        return None
    lines = [line for line in groups.lines if line.studies]
    rows = [row for line in lines for row in _rows(line, material)]
    if not rows:
        return None
    return Table(
        "otherwise",
        "The same rows by other models.",
        (
            Column(sentence_case(by_words(groups))),
            Column("Pooled how"),
            Column(
                f"{measure_words(groups)} ({level_words(groups)} CI)",
                "number",
                ("estimate", "low", "high"),
            ),
        ),
        tuple(rows),
    )


def _rows(line: Line, material: Material) -> Iterator[Row]:
    found = [
        (name, other.line(line.code))
        for name, other in material.sensitivity.items()
        if line.code in other
    ]
    for name, other in [("Headline", line), *found] if found else ():
        yield Row((TableCell(line.label), TableCell(name), _value(other, material)))


def _value(line: Line, material: Material) -> TableCell:
    if isinstance(line.result, NotPooled):
        return TableCell("–", note=f"Not pooled: {line.result.reason}.")
    what = shown_line(line)
    numbers = (what.estimate, *(what.ci or (None, None)))
    return TableCell(value_text(what), numbers, compared_cells(line.studies, material.groups))
