"""Sheets that a workbook may have: written where asked for, read and checked where they are."""

from __future__ import annotations

import openpyxl
import pytest

from metasyn.errors import SpecError
from metasyn.registry import read_registry
from metasyn.registry.optional import optional_codes
from metasyn.registry.patch.assign_ids import assign_ids
from metasyn.registry.sheets import (
    BY_NAME,
    OPTIONAL_BY_NAME,
    OPTIONAL_LISTS,
    OPTIONAL_SHEETS,
)
from metasyn.registry.template import Contents, write_workbook

each = pytest.mark.parametrize("sheet", OPTIONAL_SHEETS, ids=lambda sheet: sheet.name)
EVERY = dict.fromkeys(OPTIONAL_BY_NAME, ())


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    path = tmp_path_factory.mktemp("optional") / "full.xlsx"
    write_workbook(path, Contents(optional=EVERY))
    return path


@pytest.fixture(scope="module")
def workbook(full):
    return openpyxl.load_workbook(full)


def test_they_stand_between_the_data_and_the_lists(workbook):
    assert workbook.sheetnames == [
        "guide", "studies", "results", "statements", *OPTIONAL_BY_NAME, "lists", "dictionary",
    ]  # fmt: skip


def test_a_workbook_with_every_sheet_is_sound(full):
    registry = read_registry(full)
    assert str(registry.issues) == ""
    assert set(registry.optional) == set(OPTIONAL_BY_NAME)
    assert set(registry.codes) >= OPTIONAL_LISTS


@each
def test_headers_carry_notes_and_widths(sheet, workbook):
    worksheet = workbook[sheet.name]
    for number, column in enumerate(sheet.columns, start=1):
        cell = worksheet.cell(1, number)
        assert cell.value == column.name
        assert column.description in cell.comment.text
        assert worksheet.column_dimensions[cell.column_letter].width == column.width
        assert len(column.name) <= column.width + 2
    assert not worksheet.protection.sheet


@each
def test_coded_columns_and_pointers_have_dropdowns(sheet, workbook):
    checks = workbook[sheet.name].data_validations.dataValidation
    lists = {check.formula1 for check in checks if check.type == "list"}
    pointing = {
        "result_ids" if column.refers_to else f"{column.headers_of}_columns"
        for column in sheet.columns
        if column.refers_to == "results.result_id" or column.headers_of
    }
    assert lists == {f"list_{column.codes}" for column in sheet.columns if column.codes} | pointing
    assert all(name in workbook.defined_names for name in lists)


@each
def test_its_rows_are_told_apart(sheet):
    assert set(sheet.told_apart_by) <= {column.name for column in sheet.columns}
    assert sheet.told_apart_by


def test_the_column_names_of_results_are_named(workbook):
    area = workbook.defined_names["results_columns"].attr_text
    (row,) = workbook["results"][area.partition("!")[2].replace("$", "")]
    names = [column.name for column in BY_NAME["results"].columns if not column.key]
    assert [cell.value for cell in row] == names


def test_the_dictionary_has_the_sheets_that_are_there(workbook, tmp_path):
    rows = workbook["dictionary"].iter_rows(2, max_col=2, values_only=True)
    named = {name for name, _ in rows}
    assert named == {*BY_NAME, *OPTIONAL_BY_NAME}


def guide_text(path):
    rows = openpyxl.load_workbook(path)["guide"].iter_rows(values_only=True)
    return "\n".join(str(value) for row in rows for value in row if value)


def test_the_guide_tells_of_them_either_way(full, tmp_path):
    write_workbook(tmp_path / "plain.xlsx")
    plain, whole = guide_text(tmp_path / "plain.xlsx"), guide_text(full)
    for sheet in OPTIONAL_SHEETS:
        assert sheet.description in plain
        assert sheet.description in whole
    assert "Sheets that may be added" in plain
    assert "Sheets that may be added" not in whole
    assert "metasyn reconcile" in whole


def test_a_name_that_does_not_exist(tmp_path):
    with pytest.raises(SpecError, match=r"sheet 'extraction'\. Did you mean 'extractions'"):
        write_workbook(tmp_path / "x.xlsx", Contents(optional={"extraction": ()}))
    assert not list(tmp_path.iterdir())


def test_rows_are_written_and_read(tmp_path):
    row = {"result_id": "R0001", "field": "events", "extractor": "AB", "value": "3"}
    write_workbook(tmp_path / "x.xlsx", Contents(optional={"extractions": [row]}))
    registry = read_registry(tmp_path / "x.xlsx")
    assert [item.value for item in registry.extractions] == ["3"]
    assert [issue.code for issue in registry.issues] == ["extraction-unusable"]


def test_a_renamed_tab_is_found_by_its_columns(book, tmp_path):
    header = [column.name for column in OPTIONAL_BY_NAME["extractions"].columns]
    book.sheets["Double reading"] = [header, ["R0002", "events", "AB", 30, None]]
    registry = book.read(tmp_path)
    assert [str(issue) for issue in registry.issues] == [
        "Double reading: this is not a sheet of the registry; 'extractions' is missing. "
        "Did you mean 'extractions'? Rename the tab."
    ]
    assert [row.extractor for row in registry.extractions] == ["AB"]


def test_a_proportion_shown_in_percent_is_its_number(book, tmp_path):
    path = tmp_path / "book.xlsx"
    book.sheets["extractions"] = [["result_id", "field", "extractor", "value", "note"],
                                  ["R0006", "effect", "AB", 0.7, None]]  # fmt: skip
    book.save(path)
    workbook = openpyxl.load_workbook(path)
    workbook["extractions"]["D2"].number_format = "0%"
    workbook.save(path)
    registry = read_registry(path)
    assert [row.value for row in registry.extractions] == ["0.7"]
    assert str(registry.issues) == ""


def test_lists_of_their_own_are_known(book, tmp_path):
    assert set(optional_codes()) == OPTIONAL_LISTS
    assert not set(optional_codes()) & {row[0] for row in book.sheets["lists"]}
    assert not OPTIONAL_LISTS & set(book.read(tmp_path).codes)


def test_assigning_ids_leaves_sheets_without_ids_alone(book, tmp_path):
    book.sheets["extractions"] = [["result_id", "field", "extractor", "value", "note"],
                                  ["R0002", "events", "AB", 30, None]]  # fmt: skip
    path = book.save(tmp_path / "b.xlsx")
    assert assign_ids(path, stamp="20240304-1200").ids == {}
