"""Rules on reports that share patients."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.records import Study
from metasyn.registry.rule import Finding, Rule, Tables, given

__all__ = ["OVERLAP_RULES"]


def _overlap_one_sided(tables: Tables) -> Iterator[Finding]:
    by_id = {study.study_id: study for study in tables.studies}
    for study in tables.studies:
        for value in study.overlaps_with:
            other = by_id.get(value)
            if other is not None and study.study_id not in other.overlaps_with:
                place = other.provenance.cell("overlaps_with").address
                facts = {"other": value, "own": study.study_id, "place": place}
                yield Finding(study.provenance.cell("overlaps_with"), value, facts)


def _overlap_with_itself(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        if study.study_id in study.overlaps_with:
            yield Finding(study.provenance.cell("overlaps_with"), study.study_id)


def _overlap_unexplained(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        for other in study.overlaps_with:
            if other not in study.overlap_basis:
                cell = study.provenance.cell("overlap_basis")
                yield Finding(cell, study.overlap_basis, {"other": other})


def _possible_overlap(tables: Tables) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[Study]] = {}
    for study in tables.studies:
        key = _author(given(study, "first_author")), given(study, "trigger").casefold()
        if not all(key) or study.year is None:
            continue
        earlier = groups.setdefault(key, [])
        other = next((other for other in reversed(earlier) if _undeclared(study, other)), None)
        if other is not None:
            facts = {"other": other.study_id, "own": study.study_id}
            yield Finding(study.provenance.cell("overlaps_with"), "", facts)
        earlier.append(study)


def _author(name: str) -> str:
    """Surname and first initial: some journals print one initial, some two."""
    surname, _, initials = name.casefold().rpartition(" ")
    return f"{surname} {initials[:1]}" if surname else initials


def _undeclared(study: Study, other: Study) -> bool:
    if study.year is None or other.year is None or abs(study.year - other.year) > 2:
        return False
    return other.study_id not in study.overlaps_with


OVERLAP_RULES = (
    Rule(
        "overlap-one-sided",
        "error",
        "If one report shares patients with another, so does the other with it.",
        "{other} does not name {own} in return.",
        "Add {own} to {place}, or delete {other} here.",
        "S0001 names S0002, S0002 names nobody",
        _overlap_one_sided,
    ),
    Rule(
        "overlap-with-itself",
        "error",
        "Overlap is between two reports.",
        "the report names itself.",
        "Delete the id.",
        "S0001 in the row of S0001",
        _overlap_with_itself,
    ),
    Rule(
        "overlap-unexplained",
        "warning",
        "Whether patients are shared is often a guess, and a guess needs its grounds.",
        "it does not say why {other} overlaps.",
        "Add '{other}: ...'.",
        "overlaps_with S0011, overlap_basis blank",
        _overlap_unexplained,
        looks_at=("overlaps_with", "overlap_basis"),
    ),
    Rule(
        "possible-overlap",
        "warning",
        "Reports of one first author on one product within two years often share patients.",
        "{other} has the same first author and trigger within two years; they may share patients.",
        "If they do, write {other} here and {own} there; if not, leave it.",
        "Strati 2020 and Strati 2021",
        _possible_overlap,
        looks_at=("study_id", "first_author", "trigger", "year", "overlaps_with"),
    ),
)
