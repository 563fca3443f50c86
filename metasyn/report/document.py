"""The report as data: sections of sentences, tables and figures. Writers only render it.

::

    Document ── Section ── Paragraph   sentences, each with its citations and its cells
                        ├─ Bullets     one run of sentences a point
                        ├─ Table       columns and rows; numbers keep their full precision
                        ├─ Figure      a drawing with its text alternative
                        ├─ Listing     commands, as they are typed
                        └─ Entries     the references
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "Block",
    "Bullets",
    "Column",
    "Document",
    "Entries",
    "Entry",
    "Figure",
    "Kind",
    "Link",
    "Listing",
    "Paragraph",
    "Row",
    "Section",
    "Sentence",
    "Table",
    "TableCell",
    "Target",
    "Value",
]

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
class Paragraph:
    """Sentences that belong together.

    Parameters
    ----------
    sentences
        In reading order.
    lead
        Words set in bold before the first sentence.
    tone
        ``caution`` sets the paragraph apart as something to keep in mind.
    """

    sentences: tuple[Sentence, ...]
    lead: str = ""
    tone: Literal["plain", "caution"] = "plain"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Points of a list."""

    items: tuple[Paragraph, ...]


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
    """

    heading: str
    kind: Kind = "text"
    parts: tuple[str, ...] = ()
    explanation: str = ""
    detail: str = ""


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
        Where the text leads.
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


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a file or a page."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a mark of a drawing leads.

    Parameters
    ----------
    key
        Key of the mark.
    href
        A place in the document.
    text
        What the mark shows, and where it comes from.
    """

    key: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing.

    Parameters
    ----------
    id
        Short and unique.
    svg
        The drawing.
    alt
        What it shows, for those who do not see it.
    caption
        One or more sentences.
    links
        The same drawing in other formats.
    targets
        Where its marks lead.
    """

    id: str
    svg: str
    alt: str
    caption: tuple[Sentence, ...]
    links: tuple[Link, ...] = ()
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Commands or code, as they are typed."""

    text: str
    caption: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One reference, ready to print."""

    key: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """The references in the order of their first citation."""

    entries: tuple[Entry, ...]


Block: TypeAlias = "Paragraph | Bullets | Table | Figure | Listing | Entries"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the document."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Parameters
    ----------
    title
        Title of the report.
    sections
        In reading order.
    byline
        What made it, one line.
    """

    title: str
    sections: tuple[Section, ...]
    byline: str = ""

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                yield from _sentences(block)

    def tables(self) -> Iterator[Table]:
        """Every table, in reading order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Table))

    def citations(self) -> tuple[str, ...]:
        """Keys of the cited references, in the order of their first citation.

        Examples
        --------
        >>> text = Paragraph((Sentence("A.", ("b",)), Sentence("B.", ("a", "b"))))
        >>> Document("T", (Section("s", "S", (text,)),)).citations()
        ('b', 'a')
        """
        return tuple(dict.fromkeys(key for one in self.sentences() for key in one.cites))


def _sentences(block: Block) -> Iterator[Sentence]:
    match block:
        case Paragraph():
            yield from block.sentences
        case Bullets():
            for item in block.items:
                yield from item.sentences
        case Table():
            yield from block.notes
        case Figure():
            yield from block.caption
        case _:
            return
