"""Two versions of a registry compared: rows by their ids, cells by their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from metasyn.records import Cell, Code, Result, Statement, Study
from metasyn.records.changes import CellChange, RegistryChanges, RowChange
from metasyn.registry.cell_rules import CELL_RULES
from metasyn.registry.grid import number_text
from metasyn.registry.registry import Registry
from metasyn.registry.schema import Sheet
from metasyn.registry.sheets import BY_NAME, OPTIONAL_SHEETS
from metasyn.registry.table import Row

__all__ = ["cell_text", "diff_registries", "row_text"]

Record = Study | Result | Statement

_UNREAD = frozenset(rule.code for rule in CELL_RULES if rule.severity == "error")


@dataclass(frozen=True)
class _Version:
    """One row as text, with where it stands.

    Parameters
    ----------
    label
        What people call it.
    texts
        Column to what its cell says; columns that the user added have ``extra: `` before them.
    cells
        Column to its cell, where it has one.
    row
        Its row; None for codes.
    """

    label: str
    texts: Mapping[str, str]
    cells: Mapping[str, Cell] = field(default_factory=dict)
    row: int | None = None


Versions = dict[str, list[_Version]]


def diff_registries(old: Registry, new: Registry) -> RegistryChanges:
    """Say what differs between two versions of a registry.

    Rows are matched by their ids, cells by their columns: sorting, moving columns and formatting
    change nothing. A cell that cannot be read counts as what was typed. Of rows that share an id
    (or have none) those that say the same are matched first, the others in their order. The order
    of codes is not compared.

    Parameters
    ----------
    old, new
        The versions.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from metasyn.registry import read_registry
    >>> from metasyn.registry.template import write_workbook
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "review.xlsx"
    ...     write_workbook(path)
    ...     registry = read_registry(path)
    >>> bool(diff_registries(registry, registry))
    False
    """
    rows: list[RowChange] = []
    for name in ("studies", "results", "statements"):
        rows.extend(_changes(name, _versions(old, name), _versions(new, name)))
    for sheet in OPTIONAL_SHEETS:
        rows.extend(_changes(sheet.name, _optional(old, sheet), _optional(new, sheet)))
    rows.extend(_changes("lists", _codes(old), _codes(new)))
    return RegistryChanges(old.source, new.source, tuple(rows))


def cell_text(record: Record, name: str) -> str:
    """What a cell of a record says, as text: its missing-value code, or its value.

    Examples
    --------
    >>> from metasyn.registry.build import unknown_study
    >>> from metasyn.records import Provenance
    >>> cell_text(unknown_study("S0009", Provenance("studies", 2)), "study_id")
    'S0009'
    """
    return record.provenance.missing.get(name) or _text(getattr(record, name))


def row_text(row: Row, name: str) -> str:
    """What a cell of a table's row says, as :func:`cell_text` gives it."""
    return row.provenance.missing.get(name) or _text(row.values[name])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    return number_text(value) if isinstance(value, float) else str(value)


def _records(registry: Registry, name: str) -> Sequence[Record]:
    records: Mapping[str, Sequence[Record]] = {
        "studies": registry.studies,
        "results": registry.results,
        "statements": registry.statements,
    }
    return records[name]


def _versions(registry: Registry, name: str) -> Versions:
    """The rows of a sheet by their ids."""
    sheet = BY_NAME[name]
    unread = _unread(registry)
    found: Versions = {}
    for record in _records(registry, name):
        cells = _cells(record, sheet)
        texts = {column.name: cell_text(record, column.name) for column in sheet.columns}
        texts.update({column: unread[cell] for column, cell in cells.items() if cell in unread})
        texts.update({f"extra: {column}": text for column, text in record.extras.items()})
        version = _Version(_label(record), texts, cells, record.provenance.row)
        found.setdefault(texts[sheet.key], []).append(version)
    return found


def _unread(registry: Registry) -> dict[Cell, str]:
    """What was typed in cells that cannot be read."""
    return {
        issue.cell: issue.value
        for issue in registry.issues.errors
        if issue.code in _UNREAD and issue.cell is not None
    }


def _cells(record: Record | Row, sheet: Sheet) -> dict[str, Cell]:
    """Cells of the columns that the workbook has; absent ones share the number of another."""
    numbers = record.provenance.columns
    shared = Counter(numbers.values())
    return {
        name: record.provenance.cell(name)
        for name in numbers
        if shared[numbers[name]] == 1 or name in sheet.told_apart_by
    }


def _label(record: Record) -> str:
    if isinstance(record, Study):
        return record.label
    if isinstance(record, Result):
        return f"{record.study.label}, {record.arm}, {record.outcome}"
    return record.citing_label


def _optional(registry: Registry, sheet: Sheet) -> Versions:
    """The rows of an optional sheet, by the cells that tell them apart."""
    found: Versions = {}
    unread = _unread(registry)
    for row in registry.optional[sheet.name].rows if sheet.name in registry.optional else ():
        cells = _cells(row, sheet)
        texts = {column.name: row_text(row, column.name) for column in sheet.columns}
        texts.update({column: unread[cell] for column, cell in cells.items() if cell in unread})
        texts.update({f"extra: {column}": text for column, text in row.extras.items()})
        names = [texts[name] for name in sheet.told_apart_by]
        version = _Version(", ".join(filter(None, names)), texts, cells, row.provenance.row)
        found.setdefault("/".join(names), []).append(version)
    return found


def _codes(registry: Registry) -> Versions:
    def version(code: Code) -> _Version:
        return _Version(code.label, {"label": code.label, "definition": code.definition})

    return {
        f"{name}/{code.code}": [version(code)]
        for name, codes in registry.codes.items()
        for code in codes.values()
    }


def _changes(sheet: str, old: Versions, new: Versions) -> list[RowChange]:
    added, changed, removed = [], [], []
    for key in dict.fromkeys((*new, *old)):
        for before, after in _matched(old.get(key, ()), new.get(key, ())):
            if before is None and after is not None:
                added.append(RowChange("added", sheet, key, after.label, row=after.row))
            elif after is None and before is not None:
                removed.append(RowChange("removed", sheet, key, before.label, row=before.row))
            elif before is not None and after is not None:
                cells = tuple(_cell_changes(before, after))
                changed.append(RowChange("changed", sheet, key, after.label, cells, after.row))
    return [*added, *changed, *removed]


def _matched(
    old: Iterable[_Version], new: Iterable[_Version]
) -> Iterator[tuple[_Version | None, _Version | None]]:
    """Pairs of rows with one id that do not say the same."""
    left = list(old)
    others: list[_Version] = []
    for after in new:
        same = next((row for row in left if _filled(row) == _filled(after)), None)
        if same is None:
            others.append(after)
        else:
            left.remove(same)
    for position in range(max(len(left), len(others))):
        yield (
            left[position] if position < len(left) else None,
            others[position] if position < len(others) else None,
        )


def _filled(version: _Version) -> dict[str, str]:
    """A blank cell and an absent column say the same."""
    return {name: text for name, text in version.texts.items() if text}


def _cell_changes(before: _Version, after: _Version) -> Iterator[CellChange]:
    for name in dict.fromkeys((*after.texts, *before.texts)):
        was, now = before.texts.get(name, ""), after.texts.get(name, "")
        if was != now:
            yield CellChange(name, was, now, before.cells.get(name), after.cells.get(name))
