"""Number formats of a workbook: which numbers are shown as dates or percentages."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from metasyn.registry.grid import Odd, number_text
from metasyn.registry.xml import local_name

__all__ = ["Styles", "read_styles"]

Shape = Literal["date", "percent", ""]

_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_IDS = frozenset((9, 10))
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Styles:
    """How numbers are shown.

    Parameters
    ----------
    shapes
        For every cell style: whether its numbers are dates, percentages or neither.
    epoch_1904
        Whether dates count from 1904 (old files from a Mac).
    """

    shapes: tuple[Shape, ...]
    epoch_1904: bool

    def value(self, style: str | None, number: float) -> float | Odd:
        """Return a number, or what it is shown as where that is a date or a percentage."""
        index = int(style) if style and style.isdecimal() else 0
        shape = self.shapes[index] if index < len(self.shapes) else ""
        if shape == "percent":
            return Odd("percent", f"{number_text(number * 100)}%", number)
        if shape == "date":
            return Odd("date", _date(number, epoch_1904=self.epoch_1904), number)
        return number


def read_styles(styles: Element, workbook: Element) -> Styles:
    """Number formats of a workbook's cell styles."""
    custom = {
        element.get("numFmtId", ""): _shape_of_code(element.get("formatCode", ""))
        for element in styles.iter()
        if local_name(element.tag) == "numFmt"
    }
    cell_formats = next((e for e in styles if local_name(e.tag) == "cellXfs"), ())
    shapes = tuple(_shape(element.get("numFmtId", "0"), custom) for element in cell_formats)
    properties = (e for e in workbook.iter() if local_name(e.tag) == "workbookPr")
    epoch = any(e.get("date1904") in ("1", "true") for e in properties)
    return Styles(shapes, epoch)


def _shape(format_id: str, custom: dict[str, Shape]) -> Shape:
    if format_id in custom:
        return custom[format_id]
    number = int(format_id) if format_id.isdecimal() else 0
    if number in _DATE_IDS:
        return "date"
    return "percent" if number in _PERCENT_IDS else ""


def _shape_of_code(code: str) -> Shape:
    bare = _LITERALS.sub("", code.split(";", 1)[0])
    if bare.lower() in ("general", "standard"):
        return ""
    if re.search(r"[ymdhs]", bare, re.IGNORECASE):
        return "date"
    return "percent" if "%" in bare else ""


def _date(serial: float, *, epoch_1904: bool) -> str:
    """Date of a serial number (ECMA-376 part 1, 18.17.4.1)."""
    start = datetime.datetime(1904, 1, 1) if epoch_1904 else datetime.datetime(1899, 12, 30)
    try:
        moment = start + datetime.timedelta(days=serial)
    except (OverflowError, ValueError):
        return number_text(serial)
    if moment.time() == datetime.time():
        return moment.date().isoformat()
    return moment.isoformat(sep=" ", timespec="seconds")
