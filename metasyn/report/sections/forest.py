"""The forest plot."""

from __future__ import annotations

from metasyn.models.groups import Groups, StudyRow
from metasyn.models.results import Pooled
from metasyn.report.arms import compared_cells
from metasyn.report.document import Figure, Link, Section, Sentence, Target
from metasyn.report.formats import plural
from metasyn.report.lines import (
    by_words,
    cells_in_short,
    line_anchor,
    outcome_words,
    own_interval,
    shown_line,
    value_text,
)
from metasyn.report.material import Material

__all__ = ["forest"]


def forest(material: Material) -> Section:
    """The drawing, what it shows in words, and the same in other formats."""
    groups = material.groups
    figure = Figure(
        id="forest-plot",
        svg=material.drawing,
        alt=_alternative(groups),
        caption=_caption(groups),
        links=(
            Link("SVG", "forest.svg"),
            Link("PDF", "forest.pdf"),
            Link("PNG", "forest.png"),
        ),
        targets=(*_rows(groups), *_lines(groups)),
        plates=material.plates,
    )
    return Section("forest", "Forest plot", (figure,))


def _rows(groups: Groups) -> list[Target]:
    return [
        Target(row.record.result_id, f"#row-{row.record.result_id}", _told(row, groups))
        for line in groups.lines
        for row in line.studies
        if row.record
    ]


def _told(row: StudyRow, groups: Groups) -> str:
    counts = "" if row.n is None else f": {row.events}/{row.n}"
    return f"{row.label}{counts}, from {cells_in_short(compared_cells((row,), groups))}"


def _lines(groups: Groups) -> list[Target]:
    return [
        Target(
            line.code,
            f"#{line_anchor(number)}",
            f"{line.label}: {value_text(shown_line(line), 1)}, from "
            f"{plural(len(line.studies), 'row')}",
        )
        for number, line in enumerate(groups.lines, start=1)
        if line.studies
    ]


def _alternative(groups: Groups) -> str:
    parts = [
        f"{line.label}: {value_text(shown_line(line))}"
        + ("" if isinstance(line.result, Pooled) else ", not pooled")
        for line in groups.lines
        if line.studies
    ]
    return f"Forest plot of {outcome_words(groups.records)} by {by_words(groups)}. " + "; ".join(
        parts
    )


def _caption(groups: Groups) -> tuple[Sentence, ...]:
    rows = [row for line in groups.lines for row in line.studies]
    singles = sum(row.is_case for row in rows)
    sentences = [
        Sentence(
            f"Forest plot of {plural(len(rows), 'row')}, by {by_words(groups)}; within a block by "
            "design, then year.",
            ("lewis2001",),
        ),
        Sentence(
            "The area of a square is proportional to the weight of its row; lines are the "
            f"{own_interval(groups)} intervals of the row alone".replace("  ", " ")
            + "; diamonds are pooled estimates."
        ),
    ]
    if singles:
        sentences.append(
            Sentence("Hollow circles are reports of one or two patients, kept in a stratum below.")
        )
    return tuple(sentences)
