"""Courses of single patients: which treatments one after another, and what came of each.

The order is that of the days where they are given, else of the lines of treatment (the column
``role``). Within a line the order is not known and is not made up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from metasyn.errors import DataError
from metasyn.records.study import Result, Study

__all__ = ["LINES", "Course", "Days", "Step", "treatment_courses"]

LINES = ("prophylaxis", "pre_emptive", "treatment_first_line", "treatment_refractory")
"""Roles of treatments in the order in which a patient meets them."""

_DAYS = re.compile(
    r"(?<!by )\b(from )?days? (\d+)(?: ?(?:-|\N{EN DASH}|to|and) ?(\d+))?", re.IGNORECASE
)
_START, _END = "day_start", "day_end"
"""Columns of the user's own in the sheet results."""


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day of a treatment; ``last`` None where only the first is given."""

    first: float
    last: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One treatment of one patient.

    Parameters
    ----------
    arm, intervention
        The treatment in the report's words, and its code.
    line
        Position of its role in :data:`LINES`.
    days
        When it was given; None where the report does not say.
    response
        The result that tells whether it helped; None where there is none.
    harms
        Results of harm that occurred under it.
    """

    arm: str
    intervention: str
    line: int
    days: Days | None
    response: Result | None
    harms: tuple[Result, ...]

    @property
    def outcome(self) -> Literal["helped", "did not help", "not given"]:
        """What came of it."""
        if self.response is None or self.response.events is None:
            return "not given"
        return "helped" if self.response.events else "did not help"


@dataclass(frozen=True, slots=True)
class Course:
    """The treatments of one patient in order.

    Parameters
    ----------
    study
        The report.
    patient
        The registry's patient group.
    steps
        Treatments, by day where every one has a day, else by line.
    parts
        Ids of results that are not drawn: components of a combination that stands for them.
    """

    study: Study
    patient: str
    steps: tuple[Step, ...]
    parts: tuple[str, ...]

    @property
    def has_days(self) -> bool:
        """Whether every treatment has a day."""
        return all(step.days is not None for step in self.steps)

    @property
    def order_is_known(self) -> bool:
        """Whether no two treatments share a line, or all have days."""
        lines = [step.line for step in self.steps]
        return self.has_days or len(set(lines)) == len(lines)


def treatment_courses(
    results: Iterable[Result], outcomes: Sequence[str] = ()
) -> tuple[Course, ...]:
    """Courses of the single patients among results.

    Parameters
    ----------
    results
        Rows of a registry; those that count one patient and name a treatment are used.
    outcomes
        Outcomes that tell whether a treatment helped, in order of preference. Empty: for each
        treatment the first row whose direction is a benefit.

    Returns
    -------
    tuple
        One a patient, in the order of the rows.

    Raises
    ------
    DataError
        If a column ``day_start`` or ``day_end`` holds no day, or days run backwards.
    """
    patients: dict[tuple[str, str], list[Result]] = {}
    for row in results:
        if row.n == 1 and row.role in LINES:
            patients.setdefault((row.study_id, row.patient_group), []).append(row)
    courses = (_course(rows, outcomes) for rows in patients.values())
    return tuple(course for course in courses if course.steps)


def _course(rows: Sequence[Result], outcomes: Sequence[str]) -> Course:
    arms: dict[tuple[str, str], list[Result]] = {}
    for row in rows:
        arms.setdefault((row.arm, row.intervention), []).append(row)
    steps = [_step(own, outcomes) for own in arms.values()]
    whole = [step for step in steps if not any(_is_part(step, other) for other in steps)]
    drawn = {(step.arm, step.intervention) for step in whole}
    parts = tuple(row.result_id for key, own in arms.items() if key not in drawn for row in own)
    dated = all(step.days is not None for step in whole)
    ordered = sorted(whole, key=lambda step: _place(step, dated=dated))
    return Course(rows[0].study, rows[0].patient_group, tuple(ordered), parts)


def _place(step: Step, *, dated: bool) -> tuple[float, float]:
    if dated and step.days is not None:
        return step.days.first, step.line
    return step.line, 0.0


def _step(rows: Sequence[Result], outcomes: Sequence[str]) -> Step:
    rank = {outcome: i for i, outcome in enumerate(outcomes)}
    told = [
        row
        for row in rows
        if row.events is not None
        and (row.outcome in rank if outcomes else row.direction == "benefit")
    ]
    response = min(told, key=lambda row: rank.get(row.outcome, 0), default=None)
    harms = tuple(row for row in rows if row.direction == "harm" and row.events == 1)
    if response is not None and response.direction == "harm":
        harms = tuple(row for row in harms if row is not response)
    first = rows[0]
    return Step(
        first.arm, first.intervention, LINES.index(first.role), _days(first), response, harms
    )


def _is_part(step: Step, other: Step) -> bool:
    """Whether a combination of the same line stands for the treatment, with the same outcome."""
    own, whole = set(step.intervention.split("+")), set(other.intervention.split("+"))
    return own < whole and step.line == other.line and step.outcome == other.outcome


def _days(row: Result) -> Days | None:
    """Days in columns of the user's own, else in the words of the arm."""
    start, end = _number(row, _START), _number(row, _END)
    if start is not None:
        if end is not None and end < start:
            raise DataError(f"{row.result_id}: {_END} {end:g} lies before {_START} {start:g}.")
        return Days(start, end)
    if end is not None:
        raise DataError(f"{row.result_id}: {_END} is given without {_START}.")
    found = _DAYS.search(row.arm)
    if found is None:
        return None
    is_open, first, last = found.groups()
    if last is not None:
        return Days(float(first), float(last))
    return Days(float(first), None if is_open else float(first))


def _number(row: Result, column: str) -> float | None:
    """A day in a column of the user's own; None where it is blank or said to be missing."""
    text = row.extras.get(column, "").strip()
    if text in ("", "NR", "NA", "UNC", "PEND"):
        return None
    try:
        day = float(text)
    except ValueError:
        day = math.nan
    if not math.isfinite(day):
        raise DataError(f"{row.result_id}: {column} is {text!r}, which is no day; write a number.")
    return day
