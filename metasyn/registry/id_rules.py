"""Rules on ids, references and code lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from metasyn.records import Cell
from metasyn.registry.near_miss import did_you_mean, nearest
from metasyn.registry.rule import Finding, Rule, Tables
from metasyn.registry.sheets import (
    BY_NAME,
    LATER_LISTS,
    LIST_NAMES,
    OPTIONAL_BY_NAME,
    OPTIONAL_LISTS,
)
from metasyn.registry.table import Row

__all__ = ["ID_RULES"]


def _id_twice(tables: Tables) -> Iterator[Finding]:
    named = (
        ("study_id", tables.studies),
        ("result_id", tables.results),
        ("statement_id", tables.statements),
    )
    for name, records in named:
        first: dict[str, str] = {}
        for record in records:
            value = getattr(record, name)
            cell = record.provenance.cell(name)
            if value and value in first:
                yield Finding(cell, value, {"first": first[value]})
            elif value:
                first[value] = cell.address
    for name, table in tables.optional.items():
        yield from _key_twice(OPTIONAL_BY_NAME[name].key, table.rows)


def _key_twice(key: str, rows: Sequence[Row]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for row in rows if key else ():
        value, cell = row.text(key), row.cell(key)
        if value and value in first:
            yield Finding(cell, value, {"first": first[value]})
        elif value:
            first[value] = cell.address


def _code_twice(tables: Tables) -> Iterator[Finding]:
    first: dict[tuple[str, str], str] = {}
    for row in tables.list_rows:
        key = row.text("list"), row.text("code")
        if not all(key):
            continue
        if key in first:
            yield Finding(row.cell("code"), key[1], {"list": key[0], "first": first[key]})
        else:
            first[key] = row.cell("code").address


def _list_scattered(tables: Tables) -> Iterator[Finding]:
    closed: set[str] = set()
    current = ""
    for row in tables.list_rows:
        name = row.text("list")
        if name != current:
            if name in closed:
                yield Finding(row.cell("list"), name)
            closed.add(current)
            current = name


def _unused_lists(tables: Tables) -> dict[str, Row]:
    """Lists that no column uses, each with its first row."""
    unused: dict[str, Row] = {}
    for row in tables.list_rows:
        name = row.text("list")
        if name and name not in LIST_NAMES and name not in OPTIONAL_LISTS:
            unused.setdefault(name, row)
    return unused


def _list_renamed(tables: Tables) -> Iterator[Finding]:
    empty = [name for name in LIST_NAMES if name not in tables.codes]
    for name, row in _unused_lists(tables).items():
        meant = nearest(name, empty)
        if meant:
            yield Finding(row.cell("list"), name, {"meant": meant})


def _list_empty(tables: Tables) -> Iterator[Finding]:
    renamed = {finding.facts["meant"] for finding in _list_renamed(tables)}
    sheet = tables.list_rows[0].provenance.sheet if tables.list_rows else "lists"
    unneeded = LATER_LISTS - _lists_in_use(tables)
    for name in LIST_NAMES if tables.has_lists else ():
        if name not in tables.codes and name not in renamed and name not in unneeded:
            yield Finding(Cell(sheet, 1, 1), name)


def _lists_in_use(tables: Tables) -> set[str]:
    """Lists of the cells that are filled in columns that a workbook may lack."""
    of_sheet = {"studies": tables.studies, "statements": tables.statements}
    return {
        column.codes
        for name, records in of_sheet.items()
        for column in BY_NAME[name].columns
        if column.may_be_absent and any(getattr(record, column.name) for record in records)
    }


def _unknown(cell: Cell, value: str, known: tuple[str, ...], *, sheet: str = "studies") -> Finding:
    several = re.split(r"[\s,/]+", value)
    if len(several) > 1 and set(several) <= set(known):
        meant = f"Part ids by semicolons: {';'.join(several)}."
    else:
        meant = did_you_mean(value, known) if nearest(value, known) else "Correct it."
    return Finding(cell, value, {"meant": meant, "sheet": sheet})


def _reference_unknown(tables: Tables) -> Iterator[Finding]:
    known = tuple(dict.fromkeys(study.study_id for study in tables.studies if study.study_id))
    ids = frozenset(known)
    if tables.studies and not ids:  # the column itself is missing, which is said once
        return
    for result in tables.results:
        if result.study_id and result.study_id not in ids:
            yield _unknown(result.cell("study_id"), result.study_id, known)
    for statement in tables.statements:
        for name in ("citing_study_id", "cited_study_id"):
            value = getattr(statement, name)
            if value and value not in ids and name not in statement.provenance.missing:
                yield _unknown(statement.provenance.cell(name), value, known)
    for study in tables.studies:
        for value in study.overlaps_with:
            if value not in ids:
                yield _unknown(study.provenance.cell("overlaps_with"), value, known)
    yield from _optional_reference_unknown(tables, known)


def _optional_reference_unknown(tables: Tables, studies: tuple[str, ...]) -> Iterator[Finding]:
    """References of optional sheets; extractions have a rule of their own."""
    results = tuple(dict.fromkeys(item.result_id for item in tables.results if item.result_id))
    known = {"studies.study_id": studies, "results.result_id": results}
    for name, table in tables.optional.items():
        columns = [c for c in OPTIONAL_BY_NAME[name].columns if c.refers_to in known]
        for row in table.rows if name != "extractions" else ():
            for column in columns:
                value, ids = row.text(column.name), known[column.refers_to]
                if value and column.name not in row.provenance.missing and value not in ids:
                    sheet = column.refers_to.partition(".")[0]
                    yield _unknown(row.cell(column.name), value, ids, sheet=sheet)


ID_RULES = (
    Rule(
        "id-twice",
        "error",
        "An id names one row; with two, references are ambiguous.",
        "this id stands in {first} already.",
        "Give the row an id that was never used.",
        "R0001 in two rows",
        _id_twice,
    ),
    Rule(
        "code-twice",
        "error",
        "A code has one label and one definition.",
        "the list '{list}' has this code in {first} already.",
        "Delete one of the two.",
        "case_report twice in the list design",
        _code_twice,
    ),
    Rule(
        "list-scattered",
        "warning",
        "A dropdown shows the rows of a list that stand together.",
        "the rows of this list do not stand together, so its dropdown does not show them all.",
        "Move them into one block (insert rows inside the block).",
        "a new outcome below the last list",
        _list_scattered,
    ),
    Rule(
        "list-renamed",
        "error",
        "Columns find their codes by the name of the list.",
        "no column uses a list of this name; '{meant}' has no codes.",
        "Did you mean '{meant}'?",
        "outcomes",
        _list_renamed,
    ),
    Rule(
        "list-empty",
        "error",
        "Without its codes a column cannot be checked.",
        "the list '{value}' has no codes.",
        "Add its codes, or copy them from a new workbook (metasyn new).",
        "the codes of analyse were deleted",
        _list_empty,
    ),
    Rule(
        "reference-unknown",
        "error",
        "Every id that is referred to has its row.",
        "no row of {sheet} has this id.",
        "{meant}",
        "S9999",
        _reference_unknown,
    ),
)
