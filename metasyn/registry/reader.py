"""The rows of a sheet: cells read by their columns, then checked by the sheet's model."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from metasyn.records import Cell, Codes, Provenance
from metasyn.registry import cell_rules as rules
from metasyn.registry.grid import CellValue, Grid, number_text
from metasyn.registry.issues import Issue
from metasyn.registry.layout import Columns, find_columns, shown
from metasyn.registry.schema import Column, Sheet
from metasyn.registry.table import Row, Table
from metasyn.registry.values import Parsed, parse, plain_number

__all__ = ["read_table"]

_NOTHING: Mapping[str, str] = MappingProxyType({})


def read_table(sheet: Sheet, grid: Grid, codes: Codes) -> tuple[Table, list[Issue]]:
    """Read one sheet.

    Parameters
    ----------
    sheet
        Its schema.
    grid
        Its cells.
    codes
        The code lists.

    Returns
    -------
    tuple
        The rows, and everything that is wrong with them.
    """
    columns, issues = find_columns(sheet, grid)
    reader = _RowReader(sheet, grid, columns, codes)
    rows = tuple(
        row
        for number, cells in sorted(grid.rows.items())
        if number > columns.header_row and (row := reader.read(number, cells)) is not None
    )
    issues.extend(reader.issues)
    for top, left in grid.merged:
        if top >= columns.header_row:
            issues.append(rules.MERGED.at(Cell(grid.name, top, left)))
    if reader.headerless:
        first, count = reader.headerless[0], len(reader.headerless)
        issues.append(rules.HEADERLESS.at(first, facts={"count": count}))
    return Table(sheet.name, grid.name, rows, tuple(columns.extra.values())), issues


class _RowReader:
    """Reads rows of one sheet and gathers what is wrong with them."""

    def __init__(self, sheet: Sheet, grid: Grid, columns: Columns, codes: Codes) -> None:
        self.issues: list[Issue] = []
        self.headerless: list[Cell] = []
        self._model = sheet.row
        self._tab = grid.name
        self._typed_cells = grid.typed
        self._parsed: dict[tuple[int, CellValue], Parsed] = {}
        self._known = columns.known
        self._extra = columns.extra
        self._codes = codes
        self._by_name = {column.name: column for column in sheet.columns}
        self._absent = self._by_name.keys() - columns.numbers.keys()
        self._numbers = MappingProxyType(
            {name: columns.numbers.get(name, 1) for name in self._by_name}
        )

    def read(self, number: int, cells: Mapping[int, CellValue]) -> Row | None:
        """Read a row; None where it is blank."""
        values: dict[str, object] = {}
        missing: dict[str, str] = {}
        extras: dict[str, str] = {}
        failed = set(self._absent)
        for position, raw in cells.items():
            column = self._known.get(position)
            if column is None:
                self._read_extra(number, position, raw, extras)
                continue
            if type(raw) is float and column.is_number and 0 <= raw < 999:
                values[column.name] = raw
                continue
            parsed = self._parsed.get((position, raw)) or self._parse(position, column, raw)
            if parsed.missing:
                missing[column.name] = parsed.missing
            for problem in parsed.problems:
                cell = Cell(self._tab, number, position)
                self.issues.append(problem.rule.at(cell, shown(raw), problem.facts))
            if parsed.failed:
                failed.add(column.name)
            else:
                values[column.name] = parsed.value
        if not values and not failed - self._absent:
            if extras:
                self.issues.append(rules.ROW_WITHOUT_DATA.at(Cell(self._tab, number, 1)))
            return None
        provenance = Provenance(self._tab, number, self._numbers, missing or _NOTHING)
        return Row(self._validated(values, failed, provenance), provenance, extras or _NOTHING)

    def _parse(self, position: int, column: Column, raw: CellValue) -> Parsed:
        """Read a cell, once for all cells of a column that hold the same."""
        typed = raw
        if not self._typed_cells and column.is_number and isinstance(raw, str):
            typed = plain_number(raw)
        parsed = self._parsed[position, raw] = parse(column, typed, self._codes)
        return parsed

    def _read_extra(
        self, number: int, position: int, raw: CellValue, extras: dict[str, str]
    ) -> None:
        name = self._extra.get(position)
        if name is not None:
            extras[name] = shown(raw)
        elif shown(raw).strip():
            self.headerless.append(Cell(self._tab, number, position))

    def _validated(
        self, values: dict[str, object], failed: set[str], provenance: Provenance
    ) -> dict[str, object]:
        """Check a row by its model; cells that fail get the value of a blank one."""
        given = {name: value for name, value in values.items() if value not in (None, "", ())}
        try:
            return dict(self._model.__pydantic_validator__.validate_python(given).__dict__)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_context=False):
                name = str(detail["loc"][0])
                if name not in failed:
                    self._report(name, detail["type"], detail["input"], provenance)
                failed.add(name)
        kept = {name: value for name, value in given.items() if name not in failed}
        blanks = {
            name: column.default if not column.required else column.blank
            for name, column in self._by_name.items()
        }
        return {**blanks, **self._typed(kept)}

    def _typed(self, values: Mapping[str, object]) -> dict[str, object]:
        return {
            name: int(value)
            if self._by_name[name].kind == "integer" and isinstance(value, float)
            else value
            for name, value in values.items()
        }

    def _report(self, name: str, kind: str, value: object, provenance: Provenance) -> None:
        column, cell = self._by_name[name], provenance.cell(name)
        if kind == "missing":
            facts = {"column": name, "fill": _fill_in(column)}
            rule = rules.INCOMPLETE if column.may_be_missing else rules.REQUIRED_BLANK
            self.issues.append(rule.at(cell, "", facts))
            return
        rule = rules.NOT_WHOLE if kind == "int_from_float" else rules.OUT_OF_RANGE
        shown_value = number_text(value) if isinstance(value, float) else value
        facts = {"column": name, "range": _range(column)}
        self.issues.append(rule.at(cell, shown_value, facts))


def _fill_in(column: Column) -> str:
    if column.codes:
        return f"Choose a code of the list '{column.codes}'."
    if column.may_be_missing:
        return f"Fill it in (for example {column.example}), or write NR if the source does not say."
    return f"Fill it in (for example {column.example})."


def _range(column: Column) -> str:
    if column.low is not None and column.high is not None:
        return f"between {number_text(column.low)} and {number_text(column.high)}"
    if column.low is not None:
        return f"{number_text(column.low)} or more"
    return f"{number_text(column.high)} or less" if column.high is not None else "a finite number"
