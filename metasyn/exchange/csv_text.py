"""CSV that no spreadsheet program takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from metasyn.registry.csv_text import guarded

__all__ = ["csv_bytes"]

CsvValue = str | int | float | bool | None


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, CsvValue]]) -> bytes:
    r"""A table as CSV: UTF-8, commas, LF; numbers at full precision, None blank.

    Text that a spreadsheet program would take for a formula gets an apostrophe before it
    (:func:`metasyn.registry.csv_text.guarded`).

    Parameters
    ----------
    columns
        The header.
    rows
        Column to value; an absent column is blank.

    Examples
    --------
    >>> csv_bytes(("slab", "yi"), [{"slab": "=1+1", "yi": -0.5}, {"slab": "Lee 2019"}])
    b"slab,yi\n'=1+1,-0.5\nLee 2019,\n"
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([guarded(name) for name in columns])
    for row in rows:
        writer.writerow([_written(row.get(name)) for name in columns])
    return text.getvalue().encode("utf-8")


def _written(value: CsvValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return guarded(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """The shortest text that reads back as the same number, without a needless '.0'.

    Examples
    --------
    >>> number(12.0), number(0.1), number(3)
    ('12', '0.1', '3')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
