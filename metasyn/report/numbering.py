"""Tables and figures numbered in reading order, once, so that every writer says the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from metasyn.report.document import Block, Document, Figure, Sentence, Table

__all__ = ["numbered"]


def numbered(document: Document) -> Document:
    """The document with ``Table 1.`` and ``Figure 1.`` before its captions.

    Examples
    --------
    >>> from metasyn.report.document import Section
    >>> table = Table("rows", "Rows.", (), ())
    >>> found = numbered(Document("D", (Section("a", "A", (table, table)),)))
    >>> [one.caption for one in found.tables()]
    ['Table 1. Rows.', 'Table 2. Rows.']
    """
    tables, figures = count(1), count(1)

    def told(block: Block) -> Block:
        match block:
            case Table():
                return replace(block, caption=f"Table {next(tables)}. {block.caption}")
            case Figure():
                name = Sentence(f"Figure {next(figures)}.")
                return replace(block, caption=(name, *block.caption))
            case _:
                return block

    return replace(
        document,
        sections=tuple(
            replace(section, blocks=tuple(told(block) for block in section.blocks))
            for section in document.sections
        ),
    )
