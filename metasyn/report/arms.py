"""Both arms of a comparison: the rows that stand against the treated ones, and what they count."""

from __future__ import annotations

from collections.abc import Iterable

from metasyn.effects.contrasts import controls_of
from metasyn.models.groups import Groups, StudyRow
from metasyn.records import Result
from metasyn.report.document import Column
from metasyn.report.lines import is_share, measure_of, row_cells, totals

__all__ = ["both_arms", "compared_cells", "control_totals", "controls", "counts_columns"]

_COUNTS = ("events", "patients")


def controls(rows: Iterable[StudyRow], groups: Groups) -> tuple[Result, ...]:
    """Rows of the workbook that treated arms are compared with, each once; none of single arms."""
    if is_share(measure_of(groups)):
        return ()
    among = (*groups.records.among, *groups.records.rows)
    found = {
        control.result_id: control
        for row in rows
        if row.record is not None and row.record.comparator_arm
        for control in controls_of(row.record, among)[:1]
    }
    return tuple(found.values())


def counts_columns(groups: Groups) -> tuple[Column, ...]:
    """Columns of events and patients: one, or one an arm where arms are compared."""
    if is_share(measure_of(groups)):
        return (Column("Events / patients", "count", _COUNTS),)
    return (
        Column("Events / patients: treated", "count", _COUNTS),
        Column("Events / patients: comparator", "count", _COUNTS),
    )


def control_totals(rows: tuple[StudyRow, ...], groups: Groups) -> tuple[int, int] | None:
    """Summed events and patients of the comparison arms; None where one has no counts."""
    counts = [(one.events, one.n) for one in controls(rows, groups)]
    known = [(events, n) for events, n in counts if events is not None and n is not None]
    if not counts or len(known) < len(counts):
        return None
    return sum(events for events, _ in known), sum(n for _, n in known)


def both_arms(rows: tuple[StudyRow, ...], groups: Groups) -> tuple[int, int] | None:
    """Summed events and patients, of both arms where arms are compared."""
    treated = totals(rows)
    if treated is None or not controls(rows, groups):
        return treated
    other = control_totals(rows, groups)
    return None if other is None else (treated[0] + other[0], treated[1] + other[1])


def compared_cells(rows: Iterable[StudyRow], groups: Groups) -> tuple[str, ...]:
    """Cells of the numbers of rows, and of the arms that they are compared with."""
    found: list[str] = []
    for row in rows:
        found += row_cells(row)
        for control in controls((row,), groups):
            names = [name for name in ("events", "n") if getattr(control, name) is not None]
            found += [str(control.cell(n)) for n in names if n in control.provenance.columns]
    return tuple(dict.fromkeys(found))
