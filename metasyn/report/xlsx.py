"""The document's tables as a workbook: values at full precision, formats, sources."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Any

from metasyn.records.formula_text import is_formula_text
from metasyn.report.archive import steady
from metasyn.report.document import Column, Document, Row, Table, TableCell, section_words
from metasyn.report.formats import legible
from metasyn.report.lines import cells_in_short

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["to_xlsx"]

_FORMATS = {"count": "#,##0", "percent": "0.0%", "number": "0.000"}
_WIDEST = 48
_LINE, _HIGHEST = 14.5, 409.0
"""Height of a line, and the most that a row may have, in points."""
_FILLED = 0.92
"""Share of a column's width that words fill before they break."""
Looks = dict[tuple[object, ...], Any]
"""How cells of a workbook look, by what they are."""
WORDS = "words"
"""Name of the sheet that holds the sentences."""


def to_xlsx(document: Document) -> bytes:
    """Workbook with a sheet for every table and one for the words; equal documents, equal bytes."""
    from openpyxl import Workbook

    workbook = Workbook()
    front = workbook.active
    assert front is not None  # noqa: S101 - a new workbook has a sheet
    front.title = "contents"
    _contents(front, document)
    looks: Looks = {}
    for table in document.tables():
        _sheet(workbook, table, looks)
    _words(workbook.create_sheet(WORDS), document)
    content = io.BytesIO()
    workbook.properties.creator = "metasyn"
    workbook.save(content)
    return steady(content.getvalue())


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
    _page(sheet)


def _words(sheet: Worksheet, document: Document) -> None:
    """Every sentence, what drawings show and the references, each with its section and cells."""
    from openpyxl.styles import Alignment, Font

    numbers = {key: i for i, key in enumerate(document.citations(), start=1)}
    told = [("Section", "Words", "References", "Cells")]
    for section in document.sections:
        for one in section_words(section):
            cited = ", ".join(str(numbers[key]) for key in one.cites)
            told.append((section.title, one.text, cited, cells_in_short(one.sources)))
    for row, texts in enumerate(told, start=1):
        for column, text in enumerate(texts, start=1):
            _write(sheet.cell(row, column), text)
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
            sheet.cell(row, column).font = Font(bold=row == 1)
    for letter, width in zip("ABCD", (26, 100, 12, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _page(sheet)


def _sheet(workbook: Workbook, table: Table, looks: Looks) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    sheet = workbook.create_sheet(table.id)
    origins = _origins(table)
    headings = [*_headings(table), *(f"Cells behind {', '.join(names)}" for names in origins)]
    for position, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, position)
        _write(cell, heading)
        cell.font = Font(bold=True)
        cell.border = Border(bottom=Side("thin"))
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")
    for number, row in enumerate(table.rows, start=2):
        written = [
            item for pair in zip(table.columns, row.cells, strict=True) for item in _values(*pair)
        ]
        written += [(origin, "", "") for origin in _row_origins(row, origins.values())]
        for position, item in enumerate(written, start=1):
            _put(sheet.cell(number, position), item, looks, bold=row.kind != "body")
    _fit(sheet, headings)


def _put(cell: Cell | Any, item: Written, looks: Looks, *, bold: bool) -> None:
    """Write a value; looks that a cell of the workbook has already are copied, which is faster."""
    value, form, href = item
    _write(cell, value)
    if href:
        cell.hyperlink = href
    is_text = isinstance(value, str)
    look = ("" if is_text else form, bool(href), bold, len(value) > _WIDEST if is_text else None)
    key = (cell.quotePrefix, *look)
    if key in looks:
        cell._style = copy(looks[key])
        return
    _look(cell, *look)
    looks[key] = cell._style


def _look(cell: Cell | Any, form: str, is_link: bool, bold: bool, wrapped: bool | None) -> None:
    from openpyxl.styles import Alignment, Font

    if is_link:
        cell.style = "Hyperlink"
    if form:
        cell.number_format = form
    if bold:
        cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=wrapped, vertical="top")


def _fit(sheet: Worksheet, headings: list[str]) -> None:
    """Widths of columns, what stays in view, and how the sheet prints."""
    from openpyxl.utils import get_column_letter

    for position, heading in enumerate(headings, start=1):
        longest = max(
            (len(_plain(cell.value)) for cell in sheet[get_column_letter(position)][1:]), default=0
        )
        width = max(9, min(max(longest, len(heading) / 2), _WIDEST))
        sheet.column_dimensions[get_column_letter(position)].width = width + 2
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    _page(sheet)


def _heights(sheet: Worksheet) -> None:
    """Rows as high as their longest text: not every program works it out when it opens a file."""
    for cells in sheet.iter_rows():
        lines = [
            sum(max(1, math.ceil(len(line) / width)) for line in str(cell.value).split("\n"))
            for cell in cells
            if cell.value is not None and cell.alignment.wrap_text
            for width in [sheet.column_dimensions[cell.column_letter].width * _FILLED]
        ]
        if max(lines, default=1) > 1:
            sheet.row_dimensions[cells[0].row].height = min(_LINE * max(lines), _HIGHEST)


def _page(sheet: Worksheet) -> None:
    """One page wide, as many as needed long; no row too low for its words."""
    _heights(sheet)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _headings(table: Table) -> list[str]:
    headings: list[str] = []
    for column in table.columns:
        headings += [f"{column.heading}: {part}" for part in column.parts] or [column.heading]
        if column.detail:
            headings.append(column.detail)
    return headings


def _origins(table: Table) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Columns whose numbers, where they have any, come from the same cells: headings, indices."""
    shared: list[list[int]] = []
    for index in range(len(table.columns)):
        if not any(row.cells[index].sources for row in table.rows):
            continue
        for indices in shared:
            if all(
                row.cells[index].sources in ((), row.cells[indices[0]].sources)
                for row in table.rows
            ):
                indices.append(index)
                break
        else:
            shared.append([index])
    return {
        tuple(table.columns[index].heading for index in indices): tuple(indices)
        for indices in shared
    }


def _row_origins(row: Row, origins: Iterable[tuple[int, ...]]) -> list[str]:
    return [cells_in_short(row.cells[indices[0]].sources) for indices in origins]


Written = tuple[Any, str, str]


def _values(column: Column, cell: TableCell) -> list[Written]:
    form = _FORMATS.get(column.kind, "")
    if column.parts:
        parts = cell.value if isinstance(cell.value, tuple) else (None,) * len(column.parts)
        written: list[Written] = [(part, form, "") for part in parts]
    else:
        written = [(cell.text if cell.value is None else cell.value, form, cell.web)]
    if column.detail:
        written.append((cell.detail, "", ""))
    return written


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _write(cell: Cell | Any, value: object) -> None:
    """Write a value; text stays text even where a spreadsheet would read a formula."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = legible(value)[:32767]
    cell.data_type = "s"
    if is_formula_text(value):
        cell.quotePrefix = True
