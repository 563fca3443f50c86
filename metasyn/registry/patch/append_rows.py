"""Rows written below those of a sheet; every other part of the file stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metasyn.errors import DataError, WorkbookError
from metasyn.registry.grid import Grid
from metasyn.registry.layout import find_columns, find_sheets, shown
from metasyn.registry.patch.parts import open_excel, with_parts
from metasyn.registry.patch.safe_write import replace_file
from metasyn.registry.patch.sheet_cells import CellEdit, edit_cells
from metasyn.registry.schema import Sheet
from metasyn.registry.xlsx import read_xlsx, sheet_parts

__all__ = ["Appended", "append_rows", "appended_content"]

Rows = Sequence[Mapping[str, str | float]]

_LONGEST = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Appended:
    """Where rows went.

    Parameters
    ----------
    tab
        The tab.
    first, last
        First and last of the new rows.
    backup
        The workbook as it was before; None where it was not replaced.
    """

    tab: str
    first: int
    last: int
    backup: Path | None = None


def append_rows(
    path: str | Path, sheet: Sheet, rows: Rows, *, read_sha256: str, stamp: str
) -> Appended:
    """Write rows below the last filled one of a sheet.

    Parameters
    ----------
    path
        The workbook (``.xlsx`` or ``.xlsm``).
    sheet
        The sheet.
    rows
        Column to value; a name that the sheet does not have becomes a new column at its right.
    read_sha256
        Digest of the file that the rows were checked against.
    stamp
        Date and time for the name of the backup.

    Raises
    ------
    WorkbookError
        If the file cannot be read or changed, or has no such sheet.
    DataError
        If a text cannot stand in a workbook.
    OutputError
        If the file is open elsewhere, was changed meanwhile, or may not be written.
    """
    content, where = appended_content(path, sheet, rows)
    backup = replace_file(Path(path), content, read_sha256=read_sha256, stamp=stamp)
    return Appended(where.tab, where.first, where.last, backup)


def appended_content(path: str | Path, sheet: Sheet, rows: Rows) -> tuple[bytes, Appended]:
    """The bytes of a workbook with more rows; see :func:`append_rows`."""
    archive = open_excel(path)
    grid = find_sheets(read_xlsx(archive))[0].get(sheet.name)
    if grid is None:
        raise WorkbookError(
            f"{path} has no sheet '{sheet.name}'. Add it first (its guide says how)."
        )
    edits, where = _edits(grid, sheet, rows)
    part = next(one.part for one in sheet_parts(archive) if one.name == grid.name)
    changed = {part: edit_cells(archive.part(part), edits, part)}
    return with_parts(Path(path).read_bytes(), changed), where


def _edits(grid: Grid, sheet: Sheet, rows: Rows) -> tuple[list[CellEdit], Appended]:
    columns, _ = find_columns(sheet, grid)
    numbers = {name.casefold(): number for number, name in columns.extra.items()} | columns.numbers
    wanted = dict.fromkeys(name for row in rows for name in row)
    edits: list[CellEdit] = []
    right = max((n for row in grid.rows.values() for n in row), default=0)
    for name in wanted:
        if name.casefold() not in numbers:
            right += 1
            numbers[name.casefold()] = right
            edits.append(_edit(columns.header_row, right, name))
    first = _last_filled(grid, columns.header_row) + 1
    for place, row in enumerate(rows, start=first):
        edits += [_edit(place, numbers[name.casefold()], value) for name, value in row.items()]
    return edits, Appended(grid.name, first, first + len(rows) - 1)


def _last_filled(grid: Grid, header_row: int) -> int:
    filled: Iterable[int] = (
        number
        for number, row in grid.rows.items()
        if any(shown(value).strip() for value in row.values())
    )
    return max(header_row, *filled)


def _edit(row: int, column: int, value: str | float) -> CellEdit:
    if isinstance(value, str):
        bad = _ILLEGAL.search(value)
        if bad or len(value) > _LONGEST:
            why = "holds control characters" if bad else f"is longer than {_LONGEST:,} letters"
            raise DataError(f"The text {value[:60]!r} {why}, which no workbook can store.")
        return CellEdit(row, column, value)
    number = repr(float(value)).removesuffix(".0")
    return CellEdit(row, column, number, is_number=True)
