"""One cell: what the user typed, as the value that its column wants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from metasyn.records import Codes
from metasyn.registry import cell_rules as rules
from metasyn.registry.grid import CellValue, Odd, number_text
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.rule import Rule
from metasyn.registry.schema import MISSING_CODES, Column
from metasyn.registry.tidy import tidy_prose, tidy_token

__all__ = ["Parsed", "Problem", "parse", "plain_number"]

_MISSPELT: Final = frozenset(
    (
        *("n/a", "n.a.", "na", "nr", "n.r.", "n/r", "n.d.", "nd", "unc", "pend", "none", "null"),
        *("nan", "-", "--", ".", "?", "missing", "unknown", "unclear", "not reported"),
        *("not applicable", "not stated"),
    )
)
_SENTINELS: Final = frozenset((-9.0, -99.0, -999.0, -9999.0, 999.0, 9999.0, 99999.0))
_PLAIN_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}([, ])\d{3}(\1\d{3})*")
_PERCENT: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a cell breaks, and the facts that the rule's message names."""

    rule: Rule
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a cell holds.

    Parameters
    ----------
    value
        The value; the column's blank where it could not be read.
    missing
        The missing-value code that stands there; empty where none does.
    problems
        What is wrong with the cell.
    """

    value: object
    missing: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the cell could not be read."""
        return bool(self.problems) and any(p.rule.severity == "error" for p in self.problems)


def parse(column: Column, raw: CellValue, codes: Codes) -> Parsed:
    """Read one filled cell.

    Parameters
    ----------
    column
        The column it stands in.
    raw
        What the user typed.
    codes
        The code lists.
    """
    if isinstance(raw, Odd):
        return _parse_odd(column, raw, codes)
    if isinstance(raw, str):
        if column.is_number:
            return _parse_number_text(column, raw)
        return _parse_text(column, raw, codes)
    if column.is_number:
        return _parse_number(column, raw)
    return _number_in_text(column, number_text(raw), codes)


def plain_number(text: str) -> str | float:
    """A number where the text is nothing but one; the text otherwise.

    Examples
    --------
    >>> plain_number("0.5"), plain_number("1,5")
    (0.5, '1,5')
    """
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else text


def _fail(column: Column, rule: Rule, facts: dict[str, object] | None = None) -> Parsed:
    named = {"column": column.name, **(facts or {})}
    return Parsed(column.blank, problems=(Problem(rule, named),))


def _with(parsed: Parsed, problem: Problem) -> Parsed:
    return Parsed(parsed.value, parsed.missing, (problem, *parsed.problems))


def _parse_odd(column: Column, raw: Odd, codes: Codes) -> Parsed:
    if raw.kind == "error":
        return _fail(column, rules.FORMULA_FAILED)
    if raw.kind == "uncached":
        return _fail(column, rules.FORMULA_UNCOMPUTED)
    if raw.kind == "date":
        return Parsed(raw.shown) if column.kind == "date" else _fail(column, rules.DATE_IN_CELL)
    if raw.kind == "boolean" or raw.number is None:
        return _fail(column, rules.BOOLEAN_IN_CELL)
    if column.is_number:
        return _parse_number(column, raw.number)
    return _number_in_text(column, number_text(raw.number) if column.verbatim else raw.shown, codes)


def _number_in_text(column: Column, shown: str, codes: Codes) -> Parsed:
    parsed = _parse_text(column, shown, codes)
    if parsed.failed or column.verbatim:
        return parsed
    return _with(parsed, Problem(rules.NUMBER_IN_TEXT, {"column": column.name}))


def _parse_number(column: Column, number: float) -> Parsed:
    if number in _SENTINELS and not (column.low is not None and number < column.low):
        return Parsed(number, problems=(Problem(rules.MISSING_AS_NUMBER, {}),))
    return Parsed(number)


def _parse_number_text(column: Column, raw: str) -> Parsed:
    text, what = tidy_token(raw)
    tidied = Problem(rules.TEXT_TIDIED, {"tidied": text, "what": what})
    if not text:
        return Parsed(column.blank)
    if text in MISSING_CODES:
        parsed = _missing(column, text)
        return _with(parsed, tidied) if what else parsed
    if _PLAIN_NUMBER.fullmatch(text):
        stored = Problem(rules.NUMBER_AS_TEXT, {"number": text})
        parsed = _with(_parse_number(column, float(text)), stored)
        return _with(parsed, tidied) if what else parsed
    return _no_number(column, text)


def _no_number(column: Column, text: str) -> Parsed:
    if text.casefold() in _MISSPELT:
        return _fail(column, rules.MISSING_MISSPELT)
    percent = _PERCENT.fullmatch(text)
    if percent:
        return _fail(column, rules.PERCENT_TEXT, {"number": number_text(float(percent[1]) / 100)})
    if _THOUSANDS.fullmatch(text):
        mend = f"Did you mean {re.sub('[, ]', '', text)}? Write it without commas and blanks."
    elif _DECIMAL_COMMA.fullmatch(text):
        mend = f"Did you mean {text.replace(',', '.')}?"
    else:
        mend = "Type the number alone; remarks belong in a text column."
    return _fail(column, rules.NOT_A_NUMBER, {"mend": mend})


def _missing(column: Column, code: str) -> Parsed:
    if not column.may_be_missing:
        return _fail(column, rules.MISSING_NOT_ALLOWED)
    return Parsed(column.blank if column.is_number or column.kind == "ids" else code, code)


def _parse_text(column: Column, raw: str, codes: Codes) -> Parsed:
    text, what = tidy_prose(raw) if column.kind == "text" else tidy_token(raw)
    if not text:
        return Parsed(column.blank)
    parsed = _parse_tidy(column, text, codes)
    if not what:
        return parsed
    return _with(parsed, Problem(rules.TEXT_TIDIED, {"tidied": text, "what": what}))


def _parse_tidy(column: Column, text: str, codes: Codes) -> Parsed:
    if column.kind == "code":
        return _parse_code(column, text, codes)
    if text in MISSING_CODES and (column.kind != "text" or column.may_be_missing):
        return _missing(column, text)
    if column.kind == "ids":
        return Parsed(tuple(part.strip() for part in text.split(";") if part.strip()))
    return Parsed(text)


def _parse_code(column: Column, text: str, codes: Codes) -> Parsed:
    known = codes.get(column.codes)
    if known is None or text in known:
        return Parsed(text, text if text in MISSING_CODES else "")
    if text in MISSING_CODES:
        return _missing(column, text)
    labels = {code: entry.label for code, entry in known.items()}
    meant = did_you_mean(text, known, labels)
    return _fail(column, rules.UNKNOWN_CODE, {"list": column.codes, "meant": meant})
