"""Records from the rows of the sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from metasyn.records import Code, CodeList, Codes, Provenance, Result, Statement, Study
from metasyn.registry.table import Row, Table

__all__ = ["build_codes", "build_results", "build_statements", "build_studies"]


def build_codes(rows: Iterable[Row]) -> Codes:
    """Code lists, each in the order of its ``sort`` column, then of its rows."""
    lists: dict[str, list[tuple[float, Code]]] = {}
    for row in rows:
        name, code = row.text("list"), row.text("code")
        if name and code:
            sort = row.values["sort"]
            rank = float(sort) if isinstance(sort, int) else float("inf")
            entry = Code(code, row.text("label") or code, row.text("definition"))
            lists.setdefault(name, []).append((rank, entry))
    return {
        name: CodeList([code for _, code in sorted(entries, key=lambda entry: entry[0])])
        for name, entries in lists.items()
    }


def build_studies(table: Table) -> tuple[Study, ...]:
    """Studies in the order of the sheet."""
    return tuple(
        Study(**_fields(row), provenance=row.provenance, extras=row.extras) for row in table.rows
    )


def build_results(table: Table, studies: Iterable[Study]) -> tuple[Result, ...]:
    """Results in the order of the sheet, each with its study."""
    by_id: dict[str, Study] = {}
    for study in studies:
        by_id.setdefault(study.study_id, study)
    results = []
    for row in table.rows:
        fields = _fields(row)
        study_id = cast(str, fields.pop("study_id"))
        study = by_id.get(study_id) or unknown_study(study_id, row.provenance)
        results.append(Result(**fields, study=study, provenance=row.provenance, extras=row.extras))
    return tuple(results)


def build_statements(table: Table) -> tuple[Statement, ...]:
    """Statements in the order of the sheet."""
    return tuple(
        Statement(**_fields(row), provenance=row.provenance, extras=row.extras)
        for row in table.rows
    )


def _fields(row: Row) -> dict[str, Any]:
    return dict(cast(Mapping[str, Any], row.values))


def unknown_study(study_id: str, provenance: Provenance) -> Study:
    """A study that no row describes, so that its results are not lost."""
    return Study(
        study_id=study_id,
        label=study_id or "no study",
        first_author="",
        year=None,
        title="",
        journal="",
        doi="",
        pmid="",
        design="",
        country="",
        population="",
        age_group="",
        trigger="",
        grading_scale="",
        n_enrolled=None,
        overlaps_with=(),
        overlap_basis="",
        source_url="",
        source_depth="",
        bibliography_check="",
        note="",
        provenance=provenance,
    )
