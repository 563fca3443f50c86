"""Pooled lines of a registry: one a group, each with the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metasyn.models.interval import Interval
from metasyn.models.results import NotPooled, Pooled
from metasyn.models.specs import Spec
from metasyn.records import Records, Result, SetAside

__all__ = ["Groups", "Line", "StudyRow"]


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study of a pooled line, on the display scale.

    Parameters
    ----------
    label
        What stands in the first column.
    estimate, ci
        Proportion or ratio with its own interval (exact for proportions).
    weight
        Share of the pooled line (0 to 1); None where the line is not pooled.
    is_case
        Whether it is a single case (n <= 2).
    events, n
        Counts; None where the data are no counts of one arm.
    record
        The registry row; None where the data came as arrays.
    """

    label: str
    estimate: float
    ci: Interval
    weight: float | None
    is_case: bool
    events: int | None = None
    n: int | None = None
    record: Result | None = None


@dataclass(frozen=True, eq=False)
class Line:
    """One group: its rows, its pooled result, and what was set aside.

    Parameters
    ----------
    code, label
        The group's code in the registry, and its label for people.
    studies
        Rows of the line, by design then year then label; single cases last.
    result
        The pooled estimate, or why there is none.
    set_aside
        Rows of the group that are not in the line, each with the reason.
    """

    code: str
    label: str
    studies: tuple[StudyRow, ...]
    result: Pooled | NotPooled
    set_aside: tuple[SetAside, ...]

    @property
    def rows_in(self) -> int:
        """Rows that had the question's outcome: pooled (or shown) plus set aside."""
        return len(self.studies) + len(self.set_aside)

    @property
    def is_control(self) -> bool:
        """Whether all that the line has is the control arms of other lines."""
        return not self.studies and {one.code for one in self.set_aside} == {"comparator-arm"}


class Groups(Mapping[str, "Pooled | NotPooled"]):
    """Results by group, in the registry's order.

    Parameters
    ----------
    lines
        One a group.
    by
        The column that made the groups.
    spec
        What was asked of every group.
    records
        The rows that went in.
    """

    def __init__(self, lines: tuple[Line, ...], by: str, spec: Spec, records: Records) -> None:
        self._lines = {line.code: line for line in lines}
        self._by, self._spec, self._records = by, spec, records

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines in order, each with the rows behind it."""
        return tuple(self._lines.values())

    @property
    def by(self) -> str:
        """Column that made the groups."""
        return self._by

    @property
    def spec(self) -> Spec:
        """What was asked of every group."""
        return self._spec

    @property
    def records(self) -> Records:
        """Rows that went in."""
        return self._records

    def line(self, code: str) -> Line:
        """The line of a group, with the rows behind it."""
        return self._lines[code]

    def __getitem__(self, code: str) -> Pooled | NotPooled:
        return self._lines[code].result

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __repr__(self) -> str:
        return f"Groups(by={self._by!r}, {len(self)} lines)"
