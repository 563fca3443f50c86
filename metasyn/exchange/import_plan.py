"""What an import would add, checked by the rules of the registry before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from metasyn.errors import Note, SpecError
from metasyn.exchange.mapping import ColumnMapping, importable
from metasyn.exchange.source_table import SourceTable
from metasyn.records import Cell, Result, Statement, Study
from metasyn.registry.build import build_results, build_statements, build_studies
from metasyn.registry.diff import cell_text, row_text
from metasyn.registry.grid import CellValue, Grid
from metasyn.registry.issues import Issue, Issues
from metasyn.registry.layout import shown
from metasyn.registry.optional import build_extractions
from metasyn.registry.patch.assign_ids import id_series
from metasyn.registry.reader import read_table
from metasyn.registry.registry import Registry
from metasyn.registry.rule import Tables
from metasyn.registry.rules import check_tables
from metasyn.registry.schema import Column, Sheet
from metasyn.registry.table import Row, Table
from metasyn.registry.values import parse, plain_number

__all__ = ["ImportPlan", "plan_import"]

_OF_THE_WHOLE_TABLE = frozenset(("column-missing", "columns-added", "header-moved"))
"""Issues that say what the mapping says already."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Rows that an import would add to a sheet.

    Parameters
    ----------
    sheet
        The sheet.
    rows
        One mapping a row: column, or header of a column of the user, to value.
    issues
        What is wrong with the cells, at their addresses in the table.
    notes
        What was decided on the way.
    """

    sheet: Sheet
    rows: tuple[Mapping[str, str | float], ...]
    issues: Issues
    notes: tuple[Note, ...]


def plan_import(table: SourceTable, mapping: ColumnMapping, registry: Registry) -> ImportPlan:
    """Bring the rows of a table into the form of a sheet, and check them.

    Headers that the mapping does not name, and that are no column of the sheet, are kept as
    columns of the user. Rows without an id get the next free ones. Labels of studies are read as
    their ids.

    Parameters
    ----------
    table
        The table.
    mapping
        What its headers and words mean.
    registry
        The workbook that the rows are for.

    Raises
    ------
    SpecError
        If the mapping names headers that the table does not have, or values that cannot be.
    """
    sheet = importable(mapping.sheet)
    layout = _Layout(table, mapping, sheet, registry)
    read, found = read_table(sheet, layout.grid(), registry.codes)
    raw = {row.provenance.row: table.rows[row.provenance.row] for row in read.rows}
    added, ids = _with_ids(read, sheet, registry)
    found = [issue for issue in found if issue.code not in _OF_THE_WHOLE_TABLE]
    found += [
        i for i in check_tables(_joined(sheet, added, registry), found) if i.sheet == table.tab
    ]
    issues = Issues((_inside(issue, table) for issue in found), [table.tab])
    rows = tuple(layout.values(row, raw[row.provenance.row]) for row in added.rows)
    notes = (*layout.notes(), *ids, *_already_there(sheet, added, registry))
    return ImportPlan(sheet, rows, issues, notes)


class _Layout:
    """Which column of the table, or which constant, gives which column of the sheet."""

    def __init__(
        self, table: SourceTable, mapping: ColumnMapping, sheet: Sheet, registry: Registry
    ) -> None:
        self._table, self._mapping, self._registry = table, mapping, registry
        self._columns = {column.name: column for column in sheet.columns}
        self._numbers = {table.column(h): name for name, h in mapping.columns.items()}
        if len(self._numbers) < len(mapping.columns):
            raise SpecError("One header gives one column; the mapping uses a header twice.")
        self._left_out = {table.column(header) for header in mapping.ignored}
        given = {*self._numbers.values(), *mapping.constants}
        for number, header in table.headers.items():
            name = header.casefold()
            free = number not in self._numbers and number not in self._left_out
            if free and name in self._columns and name not in given:
                self._numbers[number] = name
                given.add(name)
        self.kept = dict(self._kept_headers())
        self._constants = {name: self._constant(name) for name in mapping.constants}
        self._by_label: dict[str, str] = {}
        self._without: list[int] = []

    def _kept_headers(self) -> Iterator[tuple[int, str]]:
        used: set[str] = set()
        for number, header in self._table.headers.items():
            if header and number not in self._numbers and number not in self._left_out:
                clash = header.casefold() in self._columns or header.casefold() in used
                name = f"{header} ({self._table.tab})" if clash else header
                used.add(name.casefold())
                yield number, name

    def _constant(self, name: str) -> CellValue:
        column, text = self._columns[name], self._mapping.constants[name]
        value = plain_number(text) if column.is_number else text
        parsed = parse(column, value, self._registry.codes)
        if parsed.failed:
            meant = " ".join(str(one.facts.get("meant", "")) for one in parsed.problems).strip()
            raise SpecError(f"The column {name} cannot hold the constant '{text}'. {meant}".strip())
        return value

    def grid(self) -> Grid:
        """The mapped cells where they stand, the sheet's column names in row 1 above them."""
        last = max(self._table.headers, default=0)
        places = {name: last + place for place, name in enumerate(self._constants, start=1)}
        constants = {places[name]: value for name, value in self._constants.items()}
        header: dict[int, CellValue] = {**self._numbers}
        rows: dict[int, Mapping[int, CellValue]] = {
            1: {**header, **{place: name for name, place in places.items()}}
        }
        for number, row in self._table.rows.items():
            cells = {n: self._meant(n, value) for n, value in row.items() if n in self._numbers}
            if cells:
                rows[number] = {**cells, **constants}
        self._without = [number for number in self._table.rows if number not in rows]
        return Grid(self._table.tab, rows, typed=self._table.typed)

    def _meant(self, place: int, value: CellValue) -> CellValue:
        """A cell with its word turned into the code, or the label of a study into its id."""
        column = self._columns[self._numbers[place]]
        word = shown(value).strip()
        code = self._mapping.codes.get(column.name, {}).get(word)
        if code is not None:
            return code
        if column.refers_to == "studies.study_id" and column.kind == "id":
            found = self._id_of_label(word)
            if found:
                self._by_label[word] = found
                return found
        return value

    def _id_of_label(self, word: str) -> str:
        studies = self._registry.studies
        if any(study.study_id == word for study in studies):
            return ""
        found = [study.study_id for study in studies if study.label.casefold() == word.casefold()]
        return found[0] if len(found) == 1 else ""

    def values(self, row: Row, raw: Mapping[int, CellValue]) -> dict[str, str | float]:
        """What is written for a row: what was read, and what was typed where that failed."""
        texts = {name: _value(row, column) for name, column in self._columns.items()}
        for place, name in self._numbers.items():
            if texts[name] == "" and place in raw:
                texts[name] = _as_typed(raw[place])
        for place, name in self.kept.items():
            if place in raw:
                texts[name] = _as_typed(raw[place])
        return {name: value for name, value in texts.items() if value != ""}

    def notes(self) -> Iterator[Note]:
        """What became of headers and labels."""
        if self.kept:
            names = ", ".join(self.kept.values())
            yield Note("columns-kept", f"Kept as columns of your own: {names}.")
        if self._left_out:
            names = ", ".join(self._table.headers[number] for number in sorted(self._left_out))
            yield Note("columns-left-out", f"Left out, as the mapping says: {names}.")
        if self._by_label:
            pairs = ", ".join(f"{label} = {found}" for label, found in self._by_label.items())
            yield Note("labels-as-ids", f"Labels of studies were read as their ids: {pairs}.")
        if self._without:
            numbers = ", ".join(map(str, self._without))
            yield Note("rows-left-out", f"Rows without a mapped cell were left out: {numbers}.")
        given = {*self._numbers.values(), *self._constants}
        blank = [c.name for c in self._columns.values() if c.required and c.name not in given]
        blank = [name for name in blank if not self._columns[name].key]
        if blank:
            names = ", ".join(blank)
            yield Note("required-blank", f"Required columns that stay blank: {names}.")


def _as_typed(value: CellValue) -> str | float:
    return value if isinstance(value, float) else shown(value)


def _value(row: Row, column: Column) -> str | float:
    missing = row.provenance.missing.get(column.name)
    if missing is not None:
        return missing
    value = row.values[column.name]
    if isinstance(value, (int, float)):
        return float(value)
    return ";".join(value) if isinstance(value, tuple) else str(value or "")


def _with_ids(read: Table, sheet: Sheet, registry: Registry) -> tuple[Table, tuple[Note, ...]]:
    """The rows with ids where they had none."""
    key = next((column for column in sheet.columns if column.key), None)
    if key is None:
        return read, ()
    there = [_text_of(record, key.name) for record in _records(registry, sheet)]
    own = [row.text(key.name) for row in read.rows]
    prefix, number, width = id_series([*there, *own], key.example)
    rows, given = [], []
    for row in read.rows:
        if row.text(key.name) or key.name in row.provenance.missing:
            rows.append(row)
            continue
        number += 1
        given.append(f"{prefix}{number:0{width}d}")
        rows.append(replace(row, values={**row.values, key.name: given[-1]}))
    told = f"{given[0]} to {given[-1]}" if len(given) > 1 else "".join(given)
    notes = (Note("ids-given", f"New ids in {key.name}: {told}."),) if given else ()
    return replace(read, rows=tuple(rows)), notes


def _text_of(record: Study | Result | Statement | Row, name: str) -> str:
    """What a cell says, of a record and of a row alike."""
    return row_text(record, name) if isinstance(record, Row) else cell_text(record, name)


def _records(registry: Registry, sheet: Sheet) -> Sequence[Study | Result | Statement | Row]:
    known: dict[str, Sequence[Study | Result | Statement]] = {
        "studies": registry.studies,
        "results": registry.results,
        "statements": registry.statements,
    }
    if sheet.name in known:
        return known[sheet.name]
    return registry.optional[sheet.name].rows if sheet.name in registry.optional else ()


def _joined(sheet: Sheet, added: Table, registry: Registry) -> Tables:
    """The workbook's records with the new ones behind them."""
    tables = Tables(
        registry.studies,
        registry.results,
        registry.statements,
        registry.codes,
        extractions=registry.extractions,
        optional=registry.optional,
    )
    if sheet.name == "studies":
        return replace(tables, studies=(*registry.studies, *build_studies(added)))
    if sheet.name == "results":
        new = build_results(added, registry.studies)
        return replace(tables, results=(*registry.results, *new))
    if sheet.name == "statements":
        return replace(tables, statements=(*registry.statements, *build_statements(added)))
    old = registry.optional.get(sheet.name, Table(sheet.name, sheet.name))
    optional = {**registry.optional, sheet.name: replace(old, rows=(*old.rows, *added.rows))}
    return replace(tables, optional=optional, extractions=build_extractions(optional))


def _inside(issue: Issue, table: SourceTable) -> Issue:
    """An issue at a cell of the table; one of a constant is told of at the row's beginning."""
    cell = issue.cell
    if cell is None or cell.column in table.headers or cell.column in table.rows.get(cell.row, {}):
        return issue
    return replace(issue, cell=Cell(cell.sheet, cell.row, 1))


def _already_there(sheet: Sheet, added: Table, registry: Registry) -> Iterator[Note]:
    """Rows that say what a row of the workbook says, whatever their ids."""
    names = [column.name for column in sheet.columns if not column.key]
    there = {
        tuple(_text_of(record, name) for name in names) for record in _records(registry, sheet)
    }
    same = [
        row.provenance.row
        for row in added.rows
        if tuple(row_text(row, name) for name in names) in there
    ]
    if same:
        rows = ", ".join(map(str, same[:10])) + (" ..." if len(same) > 10 else "")
        yield Note(
            "already-there",
            f"Rows that say the same as rows of the workbook: {rows}. Were they imported before?",
        )
