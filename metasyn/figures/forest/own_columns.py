"""Columns that a user takes from the effects' data or from the records."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

from metasyn.errors import SpecError
from metasyn.figures.forest.content import Shown
from metasyn.figures.forest.options import ForestColumn
from metasyn.figures.forest.table import Cell
from metasyn.figures.styles import Align
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import number
from metasyn.records import Codes

__all__ = ["OwnColumn", "own_column"]

OF_RECORDS = ("provenance", "extras", "study")
"""Fields of records that are no values."""


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column of values of the user's data.

    Parameters
    ----------
    code
        ``own:NAME``.
    name
        In the data.
    header, align
        How it looks.
    decimals
        Of its numbers.
    """

    code: str
    name: str
    header: str
    align: Align
    decimals: int

    def cell(self, one: Shown, codes: Codes, decimal: str) -> Cell:
        """What it says of a study."""
        value = value_of(one, self.name)
        text = _text(value, self.decimals, decimal)
        if isinstance(value, str) and value and (known := codes.get(self.name)) is not None:
            text = clean(known.label(value))
        return (text, "") if self.align == "right" else ("", text)


def own_column(
    column: ForestColumn, shown: Sequence[Shown], known: Sequence[str] = ()
) -> OwnColumn:
    """A column of the data, with what was not chosen made from its values.

    Parameters
    ----------
    column
        What was chosen.
    shown
        Every study of the figure.
    known
        The figure's own columns, for the error.

    Raises
    ------
    SpecError
        If no study has such a column.
    """
    if not any(column.name in _fields(one) for one in shown):
        there = dict.fromkeys(name for one in shown for name in _fields(one))
        raise SpecError(
            f"There is no column {column.name!r}; there are {', '.join([*known, *there])}."
        )
    values = [value_of(one, column.name) for one in shown]
    read = [_number(value) for value in values]
    numbers = [value for value in read if value is not None]
    texts = any(_text(v, 0, ".") for v, n in zip(values, read, strict=True) if n is None)
    decimals = column.decimals
    if decimals is None:
        decimals = max(map(_decimals, numbers), default=0)
    header = column.header
    if header is None:
        words = column.name.replace("_", " ")
        header = words[:1].upper() + words[1:]
    align: Align = column.align or ("right" if numbers and not texts else "left")
    return OwnColumn(f"own:{column.name}", column.name, header, align, decimals)


def value_of(one: Shown, name: str) -> object:
    """What the data or the record of a study hold; None where they hold nothing."""
    return _fields(one).get(name)


def _fields(one: Shown) -> Mapping[str, object]:
    """Everything that is known of a study by its name: data first, then record, then report."""
    record = one.row.record
    if record is None:
        return one.fields
    study = record.study
    found: dict[str, object] = {**study.extras, **record.extras}
    for holder in (study, record):
        names = (name for name in type(holder).__slots__ if name not in OF_RECORDS)
        found.update((name, getattr(holder, name)) for name in names)
    return {**found, **one.fields}


def _number(value: object) -> float | None:
    """A finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    return float(value) if math.isfinite(value) else None


def _decimals(value: float) -> int:
    """Digits that a number needs after its mark, at most 3."""
    return next((d for d in range(3) if abs(value - round(value, d)) < 1e-9), 3)


def _text(value: object, decimals: int, decimal: str) -> str:
    """A value as it is printed; nothing where it is missing."""
    if isinstance(value, Real) and not isinstance(value, bool):
        return number(float(value), decimals, decimal) if math.isfinite(float(value)) else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return clean(", ".join(map(str, value)))
    text = "" if value is None else clean(value)
    return "" if text in ("nan", "NaT", "<NA>") else text
