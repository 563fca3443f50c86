"""The sheet ``dictionary``: every column in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from metasyn.records.cell import column_letters
from metasyn.registry.grid import number_text
from metasyn.registry.schema import Column, Sheet
from metasyn.registry.sheets import DATA_SHEETS
from metasyn.registry.template import look
from metasyn.registry.template.data_sheet import put

__all__ = ["fill_dictionary"]

_COLUMNS = (
    ("sheet", 12),
    ("column", 20),
    ("label", 20),
    ("description", 78),
    ("type", 12),
    ("required", 10),
    ("code list", 20),
    ("range", 14),
    ("unit", 11),
    ("missing codes", 14),
    ("refers to", 18),
    ("example", 44),
)
_TYPES = {
    "id": "id",
    "ids": "ids, ;",
    "code": "code",
    "text": "text",
    "date": "date",
    "integer": "whole number",
    "number": "number",
}


def fill_dictionary(
    worksheet: Worksheet, examples: Mapping[str, str], optional: Sequence[Sheet] = ()
) -> None:
    """Write a row for every column of every sheet; ``examples`` has a code of every list."""
    worksheet.sheet_properties.tabColor = look.TABS["dictionary"]
    worksheet.freeze_panes = "C2"
    worksheet.sheet_view.showGridLines = False
    worksheet.row_dimensions[1].height = 24
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_title_rows = "1:1"
    for number, (name, width) in enumerate(_COLUMNS, start=1):
        worksheet.column_dimensions[column_letters(number)].width = width
        cell = worksheet.cell(1, number, name)
        cell.font, cell.fill = look.HEADER_FONT, look.REQUIRED_HEADER
        cell.border, cell.alignment = look.HEADER_BORDER, look.HEADER_ALIGNMENT
    row = 1
    for sheet in (*DATA_SHEETS[1:], *optional, *DATA_SHEETS[:1]):
        for first, column in enumerate(sheet.columns):
            row += 1
            worksheet.row_dimensions[row].height = 26 if _wraps(column) else 14
            for number, text in enumerate(_describe(sheet, column, examples), start=1):
                cell = worksheet.cell(row, number)
                put(cell, text)
                cell.number_format = "@"
                cell.font = look.BODY
                cell.alignment = look.BODY_ALIGNMENT
                cell.border = look.ROW_BORDER if first else look.LIST_BORDER
    worksheet.auto_filter.ref = f"A1:{column_letters(len(_COLUMNS))}{row}"


def _describe(sheet: Sheet, column: Column, examples: Mapping[str, str]) -> tuple[str, ...]:
    return (
        sheet.name,
        column.name,
        column.label,
        column.description,
        _TYPES[column.kind],
        "yes" if column.required else "",
        column.codes,
        _range(column),
        column.unit,
        "yes" if column.may_be_missing else "",
        column.refers_to or column.headers_of,
        column.example or examples.get(column.codes, ""),
    )


def _wraps(column: Column) -> bool:
    return len(column.description) > 90 or len(column.example) > 48


def _range(column: Column) -> str:
    low = number_text(column.low) if column.low is not None else ""
    high = number_text(column.high) if column.high is not None else ""
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else ""
