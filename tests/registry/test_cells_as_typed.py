"""Cells are read as the user typed them."""

from __future__ import annotations

import datetime
import zipfile

import openpyxl
import pytest

from metasyn.registry import read_registry


def messages(registry, code):
    return [str(issue) for issue in registry.issues if issue.code == code]


def test_text_that_looks_like_a_number_stays_text(book, tmp_path):
    book.set("results", 2, "arm", "001")
    book.set("results", 2, "timepoint", "1e5")
    registry = book.read(tmp_path)
    assert (registry.results[0].arm, registry.results[0].timepoint) == ("001", "1e5")
    assert not registry.issues


def test_missing_codes_stay_apart(book, tmp_path):
    for row, code in enumerate(("NR", "NA", "UNC", "PEND"), start=2):
        book.set("results", row, "timepoint", code)
        book.set("results", row, "sd", code)
    rows = book.read(tmp_path).results
    assert [row.timepoint for row in rows[:5]] == ["NR", "NA", "UNC", "PEND", ""]
    assert [row.sd for row in rows[:5]] == [None] * 5
    assert [row.provenance.missing.get("sd") for row in rows[:5]] == [
        "NR",
        "NA",
        "UNC",
        "PEND",
        None,
    ]


def test_a_percent_cell_is_its_proportion_and_a_percent_text_is_asked_about(book, tmp_path):
    book.set("results", 7, "effect", "70%")
    assert messages(book.read(tmp_path), "percent-text") == [
        "results!X7 70%: the percentage is stored as text. Type the proportion, 0.7."
    ]
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.load_workbook(path)
    cell = workbook["results"]["X7"]
    cell.value, cell.number_format = 0.7, "0%"
    workbook.save(path)
    registry = read_registry(path)
    assert registry.results[5].effect == 0.7
    assert not registry.issues


@pytest.mark.parametrize(
    ("value", "format_code", "shown"),
    [
        (datetime.date(2024, 3, 4), "yyyy-mm-dd", "2024-03-04"),
        (datetime.datetime(2024, 3, 4, 12, 30), "dd.mm.yy hh:mm", "2024-03-04 12:30:00"),
        (45355, "d-mmm", "2024-03-04"),
        (45355, "[$-409]mmm-yy", "2024-03-04"),
    ],
)
@pytest.mark.parametrize("name", ["timepoint", "events", "intervention", "result_id"])
def test_a_date_is_reported_as_excels_doing(name, value, format_code, shown, book, tmp_path):
    path = book.save(tmp_path / "book.xlsx")
    workbook = openpyxl.load_workbook(path)
    cell = workbook["results"].cell(2, book.column("results", name) + 1)
    cell.value, cell.number_format = value, format_code
    workbook.save(path)
    found = messages(read_registry(path), "date-in-cell")
    assert found == [
        f"{cell.parent.title}!{cell.coordinate} {shown}: Excel turned what was typed into a date. "
        f"Format the cell as Text and type '{name}' again."
    ]


@pytest.mark.parametrize("format_code", ["0.00", "#,##0 [$day-409]", '0" days"', "[Red]0.0", "@"])
def test_number_formats_that_are_no_dates(format_code, book, tmp_path):
    path = book.save(tmp_path / "book.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["results"]["M3"].number_format = format_code
    workbook.save(path)
    assert read_registry(path).results[1].events == 30


def test_a_formula_counts_by_its_cached_value(book, tmp_path):
    path = book.save(tmp_path / "book.xlsx")
    part = "xl/worksheets/sheet2.xml"
    target = tmp_path / "cached.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                assert content.count(b'<c r="M3" t="n"><v>30</v></c>') == 1
                content = content.replace(
                    b'<c r="M3" t="n"><v>30</v></c>', b'<c r="M3"><f>15+15</f><v>30</v></c>'
                )
            new.writestr(name, content)
    registry = read_registry(target)
    assert registry.results[1].events == 30
    assert not registry.issues


def test_a_formula_without_a_value_says_open_and_save(book, tmp_path):
    book.set("results", 3, "n", "=20+20")
    (line,) = messages(book.read(tmp_path), "formula-uncomputed")
    assert line.startswith("results!N3 =20+20: the value of this formula was never computed.")
    assert "save it once" in line


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("arm", " treated ", "treated"),
        ("arm", "treated\u00a0early", "treated early"),
        ("arm", "3–5 days", "3–5 days"),
        ("result_id", "R0001 ", "R0001"),
        ("patient_group", "S0001-A\u200b", "S0001-A"),
        ("intervention", "treatment_a\u00a0", "treatment_a"),
        ("study_id", "Ｓ０００１", "S0001"),
    ],
)
def test_odd_blanks_and_look_alikes_are_read_with_a_note(name, typed, read, book, tmp_path):
    book.set("results", 2, name, typed)
    registry = book.read(tmp_path)
    assert getattr(registry.results[0], name) == read
    assert [issue.code for issue in registry.issues] == ["text-tidied"] * (typed != read)
    assert [issue.severity for issue in registry.issues] == ["note"] * (typed != read)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("40", 40),
        (" 40", 40),
        ("４０", 40),
        ("4e1", 40),
        ("−40", None),
        ("4 0", None),
        ("40.5", None),
    ],
)
def test_numbers_stored_as_text(typed, number, book, tmp_path):
    book.set("results", 4, "n", typed)
    registry = book.read(tmp_path)
    assert registry.results[2].n == number
    assert bool(registry.issues.errors) == (number is None)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("40 patients", "Type the number alone"),
        ("12,5", "Did you mean 12.5?"),
        ("n/a", "Write NR (not reported)"),
        ("not reported", "Write NR (not reported)"),
        ("1.234.567", "Type the number alone"),
        ("0x10", "Type the number alone"),
        ("nan", "Write NR (not reported)"),
        ("inf", "Type the number alone"),
    ],
)
def test_text_in_a_number_column(typed, hint, book, tmp_path):
    book.set("results", 8, "mean", typed)
    registry = book.read(tmp_path)
    assert registry.results[6].mean is None
    (issue,) = registry.issues
    assert issue.severity == "error"
    assert hint in str(issue)


def test_headers_and_tabs_match_whatever_their_case(book, tmp_path):
    book.sheets["results"][0] = [name.upper() + " " for name in book.sheets["results"][0]]
    book.sheets = {name.title(): rows for name, rows in book.sheets.items()}
    registry = book.read(tmp_path)
    assert not registry.issues
    assert str(registry.results[0].cell("events")) == "Results!M2"


@pytest.mark.parametrize(
    ("name", "typed"),
    [("study_id", "Study ID"), ("events", "event"), ("n", "Patients"), ("ci_low", "CI-low")],
)
def test_a_near_miss_of_a_header_is_asked_about(name, typed, book, tmp_path):
    book.sheets["results"][0][book.column("results", name)] = typed
    registry = book.read(tmp_path)
    (issue,) = registry.issues
    assert (issue.code, issue.value) == ("column-renamed", typed)
    assert issue.remedy == f"Did you mean '{name}'? Rename the header."


@pytest.mark.parametrize("typed", ["result", "Ergebnisse", "Sheet2"])
def test_a_renamed_tab_is_known_by_its_columns(typed, book, tmp_path):
    book.sheets[typed] = book.sheets.pop("results")
    registry = book.read(tmp_path)
    assert [issue.code for issue in registry.issues] == ["sheet-renamed"]
    assert registry.issues[0].remedy == "Did you mean 'results'? Rename the tab."
    assert len(registry.results) == 7


def test_columns_and_sheets_of_the_user_are_kept(book, tmp_path):
    for row, value in zip(book.sheets["studies"], ["my remark", "good", 3, None], strict=False):
        row.append(value)
    book.sheets["diary"] = [["Monday"]]
    registry = book.read(tmp_path)
    assert registry.extra_columns == {"studies": ("my remark",)}
    assert [dict(study.extras) for study in registry.studies] == [
        {"my remark": "good"},
        {"my remark": "3"},
        {},
        {},
    ]
    assert [(i.code, i.value) for i in registry.issues] == [
        ("sheets-added", "diary"),
        ("columns-added", "my remark"),
    ]


def test_columns_may_stand_in_any_order(book, tmp_path):
    before = book.read(tmp_path).results
    book.sheets["results"] = [list(reversed(row)) for row in book.sheets["results"]]
    registry = book.read(tmp_path)
    assert not registry.issues
    assert [row.result_id for row in registry.results] == [row.result_id for row in before]
    assert str(registry.results[0].cell("result_id")) == "results!AG2"


def test_blank_rows_are_passed_over(book, tmp_path):
    book.sheets["results"].insert(3, [None] * 33)
    registry = book.read(tmp_path)
    assert len(registry.results) == 7
    assert str(registry.results[2].cell("n")) == "results!N5"


@pytest.mark.parametrize(
    ("typed", "meant"), [("1,000", "1000"), ("12 345", "12345"), ("1,5", "1.5"), ("0,125", "0.125")]
)
def test_a_number_with_a_comma_is_asked_back(book, tmp_path, typed, meant):
    book.set("results", 2, "n", typed)
    found = [issue for issue in book.read(tmp_path).issues if issue.code == "not-a-number"]
    assert [issue.remedy.partition("?")[0] for issue in found] == [f"Did you mean {meant}"]
