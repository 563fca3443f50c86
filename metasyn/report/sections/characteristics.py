"""Characteristics of the reports whose rows are shown."""

from __future__ import annotations

from metasyn.models.groups import Groups
from metasyn.records import Study
from metasyn.report.document import Column, Row, Section, Sentence, Table, TableCell
from metasyn.report.formats import plural
from metasyn.report.lines import cell_range
from metasyn.report.links import doi_url, pubmed_url, web_url
from metasyn.report.material import Material

__all__ = ["characteristics", "shown_studies"]

_DOUBTFUL = {
    "recalled": "bibliography recalled, check before citing",
    "incomplete": "bibliography incomplete, check before citing",
}


def shown_studies(groups: Groups) -> tuple[Study, ...]:
    """Reports with a row in any line, in the registry's order."""
    used = {row.record.study_id for line in groups.lines for row in line.studies if row.record}
    return tuple(study for study in groups.records.studies if study.study_id in used)


def characteristics(material: Material) -> Section:
    """One row a report."""
    groups = material.groups
    reports = shown_studies(groups)
    columns = (
        Column("Study"),
        Column("Title", "prose", detail="Journal"),
        Column("Design", choice=True),
        Column("Country"),
        Column("Population", detail="Age"),
        Column("Trigger", detail="Grading"),
        Column("Patients", "count", explanation="patients to whom the report’s figures refer"),
        Column("Read", choice=True, explanation="how much of the report was read"),
        Column("DOI", "code", detail="PubMed"),
        Column("Row", "code", (), "id of the report, and its cell in the workbook", "Cell"),
    )
    table = Table(
        "characteristics",
        f"Characteristics of the {plural(len(reports), 'report')} shown.",
        columns,
        tuple(_row(groups, study) for study in reports),
        notes=_notes(reports),
        filterable=True,
    )
    return Section("characteristics", "Study characteristics", (table,))


def _row(groups: Groups, study: Study) -> Row:
    codes = groups.records.codes

    def label(name: str, code: str) -> str:
        return codes[name].label(code) if name in codes and code else code

    def named(what: str, name: str, code: str) -> str:
        return f"{what}: {label(name, code)}" if code else ""

    return Row(
        (
            TableCell(study.label_with_notice, href=web_url(study.source_url)),
            _title(study),
            TableCell(label("design", study.design)),
            TableCell(study.country),
            TableCell(study.population, detail=named("Age", "age_group", study.age_group)),
            TableCell(study.trigger, detail=named("Grading", "grading_scale", study.grading_scale)),
            TableCell(
                "–" if study.n_enrolled is None else str(study.n_enrolled),
                study.n_enrolled,
                _cells(study, "n_enrolled"),
            ),
            TableCell(label("source_depth", study.source_depth)),
            TableCell(
                study.doi,
                href=doi_url(study.doi) or pubmed_url(study.pmid),
                detail=f"PubMed {study.pmid}" if study.pmid else "",
            ),
            TableCell(study.study_id, detail=cell_range(_cells(study, "study_id"))),
        ),
        anchor=f"study-{study.study_id}",
    )


def _title(study: Study) -> TableCell:
    note = _DOUBTFUL.get(study.bibliography_check, "")
    if study.is_description:
        text = f"Description, not a title: {study.title.strip('[]')}"
    else:
        text = study.title or "–"
    journal = ", ".join(str(part) for part in (study.journal, study.year) if part)
    return TableCell(f"{text} ({note})" if note else text, detail=journal)


def _cells(study: Study, *fields: str) -> tuple[str, ...]:
    place = study.provenance
    return tuple(str(place.cell(name)) for name in fields if name in place.columns)


def _notes(reports: tuple[Study, ...]) -> tuple[Sentence, ...]:
    notes = []
    described = sum(study.is_description for study in reports)
    if described:
        notes.append(
            Sentence(
                f"For {plural(described, 'report')} only a description is known, not the "
                "published title; it is marked as such."
            )
        )
    for code, words in _DOUBTFUL.items():
        count = sum(study.bibliography_check == code for study in reports)
        if count:
            notes.append(Sentence(f"{plural(count, 'report')}: {words}."))
    return tuple(notes)
