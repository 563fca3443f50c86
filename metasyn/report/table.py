"""Sentences and tables: the parts of a document that carry numbers and their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Column", "Kind", "Row", "Sentence", "Table", "TableCell", "Value"]

Value: TypeAlias = "str | int | float | tuple[float | None, ...] | None"
Kind: TypeAlias = Literal["text", "prose", "count", "percent", "number", "code"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Parameters
    ----------
    text
        Plain text; writers escape it.
    cites
        Keys of the references that it rests on.
    sources
        Cells that its numbers come from (``results!M4``).
    """

    text: str
    cites: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    heading
        What stands above it.
    kind
        Sets alignment and number format.
    parts
        Headings of the single numbers, where a cell holds several (estimate, low, high).
    explanation
        What the heading means.
    detail
        Heading of the cells' details, where they have any.
    choice
        Whether readers may want to choose rows by what stands in this column.
    """

    heading: str
    kind: Kind = "text"
    parts: tuple[str, ...] = ()
    explanation: str = ""
    detail: str = ""
    choice: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a table.

    Parameters
    ----------
    text
        What people read.
    value
        The same at full precision, for spreadsheets and sorting; None where there is only text.
    sources
        Cells of the workbook that the value comes from.
    href
        Where the text leads; ``#`` and an id is a place in the document.
    note
        Explanation shown on demand.
    detail
        A second, smaller line.
    """

    text: str
    value: Value = None
    sources: tuple[str, ...] = ()
    href: str = ""
    note: str = ""
    detail: str = ""

    @property
    def web(self) -> str:
        """Where the text leads outside the document; empty for places inside it."""
        return "" if self.href.startswith("#") else self.href


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Parameters
    ----------
    cells
        One a column.
    kind
        ``body``, ``subtotal`` or ``total``.
    anchor
        Id that links can lead to.
    """

    cells: tuple[TableCell, ...]
    kind: Literal["body", "subtotal", "total"] = "body"
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Parameters
    ----------
    id
        Short and unique; it names the sheet of the spreadsheet.
    caption
        One sentence.
    columns, rows
        Every row has one cell a column.
    notes
        Sentences under the table.
    filterable
        Whether readers may want to search its rows.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than there are columns.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Sentence, ...] = ()
    filterable: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"Table {self.id}: a row has {len(row.cells)} cells for "
                    f"{len(self.columns)} columns."
                )
