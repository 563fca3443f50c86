"""Ids for rows that have none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metasyn.errors import WorkbookError
from metasyn.records import Cell, Result, Statement, Study
from metasyn.registry.patch.parts import open_excel, with_parts
from metasyn.registry.patch.safe_write import replace_file
from metasyn.registry.patch.sheet_cells import CellEdit, edit_cells
from metasyn.registry.registry import Registry, read_registry
from metasyn.registry.schema import Sheet
from metasyn.registry.sheets import BY_NAME, OPTIONAL_BY_NAME
from metasyn.registry.xlsx import sheet_parts

__all__ = ["Assigned", "assign_ids", "id_series"]

_ID = re.compile(r"([A-Za-z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Assigned:
    """What :func:`assign_ids` did.

    Parameters
    ----------
    ids
        Cell to the id that was written there.
    backup
        The workbook as it was before; None where nothing was written.
    """

    ids: Mapping[Cell, str]
    backup: Path | None


def assign_ids(path: str | Path, *, stamp: str, dry_run: bool = False) -> Assigned:
    """Give every row without an id the next free one.

    Only the sheets with such rows change; every other part of the file stays byte for byte.

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
        If the file cannot be read, or is of a kind that cannot be changed.
    OutputError
        If the file is open elsewhere, was changed meanwhile, or may not be written.
    """
    registry = read_registry(path)
    ids = _wanted(registry)
    if dry_run or not ids:
        return Assigned(ids, None)
    archive = open_excel(path)
    parts = {sheet.name: sheet.part for sheet in sheet_parts(archive)}
    changed = {
        parts[tab]: edit_cells(archive.part(parts[tab]), edits, parts[tab])
        for tab, edits in _edits(ids).items()
    }
    content = with_parts(Path(path).read_bytes(), changed)
    backup = replace_file(Path(path), content, read_sha256=registry.source.sha256, stamp=stamp)
    return Assigned(ids, backup)


def _edits(ids: Mapping[Cell, str]) -> dict[str, list[CellEdit]]:
    edits: dict[str, list[CellEdit]] = {}
    for cell, text in ids.items():
        edits.setdefault(cell.sheet, []).append(CellEdit(cell.row, cell.column, text))
    return edits


def _wanted(registry: Registry) -> dict[Cell, str]:
    """Cells of blank ids, and what belongs there."""
    blank = {issue.cell for issue in registry.issues if issue.code == "required-blank"}
    wanted: dict[Cell, str] = {}
    for sheet, ids in _ids(registry):
        key = next(column for column in sheet.columns if column.key)
        prefix, number, width = id_series([text for _, text in ids], key.example)
        for cell, _ in ids:
            if cell in blank:
                number += 1
                wanted[cell] = f"{prefix}{number:0{width}d}"
    return wanted


def _ids(registry: Registry) -> Iterator[tuple[Sheet, list[tuple[Cell, str]]]]:
    """Every sheet whose rows have ids, with their cells and what stands there."""
    records: dict[str, Sequence[Study | Result | Statement]] = {
        "studies": registry.studies,
        "results": registry.results,
        "statements": registry.statements,
    }
    for name, rows in records.items():
        sheet = BY_NAME[name]
        yield sheet, [(row.provenance.cell(sheet.key), getattr(row, sheet.key)) for row in rows]
    for name, table in registry.optional.items():
        sheet = OPTIONAL_BY_NAME[name]
        if sheet.key:
            yield sheet, [(row.cell(sheet.key), row.text(sheet.key)) for row in table.rows]


def id_series(ids: Iterable[str], example: str) -> tuple[str, int, int]:
    """Prefix, last number and width of the ids in use; without any, those of the example."""
    parts = [match.groups() for value in ids if (match := _ID.fullmatch(value))]
    first = _ID.fullmatch(example)
    if first is None:
        raise WorkbookError(f"the example id {example} has no number.")
    if not parts:
        return first[1], 0, len(first[2])
    prefix = Counter(letters for letters, _ in parts).most_common(1)[0][0]
    numbers = [digits for letters, digits in parts if letters == prefix]
    return prefix, max(map(int, numbers)), max(map(len, numbers))
