"""Workbooks from before a column existed stay sound."""

from __future__ import annotations

import datetime

import pytest

from metasyn.registry.sheets import DATA_SHEETS, LATER_LISTS

LATER = {
    sheet.name: [column.name for column in sheet.columns if column.may_be_absent]
    for sheet in DATA_SHEETS
}


@pytest.fixture
def older(book):
    """The sound workbook without the columns and the lists that came later."""
    for sheet, names in LATER.items():
        for name in names:
            column = book.column(sheet, name)
            for row in book.sheets[sheet]:
                del row[column]
    book.sheets["lists"] = [row for row in book.sheets["lists"] if row[0] not in LATER_LISTS]
    return book


def test_what_came_later():
    assert {"notice", "self_citation"} == LATER_LISTS
    assert LATER["results"] == LATER["lists"] == []
    assert len(LATER["studies"]) == 4
    assert len(LATER["statements"]) == 9


def test_a_workbook_without_them_has_no_issue(older, tmp_path):
    registry = older.read(tmp_path)
    assert str(registry.issues) == ""
    assert {(s.notice, s.notice_checked) for s in registry.studies} == {("", "")}
    assert {s.self_citation for s in registry.statements} == {""}


def test_an_own_column_with_a_similar_name_is_kept(older, tmp_path):
    older.sheets["studies"][0].append("notices")
    older.sheets["studies"][1].append("mine")
    registry = older.read(tmp_path)
    assert [issue.code for issue in registry.issues] == ["columns-added"]
    assert registry.studies[0].extras == {"notices": "mine"}


def test_a_filled_column_needs_its_list(book, tmp_path):
    book.sheets["lists"] = [row for row in book.sheets["lists"] if row[0] != "notice"]
    assert str(book.read(tmp_path).issues) == ""
    (tmp_path / "book.xlsx").unlink()
    book.set("studies", 2, "notice", "concern")
    assert "list-empty" in [issue.code for issue in book.read(tmp_path).issues.errors]


def test_a_statement_without_a_stance_is_no_error(book, tmp_path):
    book.set("statements", 2, "stance", None)
    registry = book.read(tmp_path)
    assert str(registry.issues) == ""
    assert registry.statements[0].stance == ""


@pytest.mark.parametrize("day", ["2026-01-15", datetime.date(2026, 1, 15)])
def test_a_day_may_be_typed_as_text_or_as_a_date(day, book, tmp_path):
    book.set("studies", 2, "notice_checked", day)
    registry = book.read(tmp_path)
    assert str(registry.issues) == ""
    assert registry.studies[0].notice_checked == "2026-01-15"
