"""The facts behind every row: what it says, and where that stands."""

from __future__ import annotations

from typing import Any, TypeAlias

from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.models.results import Pooled
from metasyn.records import Codes, Result, Study
from metasyn.report.arms import compared_cells, controls
from metasyn.report.formats import interval_text, number, percent, percent_range, plural
from metasyn.report.lines import (
    cell_range,
    field_cells,
    is_share,
    level_words,
    line_anchor,
    measure_of,
    shown_line,
    value_text,
)
from metasyn.report.links import doi_url, pubmed_url, web_url
from metasyn.report.material import Material
from metasyn.report.sections.characteristics import shown_studies
from metasyn.report.wording import ci_term

__all__ = ["facts_of"]

Json: TypeAlias = dict[str, Any]


def facts_of(material: Material) -> Json:
    """Facts by the key of a row, and the row by its place in the workbook.

    Returns
    -------
    dict
        ``of``: key (id of a result or a study, code of a line) to ``title``, ``facts`` (pairs of a
        term and what it is), ``links`` (pairs of words and an address) and ``go`` (the row in the
        page). ``at``: ``results!4`` to the key of what stands in that row of the sheet.
    """
    facts: dict[str, Json] = {}
    at: dict[str, str] = {}
    for place, line in enumerate(material.groups.lines, start=1):
        if line.studies:
            facts[line.code] = _line(line, place, material)
        for row in line.studies:
            if row.record is not None:
                facts[row.record.result_id] = _row(row, row.record, line, material)
                at[_place(row.record)] = row.record.result_id
        for item in line.set_aside:
            facts.setdefault(item.record.result_id, _aside(item.record, item.reason, material))
            at.setdefault(_place(item.record), item.record.result_id)
    for study in shown_studies(material.groups):
        facts[study.study_id] = _study(study, material.groups.records.codes)
        at[_place(study)] = study.study_id
    return {"of": facts, "at": at}


def _place(record: Result | Study) -> str:
    return f"{record.provenance.sheet}!{record.provenance.row}"


def _line(line: Line, place: int, material: Material) -> Json:
    what = shown_line(line)
    pooled = isinstance(line.result, Pooled)
    facts = [
        ("Pooled" if pooled else "Summed, not pooled", value_text(what, 1)),
        ("Interval", f"{level_words(material.groups)}, {ci_term(what.ci).long}" if what.ci else ""),
        ("Made from", plural(len(line.studies), "row")),
    ]
    return _card(line.label, facts, [], f"#{line_anchor(place)}")


def _row(row: StudyRow, record: Result, line: Line, material: Material) -> Json:
    groups = material.groups
    share = is_share(measure_of(groups))
    value = (
        f"{percent(row.estimate, 1)} ({percent_range(row.ci, 1)})"
        if share
        else f"{number(row.estimate)} ({interval_text(row.ci)})"
    )
    facts = [
        ("Treatment" if groups.by == "intervention" else "Group", line.label),
        ("Events / patients", _counts(row, groups)),
        (f"Estimate ({level_words(groups)} interval)", value),
        ("Weight in the pooled estimate", _weight(row)),
        *_record(record, groups.records.codes, compared_cells((row,), groups)),
    ]
    return _card(
        record.study.label_with_notice, facts, _links(record.study), f"#row-{record.result_id}"
    )


def _counts(row: StudyRow, groups: Groups) -> str:
    """Events and patients, beside those of the comparison arm where there is one."""
    both = [(row.events, row.n)] + [(one.events, one.n) for one in controls((row,), groups)]
    return " against ".join(f"{events}/{n}" for events, n in both if n is not None)


def _weight(row: StudyRow) -> str:
    if row.weight is None:
        return ""
    return f"{percent(row.weight, 1)}{', counted with the other single cases' * row.is_case}"


def _aside(record: Result, reason: str, material: Material) -> Json:
    counts = "/".join("–" if x is None else str(x) for x in (record.events, record.n))
    facts = [
        ("Events / patients", counts),
        ("Set aside", reason),
        *_record(record, material.groups.records.codes, field_cells(record, "events", "n")),
    ]
    return _card(
        record.study.label_with_notice, facts, _links(record.study), f"#row-{record.result_id}"
    )


def _record(record: Result, codes: Codes, cells: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        ("Design", _label(codes, "design", record.study.design)),
        ("Outcome as defined there", record.definition),
        ("At", record.timepoint),
        ("Cells of the workbook", cell_range(cells)),
        ("In the report at", record.source_locator),
        ("Number is", _label(codes, "derivation", record.derivation).lower()),
    ]


def _study(study: Study, codes: Codes) -> Json:
    facts = [
        ("Title", "" if study.is_description else study.title),
        ("Design", _label(codes, "design", study.design)),
        ("Read", _label(codes, "source_depth", study.source_depth)),
    ]
    return _card(study.label_with_notice, facts, _links(study), f"#study-{study.study_id}")


def _links(study: Study) -> list[tuple[str, str]]:
    doi, pubmed, page = doi_url(study.doi), pubmed_url(study.pmid), web_url(study.source_url)
    links = [(f"doi:{study.doi}", doi), (f"PubMed {study.pmid}", pubmed)]
    if not doi and not pubmed:
        links.append(("Source", page))
    return [(words, href) for words, href in links if href]


def _label(codes: Codes, name: str, code: str) -> str:
    return codes[name].label(code) if name in codes and code else code


def _card(title: str, facts: list[tuple[str, str]], links: list[tuple[str, str]], go: str) -> Json:
    return {"title": title, "facts": [pair for pair in facts if pair[1]], "links": links, "go": go}
