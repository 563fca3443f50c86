"""The sheet ``extractions``, which a workbook may have: one row a value, as one person read it."""

from __future__ import annotations

from metasyn.records import Codes
from metasyn.records.extraction import Extraction
from metasyn.registry.grid import Grid
from metasyn.registry.issues import Issue
from metasyn.registry.reader import read_table
from metasyn.registry.schema import Sheet, SheetRow, column

__all__ = ["EXTRACTIONS", "read_extractions"]


class ExtractionSheetRow(SheetRow):
    """One value of one result, as one person extracted it."""

    result_id: str = column(
        "Result id",
        "The row of the sheet results that the value belongs to.",
        example="R0001",
        width=10,
        required=True,
        refers_to="results.result_id",
        may_be_missing=False,
    )
    field: str = column(
        "Field",
        "Name of the column of the sheet results.",
        example="events",
        width=20,
        required=True,
        may_be_missing=False,
    )
    extractor: str = column(
        "Extractor",
        "Who extracted the value; 'consensus' for the value that was agreed or adjudicated.",
        example="AB",
        width=14,
        required=True,
        may_be_missing=False,
    )
    value: str = column(
        "Value",
        "What the extractor read in the report, as it would stand in the sheet results.",
        example="3",
        width=20,
        required=True,
    )
    note: str = column(
        "Note", "Where it was read, or why it was decided so.", example="Table 2", width=40
    )


EXTRACTIONS = Sheet(
    "extractions",
    ExtractionSheetRow,
    "Extractions",
    "One row is one value of one result, as one person extracted it.",
    frozen_columns=3,
)


def read_extractions(grid: Grid, codes: Codes) -> tuple[tuple[Extraction, ...], list[Issue]]:
    """The rows of the sheet; its column of values takes numbers and text alike."""
    table, issues = read_table(EXTRACTIONS, grid, codes)
    rows = tuple(
        Extraction(
            row.text("result_id"),
            row.text("field"),
            row.text("extractor"),
            row.text("value"),
            row.text("note"),
            row.provenance,
            row.extras,
        )
        for row in table.rows
    )
    values = {row.provenance.cell("value") for row in rows}
    kept = [issue for issue in issues if issue.code != "number-in-text" or issue.cell not in values]
    return rows, kept
