"""What a rule of the registry is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from metasyn.records import Cell, Codes, Result, Statement, Study
from metasyn.records.extraction import Extraction
from metasyn.registry.issues import Issue, Severity
from metasyn.registry.table import Row, Table

__all__ = ["Finding", "Rule", "Tables", "WrongCells", "given", "wrong_cells"]

WrongCells = Mapping[tuple[str, int], set[int]]
"""Tab and row to the columns of its wrong cells."""


def wrong_cells(issues: Iterable[Issue]) -> WrongCells:
    """Where the errors among some issues stand."""
    wrong: dict[tuple[str, int], set[int]] = {}
    for issue in issues:
        if issue.cell is not None and issue.severity == "error":
            wrong.setdefault((issue.cell.sheet, issue.cell.row), set()).add(issue.cell.column)
    return wrong


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that a rule may look at.

    Parameters
    ----------
    studies, results, statements
        The records.
    codes
        The code lists.
    list_rows
        The rows of the sheet ``lists``.
    has_lists
        Whether the workbook has the sheet ``lists``.
    today
        The day on which the workbook is checked; None where no clock is to be asked.
    extractions
        The rows of the sheet ``extractions``.
    optional
        The rows of every optional sheet that the workbook has, by its name.
    complete
        The tables with the rows that were left out for their errors; None where none were.
    """

    studies: tuple[Study, ...]
    results: tuple[Result, ...]
    statements: tuple[Statement, ...]
    codes: Codes
    list_rows: tuple[Row, ...] = ()
    has_lists: bool = True
    today: date | None = None
    extractions: tuple[Extraction, ...] = ()
    optional: Mapping[str, Table] = field(default_factory=dict)
    complete: Tables | None = None

    def without_errors(self, wrong: WrongCells, columns: tuple[str, ...] = ()) -> Tables:
        """The rows in which no cell of some columns is wrong; no cell at all if none are named."""

        def is_sound(record: Study | Result | Statement | Row) -> bool:
            place = record.provenance
            bad = wrong.get((place.sheet, place.row))
            if bad is None:
                return True
            return bool(columns) and bad.isdisjoint(place.columns.get(name) for name in columns)

        return replace(
            self,
            studies=tuple(filter(is_sound, self.studies)),
            results=tuple(filter(is_sound, self.results)),
            statements=tuple(filter(is_sound, self.statements)),
            list_rows=tuple(filter(is_sound, self.list_rows)),
            optional={
                name: replace(table, rows=tuple(filter(is_sound, table.rows)))
                for name, table in self.optional.items()
            },
            complete=self,
        )


def given(study: Study, name: str) -> str:
    """Text of a field of a study; empty where a missing-value code stands there."""
    return "" if name in study.provenance.missing else str(getattr(study, name))


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell that breaks a rule, with the facts that its message names."""

    cell: Cell
    value: object
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the single source for the check, its words and its documentation.

    Parameters
    ----------
    code
        Short and stable, in kebab case.
    severity
        Severity of its issues.
    why
        Why the rule exists.
    message, remedy
        What is wrong and how to mend it; ``{names}`` are filled from the finding's facts.
    example
        A value that breaks it.
    find
        What looks for it in the records; None where it is found while cells are read.
    looks_at
        For a warning or a note, the columns that it rests on: it is not looked for in rows where
        one of their cells is wrong. None stands for all columns.
    """

    code: str
    severity: Severity
    why: str
    message: str
    remedy: str
    example: str
    find: Callable[[Tables], Iterable[Finding]] | None = None
    looks_at: tuple[str, ...] = ()

    def at(
        self,
        cell: Cell | None,
        value: object = "",
        facts: Mapping[str, object] | None = None,
        *,
        sheet: str = "",
    ) -> Issue:
        """Make the issue of a cell, or of a whole sheet."""
        shown = str(value)
        named = {"value": shown, **(facts or {})}
        return Issue(
            self.code,
            self.severity,
            cell.sheet if cell else sheet,
            cell,
            shown,
            self.message.format_map(named),
            self.remedy.format_map(named),
        )

    def to_json(self) -> dict[str, str]:
        """The rule's words, for programs."""
        return {
            "code": self.code,
            "severity": self.severity,
            "why": self.why,
            "message": self.message,
            "remedy": self.remedy,
            "example": self.example,
        }

    def issues(self, tables: Tables) -> Iterator[Issue]:
        """Look for it in the records."""
        if self.find is not None:
            for finding in self.find(tables):
                yield self.at(finding.cell, finding.value, finding.facts)
