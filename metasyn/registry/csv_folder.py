"""A registry as a folder of CSV files, one a sheet: ``studies.csv``, ``results.csv``, ..."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

from metasyn.errors import WorkbookError
from metasyn.records import Source
from metasyn.registry.csv_text import unguarded
from metasyn.registry.grid import CellValue, Grid, Odd
from metasyn.registry.sheets import BY_NAME, HELP_SHEETS

__all__ = ["read_csv_file", "read_csv_folder"]

_DELIMITERS = ",;\t"
_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_EXCEL_DATE = re.compile(rf"\d{{1,2}}-{_MONTH}|{_MONTH}-\d\d")
"""What Excel saves where 1-2 or MAR1 was typed."""


def read_csv_folder(folder: Path, shown: str) -> tuple[Source, tuple[Grid, ...]]:
    """Cells of every CSV file of a folder; addresses are those of a spreadsheet.

    Raises
    ------
    WorkbookError
        If the folder holds no sheet of a registry, or a file that is no CSV in UTF-8.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        raise WorkbookError(f"{shown} cannot be read: {error.strerror}.") from None
    if not any(path.stem.casefold() in BY_NAME for path in files):
        raise WorkbookError(
            f"{shown} is a folder. Name the workbook inside it, or a folder that holds "
            "studies.csv, results.csv, statements.csv and lists.csv."
        )
    digest = hashlib.sha256()
    grids = []
    for path in files:
        if path.stem.casefold() not in HELP_SHEETS:
            content = _content(path)
            digest.update(path.name.encode() + b"\0" + content)
            grids.append(Grid(path.stem, _cells(path, content), typed=False))
    return Source(shown, digest.hexdigest()), tuple(grids)


def read_csv_file(path: Path) -> Grid:
    """Cells of one CSV file.

    Raises
    ------
    WorkbookError
        If the file cannot be read, or is no CSV in UTF-8.
    """
    return Grid(path.stem, _cells(path, _content(path)), typed=False)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read: {error.strerror}.") from None


def _cells(path: Path, content: bytes) -> dict[int, dict[int, CellValue]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkbookError(
            f"{path} is not in UTF-8. Save it as 'CSV UTF-8' (in LibreOffice: character set UTF-8)."
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        records = enumerate(reader, start=1)
        rows = {
            number: {column: _value(cell) for column, cell in enumerate(record, start=1) if cell}
            for number, record in records
        }
    except csv.Error as error:
        raise WorkbookError(
            f"{path} is no sound CSV file (line {reader.line_num}: {error}). Save it anew."
        ) from None
    return {number: dict(row) for number, row in rows.items() if row}


def _value(cell: str) -> CellValue:
    """A cell; what a spreadsheet program left of a failed formula or of 1-2 is no text."""
    if cell in _ERRORS:
        return Odd("error", cell)
    return Odd("date", cell) if _EXCEL_DATE.fullmatch(cell) else unguarded(cell)


def _delimiter(text: str) -> str:
    """The delimiter of the header: Excel writes semicolons or tabs in much of Europe."""
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)
