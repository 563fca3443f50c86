"""Rows that may stand in one pooled line: no patient counted twice.

Rows that share patients are not independent, so of any two that do, one stays and the other is set
aside with the reason. The larger stays; of two equal ones, the one whose outcome was asked for
first, then the one that stands first in the registry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from metasyn.records.selection import SetAside
from metasyn.records.study import Result

__all__ = ["independent_rows", "patients_may_be_shared"]

_SUBSET = re.compile(r"^(?P<whole>.*[A-Za-z])\d+$")

_Clash = Callable[[Result, Result], str | None]


def independent_rows(
    rows: Sequence[Result], outcomes: Sequence[str] = ()
) -> tuple[tuple[Result, ...], tuple[SetAside, ...]]:
    """Rows of one pooled line in which no patient counts twice, and those set aside.

    Parameters
    ----------
    rows
        Rows of one pooled line with their numbers present.
    outcomes
        Outcomes in order of preference, for a study that reports two of them on one arm.

    Returns
    -------
    kept, set_aside
        In the order of ``rows``; together they are ``rows``.
    """
    rank = {outcome: i for i, outcome in enumerate(outcomes)}
    kept, second = _largest_first(
        rows, lambda row: (rank.get(row.outcome, len(rank)),), _same_arm, "second-outcome"
    )
    by_size: Callable[[Result], tuple[float, ...]] = lambda row: (  # noqa: E731 - used twice
        -(row.n or 0),
        rank.get(row.outcome, len(rank)),
    )
    kept, shared = _largest_first(kept, by_size, _same_patients, "shared-patients")
    kept, overlapping = _largest_first(
        kept, _by_report_size(kept), _overlapping_studies, "overlapping-study"
    )
    out = {id(item.record): item for item in (*second, *shared, *overlapping)}
    return kept, tuple(out[id(row)] for row in rows if id(row) in out)


def patients_may_be_shared(group: str, other: str) -> bool:
    """Whether two patient groups of one study may hold the same patients.

    A digit after the letter marks a subset: ``S0016-A1`` is part of ``S0016-A``, and two subsets
    of one group may share patients too, as long as nothing says that they do not.

    Examples
    --------
    >>> patients_may_be_shared("S0016-A", "S0016-A1"), patients_may_be_shared("S0004-A", "S0004-B")
    (True, False)
    """
    return _whole(group) == _whole(other)


def _whole(group: str) -> str:
    subset = _SUBSET.match(group)
    return subset["whole"] if subset else group


def _largest_first(
    rows: Sequence[Result],
    order: Callable[[Result], tuple[float, ...]],
    clash: _Clash,
    code: str,
) -> tuple[tuple[Result, ...], tuple[SetAside, ...]]:
    """Take rows in an order, each unless it clashes with one already taken."""
    taken: list[Result] = []
    dropped: list[SetAside] = []
    for row in sorted(rows, key=order):
        reason = next((why for other in taken if (why := clash(row, other))), None)
        if reason is None:
            taken.append(row)
        else:
            dropped.append(SetAside(row, code, reason))
    ids = {id(row) for row in taken}
    return tuple(row for row in rows if id(row) in ids), tuple(dropped)


def _same_arm(row: Result, other: Result) -> str | None:
    if row.study_id != other.study_id or row.arm != other.arm or row.outcome == other.outcome:
        return None
    if not patients_may_be_shared(row.patient_group, other.patient_group):
        return None
    return f"the same arm also reports {other.outcome} ({other.result_id}), which stays"


def _same_patients(row: Result, other: Result) -> str | None:
    if row.study_id != other.study_id:
        return None
    if not patients_may_be_shared(row.patient_group, other.patient_group):
        return None
    if row.patient_group == other.patient_group:
        return (
            f"same patients as {other.result_id} (patient group {other.patient_group}), which stays"
        )
    return (
        f"may share patients with {other.result_id} (patient groups {row.patient_group} and "
        f"{other.patient_group}), which stays"
    )


def _overlapping_studies(row: Result, other: Result) -> str | None:
    if row.study_id == other.study_id:
        return None
    if other.study_id not in row.study.overlaps_with and (
        row.study_id not in other.study.overlaps_with
    ):
        return None
    return f"probably shares patients with {other.study.label} ({other.study_id}), which stays"


def _by_report_size(rows: Sequence[Result]) -> Callable[[Result], tuple[float, ...]]:
    """Order by the report's patients in the line, then by its enrolment."""
    size: dict[str, int] = {}
    for row in rows:
        size[row.study_id] = size.get(row.study_id, 0) + (row.n or 0)
    first = {row.study_id: i for i, row in reversed(list(enumerate(rows)))}
    return lambda row: (
        -size[row.study_id],
        -(row.study.n_enrolled or 0),
        first[row.study_id],
    )
