"""The sheets of an OpenDocument spreadsheet (.ods), cell by cell (ODF 1.3 part 3, section 9)."""

from __future__ import annotations

from metasyn.errors import WorkbookError
from metasyn.registry.archive import Archive
from metasyn.registry.grid import CellValue, Grid, Odd, number_text
from metasyn.registry.xml import local_name, parse_events

__all__ = ["is_ods", "read_ods"]

MAX_CELLS = 5_000_000
"""A repeated cell can stand for a million; more than this many filled ones are refused."""

_MANIFEST = "META-INF/manifest.xml"


def is_ods(archive: Archive) -> bool:
    """Whether a zip is an OpenDocument spreadsheet."""
    return "content.xml" in archive.names and "mimetype" in archive.names


def read_ods(archive: Archive) -> tuple[Grid, ...]:
    """Cells of every sheet.

    Raises
    ------
    WorkbookError
        If the file is protected by a password, or damaged.
    """
    shown = archive.source.file
    if _MANIFEST in archive.names and b"encryption-data" in archive.part(_MANIFEST):
        raise WorkbookError(
            f"{shown} is protected by a password. Open it, remove the password and save it."
        )
    reader = _Content(shown)
    content = archive.part("content.xml")
    parse_events(content, "content.xml", reader.start, reader.end, reader.text)
    return tuple(reader.grids)


def _count(attributes: dict[str, str], name: str) -> int:
    count = attributes.get(name, "1")
    return max(1, int(count)) if count.isdecimal() else 1


class _Content:
    """Handlers for ``table:table`` and all that is in it; notes and drawings are passed over."""

    def __init__(self, shown: str) -> None:
        self.grids: list[Grid] = []
        self._shown = shown
        self._cells = 0
        self._rows: dict[int, dict[int, CellValue]] | None = None
        self._merged: list[tuple[int, int]] = []
        self._name = ""
        self._row: dict[int, CellValue] = {}
        self._row_number = 0
        self._row_repeat = 1
        self._column = 0
        self._attributes: dict[str, str] | None = None
        self._lines: list[str] = []
        self._in_line = False
        self._skipping = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local_name(name)
        nested = name == "table" and self._rows is not None
        if self._skipping or nested or name in ("annotation", "shapes", "frame"):
            self._skipping += 1
        elif name == "table":
            self._name, self._rows, self._merged = attributes.get("table:name", ""), {}, []
            self._row_number = 0
        elif self._rows is None:
            return
        elif name == "table-row":
            self._row, self._column = {}, 0
            self._row_number += 1
            self._row_repeat = _count(attributes, "table:number-rows-repeated")
        elif name in ("table-cell", "covered-table-cell"):
            self._attributes, self._lines = attributes, []
        elif self._attributes is not None:
            self._start_text(name, attributes)

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self._lines.append("")
            self._in_line = True
        elif self._in_line and name == "s":
            self._lines[-1] += " " * min(_count(attributes, "text:c"), 1000)
        elif self._in_line and name in ("tab", "line-break"):
            self._lines[-1] += "\t" if name == "tab" else "\n"

    def end(self, name: str) -> None:
        name = local_name(name)
        if self._skipping:
            self._skipping -= 1
        elif self._rows is None:
            return
        elif name == "table":
            self.grids.append(Grid(self._name, self._rows, tuple(self._merged)))
            self._rows = None
        elif name == "table-row":
            self._end_row(self._rows)
        elif name in ("table-cell", "covered-table-cell") and self._attributes is not None:
            self._end_cell(self._attributes)
            self._attributes = None
        elif name == "p":
            self._in_line = False

    def text(self, data: str) -> None:
        if self._in_line and not self._skipping:
            self._lines[-1] += data

    def _end_row(self, rows: dict[int, dict[int, CellValue]]) -> None:
        if self._row:
            self._count_cells(len(self._row) * self._row_repeat)
            for number in range(self._row_repeat):
                rows[self._row_number + number] = self._row
        self._row_number += self._row_repeat - 1

    def _end_cell(self, attributes: dict[str, str]) -> None:
        repeat = _count(attributes, "table:number-columns-repeated")
        spans = ("table:number-columns-spanned", "table:number-rows-spanned")
        if any(_count(attributes, name) > 1 for name in spans):
            self._merged.append((self._row_number, self._column + 1))
        value = _value(attributes, "\n".join(self._lines))
        if value is not None and value != "":
            self._count_cells(repeat)
            for column in range(self._column + 1, self._column + repeat + 1):
                self._row[column] = value
        self._column += repeat

    def _count_cells(self, more: int) -> None:
        self._cells += more
        if self._cells > MAX_CELLS:
            raise WorkbookError(
                f"{self._shown} was not read: it has more than {MAX_CELLS:,} filled cells. "
                "Make sure that it is the right file."
            )


def _value(attributes: dict[str, str], shown: str) -> CellValue | None:
    kind = attributes.get("office:value-type", "")
    if attributes.get("calcext:value-type") == "error":
        return Odd("error", shown)
    if kind in ("float", "currency", "percentage"):
        return _number(kind, attributes.get("office:value", ""), shown)
    if kind in ("date", "time"):
        return Odd("date", attributes.get("office:date-value", shown).removesuffix("T00:00:00"))
    if kind == "boolean":
        true = attributes.get("office:boolean-value") == "true"
        return Odd("boolean", "TRUE" if true else "FALSE", float(true))
    formula = attributes.get("table:formula", "").partition(":")[2]
    return Odd("uncached", formula) if formula and not kind else shown


def _number(kind: str, raw: str, shown: str) -> CellValue:
    try:
        number = float(raw)
    except ValueError:
        return shown
    if kind == "percentage":
        return Odd("percent", f"{number_text(number * 100)}%", number)
    return number
