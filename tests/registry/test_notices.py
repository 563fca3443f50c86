"""Retractions, concerns and corrections: read, matched, flagged, set aside."""

from __future__ import annotations

import csv

import pytest

import metasyn as ms
from metasyn.errors import WorkbookError
from metasyn.registry.notices import Notice, read_notices

COLUMNS = [
    "Record ID",
    "Title",
    "Subject",
    "Institution",
    "Journal",
    "Publisher",
    "Country",
    "Author",
    "URLS",
    "ArticleType",
    "RetractionDate",
    "RetractionDOI",
    "RetractionPubMedID",
    "OriginalPaperDate",
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionNature",
    "Reason",
    "Paywalled",
    "Notes",
]
"""Header of the Retraction Watch database."""


def entry(nature, *, doi="unavailable", pmid="0", day="3/31/2024 0:00", reason="+Error in Data;"):
    return {
        **dict.fromkeys(COLUMNS, ""),
        "RetractionNature": nature,
        "OriginalPaperDOI": doi,
        "OriginalPaperPubMedID": pmid,
        "RetractionDate": day,
        "Reason": reason,
    }


@pytest.fixture
def listed(tmp_path):
    def write(*entries, encoding="utf-8"):
        path = tmp_path / "notices.csv"
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(entries)
        return path

    return write


def test_a_row_is_read_as_it_is_meant(listed):
    path = listed(
        entry("Retraction", doi="10.1000/ABC", reason="+Error in Data;+Error in Image;"),
        entry("Expression of concern", pmid="123", day="2023-12-01", reason=""),
        entry("Correction", day="soon"),
    )
    assert read_notices(path) == (
        Notice("retraction", "10.1000/abc", "", "2024-03-31", "Error in Data; Error in Image"),
        Notice("concern", "", "123", "2023-12-01", ""),
        Notice("correction", "", "", "soon", "Error in Data"),
    )


def test_names_in_an_old_code_page_do_not_matter(listed):
    row = entry("Retraction", doi="10.1000/abc") | {"Author": "Müller"}
    assert read_notices(listed(row, encoding="cp1252"))[0].doi == "10.1000/abc"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "lacks the column OriginalPaperDOI"),
        (",".join(COLUMNS) + "\n" + "," * 15 + ",Praise,,,\n", "'Praise' is no kind of notice"),
        ("", "lacks the column"),
    ],
)
def test_what_is_no_list_of_notices_is_refused(text, words, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(WorkbookError, match=words):
        read_notices(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(WorkbookError, match="cannot be read"):
        read_notices(tmp_path / "no.csv")


def test_a_retracted_report_is_set_aside_and_flagged(book, listed, tmp_path):
    path = book.save(tmp_path / "book.xlsx")
    plain = ms.read_registry(path)
    registry = ms.read_registry(
        path,
        notices=listed(entry("Retraction", doi="10.1000/ABC4"), entry("Correction", pmid="123457")),
    )
    before, after = (r.select(outcome="response") for r in (plain, registry))
    assert [row.result_id for row in before] == ["R0001", "R0002", "R0003", "R0004", "R0006"]
    assert [row.result_id for row in after] == ["R0001", "R0002", "R0003", "R0004"]
    (aside,) = after.set_aside
    assert (aside.record.result_id, aside.code) == ("R0006", "retracted")
    assert aside.reason == "The report was retracted on 2024-03-31 (Error in Data)."
    labels = {study.study_id: study.label_with_notice for study in registry.studies}
    assert labels["S0004"] == "Kim 2021 (retracted)"
    assert labels["S0002"] == "Park 2020 (corrected)"
    assert labels["S0001"] == "Lee 2019"
    assert [(str(i.cell), i.code) for i in registry.issues] == [
        ("studies!A3", "corrected"),
        ("studies!A5", "retracted"),
        ("results!B3", "corrected"),
        ("results!B4", "corrected"),
        ("results!B7", "retracted"),
        ("results!B8", "retracted"),
        ("statements!C2", "corrected"),
        ("statements!C3", "corrected"),
    ]


def test_a_report_in_question_stays_in_the_analysis(book, listed, tmp_path):
    path = book.save(tmp_path / "book.xlsx")
    records = ms.read_registry(
        path, notices=listed(entry("Expression of concern", doi="10.1000/abc4"))
    ).select(outcome="response")
    assert records.set_aside == ()
    assert records[-1].study.label_with_notice == "Kim 2021 (expression of concern)"


def test_the_gravest_notice_stands(book, listed, tmp_path):
    book.set("studies", 2, "notice", "retraction")
    book.set("studies", 3, "notice", "correction")
    path = book.save(tmp_path / "book.xlsx")
    studies = ms.read_registry(
        path,
        notices=listed(
            entry("Correction", doi="10.1000/abc1"),
            entry("Expression of concern", doi="10.1000/abc2"),
            entry("Retraction", doi="10.1000/abc2", day="4/1/2024"),
        ),
    ).studies
    assert [study.notice for study in studies] == ["retraction", "retraction", "", ""]


def test_a_reinstated_report_is_flagged_and_stays(book, listed, tmp_path):
    path = book.save(tmp_path / "book.xlsx")
    registry = ms.read_registry(
        path,
        notices=listed(
            entry("Retraction", doi="10.1000/abc4", day="1/2/2023"),
            entry("Reinstatement", doi="10.1000/abc4", day="5/2/2023"),
        ),
    )
    assert registry.studies[3].label_with_notice == "Kim 2021 (retracted, then reinstated)"
    assert registry.select(outcome="response").set_aside == ()


def test_the_day_of_the_list_is_kept(book, tmp_path):
    registry = book.read(tmp_path).with_notices((), checked="2026-01-15")
    assert {study.notice_checked for study in registry.studies} == {"2026-01-15"}
    assert registry.results[0].study is registry.studies[0]


def test_the_workbooks_own_notice_sets_aside_too(book, tmp_path):
    book.set("studies", 5, "notice", "retraction")
    records = book.read(tmp_path).select(outcome="response")
    assert [item.reason for item in records.set_aside] == [
        "The report was retracted, day not known."
    ]
