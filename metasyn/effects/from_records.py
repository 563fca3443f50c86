"""From registry records to the numbers that models pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from metasyn.effects.arrays import read_only
from metasyn.effects.contrasts import (
    Contrast,
    contrasts_of,
    controls_of,
    place_of,
    shared_control_notes,
)
from metasyn.effects.counts import Counts, TwoArmCounts, counts
from metasyn.effects.counts_behind import counts_behind
from metasyn.effects.effects import Effects
from metasyn.effects.measures.computation import Options, compute
from metasyn.effects.measures.measure import Inputs, Measure
from metasyn.errors import DataError, Note
from metasyn.records import Records, Result, SetAside
from metasyn.records.independence import independent_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "controls_of",
    "counts_from",
    "effects_of_records",
    "independent_counts",
    "labels_of",
    "missing_counts",
    "two_arm_counts_from",
]

Columns = Mapping[str, str]
"""metafor's argument to the column of the record."""

_ONE_ARM: Mapping[str, Columns] = {
    "proportion": {"xi": "events", "ni": "n"},
    "one-mean": {"mi": "mean", "sdi": "sd", "ni": "n"},
}
_TWO_ARMS: Mapping[str, tuple[Columns, Columns]] = {
    "two-by-two": ({"ai": "events", "n1i": "n"}, {"ci": "events", "n2i": "n"}),
    "two-means": (
        {"m1i": "mean", "sd1i": "sd", "n1i": "n"},
        {"m2i": "mean", "sd2i": "sd", "n2i": "n"},
    ),
}


def counts_from(records: Sequence[Result]) -> Counts:
    """Events among patients, one arm a row, with design and record behind every row.

    Raises
    ------
    DataError
        If a record lacks events or n (every one is listed with its cell), or a count is
        impossible.
    """
    rows = tuple(records)
    _refuse_missing([(row, ("events", "n")) for row in rows], "Counts of one arm need events and n")
    made = counts(
        xi=[_number(row, "events") for row in rows],
        ni=[_number(row, "n") for row in rows],
        design=[row.study.design or None for row in rows],
        slab=labels_of(rows),
    )
    assert isinstance(made, Counts)  # noqa: S101 - xi and ni make one arm
    return replace(made, records=rows, notes=_grading_notes(rows))


def missing_counts(record: Result) -> SetAside | None:
    """Why a record cannot be counted: its events or patients are not given; None if it can."""
    if record.n == 0:
        return SetAside(record, "missing-numbers", f"n is 0{place_of(record, 'n')}")
    missing = [name for name in ("events", "n") if getattr(record, name) is None]
    if not missing:
        return None
    cells = " and ".join(f"{name}{place_of(record, name)}" for name in missing)
    return SetAside(record, "missing-numbers", f"no number for {cells}")


def independent_counts(records: Records) -> Counts:
    """Counts of the records in which no patient counts twice; a note says which are left out.

    Parameters
    ----------
    records
        Rows that answer one question about one treatment.
    """
    lacking = [aside for row in records if (aside := missing_counts(row)) is not None]
    lacking_rows = {id(aside.record) for aside in lacking}
    usable = [row for row in records if id(row) not in lacking_rows]
    kept, dependent = independent_rows(usable, records.query.get("outcome", ()))
    notes = tuple(
        Note("set-aside", f"{aside.record.result_id} is set aside: {aside.reason}.")
        for aside in (*lacking, *dependent)
    )
    found = counts_from(kept)
    return replace(found, notes=found.notes + notes)


def two_arm_counts_from(records: Sequence[Result], among: Sequence[Result] = ()) -> TwoArmCounts:
    """A 2x2 table a comparison: treated arms joined to their controls by ``comparator_arm``.

    Parameters
    ----------
    records
        Treated arms; control arms may stand among them and are then only used as controls.
    among
        Further records in which controls are looked up.

    Raises
    ------
    DataError
        If a treated arm names no control, its control is not found or not unique, or a record
        lacks events or n; each is listed.
    """
    pairs = contrasts_of(records, among)
    wanted = [(row, ("events", "n")) for pair in pairs for row in (pair.treated, pair.control)]
    _refuse_missing(wanted, "Counts of two arms need events and n")
    treated = tuple(pair.treated for pair in pairs)
    a, n1 = (np.array([_number(p.treated, c) for p in pairs]) for c in ("events", "n"))
    c, n2 = (np.array([_number(p.control, c) for p in pairs]) for c in ("events", "n"))
    made = counts(ai=a, bi=n1 - a, ci=c, di=n2 - c, slab=labels_of(treated))
    assert isinstance(made, TwoArmCounts)  # noqa: S101 - four cells make two arms
    return replace(made, records=treated, notes=_pair_notes(pairs))


def effects_of_records(
    records: Sequence[Result],
    measure: Measure,
    among: Sequence[Result],
    options: Options,
    data: pd.DataFrame | None,
) -> Effects:
    """Effects of a measure; see :func:`metasyn.effect_sizes`."""
    family = measure.family.name
    notes: tuple[Note, ...]
    if family in _ONE_ARM:
        rows = tuple(records)
        arrays = _read([(row, _ONE_ARM[family]) for row in rows], measure)
        notes = _grading_notes(rows)
    elif family in _TWO_ARMS:
        pairs = contrasts_of(records, among)
        rows = tuple(pair.treated for pair in pairs)
        first, second = _TWO_ARMS[family]
        wanted = [x for pair in pairs for x in ((pair.treated, first), (pair.control, second))]
        arrays = _read(wanted, measure)
        notes = _pair_notes(pairs)
    elif family == "survival":
        rows = tuple(records)
        arrays, notes = _reported(rows, measure), _grading_notes(rows)
    else:
        wanted_forms = "; or ".join(", ".join(form) for form in measure.forms)
        raise DataError(
            f"{measure.code} needs {wanted_forms}; records hold no such columns: give arrays."
        )
    labels = labels_of(rows)
    done = compute(measure, arrays, labels, options)
    return Effects(
        read_only(done.yi),
        read_only(done.vi),
        labels,
        measure.code,
        read_only(done.ni),
        data,
        records=rows,
        notes=notes + done.notes,
        counts=counts_behind(measure, arrays, labels),
    )


def labels_of(records: Sequence[Result]) -> tuple[str, ...]:
    """Study labels, with arm where a study has several rows, and id where arms repeat."""
    studies = Counter(record.study.label for record in records)
    arms = Counter((record.study.label, record.arm) for record in records)
    return tuple(
        record.study.label
        if studies[record.study.label] == 1
        else f"{record.study.label} ({record.arm})"
        if record.arm and arms[record.study.label, record.arm] == 1
        else f"{record.study.label} ({record.arm or 'arm not named'}, {record.result_id})"
        for record in records
    )


def _read(wanted: Sequence[tuple[Result, Columns]], measure: Measure) -> Inputs:
    """Arrays by argument, for the arguments that the measure takes."""
    used = [
        (record, {name: column for name, column in columns.items() if name in measure.accepts})
        for record, columns in wanted
    ]
    _refuse_missing(
        [(record, tuple(columns.values())) for record, columns in used],
        f"{measure.code} needs {' and '.join(dict.fromkeys(used[0][1].values()))}"
        if used
        else measure.code,
    )
    lists: dict[str, list[float]] = {}
    for record, columns in used:
        for name, column in columns.items():
            lists.setdefault(name, []).append(_number(record, column))
    return {name: np.array(values, dtype=np.float64) for name, values in lists.items()}


def _reported(rows: Sequence[Result], measure: Measure) -> Inputs:
    """Printed effects with their limits, on the analysis scale."""
    columns = {"yi": "effect", "ci_low": "ci_low", "ci_high": "ci_high"}
    what = f"{measure.code} needs effect, ci_low and ci_high"
    _refuse_missing([(row, tuple(columns.values())) for row in rows], what)
    other = [
        f"{row.study.label} ({row.result_id}): effect_measure is "
        f"{row.effect_measure or 'blank'}{place_of(row, 'effect_measure')}"
        for row in rows
        if row.effect_measure != measure.code
    ]
    if other:
        raise DataError("\n  ".join((f"Effects are not all {measure.code}:", *other)))
    values = {name: np.array([_number(row, c) for row in rows]) for name, c in columns.items()}
    if measure.back.name != "exp":
        return values
    for row, low in zip(rows, values["ci_low"], strict=True):
        if low <= 0:
            cell = place_of(row, "ci_low")
            raise DataError(f"{row.study.label}: a ratio's limit is {low:g}{cell}; it has no log.")
    return {name: np.log(array) for name, array in values.items()}


def _number(record: Result, column: str) -> float:
    value = getattr(record, column)
    return float("nan") if value is None else float(value)


def _refuse_missing(wanted: Sequence[tuple[Result, Sequence[str]]], what: str) -> None:
    if not wanted:
        raise DataError(f"{what}; there are no records.")
    lines = dict.fromkeys(
        f"{record.study.label}, {record.arm or 'arm not named'} ({record.result_id}): "
        f"{column} is {record.provenance.missing.get(column, 'blank')}{place_of(record, column)}"
        for record, columns in wanted
        for column in columns
        if getattr(record, column) is None
    )
    if lines:
        raise DataError(
            "\n  ".join((f"{what}; leave these records out or fill the cells:", *lines))
        )


def _pair_notes(pairs: Sequence[Contrast]) -> tuple[Note, ...]:
    rows = [row for pair in pairs for row in (pair.treated, pair.control)]
    return (*_grading_notes(rows), *shared_control_notes(pairs))


def _grading_notes(records: Sequence[Result]) -> tuple[Note, ...]:
    scales: dict[str, dict[str, None]] = {}
    for record in records:
        scale = record.study.grading_scale
        if scale and scale not in ("NR", "NA", "UNC", "PEND"):
            scales.setdefault(scale, {})[record.study.label] = None
    if len(scales) < 2:
        return ()
    which = "; ".join(f"{scale} ({', '.join(studies)})" for scale, studies in scales.items())
    return (Note("mixed-grading-scales", f"Grading scales differ between studies: {which}."),)
