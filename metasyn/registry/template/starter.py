"""Code lists that a new workbook starts with."""

from __future__ import annotations

import csv
from importlib.resources import files

__all__ = ["starter_lists"]


def starter_lists() -> tuple[dict[str, object], ...]:
    """Rows of the sheet ``lists``, in the order of the file.

    Examples
    --------
    >>> starter_lists()[0]["code"]
    'rct'
    """
    text = files(__package__).joinpath("starter_lists.csv").read_text(encoding="utf-8")
    rows: list[dict[str, object]] = []
    places: dict[str, int] = {}
    for row in csv.DictReader(text.splitlines()):
        places[row["list"]] = places.get(row["list"], 0) + 1
        rows.append({**row, "sort": places[row["list"]]})
    return tuple(rows)
