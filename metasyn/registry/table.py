"""Rows of a sheet as values with their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metasyn.records import Cell, Provenance

__all__ = ["Row", "Table"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet.

    Parameters
    ----------
    values
        Column name to value; cells that could not be read have the value of a blank one.
    provenance
        Where the row stands.
    extras
        Columns that the user added, as text.
    """

    values: Mapping[str, object]
    provenance: Provenance
    extras: Mapping[str, str] = field(default_factory=dict)

    def cell(self, name: str) -> Cell:
        """Cell of a column."""
        return self.provenance.cell(name)

    def text(self, name: str) -> str:
        """Value of a text column."""
        return str(self.values[name])


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet.

    Parameters
    ----------
    sheet
        Name of the sheet in the schema.
    tab
        Name of the tab that was read.
    rows
        Rows that hold anything.
    extra_columns
        Headers that the schema does not know.
    """

    sheet: str
    tab: str
    rows: tuple[Row, ...] = ()
    extra_columns: tuple[str, ...] = ()
