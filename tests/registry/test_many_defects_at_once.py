"""Twenty-two defects of different kinds in the CRS workbook: one run finds them all."""

from __future__ import annotations

import datetime

DEFECTS = {
    ("results", 4, "events"): (3, "events-exceed-n"),
    ("results", 6, "intervention"): ("tocilizumap", "unknown-code"),
    ("results", 8, "result_id"): ("R0003", "id-twice"),
    ("results", 9, "study_id"): ("S0999", "reference-unknown"),
    ("results", 10, "timepoint"): (datetime.date(2024, 2, 14), "date-in-cell"),
    ("results", 11, "n"): ("15 patients", "not-a-number"),
    ("results", 12, "events"): ("n/a", "missing-misspelt"),
    ("results", 13, "events"): (-1, "out-of-range"),
    ("results", 14, "n"): (1.5, "not-whole"),
    ("results", 15, "outcome"): (None, "required-blank"),
    ("results", 16, "n"): ("1", "number-as-text"),
    ("results", 18, "effect"): ("5%", "percent-text"),
    ("results", 22, "effect"): (0.95, "effect-outside-ci"),
    ("results", 23, "ci_low"): ("=1/30", "formula-uncomputed"),
    ("results", 24, "n"): ("#REF!", "formula-failed"),
    ("results", 25, "verified"): (True, "boolean-in-cell"),
    ("results", 26, "patient_group"): ("S0008-A", "group-in-two-studies"),
    ("results", 33, "study_id"): ("NR", "missing-not-allowed"),
    ("studies", 3, "doi"): ("doi.org/x", "doi-odd"),
    ("studies", 5, "overlaps_with"): ("S0011;S0016;S0031", "overlap-one-sided"),
    ("studies", 7, "label"): ("Bottari 2021", "label-year-differs"),
    ("studies", 9, "pmid"): ("PMC32088364", "pmid-odd"),
}


PLACES = [(sheet, row, code) for (sheet, row, _), (_, code) in DEFECTS.items()]
PLACES[PLACES.index(("studies", 5, "overlap-one-sided"))] = ("studies", 54, "overlap-one-sided")
"""Where they are found: S0053, in row 54, still names S0004, which forgot it."""


def test_all_are_found_in_one_run(crs_book, tmp_path):
    for (sheet, row, name), (value, _) in DEFECTS.items():
        crs_book.set(sheet, row, name, value)
    issues = crs_book.read(tmp_path).issues
    assert set(PLACES) <= {(issue.sheet, issue.cell.row, issue.code) for issue in issues}


def test_nothing_else_is_claimed(crs_book, tmp_path):
    before = {str(issue) for issue in crs_book.read(tmp_path).issues}
    for (sheet, row, name), (value, _) in DEFECTS.items():
        crs_book.set(sheet, row, name, value)
    after = [issue for issue in crs_book.read(tmp_path).issues if str(issue) not in before]
    assert len(after) == len(DEFECTS)


def test_they_are_listed_in_the_order_of_the_workbook(crs_book, tmp_path):
    for (sheet, row, name), (value, _) in DEFECTS.items():
        crs_book.set(sheet, row, name, value)
    issues = crs_book.read(tmp_path).issues
    order = ["studies", "results", "statements"]
    places = [(order.index(issue.sheet), issue.cell.row) for issue in issues]
    assert places == sorted(places)


def test_a_missing_column_of_ids_is_one_problem_not_one_a_row(crs_book, tmp_path):
    header = crs_book.sheets["studies"][0]
    header[crs_book.column("studies", "study_id")] = "ident"
    errors = [issue.code for issue in crs_book.read(tmp_path).issues if issue.severity == "error"]
    assert errors == ["column-missing"]


def test_a_wrong_cell_does_not_hide_what_else_is_wrong_in_its_row(book, tmp_path):
    book.set("studies", 2, "overlaps_with", "S0099")
    book.set("studies", 2, "doi", "doi.org/x")
    book.set("studies", 2, "label", "Lee 2018")
    book.set("results", 2, "events", 5)
    book.set("results", 2, "ci_low", 0.1)
    found = {(issue.code, issue.cell.row) for issue in book.read(tmp_path).issues}
    assert found == {
        ("reference-unknown", 2), ("doi-odd", 2), ("label-year-differs", 2),
        ("events-exceed-n", 2), ("half-interval", 2),
    }  # fmt: skip


def test_what_follows_from_a_wrong_cell_is_not_said_twice(book, tmp_path):
    book.set("results", 2, "n", "one")
    book.set("results", 2, "ci_low", "low")
    book.set("results", 2, "ci_high", 0.9)
    assert [issue.code for issue in book.read(tmp_path).issues] == ["not-a-number"] * 2


def test_the_one_row_that_differs_is_named_even_if_it_comes_first(crs_book, tmp_path):
    before = {str(issue) for issue in crs_book.read(tmp_path).issues}
    rows = crs_book.sheets["results"]
    outcome = crs_book.column("results", "outcome")
    first = next(i for i, row in enumerate(rows, start=1) if row[outcome] == "crs_resolution")
    crs_book.set("results", first, "direction", "harm")
    after = [issue for issue in crs_book.read(tmp_path).issues if str(issue) not in before]
    assert [(issue.code, issue.cell.row) for issue in after] == [("direction-differs", first)]


def test_ids_parted_by_commas_are_told_how_to_be_parted(book, tmp_path):
    book.set("studies", 4, "overlaps_with", "S0004, S0002")
    found = [issue for issue in book.read(tmp_path).issues if issue.code == "reference-unknown"]
    assert [issue.remedy for issue in found] == ["Part ids by semicolons: S0004;S0002."]


def test_a_doi_with_the_full_stop_of_its_sentence(book, tmp_path):
    book.set("studies", 2, "doi", "10.1000/abc9.")
    (issue,) = book.read(tmp_path).issues
    assert (issue.code, issue.remedy) == ("doi-odd", "Did you mean 10.1000/abc9?")


def test_one_author_with_one_or_two_initials_may_be_one(book, tmp_path):
    book.set("studies", 3, "first_author", "Lee AB")
    (issue,) = book.read(tmp_path).issues
    assert (issue.code, str(issue.cell)) == ("possible-overlap", "studies!P3")
