"""The rows behind the plot: every number with the cell that it comes from."""

from __future__ import annotations

from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.report.arms import compared_cells, controls, counts_columns
from metasyn.report.document import Column, Row, Section, Table, TableCell
from metasyn.report.formats import interval_text, number, percent, percent_range, sentence_case
from metasyn.report.lines import (
    by_words,
    cells_in_short,
    field_cells,
    is_share,
    level_words,
    measure_of,
    measure_words,
    outcome_words,
    own_interval,
    row_cells,
)
from metasyn.report.material import Material

__all__ = ["studies"]


def studies(material: Material) -> Section:
    """One row a study, as drawn, with its cell."""
    groups = material.groups
    share = is_share(measure_of(groups))
    own = f"{own_interval(groups)} {level_words(groups)}".strip()
    columns = (
        Column(sentence_case(by_words(groups)), choice=True),
        Column("Study"),
        Column("Patients", detail="Outcome"),
        Column("Design", choice=True),
        Column("Chosen because", explanation="how the patients came into the report"),
        *counts_columns(groups),
        Column(
            f"{measure_words(groups)} ({own} CI)",
            "percent" if share else "number",
            ("estimate", "low", "high"),
        ),
        Column("Weight", "percent", explanation="share of the pooled estimate"),
        Column("Row", "code", (), "id of the row, and its cells in the workbook", "Cells"),
    )
    rows = tuple(_row(groups, line, row) for line in groups.lines for row in line.studies)
    table = Table(
        "rows",
        f"Rows with {outcome_words(groups.records)} by {by_words(groups)}, as drawn.",
        columns,
        rows,
        filterable=True,
    )
    return Section("rows", "The rows behind the plot", (table,))


def _row(groups: Groups, line: Line, row: StudyRow) -> Row:
    cells = compared_cells((row,), groups)
    record = row.record
    labels = {
        name: _label(groups, name, value)
        for name, value in (
            ("design", record.study.design if record else ""),
            ("outcome", record.outcome if record else ""),
            ("selection", record.selection if record else ""),
        )
    }
    estimate = (
        f"{percent(row.estimate)} ({percent_range(row.ci)})"
        if is_share(measure_of(groups))
        else f"{number(row.estimate)} ({interval_text(row.ci)})"
    )
    return Row(
        (
            TableCell(line.label),
            TableCell(
                record.study.label_with_notice if record else row.label,
                note=record.study.title if record else "",
            ),
            TableCell(
                record.arm if record else "",
                note=record.definition if record else "",
                detail=labels["outcome"],
            ),
            TableCell(labels["design"]),
            TableCell(labels["selection"]),
            TableCell(
                "–" if row.n is None else f"{row.events}/{row.n}",
                None if row.n is None else (row.events, row.n),
                row_cells(row),
            ),
            *_control(row, groups),
            TableCell(estimate, (row.estimate, row.ci.low, row.ci.high), cells),
            TableCell("–" if row.weight is None else percent(row.weight, 1), row.weight, cells),
            TableCell(record.result_id if record else "", detail=cells_in_short(cells)),
        ),
        anchor=f"row-{record.result_id}" if record else "",
    )


def _control(row: StudyRow, groups: Groups) -> list[TableCell]:
    """Events and patients of the comparison arm, where arms are compared."""
    if is_share(measure_of(groups)):
        return []
    found = controls((row,), groups)
    if not found or found[0].n is None:
        return [TableCell("–")]
    (one,) = found
    counts = (one.events, one.n)
    return [TableCell(f"{one.events}/{one.n}", counts, field_cells(one, "events", "n"))]


def _label(groups: Groups, name: str, code: str) -> str:
    codes = groups.records.codes.get(name)
    return codes.label(code) if codes and code else code
