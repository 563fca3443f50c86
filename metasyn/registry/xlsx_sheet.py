"""One worksheet of an .xlsx file, read in a single pass."""

from __future__ import annotations

import math
import re

from metasyn.registry.grid import CellValue, Grid, Odd
from metasyn.registry.number_formats import Styles
from metasyn.registry.xml import local_name, parse_events

__all__ = ["read_shared_strings", "read_sheet"]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS = "0123456789"


def read_shared_strings(content: bytes, part: str) -> list[str]:
    """Texts that cells refer to by number."""
    reader = _SharedStrings()
    parse_events(content, part, reader.start, reader.end, reader.text)
    return reader.texts


def read_sheet(name: str, content: bytes, part: str, texts: list[str], styles: Styles) -> Grid:
    """Filled cells of a worksheet.

    Parameters
    ----------
    name
        The tab.
    content, part
        The worksheet's part and its name.
    texts, styles
        What cells refer to by number.
    """
    reader = _Sheet(texts, styles)
    parse_events(content, part, reader.start, reader.end, reader.text)
    return Grid(name, reader.rows, tuple(reader.merged))


def _unescaped(text: str) -> str:
    """Undo ``_x000D_`` (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    decoded = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _SharedStrings:
    """Handlers for ``sst``: the text runs of every ``si``, without phonetic hints."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._runs: list[str] = []
        self._capturing = False
        self._phonetic = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        name = local_name(name)
        if name == "si":
            self._runs = []
        elif name == "rPh":
            self._phonetic += 1
        elif name == "t":
            self._capturing = not self._phonetic

    def end(self, name: str) -> None:
        name = local_name(name)
        if name == "si":
            self.texts.append(_unescaped("".join(self._runs)))
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "t":
            self._capturing = False

    def text(self, data: str) -> None:
        if self._capturing:
            self._runs.append(data)


class _Sheet:
    """Handlers for ``worksheet``: every ``c`` with a value or a formula."""

    def __init__(self, texts: list[str], styles: Styles) -> None:
        self.rows: dict[int, dict[int, CellValue]] = {}
        self.merged: list[tuple[int, int]] = []
        self._texts = texts
        self._styles = styles
        self._columns: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._row = 0
        self._column = 0
        self._type: str | None = None
        self._style: str | None = None
        self._into: list[str] | None = None
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._phonetic = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = self._names.get(name) or self._local(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or (name == "t" and not self._phonetic):
            self._into = self._value
        elif name == "f":
            self._into = self._formula = []
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() else self._row + 1
            self._column = 0
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            self._add_merged(attributes.get("ref", "").partition(":")[0])

    def _add_merged(self, reference: str) -> None:
        letters = reference.rstrip(_DIGITS)
        row = reference[len(letters) :]
        if letters.isalpha() and row:
            self.merged.append((int(row), self._number_of(letters)))

    def end(self, name: str) -> None:
        name = self._names.get(name) or self._local(name)
        if name == "c":
            self._end_cell()
        elif name in ("v", "t", "f"):
            self._into = None
        elif name == "rPh":
            self._phonetic -= 1

    def text(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def _local(self, name: str) -> str:
        local = self._names[name] = local_name(name)
        return local

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        letters = reference.rstrip(_DIGITS)
        self._column = self._number_of(letters) if letters else self._column + 1
        self._type = attributes.get("t")
        self._style = attributes.get("s")
        self._value = []
        self._formula = None

    def _number_of(self, letters: str) -> int:
        number = self._columns.get(letters)
        if number is None:
            number = 0
            for letter in letters.upper():
                number = number * 26 + ord(letter) - 64
            self._columns[letters] = number
        return number

    def _end_cell(self) -> None:
        value = self._cell_value()
        if value is not None and value != "":
            self.rows.setdefault(self._row, {})[self._column] = value

    def _cell_value(self) -> CellValue | None:
        raw = "".join(self._value)
        if not raw and self._formula is not None and self._type != "str":
            return Odd("uncached", "=" + "".join(self._formula))
        if not raw:
            return None
        if self._type == "s":
            return self._shared(raw)
        if self._type in ("str", "inlineStr"):
            return _unescaped(raw)
        return self._typed(raw)

    def _typed(self, raw: str) -> CellValue:
        if self._type == "b":
            return Odd("boolean", "TRUE" if raw == "1" else "FALSE", float(raw == "1"))
        if self._type == "e":
            return Odd("error", raw)
        if self._type == "d":
            return Odd("date", raw.removesuffix("T00:00:00"))
        return self._number(raw)

    def _shared(self, raw: str) -> CellValue:
        try:
            return self._texts[int(raw)]
        except (ValueError, IndexError):
            return Odd("error", f"text number {raw} of the file, which is missing")

    def _number(self, raw: str) -> CellValue:
        try:
            number = float(raw)
        except ValueError:
            return _unescaped(raw)
        if not math.isfinite(number):
            return Odd("error", raw)
        return self._styles.value(self._style, number)
