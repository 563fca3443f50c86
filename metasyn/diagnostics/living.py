"""A living review: what a new version of the registry does to the pooled estimates.

PRISMA for living systematic reviews (Akl et al. 2024, BMJ 387:e079183) asks for what changed since
the last version: the studies, and the results that they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from metasyn.errors import SpecError
from metasyn.models.groups import Groups, Line
from metasyn.models.pool_by import pool_by
from metasyn.models.results import NotPooled, Pooled
from metasyn.records import Provenance, Records, Result
from metasyn.records.changes import Kind, RegistryChanges

__all__ = ["EstimateChange", "LivingChanges", "Mover", "changed_estimates"]


@dataclass(frozen=True, slots=True)
class Mover:
    """The row whose change moved an estimate most.

    Parameters
    ----------
    result_id, label
        The row and its study.
    kind
        What became of it in the line.
    shift
        The new estimate less the one with this row as it was, on the analysis scale; None where
        nothing could be pooled with the row as it was.
    without
        The estimate with this row as it was, on the display scale; None likewise.
    """

    result_id: str
    label: str
    kind: Kind
    shift: float | None
    without: float | None


@dataclass(frozen=True, slots=True)
class EstimateChange:
    """One pooled line in both versions.

    Parameters
    ----------
    outcome
        Codes of the outcomes that were asked for, in order of preference.
    code, label
        The group.
    before, after
        The pooled results; None where the version has no such line.
    mover
        The row that moved the estimate most; None where one version has no estimate, where it
        stayed, or where no single row moves it.
    """

    outcome: tuple[str, ...]
    code: str
    label: str
    before: Pooled | NotPooled | None
    after: Pooled | NotPooled | None
    mover: Mover | None = None

    def to_json(self) -> dict[str, object]:
        """The estimates on their display scale, for programs."""
        moved = self.mover
        return {
            "outcome": list(self.outcome),
            "group": self.code,
            "label": self.label,
            "before": _result_json(self.before),
            "after": _result_json(self.after),
            "moved_most_by": None
            if moved is None
            else {
                "result_id": moved.result_id,
                "label": moved.label,
                "kind": moved.kind,
                "shift": moved.shift,
                "without": moved.without,
            },
        }


@dataclass(frozen=True, slots=True)
class LivingChanges:
    """Everything that changed since the last version.

    Parameters
    ----------
    registry
        The rows and cells.
    estimates
        The pooled lines that differ.
    """

    registry: RegistryChanges
    estimates: tuple[EstimateChange, ...]

    def to_json(self) -> dict[str, object]:
        """Files, rows and estimates, for programs."""
        return {
            **self.registry.to_json(),
            "estimates": [change.to_json() for change in self.estimates],
        }


def changed_estimates(
    before: Groups, after: Groups, *, measure: str = "PLO"
) -> tuple[EstimateChange, ...]:
    """Compare the pooled lines of two versions of a registry.

    For each line whose estimate differs, every row that differs is put back as it was, alone, and
    the line pooled again: the row whose return moves the estimate most is named. A row stands for
    its result and its study together.

    Parameters
    ----------
    before, after
        The lines of both versions; the same question asked of the same model.
    measure
        The measure that they were pooled with.

    Raises
    ------
    SpecError
        If the versions were asked different questions.
    """
    asked = [(groups.by, groups.spec, dict(groups.records.query)) for groups in (before, after)]
    if asked[0] != asked[1]:
        raise SpecError("Two versions are compared on one question: the same query, by and model.")
    outcome = after.records.query.get("outcome", ())
    changes = []
    for code in dict.fromkeys((*after, *before)):
        old, new = before.get(code), after.get(code)
        if _same(old, new):
            continue
        holder = after if code in after else before
        mover = None
        if isinstance(old, Pooled) and isinstance(new, Pooled):
            mover = _mover(before, after, code, measure)
        label = holder.line(code).label
        changes.append(EstimateChange(outcome, code, label, old, new, mover))
    return tuple(changes)


def _same(old: Pooled | NotPooled | None, new: Pooled | NotPooled | None) -> bool:
    return _result_json(old) == _result_json(new)


def _result_json(result: Pooled | NotPooled | None) -> dict[str, object] | None:
    if result is None:
        return None
    if isinstance(result, NotPooled):
        ci = None if result.ci is None else list(result.ci)
        counts = {"events": result.events, "n": result.n}
        return {"k": result.k, "pooled": False, "reason": result.reason, **counts, "ci": ci}
    shown = result.transformed()
    ci = None if shown.ci is None else list(shown.ci)
    numbers = {"measure": shown.label, "estimate": shown.estimate, "ci": ci, "tau2": result.tau2}
    return {"k": result.k, "pooled": True, **numbers}


def _mover(before: Groups, after: Groups, code: str, measure: str) -> Mover | None:
    """The row that moves the estimate of a line most when it alone is put back."""
    new = after[code]
    old_rows, new_rows = _rows(before, code), _rows(after, code)
    movers = []
    for key in _differing(before.records, after.records, old_rows, new_rows):
        rows = [
            row
            for name in _merged(list(old_rows), list(new_rows))
            if (row := (old_rows if name == key else new_rows).get(name)) is not None
        ]
        among = _put_back(before.records.among, after.records.among, key)
        records = replace(after.records, rows=tuple(rows), set_aside=(), among=among)
        result = pool_by(records, after.by, after.spec, measure=measure).get(code)
        found = new_rows.get(key) or old_rows.get(key) or _by_id(after.records.among)[key]
        kind: Kind = "changed"
        if (key in old_rows) != (key in new_rows):
            kind = "added" if key in new_rows else "removed"
        shift = without = None
        if isinstance(result, Pooled) and isinstance(new, Pooled):
            shift = new.estimate - result.estimate
            without = result.transformed().estimate
        movers.append(Mover(key, found.study.label, kind, shift, without))
    moving = [mover for mover in movers if mover.shift != 0]
    return max(moving, key=_size, default=None)


def _size(mover: Mover) -> float:
    return float("inf") if mover.shift is None else abs(mover.shift)


def _rows(groups: Groups, code: str) -> dict[str, Result]:
    """Rows of a group that the question selected, by their ids."""
    if code not in groups:
        return {}
    chosen = {id(row) for row in groups.records.rows}
    wanted = {id(row) for row in _of_line(groups.line(code)) if id(row) in chosen}
    return _by_id(row for row in groups.records.rows if id(row) in wanted)


def _of_line(line: Line) -> Iterator[Result]:
    for study in line.studies:
        if study.record is not None:
            yield study.record
    for item in line.set_aside:
        yield item.record


def _by_id(rows: Iterable[Result]) -> dict[str, Result]:
    return {row.result_id: row for row in rows}


def _differing(
    before: Records, after: Records, old: Mapping[str, Result], new: Mapping[str, Result]
) -> list[str]:
    """Ids of rows that differ in the line, or among the comparators of its rows."""
    in_line = [key for key in _merged(list(old), list(new)) if _plain(old, key) != _plain(new, key)]
    arms = {(row.study_id, row.comparator_arm) for row in (*old.values(), *new.values())}
    was, now = _by_id(before.among), _by_id(after.among)
    comparators = [
        key
        for key in now
        if key in was
        and key not in new
        and (now[key].study_id, now[key].arm) in arms
        and _plain(was, key) != _plain(now, key)
    ]
    return [*in_line, *comparators]


_NOWHERE = Provenance("", 0, MappingProxyType({}))


def _plain(rows: Mapping[str, Result], key: str) -> Result | None:
    """A row without the place where it stands and without the user's own columns."""
    row = rows.get(key)
    if row is None:
        return None
    study = replace(row.study, provenance=_NOWHERE, extras={})
    return replace(row, study=study, provenance=_NOWHERE, extras={})


def _merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Ids of both versions: the new order, each vanished row after the one that it followed."""
    merged = list(dict.fromkeys(new))
    known = set(merged)
    for position, key in enumerate(old):
        if key not in known:
            place = merged.index(old[position - 1]) + 1 if position else 0
            merged.insert(place, key)
            known.add(key)
    return merged


def _put_back(old: Sequence[Result], new: Sequence[Result], key: str) -> tuple[Result, ...]:
    """All results of the new version, with one row as it was."""
    was, now = _by_id(old), _by_id(new)
    return tuple(
        row
        for name in _merged(list(was), list(now))
        if (row := (was if name == key else now).get(name)) is not None
    )
