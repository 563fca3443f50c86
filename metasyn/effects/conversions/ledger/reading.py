"""Rows as they are given, read into the ledger's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from metasyn.effects.arrays import as_labels
from metasyn.effects.conversions.ledger.converted import Rows
from metasyn.effects.conversions.ledger.row import Row, row_of_mapping, row_of_result
from metasyn.effects.from_records import controls_of, labels_of
from metasyn.errors import DataError
from metasyn.records import Records, Result

__all__ = ["Numbered", "read_rows"]


class Numbered(NamedTuple):
    """A row and its place among those that were given, from 0."""

    position: int
    row: Row


def read_rows(
    rows: Rows, slab: Sequence[object] | None, among: Sequence[Result], *, two_arms: bool
) -> list[Numbered]:
    """Rows of a frame, of mappings or of records.

    Records that only serve other rows as controls are left out where arms are compared.

    Raises
    ------
    DataError
        If records and mappings are mixed, or labels and rows differ in number.
    """
    given = _as_sequence(rows)
    records = [row for row in given if isinstance(row, Result)]
    mappings = [row for row in given if isinstance(row, Mapping)]
    if len(records) == len(given):
        labels = labels_of(records) if slab is None else as_labels(slab, len(records))
        registry = rows.among if isinstance(rows, Records) else ()
        pool = (*among, *registry, *records) if two_arms else None
        return _of_records(records, labels, pool)
    if len(mappings) != len(given):
        raise DataError("Rows must be all records or all mappings.")
    read = [row_of_mapping(row, i + 1) for i, row in enumerate(mappings)]
    labels = tuple(row.label for row in read) if slab is None else as_labels(slab, len(read))
    return [Numbered(i, replace(row, label=labels[i])) for i, row in enumerate(read)]


def _as_sequence(rows: Rows) -> Sequence[object]:
    return rows if isinstance(rows, Sequence) else rows.to_dict("records")


def _of_records(
    records: Sequence[Result], labels: tuple[str, ...], pool: tuple[Result, ...] | None
) -> list[Numbered]:
    """Records with the control arms that the pool holds; without a pool, single arms."""
    if pool is None:
        return [Numbered(i, row_of_result(row, labels[i], None)) for i, row in enumerate(records)]
    unique = tuple({row.result_id: row for row in pool}.values())
    found = [controls_of(row, unique) if row.comparator_arm else () for row in records]
    used = {control.result_id for controls in found for control in controls}
    return [
        Numbered(i, row_of_result(row, labels[i], found[i]))
        for i, row in enumerate(records)
        if row.comparator_arm or row.result_id not in used
    ]
