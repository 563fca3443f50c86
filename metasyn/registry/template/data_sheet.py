"""A sheet of data: header with notes, formats, rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from metasyn.errors import DataError
from metasyn.records.cell import column_letters
from metasyn.records.formula_text import is_formula_text
from metasyn.registry.schema import MISSING_CODES, Column, Sheet
from metasyn.registry.template import look
from metasyn.registry.template.conditional import LAST_ROW, add_conditional_formats
from metasyn.registry.template.entry_checks import add_entry_checks

__all__ = ["fill_data_sheet", "put"]

_FORMATS = {"integer": "0", "number": "General"}
_ROW_HEIGHT = 25
_HEADER_HEIGHT = 28


def fill_data_sheet(
    worksheet: Worksheet,
    sheet: Sheet,
    rows: Iterable[Mapping[str, object]],
    examples: Mapping[str, str],
) -> None:
    """Write one sheet of data.

    Parameters
    ----------
    worksheet
        An empty worksheet.
    sheet
        Its schema.
    rows
        Column name to value; columns that are absent or None stay blank.
    examples
        An example code of every code list.
    """
    _set_up(worksheet, sheet)
    for number, column in enumerate(sheet.columns, start=1):
        _style_column(worksheet, number, column)
        _write_header(worksheet, number, column, examples)
    previous = ""
    for row_number, row in enumerate(rows, start=2):
        starts_list = sheet.name == "lists" and row["list"] != previous
        previous = str(row.get("list", ""))
        _write_row(worksheet, row_number, sheet, row, opens=starts_list)
    add_entry_checks(worksheet, sheet)
    add_conditional_formats(worksheet, sheet)


def _set_up(worksheet: Worksheet, sheet: Sheet) -> None:
    last = column_letters(len(sheet.columns))
    worksheet.sheet_properties.tabColor = look.TABS.get(sheet.name, look.TABS["optional"])
    worksheet.freeze_panes = f"{column_letters(sheet.frozen_columns + 1)}2"
    worksheet.auto_filter.ref = f"A1:{last}{max(worksheet.max_row, LAST_ROW)}"
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 100
    worksheet.sheet_format.defaultRowHeight = _ROW_HEIGHT
    worksheet.sheet_format.customHeight = True
    worksheet.row_dimensions[1].height = _HEADER_HEIGHT
    worksheet.print_title_rows = "1:1"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.oddFooter.center.text = "&A  ·  &P / &N"


def _style_column(worksheet: Worksheet, number: int, column: Column) -> None:
    dimension = worksheet.column_dimensions[column_letters(number)]
    dimension.width = column.width
    dimension.number_format = _FORMATS.get(column.kind, "@")
    dimension.font = look.BODY
    dimension.border = look.ROW_BORDER
    dimension.alignment = _alignment(column)


def _alignment(column: Column) -> Alignment:
    return look.NUMBER_ALIGNMENT if column.is_number else look.BODY_ALIGNMENT


def _write_header(
    worksheet: Worksheet, number: int, column: Column, examples: Mapping[str, str]
) -> None:
    cell = worksheet.cell(1, number, column.name)
    cell.font = look.HEADER_FONT
    cell.fill = look.REQUIRED_HEADER if column.required else look.OPTIONAL_HEADER
    cell.border = look.HEADER_BORDER
    number_header = look.NUMBER_HEADER_ALIGNMENT
    cell.alignment = number_header if column.is_number else look.HEADER_ALIGNMENT
    text = _note(column, column.example or examples.get(column.codes, ""))
    cell.comment = Comment(text, "metasyn", width=340, height=30 + 17 * (text.count("\n") + 2))


def _note(column: Column, example: str) -> str:
    lines = [f"{column.label}{' (required)' if column.required else ''}", column.description]
    if column.codes:
        lines.append(f"Codes: list '{column.codes}' of the sheet lists.")
    if column.headers_of:
        lines.append(f"A column name of the sheet {column.headers_of}.")
    if column.refers_to:
        lines.append(f"Refers to {column.refers_to}.")
    if column.may_be_missing:
        lines.append(f"Missing: {', '.join(MISSING_CODES)}.")
    if example:
        lines.append(f"Example: {example}")
    return "\n".join(lines)


def _write_row(
    worksheet: Worksheet,
    number: int,
    sheet: Sheet,
    row: Mapping[str, object],
    *,
    opens: bool,
) -> None:
    unknown = row.keys() - {column.name for column in sheet.columns}
    if unknown:
        raise DataError(f"{sheet.name} row {number}: no column {', '.join(sorted(unknown))}.")
    worksheet.row_dimensions[number].height = _ROW_HEIGHT if sheet.name != "lists" else 15
    for position, column in enumerate(sheet.columns, start=1):
        cell = worksheet.cell(number, position)
        cell.number_format = _FORMATS.get(column.kind, "@")
        cell.font = look.BODY
        cell.border = look.LIST_BORDER if opens else look.ROW_BORDER
        cell.alignment = _alignment(column)
        put(cell, row.get(column.name))


def put(cell: Cell, value: object) -> None:
    """Write a value; text stays text, even if it begins like a formula.

    Raises
    ------
    DataError
        If the text holds control characters, which a workbook cannot store.
    """
    if isinstance(value, tuple):
        value = ";".join(value)
    if value is None or value == "":
        return
    if isinstance(value, str):
        if ILLEGAL_CHARACTERS_RE.search(value):
            raise DataError(f"{cell.coordinate}: the text {value!r} holds control characters.")
        cell.value = value
        cell.data_type = "s"
        cell.quotePrefix = is_formula_text(value)
    else:
        cell.value = value
