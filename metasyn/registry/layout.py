"""Where a schema's sheets and columns stand in a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metasyn.records import Cell
from metasyn.registry import cell_rules as rules
from metasyn.registry.grid import CellValue, Grid, Odd, number_text
from metasyn.registry.issues import Issue
from metasyn.registry.near_miss import nearest
from metasyn.registry.schema import Column, Sheet
from metasyn.registry.sheets import DATA_SHEETS, HELP_SHEETS, OPTIONAL_BY_NAME, OPTIONAL_SHEETS
from metasyn.registry.tidy import tidy_token

__all__ = ["Columns", "find_columns", "find_sheets", "shown"]

_HEADER_ROWS = 10
"""How far down a header row is looked for when row 1 holds none."""


def shown(value: CellValue) -> str:
    """Write a cell as text."""
    if isinstance(value, str):
        return value
    return value.shown if isinstance(value, Odd) else number_text(value)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of one sheet stand.

    Parameters
    ----------
    header_row
        Row of the names.
    known
        Column number to column of the schema.
    extra
        Column number to the name of a column that the user added.
    """

    header_row: int
    known: Mapping[int, Column]
    extra: Mapping[int, str]

    @property
    def numbers(self) -> dict[str, int]:
        """Column numbers by name."""
        return {column.name: number for number, column in self.known.items()}


def find_sheets(grids: Sequence[Grid]) -> tuple[dict[str, Grid], list[Issue]]:
    """The tab of every sheet that is there, by the sheet's name."""
    found: dict[str, Grid] = {}
    spare: list[Grid] = []
    names = {*(sheet.name for sheet in DATA_SHEETS), *OPTIONAL_BY_NAME}
    for grid in grids:
        name = tidy_token(grid.name)[0].casefold()
        if name in names and name not in found:
            found[name] = grid
        elif name not in HELP_SHEETS:
            spare.append(grid)
    issues: list[Issue] = []
    for sheet in (*DATA_SHEETS, *OPTIONAL_SHEETS):
        if sheet.name in found:
            continue
        may_lack = sheet.name in OPTIONAL_BY_NAME
        meant = _same_columns(sheet, spare) if may_lack else _renamed(sheet, spare)
        if meant is not None:
            spare.remove(meant)
            found[sheet.name] = meant
            facts = {"meant": sheet.name}
            issues.append(rules.SHEET_RENAMED.at(None, facts=facts, sheet=meant.name))
        elif not may_lack:
            issues.append(rules.SHEET_MISSING.at(None, sheet=sheet.name))
    if spare:
        issues.append(rules.SHEETS_ADDED.at(None, ", ".join(grid.name for grid in spare)))
    return found, issues


def _renamed(sheet: Sheet, spare: Sequence[Grid]) -> Grid | None:
    """The tab that looks like a missing sheet, by its columns or by its name."""
    alike = _same_columns(sheet, spare)
    if alike is not None:
        return alike
    close = nearest(sheet.name, [grid.name for grid in spare])
    return next((grid for grid in spare if grid.name == close), None)


def _same_columns(sheet: Sheet, spare: Sequence[Grid]) -> Grid | None:
    """The tab with most of a sheet's columns in row 1."""
    for grid in spare:
        if _matches(sheet, grid.rows.get(1, {})) * 2 > len(sheet.needed):
            return grid
    return None


def _header(value: CellValue) -> str:
    return tidy_token(shown(value))[0]


def _matches(sheet: Sheet, row: Mapping[int, CellValue]) -> int:
    names = {column.name for column in sheet.needed}
    return len(names & {_header(value).casefold() for value in row.values()})


def find_columns(sheet: Sheet, grid: Grid) -> tuple[Columns, list[Issue]]:
    """The columns of a sheet, by the names in its header row."""
    issues: list[Issue] = []
    header_row = _header_row(sheet, grid)
    if header_row != 1:
        issues.append(
            rules.HEADER_MOVED.at(Cell(grid.name, header_row, 1), facts={"row": header_row})
        )
    by_name = {column.name: column for column in sheet.columns}
    known: dict[int, Column] = {}
    extra: dict[int, str] = {}
    taken: set[str] = set()
    for number, value in sorted(grid.rows.get(header_row, {}).items()):
        name = _header(value)
        column = by_name.get(name.casefold())
        if column is None:
            if name:
                extra[number] = name
        elif column.name in taken:
            issues.append(rules.COLUMN_TWICE.at(Cell(grid.name, header_row, number), name))
        else:
            taken.add(column.name)
            known[number] = column
    absent = [column for column in sheet.needed if column.name not in taken]
    issues.extend(_missing_columns(absent, known, extra, Cell(grid.name, header_row, 1)))
    if extra:
        names = ", ".join(extra.values())
        issues.append(rules.COLUMNS_ADDED.at(None, names, sheet=grid.name))
    return Columns(header_row, known, extra), issues


def _header_row(sheet: Sheet, grid: Grid) -> int:
    rows = range(1, _HEADER_ROWS + 1)
    matches = {row: _matches(sheet, grid.rows.get(row, {})) for row in rows}
    best = max(rows, key=lambda row: (matches[row], -row))
    return best if matches[best] * 2 > len(sheet.needed) else 1


def _missing_columns(
    absent: Sequence[Column], known: dict[int, Column], extra: dict[int, str], header: Cell
) -> list[Issue]:
    """Say what is missing; a column that was renamed is read as the one that is meant."""
    issues: list[Issue] = []
    lacking = {column.name: column for column in absent}
    for number, name in sorted(extra.items()):
        labels = {column.name: column.label for column in lacking.values()}
        meant = lacking.pop(nearest(name, lacking, labels), None)
        if meant is not None:
            cell = Cell(header.sheet, header.row, number)
            issues.append(rules.COLUMN_RENAMED.at(cell, extra.pop(number), {"meant": meant.name}))
            known[number] = meant
    issues.extend(rules.COLUMN_MISSING.at(None, name, sheet=header.sheet) for name in lacking)
    return issues
