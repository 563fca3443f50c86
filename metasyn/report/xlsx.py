"""The document's tables as a workbook: values at full precision, formats, sources."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from metasyn.report.document import Column, Document, Table, TableCell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["to_xlsx"]

_FORMATS = {"count": "#,##0", "percent": "0.0%", "number": "0.000"}
_MOMENT = "2000-01-01T00:00:00Z"
_ZIP_MOMENT = (2000, 1, 1, 0, 0, 0)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 48


def to_xlsx(document: Document) -> bytes:
    """Workbook with one sheet a table; equal documents give equal bytes."""
    from openpyxl import Workbook

    workbook = Workbook()
    front = workbook.active
    assert front is not None  # noqa: S101 - a new workbook has a sheet
    front.title = "contents"
    _contents(front, document)
    for table in document.tables():
        _sheet(workbook, table)
    return _steady(workbook)


def _contents(sheet: Worksheet, document: Document) -> None:
    from openpyxl.styles import Font

    _write(sheet.cell(1, 1), document.title)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    _write(sheet.cell(2, 1), document.byline)
    row = 4
    for table in document.tables():
        _write(sheet.cell(row, 1), table.id)
        sheet.cell(row, 1).hyperlink = f"#'{table.id}'!A1"
        sheet.cell(row, 1).style = "Hyperlink"
        _write(sheet.cell(row, 2), table.caption)
        for note in table.notes:
            row += 1
            _write(sheet.cell(row, 2), note.text)
        row += 1
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 110


def _sheet(workbook: Workbook, table: Table) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = workbook.create_sheet(table.id)
    headings = _headings(table)
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, column)
        _write(cell, heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    widths = [max(8, min(len(heading), 24)) for heading in headings]
    for number, row in enumerate(table.rows, start=2):
        values = [
            item
            for index, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True))
            for item in _values(table, index, column, cell)
        ]
        for position, (value, form, href) in enumerate(values, start=1):
            target = sheet.cell(number, position)
            _write(target, value)
            if form and not isinstance(value, str):
                target.number_format = form
            if href:
                target.hyperlink = href
                target.style = "Hyperlink"
            if row.kind != "body":
                target.font = Font(bold=True)
            widths[position - 1] = max(widths[position - 1], min(len(_plain(value)), _WIDEST))
    for position, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width + 2
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _headings(table: Table) -> list[str]:
    headings: list[str] = []
    for index, column in enumerate(table.columns):
        headings += [f"{column.heading}: {part}" for part in column.parts] or [column.heading]
        if column.detail:
            headings.append(column.detail)
        if _has_sources(table, index):
            headings.append(f"Source of {column.heading[0].lower()}{column.heading[1:]}")
    return headings


def _has_sources(table: Table, index: int) -> bool:
    """Whether a column's cells come from cells that their text does not name."""
    return any(row.cells[index].sources and "!" not in row.cells[index].text for row in table.rows)


Written = tuple[Any, str, str]


def _values(table: Table, index: int, column: Column, cell: TableCell) -> list[Written]:
    form = _FORMATS.get(column.kind, "")
    if column.parts:
        parts = cell.value if isinstance(cell.value, tuple) else (None,) * len(column.parts)
        written: list[Written] = [(part, form, "") for part in parts]
    else:
        written = [(cell.text if cell.value is None else cell.value, form, cell.href)]
    if column.detail:
        written.append((cell.detail, "", ""))
    if _has_sources(table, index):
        written.append((", ".join(cell.sources), "", ""))
    return written


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _write(cell: Cell | Any, value: object) -> None:
    """Write a value; text stays text even where a spreadsheet would read a formula."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = _CONTROL.sub("\ufffd", value)[:32767]
    cell.data_type = "s"
    if value.startswith(_LOOKS_LIKE_FORMULA):
        cell.quotePrefix = True


def _steady(workbook: Workbook) -> bytes:
    """Bytes of the workbook without the moment of its making."""
    first, last = io.BytesIO(), io.BytesIO()
    workbook.properties.creator = "metasyn"
    workbook.save(first)
    with (
        zipfile.ZipFile(first) as source,
        zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*",
                    rb"\g<1>" + _MOMENT.encode(),
                    content,
                )
            entry = zipfile.ZipInfo(name, _ZIP_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return last.getvalue()
