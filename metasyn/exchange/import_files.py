"""Planned rows and references written into workbooks, new or old."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metasyn.exchange.import_plan import ImportPlan
from metasyn.exchange.references import study_rows
from metasyn.registry.patch.append_rows import Appended, append_rows, appended_content
from metasyn.registry.patch.assign_ids import id_series
from metasyn.registry.registry import Registry
from metasyn.registry.sheets import BY_NAME, OPTIONAL_BY_NAME
from metasyn.registry.template import Contents, write_workbook
from metasyn.registry.template.pack import write_new_file

__all__ = ["NewReferences", "add_plan", "new_references", "write_plan"]

StudyRows = Sequence[Mapping[str, object]]


def write_plan(plan: ImportPlan, path: str | Path, *, title: str = "Study registry") -> Appended:
    """Write planned rows into a new workbook; an existing file is never touched.

    Parameters
    ----------
    plan
        What :func:`metasyn.exchange.import_plan.plan_import` made.
    path
        The new workbook (``.xlsx``).
    title
        Title of the registry.

    Raises
    ------
    OutputError
        If the file exists or cannot be written.
    DataError
        If a text cannot stand in a workbook.
    """
    path = Path(path)
    optional = {plan.sheet.name: ()} if plan.sheet.name in OPTIONAL_BY_NAME else {}
    with tempfile.TemporaryDirectory(prefix="metasyn-") as folder:
        empty = Path(folder) / f"{path.stem or 'new'}.xlsx"
        write_workbook(empty, Contents(title=title, optional=optional))
        content, where = appended_content(empty, plan.sheet, plan.rows)
    write_new_file(path, content)
    return where


def add_plan(plan: ImportPlan, registry: Registry, *, stamp: str) -> Appended:
    """Write planned rows below those of the workbook that they were checked against.

    Parameters
    ----------
    plan
        What :func:`metasyn.exchange.import_plan.plan_import` made.
    registry
        The workbook, as it was read for the plan.
    stamp
        Date and time for the name of the backup.

    Raises
    ------
    WorkbookError
        If the workbook is of a kind that cannot be changed, or lacks the sheet.
    DataError
        If a text cannot stand in a workbook.
    OutputError
        If the file is open elsewhere, was changed meanwhile, or may not be written.
    """
    path, digest = registry.source.file, registry.source.sha256
    return append_rows(path, plan.sheet, plan.rows, read_sha256=digest, stamp=stamp)


@dataclass(frozen=True, slots=True)
class NewReferences:
    """References of a file that a workbook does not have.

    Parameters
    ----------
    rows
        Rows for the sheet studies.
    known
        Labels of references whose DOI or PMID the workbook has.
    """

    rows: tuple[Mapping[str, str | float], ...]
    known: tuple[str, ...]


def new_references(path: str | Path, registry: Registry) -> NewReferences:
    """References of a RIS or BibTeX file with the ids and labels that are free in a workbook.

    Parameters
    ----------
    path
        The references.
    registry
        The workbook.

    Raises
    ------
    WorkbookError
        If the references cannot be read.
    """
    there = {
        (name, str(getattr(study, name)).casefold())
        for study in registry.studies
        for name in ("doi", "pmid")
        if getattr(study, name) and name not in study.provenance.missing
    }
    example = BY_NAME["studies"].columns[0].example
    prefix, number, width = id_series([study.study_id for study in registry.studies], example)
    labels = {study.label for study in registry.studies}
    rows: list[Mapping[str, str | float]] = []
    known = []
    for row in study_rows(path):
        if any((name, str(row[name]).casefold()) in there for name in ("doi", "pmid")):
            known.append(str(row["label"]))
            continue
        number += 1
        label = _free(str(row["label"]), labels)
        labels.add(label)
        named = {**row, "study_id": f"{prefix}{number:0{width}d}", "label": label}
        rows.append({key: _cell(value) for key, value in named.items() if value not in (None, "")})
    return NewReferences(tuple(rows), tuple(known))


def _free(label: str, taken: set[str]) -> str:
    """The label, or with the first number behind it that makes it another one."""
    place = 2
    found = label
    while found in taken:
        found, place = f"{label} ({place})", place + 1
    return found


def _cell(value: object) -> str | float:
    return float(value) if isinstance(value, (int, float)) else str(value)
