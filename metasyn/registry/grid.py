"""Cells as the user typed them, before anyone asks what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["CellValue", "Grid", "Odd", "number_text"]

OddKind = Literal["date", "percent", "boolean", "error", "uncached"]


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that is neither plain text nor a plain number.

    Parameters
    ----------
    kind
        ``date``: a number that is shown as a date; ``percent``: one that is shown as a percentage;
        ``boolean``; ``error``: ``#DIV/0!`` and its like; ``uncached``: a formula whose value was
        never computed.
    shown
        What the user sees in the cell (the formula, where there is no value).
    number
        The number behind a percentage, a date or a boolean.
    """

    kind: OddKind
    shown: str
    number: float | None = None


CellValue: TypeAlias = str | float | Odd


@dataclass(frozen=True, slots=True)
class Grid:
    """The filled cells of one sheet.

    Parameters
    ----------
    name
        The tab.
    rows
        Row number to column number to value, both 1-based; blank cells have no entry.
    merged
        Top left cells of merged areas, as row and column.
    typed
        Whether numbers are told from text (a CSV file does not).
    """

    name: str
    rows: Mapping[int, Mapping[int, CellValue]]
    merged: tuple[tuple[int, int], ...] = ()
    typed: bool = True


def number_text(value: float) -> str:
    """Write a number as a spreadsheet shows it.

    Examples
    --------
    >>> number_text(12.0), number_text(0.783), number_text(23678006.0)
    ('12', '0.783', '23678006')
    """
    return f"{value:.15g}"
