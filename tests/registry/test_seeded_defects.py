"""Every rule finds the defect that it is for, at its cell, and nothing else is claimed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest

from metasyn.registry import read_registry
from metasyn.registry.rules import RULES

Spoil = Callable[..., None]


def put(sheet: str, row: int, name: str, value: object) -> Spoil:
    return lambda book: book.set(sheet, row, name, value)


def several(*edits: Spoil) -> Spoil:
    return lambda book: [edit(book) for edit in edits] and None


def rename_header(sheet: str, name: str, new: str | None) -> Spoil:
    def spoil(book):
        book.sheets[sheet][0][book.column(sheet, name)] = new

    return spoil


def drop_column(sheet: str, name: str) -> Spoil:
    def spoil(book):
        column = book.column(sheet, name)
        for row in book.sheets[sheet]:
            del row[column]

    return spoil


def rename_sheet(name: str, new: str) -> Spoil:
    def spoil(book):
        book.sheets = {new if key == name else key: rows for key, rows in book.sheets.items()}

    return spoil


def add_row(sheet: str, source: int, **changes: object) -> Spoil:
    def spoil(book):
        book.sheets[sheet].append(list(book.sheets[sheet][source - 1]))
        for name, value in changes.items():
            book.set(sheet, len(book.sheets[sheet]), name, value)

    return spoil


def extracted(*rows: tuple[object, ...]) -> Spoil:
    def spoil(book):
        header = ["result_id", "field", "extractor", "value", "note"]
        book.sheets["extractions"] = [header, *map(list, rows)]

    return spoil


def appraised(*rows: tuple[object, ...], then: tuple[object, ...] = ()) -> Spoil:
    """Every question of Murad 2018 on S0001 judged by AB, with rows replaced by their position."""

    def spoil(book):
        sheet = [["S0001", None, "murad", 2018, f"Q{i}", "yes", "p. 2", "AB"] for i in range(1, 9)]
        for position, name, value in rows:
            sheet[position][APPRAISAL_COLUMNS.index(name)] = value
        book.sheets["appraisals"] = [APPRAISAL_COLUMNS, *sheet, *([list(then)] if then else [])]

    return spoil


APPRAISAL_COLUMNS = [
    "study_id", "result_id", "tool", "tool_version", "domain", "judgement", "support", "assessor",
]  # fmt: skip


def flowing(**changes: int) -> Spoil:
    """A flow that comes out, with four reports in the end; changed where asked."""
    numbers = {
        "database_results": 120, "duplicates": 20, "records_screened": 100,
        "records_excluded": 88, "dbr_sought_reports": 12, "dbr_notretrieved_reports": 1,
        "dbr_assessed": 11, "dbr_excluded": 7, "new_reports": 4, "new_studies": 4,
    }  # fmt: skip

    def spoil(book):
        rows = [[box, None, n, None] for box, n in (numbers | changes).items()]
        book.sheets["flow"] = [["box", "part", "n", "note"], *rows]

    return spoil


def graded(*rows: tuple[object, ...]) -> Spoil:
    """Grounds of certainty: domain, levels, reason, assessor."""
    header = ["intervention", "outcome", "claim", "domain", "levels", "reason", "assessor"]

    def spoil(book):
        claim = ["treatment_a", "response", "rate"]
        book.sheets["certainty"] = [header, *([*claim, *row] for row in rows)]

    return spoil


def flow_row(*row: object) -> Spoil:
    return lambda book: book.sheets["flow"].append(list(row))


def add_beside(sheet: str, row: int, value: object) -> Spoil:
    def spoil(book):
        book.sheets[sheet][row - 1].append(value)

    return spoil


def title_line(sheet: str) -> Spoil:
    return lambda book: book.sheets[sheet].insert(0, ["Our results"])


def rename_list(name: str, new: str) -> Spoil:
    def spoil(book):
        for row in book.sheets["lists"]:
            row[0] = new if row[0] == name else row[0]

    return spoil


DEFECTS: dict[str, tuple[Spoil, str]] = {
    "sheet-missing": (lambda book: book.sheets.pop("statements"), "statements"),
    "sheet-renamed": (rename_sheet("results", "result"), "result"),
    "header-moved": (title_line("results"), "results!A2"),
    "column-missing": (drop_column("results", "timepoint"), "results"),
    "column-renamed": (rename_header("results", "events", "event"), "results!M1"),
    "column-twice": (add_beside("results", 1, "events"), "results!AH1"),
    "columns-added": (add_beside("studies", 1, "my_remarks"), "studies"),
    "sheets-added": (lambda book: book.sheets.update(scratch=[[1]]), "workbook"),
    "no-header": (add_beside("results", 3, "what about this?"), "results!AH3"),
    "row-without-data": (
        several(
            add_beside("results", 1, "sum"),
            lambda book: book.sheets["results"].append([*[None] * 33, "=1+1 or so"]),
        ),
        "results!A9",
    ),
    "merged-cells": (lambda book: book.merged.append(("results", "C2:C3")), "results!C2"),
    "required-blank": (put("results", 3, "direction", None), "results!H3"),
    "incomplete": (put("results", 3, "definition", None), "results!AB3"),
    "missing-not-allowed": (put("results", 2, "study_id", "NR"), "results!B2"),
    "missing-misspelt": (put("results", 3, "n", "n/a"), "results!N3"),
    "not-a-number": (put("results", 3, "n", "40 patients"), "results!N3"),
    "number-as-text": (put("results", 3, "n", "40"), "results!N3"),
    "percent-text": (put("results", 7, "effect", "70%"), "results!X7"),
    "not-whole": (put("results", 3, "events", 30.5), "results!M3"),
    "out-of-range": (put("results", 3, "events", -1), "results!M3"),
    "missing-as-number": (put("results", 8, "mean", -99), "results!O8"),
    "date-in-cell": (put("results", 4, "timepoint", datetime.date(2024, 2, 1)), "results!AA4"),
    "boolean-in-cell": (put("results", 4, "timepoint", True), "results!AA4"),
    "formula-failed": (put("results", 4, "n", "#DIV/0!"), "results!N4"),
    "formula-uncomputed": (put("results", 4, "n", "=20+20"), "results!N4"),
    "unknown-code": (put("results", 4, "intervention", "placeboo"), "results!D4"),
    "text-tidied": (put("results", 4, "arm", "placebo\u00a0"), "results!C4"),
    "number-in-text": (put("studies", 2, "pmid", 123456), "studies!H2"),
    "events-exceed-n": (put("results", 3, "events", 41), "results!M3"),
    "ci-reversed": (
        several(put("results", 3, "ci_low", 2.2), put("results", 3, "effect", None)),
        "results!Y3",
    ),
    "effect-outside-ci": (put("results", 3, "ci_high", 1.4), "results!X3"),
    "effect-out-of-scale": (put("results", 7, "effect", 70), "results!X7"),
    "disordered": (put("results", 6, "q1", 4), "results!Q6"),
    "mean-outside-range": (put("results", 8, "max", 2), "results!O8"),
    "half-interval": (put("results", 3, "ci_high", None), "results!Z3"),
    "effect-without-measure": (put("results", 7, "effect_measure", None), "results!W7"),
    "number-without-unit": (put("results", 6, "unit", None), "results!V6"),
    "id-twice": (put("results", 3, "result_id", "R0001"), "results!A3"),
    "code-twice": (add_row("lists", 2), "lists!B98"),
    "list-scattered": (
        add_row("lists", 2, code="quasi_rct", label="Quasi-randomised"),
        "lists!A98",
    ),
    "list-renamed": (rename_list("verified", "verifed"), "lists!A75"),
    "list-empty": (rename_list("verified", "colours"), "lists!A1"),
    "reference-unknown": (put("results", 8, "study_id", "S0044"), "results!B8"),
    "overlap-one-sided": (
        several(
            put("studies", 2, "overlaps_with", "S0002"),
            put("studies", 2, "overlap_basis", "S0002: same ward"),
        ),
        "studies!P2",
    ),
    "overlap-with-itself": (
        several(
            put("studies", 2, "overlaps_with", "S0001"),
            put("studies", 2, "overlap_basis", "S0001: same ward"),
        ),
        "studies!P2",
    ),
    "comparator-unknown": (put("results", 3, "comparator_arm", "Placebo"), "results!L3"),
    "compared-with-itself": (put("results", 3, "comparator_arm", "treated"), "results!L3"),
    "group-in-two-studies": (put("results", 7, "patient_group", "S0003-A"), "results!I7"),
    "result-twice": (add_row("results", 2, result_id="R0009"), "results!A9"),
    "class-differs": (put("results", 7, "intervention_class", "procedure"), "results!E7"),
    "direction-differs": (put("results", 7, "direction", "harm"), "results!H7"),
    "arm-spelt-twice": (put("results", 6, "arm", "Treated"), "results!C6"),
    "overlap-unexplained": (put("studies", 4, "overlap_basis", None), "studies!Q4"),
    "possible-overlap": (
        several(
            put("studies", 3, "first_author", "Lee A"),
            put("studies", 3, "trigger", "product one"),
        ),
        "studies!P3",
    ),
    "doi-odd": (put("studies", 2, "doi", "https://doi.org/10.1000/abc"), "studies!G2"),
    "pmid-odd": (put("studies", 2, "pmid", "PMC123"), "studies!H2"),
    "url-odd": (put("studies", 2, "source_url", "example.org"), "studies!R2"),
    "published-twice": (put("studies", 3, "pmid", "123456"), "studies!H3"),
    "label-twice": (
        several(put("studies", 5, "label", "Cho 2021")),
        "studies!B5",
    ),
    "label-year-differs": (put("studies", 2, "label", "Lee 2018"), "studies!B2"),
    "year-in-future": (
        several(put("studies", 2, "year", 2031), put("studies", 2, "label", "Lee")),
        "studies!D2",
    ),
    "bracket-open": (put("studies", 2, "title", "[Treatment A in a boy"), "studies!E2"),
    "case-report-of-several": (put("studies", 2, "n_enrolled", 3), "studies!O2"),
    "more-than-enrolled": (put("studies", 5, "n_enrolled", 39), "results!N7"),
    "arms-exceed-enrolled": (put("studies", 3, "n_enrolled", 60), "results!N3"),
    "not-k-of-n": (put("results", 7, "effect", 0.72), "results!X7"),
    "effect-against-arms": (
        several(
            put("results", 3, "effect", 0.7),
            put("results", 3, "ci_low", 0.5),
            put("results", 3, "ci_high", 0.9),
        ),
        "results!X3",
    ),
    "primary-without-numbers": (put("results", 2, "events", "NR"), "results!AD2"),
    "stance-without-data": (put("statements", 2, "basis", "opinion"), "statements!G2"),
    "retracted": (put("studies", 2, "notice", "retraction"), "studies!A2"),
    "questioned": (put("studies", 2, "notice", "concern"), "studies!A2"),
    "corrected": (put("studies", 2, "notice", "correction"), "studies!A2"),
    "date-odd": (put("studies", 2, "notice_checked", "31.3.24"), "studies!Y2"),
    "annotators-differ": (
        several(
            put("statements", 2, "class_1", "supporting"),
            put("statements", 2, "class_2", "mentioning"),
        ),
        "statements!P2",
    ),
    "extraction-unusable": (extracted(("R0002", "event", "AB", 30)), "extractions!B2"),
    "extractions-differ": (
        extracted(("R0002", "events", "AB", 30), ("R0002", "events", "CD", 31)),
        "results!M3",
    ),
    "appraisal-unfit": (appraised((4, "judgement", "low")), "appraisals!F6"),
    "appraisal-of-other-study": (
        several(appraised(*((i, "result_id", "R0002") for i in range(8)))),
        "appraisals!B2",
    ),
    "appraisal-editions-mixed": (
        several(
            appraised(
                *((i, "tool", "jbi_case_report") for i in range(8)),
                *((i, "tool_version", 2017 + 3 * (i == 7)) for i in range(8)),
            ),
        ),
        "appraisals!D9",
    ),
    "appraisal-twice": (
        appraised(then=("S0001", None, "murad", 2018, "Q8", "yes", None, "ab")),
        "appraisals!E10",
    ),
    "appraisers-differ": (
        appraised(then=("S0001", None, "murad", 2018, "Q8", "no", None, "CD")),
        "appraisals!F10",
    ),
    "appraisal-incomplete": (appraised((7, "study_id", "S0003")), "appraisals!C2"),
    "flow-twice": (
        several(flowing(), flow_row("duplicates", None, 20, None)),
        "flow!A12",
    ),
    "flow-parts-differ": (
        several(
            flowing(),
            flow_row("dbr_excluded", "Review", 4, None),
            flow_row("dbr_excluded", "No data", 2, None),
        ),
        "flow!C9",
    ),
    "flow-does-not-add-up": (flowing(records_excluded=87), "flow!C6"),
    "flow-against-studies": (flowing(dbr_excluded=6, new_reports=5), "flow!C10"),
    "certainty-out-of-range": (
        graded(("imprecision", 1, "few", "AB"), ("imprecision", 1, "few", "CD")),
        "certainty!E2",
    ),
    "certainty-without-reason": (
        graded(("imprecision", -1, None, "AB"), ("imprecision", -1, "few", "CD")),
        "certainty!F2",
    ),
    "certainty-twice": (
        graded(("imprecision", -1, "few", "AB"), ("imprecision", -1, "few", "ab")),
        "certainty!G3",
    ),
    "certainty-differs": (
        graded(("imprecision", -1, "few", "AB"), ("imprecision", -2, "few", "CD")),
        "certainty!E3",
    ),
    "certainty-judged-once": (graded(("imprecision", -1, "few", "AB")), "certainty!G2"),
    "certainty-raised-after-lowered": (
        graded(
            ("imprecision", -1, "few", "AB"),
            ("imprecision", -1, "few", "CD"),
            ("large_effect", 1, "large", "AB"),
            ("large_effect", 1, "large", "CD"),
        ),
        "certainty!E4",
    ),
    "quotation-long": (put("statements", 2, "quotation", " ".join(["word"] * 61)), "statements!L2"),
}

CONSEQUENCES = {
    "row-without-data": {"columns-added"},
    "merged-cells": {"required-blank"},
}
"""Rules that one defect breaks besides its own."""


def test_every_rule_has_a_defect():
    assert set(DEFECTS) == {rule.code for rule in RULES}


def test_the_words_of_every_rule():
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.code)
        assert rule.why[0].isupper() or rule.why[0] in "-[0123456789"
        assert rule.why.endswith(".")
        assert rule.message.endswith(".")
        assert rule.example
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_the_sound_workbook_has_no_issue(book, tmp_path):
    assert str(book.read(tmp_path).issues) == ""


@pytest.mark.parametrize("code", DEFECTS)
def test_a_defect_is_found_at_its_cell_and_alone(code, book, tmp_path):
    spoil, place = DEFECTS[code]
    spoil(book)
    path = book.save(tmp_path / "book.xlsx")
    issues = read_registry(path, today=datetime.date(2030, 1, 1)).issues
    found = [issue for issue in issues if issue.code == code]
    assert found, str(issues)
    assert str(found[0]).startswith(f"{place} ") or str(found[0]).startswith(f"{place}:")
    assert {issue.code for issue in issues} - {code} == CONSEQUENCES.get(code, set())
    assert all(issue.message.endswith(".") and issue.remedy.endswith((".", "?")) for issue in found)
    assert not [issue for issue in issues if "{" in issue.message + issue.remedy]
