"""New workbooks: everything from the schema, the same bytes every time, nothing overwritten."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from metasyn.errors import DataError, OutputError
from metasyn.registry import read_registry
from metasyn.registry.sheets import DATA_SHEETS, LIST_NAMES
from metasyn.registry.template import Contents, write_workbook


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("new") / "new.xlsx"
    write_workbook(path)
    return path


@pytest.fixture(scope="module")
def workbook(empty):
    return openpyxl.load_workbook(empty)


def rows_of(name, records):
    sheet = next(sheet for sheet in DATA_SHEETS if sheet.name == name)
    return [
        {column.name: getattr(record, column.name) for column in sheet.columns}
        for record in records
    ]


def contents_of(registry):
    lists = [
        {
            "list": name,
            "code": code.code,
            "label": code.label,
            "definition": code.definition,
            "sort": sort,
        }
        for name, codes in registry.codes.items()
        for sort, code in enumerate(codes.values(), start=1)
    ]
    return Contents(
        studies=rows_of("studies", registry.studies),
        results=rows_of("results", registry.results),
        statements=rows_of("statements", registry.statements),
        lists=lists,
    )


def test_an_empty_workbook_is_sound(empty):
    registry = read_registry(empty)
    assert not registry.issues
    assert (registry.studies, registry.results, registry.statements) == ((), (), ())
    assert set(LIST_NAMES) == set(registry.codes)


def test_records_survive_writing_and_reading(crs_path, tmp_path):
    before = read_registry(crs_path)
    write_workbook(tmp_path / "again.xlsx", contents_of(before))
    after = read_registry(tmp_path / "again.xlsx")
    assert after.studies == before.studies
    assert after.results == before.results
    assert after.statements == before.statements
    assert {name: list(codes) for name, codes in after.codes.items()} == {
        name: list(codes) for name, codes in before.codes.items()
    }


def test_the_same_bytes_every_time(empty, tmp_path):
    write_workbook(tmp_path / "new.xlsx")
    assert (tmp_path / "new.xlsx").read_bytes() == empty.read_bytes()


def test_no_trace_of_when_it_was_written(empty):
    with zipfile.ZipFile(empty) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2


def test_sheets(workbook):
    assert workbook.sheetnames == [
        "guide",
        "studies",
        "results",
        "statements",
        "lists",
        "dictionary",
    ]


@pytest.mark.parametrize("sheet", DATA_SHEETS, ids=lambda sheet: sheet.name)
def test_headers_carry_notes_widths_and_formats(sheet, workbook):
    worksheet = workbook[sheet.name]
    for number, column in enumerate(sheet.columns, start=1):
        cell = worksheet.cell(1, number)
        dimension = worksheet.column_dimensions[cell.column_letter]
        assert cell.value == column.name
        assert column.description in cell.comment.text
        assert dimension.width == column.width
        assert dimension.number_format == {"integer": "0", "number": "General"}.get(
            column.kind, "@"
        )
    assert worksheet.freeze_panes == f"{'ABCD'[sheet.frozen_columns]}2"
    assert worksheet.auto_filter.ref.startswith("A1:")


@pytest.mark.parametrize("sheet", DATA_SHEETS, ids=lambda sheet: sheet.name)
def test_every_coded_column_has_a_dropdown_from_a_named_range(sheet, workbook):
    worksheet = workbook[sheet.name]
    lists = workbook["lists"]
    checks = worksheet.data_validations.dataValidation
    dropdowns = {
        str(check.sqref)[0:3].rstrip("2:"): check for check in checks if check.type == "list"
    }
    coded = [column for column in sheet.columns if column.codes]
    assert len(dropdowns) == len(coded)
    for column in coded:
        letter = worksheet.cell(1, [c.name for c in sheet.columns].index(column.name) + 1)
        check = dropdowns[letter.column_letter]
        assert check.formula1 == f"list_{column.codes}"
        target = workbook.defined_names[f"list_{column.codes}"].attr_text
        cells = [row[0].value for row in lists[target.partition("!")[2].replace("$", "")]]
        expected = [row[1].value for row in lists.iter_rows(2) if row[0].value == column.codes]
        assert cells == expected
        assert expected


@pytest.mark.parametrize("sheet", DATA_SHEETS, ids=lambda sheet: sheet.name)
def test_conditional_formats_are_formula_rules(sheet, workbook):
    formats = workbook[sheet.name].conditional_formatting
    rules = [rule for area in formats for rule in area.rules]
    assert {rule.type for rule in rules} == {"expression"}
    required = [column for column in sheet.columns if column.required]
    assert sum("LEN(TRIM(" in rule.formula[0] for rule in rules) == len(required)


def test_events_above_n_turn_red(workbook):
    formats = workbook["results"].conditional_formatting
    rules = [rule for area in formats if str(area.sqref).startswith("M2:") for rule in area.rules]
    assert "AND(ISNUMBER($M2),ISNUMBER($N2),$M2>$N2)" in [rule.formula[0] for rule in rules]


def test_nothing_that_other_programs_would_lose(empty):
    with zipfile.ZipFile(empty) as archive:
        for name in archive.namelist():
            assert b"extLst" not in archive.read(name)


def test_the_dictionary_has_every_column(workbook):
    rows = list(workbook["dictionary"].iter_rows(2, max_col=2, values_only=True))
    assert set(rows) == {(sheet.name, c.name) for sheet in DATA_SHEETS for c in sheet.columns}


@pytest.mark.parametrize(
    "word", ["NR", "NA", "UNC", "PEND", "function", "mentioning", "amber", "metasyn check"]
)
def test_the_guide_says_it(word, workbook):
    text = "\n".join(str(cell.value) for row in workbook["guide"] for cell in row if cell.value)
    assert word in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", '=HYPERLINK("x")'])
def test_text_that_begins_like_a_formula_stays_text(text, tmp_path):
    path = tmp_path / "x.xlsx"
    write_workbook(path, Contents(studies=[{"study_id": "S0001", "title": text}]))
    cell = openpyxl.load_workbook(path)["studies"]["E2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_control_characters_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"E2: the text .* holds control characters"):
        write_workbook(tmp_path / "x.xlsx", Contents(studies=[{"title": "a\x00b"}]))


def test_unknown_columns_are_refused(tmp_path):
    with pytest.raises(DataError, match="studies row 2: no column colour"):
        write_workbook(tmp_path / "x.xlsx", Contents(studies=[{"colour": "red"}]))


def test_an_existing_file_is_left_alone(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_text("mine")
    with pytest.raises(OutputError, match="exists already and was left as it is"):
        write_workbook(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["x.xls", "x", "x.csv"])
def test_the_name_must_end_in_xlsx(name, tmp_path):
    with pytest.raises(OutputError, match=r"ends in \.xlsx"):
        write_workbook(tmp_path / name)


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(OutputError, match="cannot be written: No such file or directory"):
        write_workbook(tmp_path / "nowhere" / "x.xlsx")
    assert list(tmp_path.iterdir()) == []
