"""Questions that turn a foreign table into a mapping, one column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metasyn.exchange.mapping import ColumnMapping
    from metasyn.exchange.source_table import SourceTable
    from metasyn.records import Code, Codes

from metasyn.counting import plural

__all__ = ["ask_mapping"]

KEEP, SKIP = "keep", "skip"

Ask = Callable[[str, str], str]
"""Puts a question with a default answer."""


def ask_mapping(
    table: SourceTable, sheet: str, codes: Codes, ask: Ask, tell: Callable[[str], None]
) -> ColumnMapping:
    """Ask what every column, every unknown word and every missing column means.

    Parameters
    ----------
    table
        The table.
    sheet
        Name of the sheet that its rows are for.
    codes
        The code lists of the workbook.
    ask, tell
        How to put a question, and how to say something.
    """
    from metasyn.exchange.mapping import ColumnMapping, importable

    tell(
        f"{table.tab}: {plural(len(table.rows), 'row')}. For each of its columns give the column "
        f"of {sheet},"
    )
    tell(f"'{KEEP}' (a column of your own) or '{SKIP}' (leave it out). Enter takes the guess.")
    columns, ignored = _columns(table, sheet, ask, tell)
    words = {
        column.name: found
        for column in importable(sheet).columns
        if column.codes and column.name in columns
        if (
            found := _codes(
                table, column.name, table.column(columns[column.name]), sheet, codes, ask
            )
        )
    }
    constants = {}
    for column in importable(sheet).columns:
        if column.required and not column.key and column.name not in columns:
            question = f"No column gives {column.name} ({column.label}). One value for all rows"
            answer = ask(question, "").strip()
            if answer:
                constants[column.name] = answer
    return ColumnMapping(sheet, columns, constants, words, tuple(ignored))


def _columns(
    table: SourceTable, sheet: str, ask: Ask, tell: Callable[[str], None]
) -> tuple[dict[str, str], list[str]]:
    from metasyn.exchange.guess import guess_column
    from metasyn.exchange.mapping import importable
    from metasyn.registry.near_miss import did_you_mean

    names = [column.name for column in importable(sheet).columns]
    columns: dict[str, str] = {}
    ignored: list[str] = []
    for number, header in table.headers.items():
        if not header:
            continue
        samples = ", ".join(table.samples(number)) or "blank"
        guess = guess_column(header, sheet, columns) or KEEP
        while True:
            answer = ask(f"{header} ({samples})", guess).strip() or guess
            if answer in columns:
                tell(f"{answer} is given by the column {columns[answer]} already.")
            elif answer in (*names, KEEP, SKIP):
                break
            else:
                tell(f"{sheet} has no column '{answer}'. {did_you_mean(answer, names)}")
        if answer == SKIP:
            ignored.append(header)
        elif answer != KEEP:
            columns[answer] = header
    return columns, ignored


def _codes(
    table: SourceTable, name: str, number: int, sheet: str, codes: Codes, ask: Ask
) -> dict[str, str]:
    from metasyn.exchange.guess import guess_codes, unknown_words
    from metasyn.exchange.mapping import importable

    column = next(column for column in importable(sheet).columns if column.name == name)
    guesses = guess_codes(column, number, table, codes)
    known: Mapping[str, Code] = codes.get(column.codes, {})
    found = {}
    for word in unknown_words(column, number, table, codes):
        question = f"{name}: '{word}' is no code. It means ({', '.join(known)})"
        answer = ask(question, guesses.get(word, "")).strip()
        if answer and answer != word:
            found[word] = answer
    return found
