"""Rules on how a report is named and found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metasyn.records import Study
from metasyn.registry.rule import Finding, Rule, Tables, given

__all__ = ["BIBLIOGRAPHY_RULES"]

_DOI = re.compile(r"10\.\d{4,9}/\S*[^\s.,;]")
_PMID = re.compile(r"[1-9]\d{0,7}")
_URL = re.compile(r"https?://\S+")
_RESOLVER = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def _doi_odd(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        doi = given(study, "doi")
        if doi and not _DOI.fullmatch(doi):
            bare = _RESOLVER.sub("", doi).rstrip(".,; ")
            meant = f"Did you mean {bare}?" if _DOI.fullmatch(bare) else "Correct it."
            yield Finding(study.provenance.cell("doi"), doi, {"meant": meant})


def _pmid_odd(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        pmid = given(study, "pmid")
        if pmid and not _PMID.fullmatch(pmid):
            yield Finding(study.provenance.cell("pmid"), pmid)


def _url_odd(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        url = given(study, "source_url")
        if url and not _URL.fullmatch(url):
            yield Finding(study.provenance.cell("source_url"), url)


def _published_twice(tables: Tables) -> Iterator[Finding]:
    for name in ("doi", "pmid", "title"):
        first: dict[str, Study] = {}
        for study in tables.studies:
            value = given(study, name).casefold()
            other = first.setdefault(value, study) if value else study
            if other is not study:
                yield Finding(
                    study.provenance.cell(name), given(study, name), {"other": other.study_id}
                )


def _label_twice(tables: Tables) -> Iterator[Finding]:
    first: dict[str, Study] = {}
    for study in tables.studies:
        other = first.setdefault(study.label.casefold(), study) if study.label else study
        if other is not study:
            yield Finding(study.provenance.cell("label"), study.label, {"other": other.study_id})


def _label_year_differs(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        years = re.findall(r"\b(?:19|20)\d\d", study.label)
        if years and study.year is not None and str(study.year) not in years:
            yield Finding(study.provenance.cell("label"), study.label, {"year": study.year})


def _year_in_future(tables: Tables) -> Iterator[Finding]:
    if tables.today is None:
        return
    for study in tables.studies:
        if study.year is not None and study.year > tables.today.year:
            yield Finding(study.provenance.cell("year"), study.year)


def _bracket_open(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        if study.title.startswith("[") != study.title.endswith("]"):
            yield Finding(study.provenance.cell("title"), study.title)


BIBLIOGRAPHY_RULES = (
    Rule(
        "doi-odd",
        "warning",
        "A DOI begins with 10. and has a slash; the address before it is not part of it.",
        "this is no DOI.",
        "{meant}",
        "https://doi.org/10.1056/NEJMoa063842",
        _doi_odd,
        looks_at=("doi",),
    ),
    Rule(
        "pmid-odd",
        "warning",
        "A PMID has at most 8 digits and does not begin with 0.",
        "this is no PMID.",
        "Correct it (a PMC number is another thing).",
        "PMC7543968",
        _pmid_odd,
        looks_at=("pmid",),
    ),
    Rule(
        "url-odd",
        "warning",
        "An address can be opened only when it is whole.",
        "this is no address of a page.",
        "Begin it with https:// and write one address only.",
        "doi.org/10.1056/NEJMoa063842",
        _url_odd,
        looks_at=("source_url",),
    ),
    Rule(
        "published-twice",
        "warning",
        "Two rows with one DOI, PMID or title are one report.",
        "{other} has the same.",
        "Merge the two rows, or correct one.",
        "one PMID in two rows",
        _published_twice,
        looks_at=("study_id", "doi", "pmid", "title"),
    ),
    Rule(
        "label-twice",
        "warning",
        "Figures and tables tell reports apart by their labels.",
        "{other} has the same label.",
        "Add a, b, ... to the year.",
        "Lee 2019 in two rows",
        _label_twice,
        looks_at=("study_id", "label"),
    ),
    Rule(
        "label-year-differs",
        "warning",
        "A label with the wrong year leads readers to another report.",
        "the year of the report is {year}.",
        "Correct label or year.",
        "label Liu 2018, year 2019",
        _label_year_differs,
        looks_at=("label", "year"),
    ),
    Rule(
        "year-in-future",
        "warning",
        "A report from next year is a slip, or ahead of print.",
        "the year lies in the future.",
        "Correct it, if it is a slip.",
        "2052",
        _year_in_future,
        looks_at=("year",),
    ),
    Rule(
        "bracket-open",
        "warning",
        "[Square brackets] around a title say that it is a description.",
        "one of the two square brackets is missing.",
        "Close or open the bracket.",
        "[Anakinra in myeloma",
        _bracket_open,
        looks_at=("title",),
    ),
)
