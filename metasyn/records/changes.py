"""What differs between two versions of a registry, row by row and cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metasyn.records.cell import Cell, Source

__all__ = ["CellChange", "RegistryChanges", "RowChange"]

Kind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a row that is in both versions.

    Parameters
    ----------
    name
        The column.
    before, after
        What the cells say; empty where they are blank or the column is absent.
    old_cell, new_cell
        Where they stand; None for an absent column and for a column that the user added.
    """

    name: str
    before: str
    after: str
    old_cell: Cell | None = None
    new_cell: Cell | None = None

    def __str__(self) -> str:
        place = f" ({self.new_cell or self.old_cell})" if self.new_cell or self.old_cell else ""
        return f"{self.name}{place}: {self.before or 'blank'} -> {self.after or 'blank'}"

    def to_json(self) -> dict[str, str]:
        """The fields as text; an absent cell is empty."""
        return {
            "column": self.name,
            "before": self.before,
            "after": self.after,
            "old_cell": str(self.old_cell or ""),
            "new_cell": str(self.new_cell or ""),
        }


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that was added, changed or removed.

    Parameters
    ----------
    kind
        What became of it.
    sheet
        The sheet, by its name in the schema.
    key
        The row's id; for a code its list and its code (``outcome/death_any``), for an extraction
        its result, field and extractor.
    label
        What people call it.
    cells
        The cells that differ; empty for rows that were added or removed.
    row
        Where the row stands: in the new version, or in the old one if it was removed; None for
        codes.
    """

    kind: Kind
    sheet: str
    key: str
    label: str
    cells: tuple[CellChange, ...] = ()
    row: int | None = None

    def to_json(self) -> dict[str, object]:
        """The fields, for programs."""
        return {
            "kind": self.kind,
            "sheet": self.sheet,
            "id": self.key,
            "label": self.label,
            "row": self.row,
            "cells": [cell.to_json() for cell in self.cells],
        }


@dataclass(frozen=True, slots=True)
class RegistryChanges:
    """Everything that differs between two versions.

    Parameters
    ----------
    old, new
        The files.
    rows
        The rows that differ: sheets in the schema's order, in each first what was added, then what
        was changed, then what was removed.
    """

    old: Source
    new: Source
    rows: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return bool(self.rows)

    def of(self, sheet: str, kind: Kind) -> tuple[RowChange, ...]:
        """The rows of one sheet to which one thing happened."""
        return tuple(row for row in self.rows if row.sheet == sheet and row.kind == kind)

    def keys(self, sheet: str) -> frozenset[str]:
        """Ids of the rows of a sheet that differ."""
        return frozenset(row.key for row in self.rows if row.sheet == sheet)

    def to_json(self) -> dict[str, object]:
        """The files and the rows, for programs."""
        return {
            "old": {"file": self.old.file, "sha256": self.old.sha256},
            "new": {"file": self.new.file, "sha256": self.new.sha256},
            "rows": [row.to_json() for row in self.rows],
        }
