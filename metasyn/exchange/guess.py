"""A first guess at what the columns of a foreign table mean."""

from __future__ import annotations

from collections.abc import Mapping

from metasyn.exchange.mapping import ColumnMapping, importable
from metasyn.exchange.source_table import SourceTable
from metasyn.records import Code, Codes
from metasyn.registry.near_miss import nearest
from metasyn.registry.schema import MISSING_CODES, Column

__all__ = ["guess_codes", "guess_column", "guess_mapping", "unknown_words"]


def guess_mapping(table: SourceTable, sheet: str, codes: Codes) -> ColumnMapping:
    """The mapping that the headers and words of a table suggest; a person has to look at it.

    Parameters
    ----------
    table
        The table.
    sheet
        Name of the sheet that its rows are for.
    codes
        The code lists of the workbook.
    """
    found: dict[str, str] = {}
    for header in table.headers.values():
        name = guess_column(header, sheet, found)
        if name:
            found[name] = header
    words = {
        column.name: guess_codes(column, table.column(found[column.name]), table, codes)
        for column in importable(sheet).columns
        if column.codes and column.name in found
    }
    return ColumnMapping(sheet, found, codes={name: each for name, each in words.items() if each})


def guess_column(header: str, sheet: str, taken: Mapping[str, str]) -> str:
    """The column of a sheet that a header resembles and that is not taken; empty if none does."""
    columns = importable(sheet).columns
    free = {column.name: column.label for column in columns if column.name not in taken}
    return nearest(header, free, free)


def guess_codes(column: Column, number: int, table: SourceTable, codes: Codes) -> dict[str, str]:
    """What stands in a coded column, with the code that it resembles."""
    known: Mapping[str, Code] = codes.get(column.codes, {})
    labels = {code: entry.label for code, entry in known.items()}
    meant = {
        word: nearest(word, known, labels) for word in unknown_words(column, number, table, codes)
    }
    return {word: code for word, code in meant.items() if code}


def unknown_words(column: Column, number: int, table: SourceTable, codes: Codes) -> tuple[str, ...]:
    """What stands in a coded column and is no code."""
    known: Mapping[str, Code] = codes.get(column.codes, {})
    words = table.samples(number, most=len(table.rows))
    return tuple(word for word in words if word not in known and word not in MISSING_CODES)
