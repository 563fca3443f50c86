"""Adjudicated values taken from the sheet ``extractions`` into ``results``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from metasyn.errors import WorkbookError
from metasyn.records import Cell
from metasyn.registry.extractions import Compared, compare
from metasyn.registry.grid import number_text
from metasyn.registry.patch.parts import open_excel, with_parts
from metasyn.registry.patch.safe_write import replace_file
from metasyn.registry.patch.sheet_cells import CellEdit, edit_cells
from metasyn.registry.registry import read_registry
from metasyn.registry.xlsx import sheet_parts

__all__ = ["Adopted", "adopt_consensus"]


@dataclass(frozen=True, slots=True)
class Adopted:
    """What :func:`adopt_consensus` did.

    Parameters
    ----------
    values
        Cell of results to the value that was written there.
    backup
        The workbook as it was before; None where nothing was written.
    """

    values: Mapping[Cell, str]
    backup: Path | None


def adopt_consensus(path: str | Path, *, stamp: str, dry_run: bool = False) -> Adopted:
    """Write every adjudicated value into its cell of results, where another stands there.

    Only the sheet results changes; every other part of the file stays byte for byte.

    Parameters
    ----------
    path
        The workbook (``.xlsx`` or ``.xlsm``).
    stamp
        Date and time for the name of the backup.
    dry_run
        Whether only to say what would be written.

    Raises
    ------
    WorkbookError
        If the file cannot be read, is of a kind that cannot be changed, or holds a formula where a
        value belongs.
    OutputError
        If the file is open elsewhere, was changed meanwhile, or may not be written.
    """
    registry = read_registry(path)
    edits: list[CellEdit] = []
    values: dict[Cell, str] = {}
    for item in compare(registry.results, registry.extractions, registry.codes):
        wanted = item.to_adopt
        if wanted is not None:
            cell = _cell(item)
            is_number = isinstance(wanted.value, (int, float))
            text = number_text(float(wanted.text)) if is_number else wanted.text
            edits.append(CellEdit(cell.row, cell.column, text, is_number=is_number))
            values[cell] = text
    if dry_run or not edits:
        return Adopted(values, None)
    archive = open_excel(path)
    tab = next(iter(values)).sheet
    part = next(sheet.part for sheet in sheet_parts(archive) if sheet.name == tab)
    content = with_parts(
        Path(path).read_bytes(), {part: edit_cells(archive.part(part), edits, part)}
    )
    backup = replace_file(Path(path), content, read_sha256=registry.source.sha256, stamp=stamp)
    return Adopted(values, backup)


def _cell(item: Compared) -> Cell:
    """The cell of results that the value belongs to."""
    numbers = item.result.provenance.columns
    if list(numbers.values()).count(numbers[item.column.name]) > 1:
        raise WorkbookError(f"The sheet results has no column '{item.column.name}'. Add it first.")
    return item.result.cell(item.column.name)
