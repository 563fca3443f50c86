"""What a rule of the registry is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from metasyn.records import Cell, Codes, Result, Statement, Study
from metasyn.registry.issues import Issue, Severity
from metasyn.registry.table import Row

__all__ = ["Finding", "Rule", "Tables"]


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
    today
        The day on which the workbook is checked; None where no clock is to be asked.
    """

    studies: tuple[Study, ...]
    results: tuple[Result, ...]
    statements: tuple[Statement, ...]
    codes: Codes
    list_rows: tuple[Row, ...] = ()
    today: date | None = None


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
    """

    code: str
    severity: Severity
    why: str
    message: str
    remedy: str
    example: str
    find: Callable[[Tables], Iterable[Finding]] | None = None

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
