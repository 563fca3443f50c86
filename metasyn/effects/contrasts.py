"""Treated arms of a registry, joined to their controls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from metasyn.errors import DataError, Note
from metasyn.records import Records, Result

__all__ = ["Contrast", "contrasts_of", "controls_of", "place_of", "shared_control_notes"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """A treated arm and its control.

    Parameters
    ----------
    treated, control
        Rows of the same study and outcome.
    """

    treated: Result
    control: Result


def contrasts_of(records: Sequence[Result], among: Sequence[Result] = ()) -> tuple[Contrast, ...]:
    """Join treated arms to their controls by ``comparator_arm``, the control's exact label.

    Parameters
    ----------
    records
        Treated arms; control arms may stand among them and are then only used as controls.
    among
        Further records in which controls are looked up, besides the registry that ``records``
        were selected from.

    Raises
    ------
    DataError
        If a treated arm names no control, or its control is not found or not unique; each is
        listed with its cell.
    """
    registry = records.among if isinstance(records, Records) else ()
    pool = tuple({row.result_id: row for row in (*among, *registry, *records)}.values())
    found = {row.result_id: controls_of(row, pool) for row in records if row.comparator_arm}
    used = {control.result_id for controls in found.values() for control in controls}
    problems = [
        f"{row.study.label}, {row.arm or 'arm not named'} ({row.result_id}): {problem}"
        for row in records
        if row.result_id not in used or row.comparator_arm
        for problem in _problems(row, found.get(row.result_id, ()))
    ]
    if problems:
        raise DataError("\n  ".join(("Arms cannot be joined to their controls:", *problems)))
    return tuple(
        Contrast(row, found[row.result_id][0]) for row in records if row.result_id in found
    )


def controls_of(treated: Result, pool: Sequence[Result]) -> tuple[Result, ...]:
    """Rows of the control arm: same study and outcome; same time point where there is one."""
    if not treated.comparator_arm:
        return ()
    arms = [
        row
        for row in pool
        if row.study_id == treated.study_id
        and row.outcome == treated.outcome
        and row.arm == treated.comparator_arm
    ]
    same_time = [row for row in arms if row.timepoint == treated.timepoint]
    return tuple(same_time or arms)


def _problems(row: Result, controls: Sequence[Result]) -> list[str]:
    where = place_of(row, "comparator_arm")
    if not row.comparator_arm:
        return [f"comparator_arm is blank{where}"]
    if not controls:
        return [f"no row of arm '{row.comparator_arm}' with outcome {row.outcome}{where}"]
    if len(controls) > 1:
        ids = ", ".join(control.result_id for control in controls)
        return [f"several rows of arm '{row.comparator_arm}' ({ids}){where}"]
    return []


def place_of(record: Result, column: str) -> str:
    """Cell of a field as `` at results!M17`` where the record knows its cell, else nothing."""
    return f" at {record.cell(column)}" if column in record.provenance.columns else ""


def shared_control_notes(contrasts: Sequence[Contrast]) -> tuple[Note, ...]:
    """A note where several treated arms have one control."""
    times = Counter(contrast.control.result_id for contrast in contrasts)
    shared = dict.fromkeys(
        contrast.control.study.label
        for contrast in contrasts
        if times[contrast.control.result_id] > 1
    )
    if not shared:
        return ()
    message = (
        f"Arms that share a control group are not independent: {', '.join(shared)}. "
        "Merge the arms or model their covariance."
    )
    return (Note("shared-control", message),)
