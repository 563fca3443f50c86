"""Reporting checklists as data, each item with the sections of a report that speak of it.

PRISMA 2020 (Page et al. 2021, BMJ 372:n71), SWiM (Campbell et al. 2020, BMJ 368:l6890), MOOSE
(Stroup et al. 2000, JAMA 283:2008; numbered in the order of its list) and CARE (Gagnier et al.
2013, J Med Case Rep 7:223). Numbers are theirs; the words are short and our own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from metasyn.report.document import Column, Document, Row, Section, Sentence, Table, TableCell

__all__ = ["LISTS", "Checklist", "Item", "checklist_table", "checklists", "checklists_csv"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist.

    Parameters
    ----------
    number, topic, asks
        Its number, its topic and what it asks for.
    sections
        Ids of sections that speak of it; empty where only the authors can.
    """

    number: str
    topic: str
    asks: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist.

    Parameters
    ----------
    id, name, cites
        Short name, name as it is told, key of its reference.
    absent
        What stands where the report says nothing.
    """

    id: str
    name: str
    cites: str
    absent: str = "To be written by the authors"

    @property
    def items(self) -> tuple[Item, ...]:
        """Its items in their order."""
        return _items()[self.name]


LISTS = (
    Checklist("prisma", "PRISMA 2020", "page2021"),
    Checklist("prisma-abstract", "PRISMA 2020 for abstracts", "page2021"),
    Checklist("swim", "SWiM", "campbell2020"),
    Checklist("moose", "MOOSE", "stroup2000"),
    Checklist("care", "CARE (of the single cases)", "gagnier2013", "Not kept in the workbook"),
)


@cache
def _items() -> Mapping[str, tuple[Item, ...]]:
    text = files("metasyn.report").joinpath("checklists.csv").read_text(encoding="utf-8")
    found: dict[str, list[Item]] = {}
    for row in csv.DictReader(text.splitlines()):
        item = Item(row["item"], row["topic"], row["asks"], tuple(row["sections"].split()))
        found.setdefault(row["checklist"], []).append(item)
    return {name: tuple(items) for name, items in found.items()}


def checklists(
    sections: Iterable[Section], wanted: Iterable[str], *, judged: bool = False
) -> Section:
    """The checklists as a section of a report.

    Parameters
    ----------
    sections
        The sections that there are.
    wanted
        Ids of the checklists that apply.
    judged
        Whether people judged the certainty of the evidence.
    """
    titles = {section.id: section.title for section in sections}
    if judged:
        titles["table-certainty"] = titles["summary"]
    ids = set(wanted)
    tables = tuple(checklist_table(one, titles) for one in LISTS if one.id in ids)
    return Section("checklists", "Reporting checklists", tables)


def checklist_table(checklist: Checklist, titles: Mapping[str, str]) -> Table:
    """Every item of a checklist, with the sections that speak of it.

    Parameters
    ----------
    checklist
        The checklist.
    titles
        Id to title of the sections that there are.
    """
    rows = [(item, [one for one in item.sections if one in titles]) for item in checklist.items]
    filled = sum(bool(found) for _, found in rows)
    return Table(
        checklist.id,
        f"{checklist.name}: {filled} of {len(rows)} items have a place in this report.",
        (
            Column("Item", "code"),
            Column("Topic"),
            Column("Asks for", "prose"),
            Column("Where in this report", explanation="a place to look, not a verdict"),
        ),
        tuple(
            Row(
                (
                    TableCell(item.number),
                    TableCell(item.topic),
                    TableCell(item.asks),
                    TableCell(
                        "; ".join(titles[one] for one in found) or checklist.absent,
                        href=f"#{found[0]}" if found else "",
                    ),
                )
            )
            for item, found in rows
        ),
        notes=(
            Sentence(
                "A place says where the report speaks of an item; whether that is enough, the "
                "authors decide.",
                (checklist.cites,),
            ),
        ),
    )


def checklists_csv(document: Document) -> str:
    """The checklists of a document as one table of comma-separated values."""
    names = {one.id: one.name for one in LISTS}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("checklist", "item", "topic", "asks", "where"))
    for table in document.tables():
        if table.id in names:
            writer.writerows(
                (names[table.id], *(cell.text for cell in row.cells)) for row in table.rows
            )
    return text.getvalue()
