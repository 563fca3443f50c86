"""What was set aside, row by row, and why."""

from __future__ import annotations

from metasyn.models.groups import Groups
from metasyn.records import SetAside
from metasyn.report.document import Column, Paragraph, Row, Section, Sentence, Table, TableCell
from metasyn.report.formats import plural, sentence_case
from metasyn.report.lines import by_words, cell_range, field_cells
from metasyn.report.material import Material
from metasyn.report.wording import SET_ASIDE

__all__ = ["set_aside"]


def set_aside(material: Material) -> Section:
    """Every row that has the outcome and is not in a line."""
    groups = material.groups
    items = [(line.label, item) for line in groups.lines for item in line.set_aside]
    if not items:
        nothing = Paragraph((Sentence("No row with the outcome was set aside."),))
        return Section("set-aside", "What was set aside, and why", (nothing,))
    table = Table(
        "set-aside",
        _caption(items),
        (
            Column(sentence_case(by_words(groups)), choice=True),
            Column("Study"),
            Column("Patients", detail="Outcome"),
            Column("Events / patients", "count", ("events", "patients")),
            Column("Why", "prose", detail="In detail"),
            Column("Row", "code", (), "id of the row, and its cells in the workbook", "Cells"),
        ),
        tuple(_row(groups, label, item) for label, item in items),
        filterable=True,
    )
    return Section("set-aside", "What was set aside, and why", (table,))


def _caption(items: list[tuple[str, SetAside]]) -> str:
    controls = sum(item.code == "comparator-arm" for _, item in items)
    words = f"{sentence_case(plural(len(items), 'row'))} with the outcome that"
    if not controls:
        return f"{words} {'stands' if len(items) == 1 else 'stand'} in no line."
    return (
        f"{words} {'is' if len(items) == 1 else 'are'} no row of a line: {controls:,} of them "
        f"{'is a comparison arm' if controls == 1 else 'are comparison arms'}."
    )


def _row(groups: Groups, label: str, item: SetAside) -> Row:
    record = item.record
    cells = field_cells(record, "events", "n")
    outcomes = groups.records.codes.get("outcome")
    counts = "/".join("–" if x is None else str(x) for x in (record.events, record.n))
    return Row(
        (
            TableCell(label),
            TableCell(record.study.label_with_notice),
            TableCell(
                record.arm, detail=outcomes.label(record.outcome) if outcomes else record.outcome
            ),
            TableCell(counts, (record.events, record.n), cells),
            TableCell(
                SET_ASIDE.get(item.code, item.code),
                detail=f"{sentence_case(item.reason).rstrip('.')}.",
            ),
            TableCell(record.result_id, detail=cell_range(cells)),
        ),
        anchor=f"row-{record.result_id}",
    )
