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

from metasyn.report.table import Column, Kind, Row, Sentence, Table, TableCell, Value

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
    "Plate",
    "Row",
    "Section",
    "Sentence",
    "Table",
    "TableCell",
    "Target",
    "Value",
    "section_words",
]


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
class Plate:
    """A page of a drawing for paper.

    Parameters
    ----------
    svg
        The drawing.
    png
        The same in dots, for programs that cannot draw SVG; empty where nobody asked for it.
    """

    svg: str
    png: bytes = b""


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
    plates
        The drawing in pages, for paper; empty where the one drawing fits a page.
    """

    id: str
    svg: str
    alt: str
    caption: tuple[Sentence, ...]
    links: tuple[Link, ...] = ()
    targets: tuple[Target, ...] = ()
    plates: tuple[Plate, ...] = ()


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


def section_words(section: Section) -> Iterator[Sentence]:
    """Everything that a section says outside the cells of its tables, in reading order."""
    for block in section.blocks:
        match block:
            case Table():
                yield Sentence(block.caption)
            case Figure():
                yield Sentence(block.alt)
            case Listing():
                yield from (Sentence(block.caption), Sentence(block.text))
            case Entries():
                yield from (Sentence(f"{entry.text} {entry.href}") for entry in block.entries)
            case Paragraph():
                yield from _leads(block)
            case Bullets():
                for item in block.items:
                    yield from _leads(item)
                    yield from item.sentences
                continue
        yield from _sentences(block)


def _leads(part: Paragraph) -> Iterator[Sentence]:
    if part.lead:
        yield Sentence(part.lead)


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
