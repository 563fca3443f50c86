"""What is wrong in a workbook: where, what it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, overload

from metasyn.counting import plural
from metasyn.errors import RegistryError
from metasyn.records import Cell

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Issue", "Issues", "Severity"]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, or that a reader has to know.

    Parameters
    ----------
    code
        Code of the rule (``metasyn rules`` lists them).
    severity
        ``error``: the row cannot be analysed; ``warning``: somebody should look; ``note``: read
        otherwise than typed.
    sheet
        The tab; empty for the whole workbook.
    cell
        The cell; None for the whole sheet.
    value
        What stands in the cell.
    message, remedy
        What is wrong, and how to mend it: a sentence each.

    Examples
    --------
    >>> print(Issue("events-exceed-n", "error", "results", Cell("results", 17, 13), "14",
    ...             "more events than patients: 14 of 12.", "Correct events or n."))
    results!M17 14: more events than patients: 14 of 12. Correct events or n.
    """

    code: str
    severity: Severity
    sheet: str
    cell: Cell | None
    value: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = str(self.cell) if self.cell else self.sheet or "workbook"
        where = f"{place} {_short(self.value)}" if self.value else place
        return f"{where}: {self.message} {self.remedy}".rstrip()

    def to_json(self) -> dict[str, str]:
        """The fields as text; the cell as its address (``M17``)."""
        return {
            "code": self.code,
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell.address if self.cell else "",
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
        }


def _short(value: str, most: int = 60) -> str:
    return value if len(value) <= most else value[: most - 1] + "…"


class Issues(Sequence[Issue]):
    """Everything that was found in a workbook, in the order of its sheets and rows.

    Parameters
    ----------
    issues
        What was found.
    sheets
        The tabs, in the order in which their issues are listed.
    """

    def __init__(self, issues: Iterable[Issue] = (), sheets: Sequence[str] = ()) -> None:
        self.sheets = tuple(sheets)
        order = {name: rank for rank, name in enumerate(("", *sheets))}

        def place(issue: Issue) -> tuple[int, int, int]:
            row, column = (issue.cell.row, issue.cell.column) if issue.cell else (0, 0)
            return order.get(issue.sheet, len(order)), row, column

        self._issues = tuple(sorted(issues, key=place))

    @overload
    def __getitem__(self, index: int) -> Issue: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Issue, ...]: ...
    def __getitem__(self, index: int | slice) -> Issue | tuple[Issue, ...]:
        return self._issues[index]

    def __len__(self) -> int:
        return len(self._issues)

    def __iter__(self) -> Iterator[Issue]:
        return iter(self._issues)

    def __repr__(self) -> str:
        return (
            f"Issues({plural(len(self.errors), 'error')}, {plural(len(self.warnings), 'warning')}, "
            f"{plural(len(self.notes), 'note')})"
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self._issues))

    def _of(self, severity: Severity) -> tuple[Issue, ...]:
        return tuple(issue for issue in self._issues if issue.severity == severity)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """What keeps rows out of every analysis."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """What somebody should look at."""
        return self._of("warning")

    @property
    def notes(self) -> tuple[Issue, ...]:
        """What was read otherwise than it was typed."""
        return self._of("note")

    def raise_if_errors(self) -> None:
        """Stop when there are errors.

        Raises
        ------
        RegistryError
            A list of them all.
        """
        errors = self.errors
        if errors:
            count = plural(len(errors), "problem")
            raise RegistryError("\n".join((f"{count} in the workbook:", *map(str, errors))))

    def to_json(self) -> list[dict[str, str]]:
        """Every issue as a mapping of texts."""
        return [issue.to_json() for issue in self._issues]

    def to_frame(self) -> pd.DataFrame:
        """One row an issue: ``code severity sheet cell value message remedy``."""
        import pandas as pd

        columns: Mapping[str, type] = Issue.__annotations__
        return pd.DataFrame(self.to_json(), columns=list(columns))
