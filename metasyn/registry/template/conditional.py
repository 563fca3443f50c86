"""Conditional formats: formula rules only, which every spreadsheet program keeps."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.worksheet import Worksheet

from metasyn.records.cell import column_letters
from metasyn.registry.schema import MISSING_CODES, Sheet
from metasyn.registry.template.look import STATES

__all__ = ["LAST_ROW", "add_conditional_formats"]

LAST_ROW = 20_000
"""Down to here formats, dropdowns and checks reach."""


@dataclass(frozen=True, slots=True)
class _Format:
    """Cells of some columns that look otherwise when a formula is true for their row."""

    columns: tuple[str, ...]
    formula: str
    state: str


_BIBLIOGRAPHY = ("first_author", "year", "title", "journal", "bibliography_check")

_OF_SHEET = {
    "studies": (
        _Format(
            _BIBLIOGRAPHY,
            'OR({bibliography_check}="recalled",{bibliography_check}="incomplete")',
            "unsure",
        ),
    ),
    "results": (
        _Format(
            ("events", "n"),
            "AND(ISNUMBER({events}),ISNUMBER({n}),{events}>{n})",
            "impossible",
        ),
        _Format(
            ("effect", "ci_low", "ci_high"),
            "OR(AND(ISNUMBER({effect}),ISNUMBER({ci_low}),{effect}<{ci_low}),"
            "AND(ISNUMBER({effect}),ISNUMBER({ci_high}),{effect}>{ci_high}))",
            "impossible",
        ),
        _Format(("analyse",), '{analyse}="primary"', "primary"),
    ),
}


def add_conditional_formats(worksheet: Worksheet, sheet: Sheet) -> None:
    """Colour what is impossible, blank, twice there or unsure."""
    letters = {c.name: column_letters(i) for i, c in enumerate(sheet.columns, start=1)}
    places = {name: f"${letter}2" for name, letter in letters.items()}
    last = column_letters(len(letters))
    for rule in _OF_SHEET.get(sheet.name, ()):
        for name in rule.columns:
            _add(worksheet, letters[name], rule.formula.format_map(places), rule.state)
    if sheet.key:
        letter = letters[sheet.key]
        span = f"${letter}$2:${letter}${LAST_ROW}"
        _add(worksheet, letter, f"COUNTIF({span},{places[sheet.key]})>1", "duplicate")
    for column in sheet.columns:
        if column.required:
            here = f"{letters[column.name]}2"
            formula = f"AND(COUNTA($A2:${last}2)>0,LEN(TRIM({here}))=0)"
            _add(worksheet, letters[column.name], formula, "required")
    codes = ",".join(f'A2="{code}"' for code in MISSING_CODES)
    if sheet.name != "lists":
        _add(worksheet, "A", f"OR({codes})", "missing", to=last)


def _add(worksheet: Worksheet, letter: str, formula: str, state: str, *, to: str = "") -> None:
    rule = Rule(type="expression", dxf=STATES[state], formula=[formula])
    worksheet.conditional_formatting.add(f"{letter}2:{to or letter}{LAST_ROW}", rule)
