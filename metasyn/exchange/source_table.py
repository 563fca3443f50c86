"""A foreign table: any sheet of a spreadsheet or CSV file, with its headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from metasyn.errors import SpecError
from metasyn.records.cell import column_letters
from metasyn.registry.csv_folder import read_csv_file
from metasyn.registry.grid import CellValue, Grid
from metasyn.registry.layout import shown
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.source_files import read_grids

__all__ = ["SourceTable", "read_source_table"]


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table to be imported.

    Parameters
    ----------
    file
        Its path.
    tab
        What its cells are called by: the file's name, and the sheet's where there are several.
    header_row
        The row of the headers: the first that is not blank.
    headers
        Column number to header; a filled column without one is called by its letters.
    rows
        Row number to column number to value, of all rows below the headers that are not blank.
    typed
        Whether numbers are told from text.
    """

    file: str
    tab: str
    header_row: int
    headers: Mapping[int, str]
    rows: Mapping[int, Mapping[int, CellValue]]
    typed: bool = True

    def column(self, header: str) -> int:
        """Number of the column with a header.

        Raises
        ------
        SpecError
            If no column has it, or several have.
        """
        wanted = header.strip().casefold()
        found = [number for number, name in self.headers.items() if name == header.strip()]
        found = found or [n for n, name in self.headers.items() if name.casefold() == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise SpecError(
                f"{self.tab} has {len(found)} columns '{header}'. Give each its own header."
            )
        meant = did_you_mean(header, self.headers.values())
        raise SpecError(f"{self.tab} has no column '{header}'. {meant}")

    def samples(self, number: int, most: int = 3) -> tuple[str, ...]:
        """The first different values of a column, as text."""
        texts = (shown(row[number]).strip() for row in self.rows.values() if number in row)
        return tuple(text for text in dict.fromkeys(texts) if text)[:most]


def read_source_table(path: str | Path, *, tab: str = "") -> SourceTable:
    """Read a table with whatever headers it has.

    Parameters
    ----------
    path
        A ``.csv``, ``.tsv``, ``.xlsx``, ``.xlsm`` or ``.ods`` file.
    tab
        The sheet; needed where several are filled.

    Raises
    ------
    WorkbookError
        If the file cannot be read.
    SpecError
        If there is no such sheet, none was chosen among several, or the table is empty.
    """
    path = Path(path)
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        grids: tuple[Grid, ...] = (read_csv_file(path),)
    else:
        _, grids = read_grids(path)
    grid = _chosen(path, [grid for grid in grids if grid.rows], tab)
    filled = {
        number: {column: value for column, value in row.items() if shown(value).strip()}
        for number, row in sorted(grid.rows.items())
    }
    rows = {number: row for number, row in filled.items() if row}
    header_row = next(iter(rows), 0)
    headers = {n: " ".join(shown(value).split()) for n, value in rows.pop(header_row, {}).items()}
    for number in sorted({number for row in rows.values() for number in row} - headers.keys()):
        headers[number] = f"column {column_letters(number)}"
    if not rows:
        raise SpecError(f"{path} has no rows below its headers.")
    name = path.name if len(grids) == 1 else f"{path.name}, {grid.name}"
    return SourceTable(str(path), name, header_row, headers, rows, grid.typed)


def _chosen(path: Path, grids: list[Grid], tab: str) -> Grid:
    names = [grid.name for grid in grids]
    if not grids:
        raise SpecError(f"{path} is empty.")
    if tab:
        found = [grid for grid in grids if grid.name.casefold() == tab.strip().casefold()]
        if not found:
            raise SpecError(f"{path} has no filled sheet '{tab}'. {did_you_mean(tab, names)}")
        return found[0]
    if len(grids) > 1:
        raise SpecError(
            f"{path} has several filled sheets ({', '.join(names)}): say which with --tab."
        )
    return grids[0]
