"""Studies behind a pooled result that came from arrays, each with its own estimate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from metasyn.effects.contrasts import controls_of
from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.effects import Effects
from metasyn.effects.person_time import PersonTime, TwoArmPersonTime
from metasyn.errors import SpecError
from metasyn.models.groups import StudyRow
from metasyn.models.results import Data, Pooled
from metasyn.models.study_rows import effect_rows, proportion_rows
from metasyn.records import Records

__all__ = ["Arms", "TwoArmRow", "study_rows", "with_arms"]

Arms = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class TwoArmRow(StudyRow):
    """A study of two arms.

    Parameters
    ----------
    arms
        Events and size (or person-time) of the treated and of the control arm.
    """

    arms: Arms = ((0.0, 0.0), (0.0, 0.0))


def study_rows(pooled: Pooled) -> tuple[StudyRow, ...]:
    """Studies of a pooled result on the display scale; NaN where a study has no estimate.

    Two-arm studies have their own estimates with metafor's conventions (1/2 in every cell of
    tables with an empty cell; none for tables without, or with nothing but, events).

    Raises
    ------
    SpecError
        If the data hold no estimate of every study.
    """
    data, level = pooled.data, pooled.spec.level
    weights = [float(w) if math.isfinite(w) else None for w in pooled.weights]
    match data:
        case Counts():
            return proportion_rows(data, weights, level)
        case Effects():
            return with_arms(effect_rows(data, weights, level), data)
        case PersonTime():
            rates = effect_sizes(pooled.measure, xi=data.xi, ti=data.ti, slab=data.slab)
            return effect_rows(rates, weights, level)
        case TwoArmCounts() | TwoArmPersonTime():
            return _two_arm_rows(data, pooled.measure, weights, level)
    raise SpecError(
        "A forest plot needs the estimate of every study: give effects (yi, vi), counts or events "
        f"over person-time, not {type(data).__name__}."
    )


def _two_arm_rows(
    data: TwoArmCounts | TwoArmPersonTime,
    measure: str,
    weights: Sequence[float | None],
    level: float,
) -> tuple[StudyRow, ...]:
    if isinstance(data, TwoArmCounts):
        own = effect_sizes(
            measure, ai=data.ai, bi=data.bi, ci=data.ci, di=data.di, slab=data.slab, drop00=True
        )
        arms = _arms(data.ai, data.ai + data.bi, data.ci, data.ci + data.di)
    else:
        own = effect_sizes(
            measure, x1i=data.x1i, t1i=data.t1i, x2i=data.x2i, t2i=data.t2i, slab=data.slab
        )
        arms = _arms(data.x1i, data.t1i, data.x2i, data.t2i)
    records = getattr(data, "records", ()) or (None,) * len(arms)
    return tuple(
        replace(_two_arms(row, pair), record=record)
        for row, pair, record in zip(effect_rows(own, weights, level), arms, records, strict=True)
    )


def with_arms(
    rows: tuple[StudyRow, ...], data: Data, records: Records | None = None
) -> tuple[StudyRow, ...]:
    """Rows with the counts of both arms, where their estimates came from such counts.

    Parameters
    ----------
    rows
        Studies.
    data
        What was pooled; counts belong to a study by its label.
    records
        Where the control of a treated arm is looked up.
    """
    table = data if isinstance(data, TwoArmCounts) else getattr(data, "counts", None)
    found: dict[str, Arms] = {}
    if isinstance(table, TwoArmCounts) and len(set(table.slab)) == len(table):
        arms = _arms(table.ai, table.ai + table.bi, table.ci, table.ci + table.di)
        found = dict(zip(table.slab, arms, strict=True))
    pairs = [found.get(row.label) or _control(row, records) for row in rows]
    if isinstance(data, Counts):
        return rows
    return tuple(
        row if pair is None or isinstance(row, TwoArmRow) else _two_arms(row, pair)
        for row, pair in zip(rows, pairs, strict=True)
    )


def _control(row: StudyRow, records: Records | None) -> Arms | None:
    """Counts of a treated arm and of its control, from their records."""
    if records is None or row.record is None or not row.record.comparator_arm:
        return None
    controls = controls_of(row.record, (*records.among, *records.rows))
    control = controls[0] if controls else None
    numbers = [getattr(one, name) for one in (row.record, control) for name in ("events", "n")]
    if control is None or None in numbers:
        return None
    return _arms(*([number] for number in numbers))[0]


def _two_arms(row: StudyRow, arms: Arms) -> TwoArmRow:
    return TwoArmRow(
        label=row.label,
        estimate=row.estimate,
        ci=row.ci,
        weight=row.weight,
        is_case=False,
        record=row.record,
        arms=arms,
    )


def _arms(*columns: Iterable[float]) -> list[Arms]:
    """Events and size of the treated arm, then of the control arm, a study."""
    return [((x1, n1), (x2, n2)) for x1, n1, x2, n2 in zip(*columns, strict=True)]
