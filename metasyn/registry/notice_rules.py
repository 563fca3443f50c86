"""Rules on statements' labels, and on editorial notices: retractions, concerns, corrections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from metasyn.records import Result, Statement, Study
from metasyn.registry.rule import Finding, Rule, Tables

__all__ = ["NOTICE_RULES", "STATEMENT_RULES"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_WORDS = 60
"""Longest quotation that the registry takes."""


def _noticed(tables: Tables, kinds: tuple[str, ...]) -> Iterator[Finding]:
    """Every row that a report with such a notice stands in: its own, its results, statements."""
    by_id = {study.study_id: study for study in tables.studies if study.notice in kinds}
    rows: list[tuple[Study | Result | Statement, str]] = [
        *((study, "study_id") for study in tables.studies),
        *((result, "study_id") for result in tables.results),
        *((one, "cited_study_id") for one in tables.statements),
        *((one, "citing_study_id") for one in tables.statements),
    ]
    for row, name in rows:
        study = by_id.get(getattr(row, name))
        if study is not None:
            facts = {"label": study.label, "notice": _in_words(study)}
            yield Finding(row.provenance.cell(name), study.study_id, facts)
    for one in tables.statements:
        if one.citing_notice in kinds:
            facts = {"label": one.citing_label, "notice": one.citing_notice}
            yield Finding(one.provenance.cell("citing_notice"), one.citing_notice, facts)


def _in_words(study: Study) -> str:
    day = f" of {study.notice_date}" if study.notice_date else ""
    why = f" ({study.notice_reason})" if study.notice_reason else ""
    return f"{study.notice}{day}{why}"


def _retracted(tables: Tables) -> Iterator[Finding]:
    return _noticed(tables, ("retraction",))


def _questioned(tables: Tables) -> Iterator[Finding]:
    return _noticed(tables, ("concern", "reinstatement"))


def _corrected(tables: Tables) -> Iterator[Finding]:
    return _noticed(tables, ("correction",))


def _date_odd(tables: Tables) -> Iterator[Finding]:
    named = (
        (tables.studies, ("notice_date", "notice_checked")),
        (tables.statements, ("citing_notice_checked",)),
    )
    for records, names in named:
        for record in records:
            for name in names:
                text = "" if name in record.provenance.missing else getattr(record, name)
                if text and not _is_day(text):
                    yield Finding(record.provenance.cell(name), text)


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _undecided(tables: Tables) -> Iterator[Finding]:
    for one in tables.statements:
        if one.class_1 and one.class_2 and one.class_1 != one.class_2 and not one.adjudicator:
            facts = {"first": one.class_1}
            yield Finding(one.provenance.cell("class_2"), one.class_2, facts)


def _quotation_long(tables: Tables) -> Iterator[Finding]:
    for one in tables.statements:
        words = len(one.quotation.split())
        if words > _MOST_WORDS:
            yield Finding(one.provenance.cell("quotation"), one.quotation, {"words": words})


NOTICE_RULES = (
    Rule(
        "retracted",
        "warning",
        "What was retracted is no evidence; its rows are kept out of every analysis.",
        "{label} was retracted: {notice}.",
        "Nothing to do: its results are set aside and say so.",
        "a study with the notice 'retraction'",
        _retracted,
    ),
    Rule(
        "questioned",
        "warning",
        "A journal's concern leaves the data in doubt; a person decides whether they are pooled.",
        "{label} is in question: {notice}.",
        "Read the notice; choose analyse 'no' or 'sensitivity' if the data cannot be relied on.",
        "a study with the notice 'concern'",
        _questioned,
    ),
    Rule(
        "corrected",
        "note",
        "Figures may have changed with a correction.",
        "{label} was corrected: {notice}.",
        "Make sure that the figures are the corrected ones.",
        "a study with the notice 'correction'",
        _corrected,
    ),
)
"""They look again when notices are added from a file."""

STATEMENT_RULES = (
    Rule(
        "date-odd",
        "warning",
        "A day is told from others only when it is whole: year, month, day.",
        "this is no day.",
        "Write it as 2024-03-31, or as a date of the spreadsheet.",
        "31.3.24",
        _date_odd,
        looks_at=("notice_date", "notice_checked", "citing_notice_checked"),
    ),
    Rule(
        "annotators-differ",
        "warning",
        "Where two people class a statement differently, a third decides.",
        "the annotators differ ({first} against {value}) and nobody is named who decided.",
        "Agree on a class in stance, and name the adjudicator.",
        "class_1 supporting, class_2 mentioning, adjudicator blank",
        _undecided,
        looks_at=("class_1", "class_2", "adjudicator"),
    ),
    Rule(
        "quotation-long",
        "warning",
        "A short quotation can be shown anywhere; a long one is a copy.",
        "the quotation has {words} words.",
        "Keep the 60 words that carry the statement.",
        "a whole paragraph",
        _quotation_long,
        looks_at=("quotation",),
    ),
)
