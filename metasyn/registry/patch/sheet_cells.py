"""Single cells of a worksheet part, set or marked without touching the others."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from metasyn.errors import WorkbookError
from metasyn.records.cell import column_letters
from metasyn.registry.patch.elements import Element, Splice, find_elements, spliced, with_attribute

__all__ = ["CellEdit", "edit_cells"]

_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class CellEdit:
    """What becomes of one cell.

    Parameters
    ----------
    row, column
        1-based.
    text
        New text; None keeps what stands there.
    is_number
        Whether the text is a number and is stored as one.
    style
        Turns the number of the cell's style into that of its new one; None keeps it.
    """

    row: int
    column: int
    text: str | None = None
    style: Callable[[int], int] | None = None
    is_number: bool = False


def edit_cells(content: bytes, edits: Iterable[CellEdit], part: str) -> bytes:
    """Change some cells of a worksheet; all other bytes stay.

    Raises
    ------
    WorkbookError
        If the part has no rows, or cannot be changed.
    """
    sheet = _Sheet(content, part)
    by_row: dict[int, list[CellEdit]] = {}
    for edit in sorted(edits, key=lambda edit: (edit.row, edit.column)):
        by_row.setdefault(edit.row, []).append(edit)
    splices = [splice for row, row_edits in by_row.items() for splice in sheet.row(row, row_edits)]
    return spliced(content, [*splices, *sheet.opened(by_row), *sheet.extent(by_row)])


class _Sheet:
    """The rows and cells of a worksheet, and how to write new ones."""

    def __init__(self, content: bytes, part: str) -> None:
        self._content = content
        found = find_elements(content, ("sheetData", "row", "c", "col", "dimension"), part)
        data = next((e for e in found if e.local == "sheetData"), None)
        if data is None:
            raise WorkbookError(f"Part {part} of the workbook holds no rows.")
        self._data = data
        self._prefix = self._data.prefix
        self._dimension = next((e for e in found if e.local == "dimension"), None)
        self._columns = [e for e in found if e.local == "col"]
        rows = [e for e in found if e.local == "row" and e.path[-1] == "sheetData"]
        self._rows = _numbered_rows(rows)
        self._cells = _cells_by_row(self._rows, [e for e in found if e.local == "c"])

    def row(self, number: int, edits: list[CellEdit]) -> list[Splice]:
        """Splices of one row that exists; none where :meth:`opened` has to write it."""
        row = self._rows.get(number)
        if row is None:
            return []
        if row.is_empty:
            opened = self._content[row.start : row.open_end - 2].rstrip() + b">"
            close = f"</{row.name}>".encode()
            return [Splice(row.start, row.end, opened + self._new_cells(edits) + close)]
        cells = self._cells.get(number, {})
        return [self._cell(row, cells, edit) for edit in edits]

    def opened(self, by_row: Mapping[int, list[CellEdit]]) -> list[Splice]:
        """Splices that write rows which do not exist yet."""
        missing = {n: edits for n, edits in by_row.items() if n not in self._rows}
        if not missing:
            return []
        name = f"{self._prefix}row"
        written = {
            number: f'<{name} r="{number}">'.encode()
            + self._new_cells(edits)
            + f"</{name}>".encode()
            for number, edits in missing.items()
        }
        if self._data.is_empty:
            opened = self._content[self._data.start : self._data.open_end - 2].rstrip() + b">"
            whole = b"".join(written[number] for number in sorted(written))
            close = f"</{self._data.name}>".encode()
            return [Splice(self._data.start, self._data.end, opened + whole + close)]
        return [self._insert_row(number, written[number]) for number in sorted(written)]

    def extent(self, by_row: Mapping[int, list[CellEdit]]) -> list[Splice]:
        """The sheet's extent, where cells are written outside of it: some readers stop there."""
        known = self._dimension
        if known is None or not by_row:
            return []
        first, _, last = known.attributes.get("ref", "A1").replace("$", "").partition(":")
        match = _ADDRESS.fullmatch(last or first)
        if match is None:
            return []
        column, row = _column_number(match[1]), int(match[2])
        right = max(column, *(edit.column for edits in by_row.values() for edit in edits))
        below = max(row, *by_row)
        if (right, below) == (column, row):
            return []
        ref = f"{first}:{column_letters(right)}{below}"
        tag = with_attribute(self._content[known.start : known.open_end], "ref", ref)
        return [Splice(known.start, known.open_end, tag)]

    def _insert_row(self, number: int, row: bytes) -> Splice:
        later = [self._rows[n] for n in sorted(self._rows) if n > number]
        place = later[0].start if later else self._data.close_start
        return Splice(place, place, row)

    def _cell(self, row: Element, cells: Mapping[int, Element], edit: CellEdit) -> Splice:
        cell = cells.get(edit.column)
        if cell is None:
            columns = sorted(cells)
            after = columns[bisect(columns, edit.column) :]
            place = cells[after[0]].start if after else row.close_start
            return Splice(place, place, self._new_cell(edit, self._column_style(edit.column)))
        style = int(cell.attributes.get("s", "0"))
        if edit.text is not None:
            # The list of formulas in another part would name a cell that has none.
            if f"<{self._prefix}f".encode() in self._content[cell.start : cell.end]:
                address = f"{column_letters(edit.column)}{edit.row}"
                raise WorkbookError(f"Cell {address} holds a formula. Type its value first.")
            return Splice(cell.start, cell.end, self._new_cell(edit, style))
        new = edit.style(style) if edit.style else style
        tag = with_attribute(self._content[cell.start : cell.open_end], "s", str(new))
        return Splice(cell.start, cell.open_end, tag)

    def _new_cells(self, edits: Iterable[CellEdit]) -> bytes:
        return b"".join(self._new_cell(edit, self._column_style(edit.column)) for edit in edits)

    def _new_cell(self, edit: CellEdit, style: int) -> bytes:
        p = self._prefix
        address = f"{column_letters(edit.column)}{edit.row}"
        number = edit.style(style) if edit.style else style
        opening = f'<{p}c r="{address}" s="{number}"'
        if edit.text is None:
            return f"{opening}/>".encode()
        if edit.is_number:
            return f"{opening}><{p}v>{escape(edit.text)}</{p}v></{p}c>".encode()
        stored = _stored(edit.text)
        text = f'<{p}is><{p}t xml:space="preserve">{stored}</{p}t></{p}is>'
        return f'{opening} t="inlineStr">{text}</{p}c>'.encode()

    def _column_style(self, column: int) -> int:
        """Style of the column's blank cells."""
        for element in self._columns:
            first, last = (int(element.attributes.get(name, "0")) for name in ("min", "max"))
            if first <= column <= last:
                return int(element.attributes.get("style", "0"))
        return 0


def _stored(text: str) -> str:
    """Text as a cell stores it (ECMA-376 part 1, 22.9.2.19)."""
    return escape(_LIKE_ESCAPED.sub("_x005F_", text)).replace("\r", "_x000D_")


def _numbered_rows(rows: Iterable[Element]) -> dict[int, Element]:
    numbered: dict[int, Element] = {}
    number = 0
    for row in sorted(rows, key=lambda row: row.start):
        number = int(row.attributes.get("r", number + 1))
        numbered[number] = row
    return numbered


def _cells_by_row(
    rows: Mapping[int, Element], cells: Iterable[Element]
) -> dict[int, dict[int, Element]]:
    starts = sorted((row.start, number) for number, row in rows.items())
    by_row: dict[int, dict[int, Element]] = {}
    for cell in sorted(cells, key=lambda cell: cell.start):
        place = bisect(starts, (cell.start, 0)) - 1
        if place < 0:
            continue
        known = by_row.setdefault(starts[place][1], {})
        letters = cell.attributes.get("r", "").rstrip("0123456789")
        known[_column_number(letters) if letters else max(known, default=0) + 1] = cell
    return by_row


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
