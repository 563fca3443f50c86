"""Tallies as badges that open their statements: a paragraph of the document that a page unfolds."""

from __future__ import annotations

from dataclasses import dataclass

from metasyn.report.document import Paragraph

__all__ = ["Badge", "Badges", "Quote"]


@dataclass(frozen=True, slots=True)
class Quote:
    """One statement as it is shown.

    Parameters
    ----------
    id, cell
        Its id in the registry, and the cell of its class.
    stance
        Its class, in words.
    quotation
        As printed; empty where none was kept.
    context
        In the registry's own words.
    said_in, href
        The citing report, and its address if that is beyond doubt.
    about
        Further facts: section, basis, the report that is spoken of, self-citation, notice.
    """

    id: str
    cell: str
    stance: str
    quotation: str
    context: str
    said_in: str
    href: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Badge:
    """One tally.

    Parameters
    ----------
    label
        What is spoken of.
    svg
        The badge.
    words
        What it says, notices first.
    notices
        Editorial notices, one sentence each.
    quotes
        The statements that it counts.
    """

    label: str
    svg: str
    words: str
    notices: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Badges(Paragraph):
    """Badges under one lead; writers without badges print the sentences, one a badge."""

    items: tuple[Badge, ...] = ()
