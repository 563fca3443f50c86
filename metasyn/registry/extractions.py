"""Double extraction: what two people read in the same place of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metasyn.records import Cell, Codes, Result
from metasyn.records.extraction import CONSENSUS, Extraction
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.rule import Finding, Rule, Tables
from metasyn.registry.schema import Column
from metasyn.registry.sheets import BY_NAME
from metasyn.registry.values import Parsed, parse, plain_number

__all__ = ["EXTRACTION_RULES", "Compared", "Given", "compare"]

_COLUMNS: Mapping[str, Column] = {
    column.name: column for column in BY_NAME["results"].columns if not column.key
}


@dataclass(frozen=True, slots=True)
class Given:
    """What one person extracted.

    Parameters
    ----------
    extractor
        Who.
    value
        The value as its column holds it; a missing-value code as text.
    text
        The cell of the value as text.
    cell
        That cell.
    """

    extractor: str
    value: object
    text: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of one result, as several people extracted it.

    Parameters
    ----------
    result
        The row of the sheet results.
    column
        Its column.
    given
        What was extracted, by the names of the extractors.
    consensus
        The adjudicated value; None where there is none.
    agrees
        Whether all extractors give the same, within the tolerance; None if there is only one.
    """

    result: Result
    column: Column
    given: tuple[Given, ...]
    consensus: Given | None
    agrees: bool | None

    @property
    def is_unresolved(self) -> bool:
        """Whether extractors differ and nobody has decided."""
        return self.agrees is False and self.consensus is None

    @property
    def current(self) -> object:
        """What stands in the sheet results: a value, a missing-value code, or a blank."""
        missing = self.result.provenance.missing.get(self.column.name)
        return getattr(self.result, self.column.name) if missing is None else missing

    @property
    def to_adopt(self) -> Given | None:
        """The adjudicated value, where the sheet results does not hold it."""
        held = self.consensus is not None and self.consensus.value == self.current
        return None if held else self.consensus


def compare(
    results: Sequence[Result],
    extractions: Sequence[Extraction],
    codes: Codes,
    *,
    tolerance: float = 0.0,
) -> tuple[Compared, ...]:
    """Bring together what was extracted for the same field of the same result.

    Rows that cannot be used (see the rule ``extraction-unusable``) are left out.

    Parameters
    ----------
    results, extractions
        Rows of the two sheets.
    codes
        The code lists.
    tolerance
        Largest difference of two numbers that agree, as a share of the larger one.
    """
    by_id = {result.result_id: result for result in results}
    found: dict[tuple[str, str], list[Given]] = {}
    for row, flaw in _judged(results, extractions, codes):
        if flaw is None and row.result_id and row.field and row.value:
            value = _value(row, codes)
            given = Given(row.extractor, value, row.value, row.provenance.cell("value"))
            found.setdefault((row.result_id, row.field), []).append(given)
    return tuple(
        _compared(by_id[key], _COLUMNS[name], rows, tolerance)
        for (key, name), rows in found.items()
    )


def _compared(result: Result, column: Column, rows: Sequence[Given], tolerance: float) -> Compared:
    people = sorted(
        (given for given in rows if not _is_consensus(given.extractor)),
        key=lambda given: given.extractor.casefold(),
    )
    consensus = next((given for given in rows if _is_consensus(given.extractor)), None)
    agrees = None
    if len(people) > 1:
        first, *others = people
        agrees = all(_same(first.value, other.value, tolerance) for other in others)
    return Compared(result, column, tuple(people), consensus, agrees)


def _is_consensus(extractor: str) -> bool:
    return extractor.casefold() == CONSENSUS


def _same(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= tolerance * max(abs(one), abs(other))
    return bool(one == other)


def _parsed(row: Extraction, codes: Codes) -> Parsed:
    column = _COLUMNS[row.field]
    return parse(column, plain_number(row.value) if column.is_number else row.value, codes)


def _value(row: Extraction, codes: Codes) -> object:
    parsed = _parsed(row, codes)
    return parsed.missing or parsed.value


@dataclass(frozen=True, slots=True)
class _Flaw:
    """The column that makes a row unusable, why, and what may be meant."""

    name: str
    reason: str
    meant: str = ""


def _judged(
    results: Sequence[Result], extractions: Sequence[Extraction], codes: Codes
) -> Iterator[tuple[Extraction, _Flaw | None]]:
    """Every row; with its flaw where it cannot be used."""
    known = {result.result_id: "" for result in results}
    seen: set[tuple[str, str, str]] = set()
    for row in extractions:
        key = (row.result_id, row.field, row.extractor.casefold())
        again = _Flaw("extractor", f"{row.extractor} has another row for this field")
        yield row, again if key in seen else _flaw(row, known, codes)
        seen.add(key)


def _flaw(row: Extraction, known: Mapping[str, str], codes: Codes) -> _Flaw | None:
    if row.result_id and row.result_id not in known:
        meant = did_you_mean(row.result_id, known) if known else ""
        return _Flaw("result_id", "no result has this id", meant)
    if row.field and row.field not in _COLUMNS:
        reason = "the sheet results has no such column"
        return _Flaw("field", reason, did_you_mean(row.field, _COLUMNS))
    if row.result_id and row.field and row.value and _parsed(row, codes).failed:
        return _Flaw("value", f"the column {row.field} of results could not hold this value")
    return None


def _find_unusable(tables: Tables) -> Iterator[Finding]:
    for row, flaw in _judged(tables.results, tables.extractions, tables.codes):
        if flaw is not None:
            facts = {"reason": flaw.reason, "meant": flaw.meant}
            yield Finding(row.provenance.cell(flaw.name), getattr(row, flaw.name), facts)


def _find_differing(tables: Tables) -> Iterator[Finding]:
    for item in compare(tables.results, tables.extractions, tables.codes):
        if item.is_unresolved:
            name = item.column.name
            said = ", ".join(f"{one.extractor} {one.text} ({one.cell})" for one in item.given)
            yield Finding(
                item.result.cell(name), item.current or "", {"column": name, "said": said}
            )


UNUSABLE = Rule(
    "extraction-unusable",
    "error",
    "An extraction that belongs to no cell of results can be compared with nothing.",
    "this extraction cannot be used: {reason}.",
    "{meant} Correct the row, or delete it.",
    "R9999 as result_id",
    _find_unusable,
)
DIFFERING = Rule(
    "extractions-differ",
    "error",
    "A value on which two extractors differ is not known until somebody has decided.",
    "the extractors differ on '{column}': {said}.",
    "Decide, and add a row with the extractor 'consensus' to the sheet extractions.",
    "AB read 3 events, CD read 4",
    _find_differing,
)

EXTRACTION_RULES = (UNUSABLE, DIFFERING)
