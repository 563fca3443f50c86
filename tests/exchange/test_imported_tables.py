"""Tables with any headers, brought into the form of a sheet and written into workbooks."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import metasyn as ms
from metasyn.errors import OutputError, SpecError, WorkbookError
from metasyn.exchange.guess import guess_mapping
from metasyn.exchange.import_files import add_plan, new_references, write_plan
from metasyn.exchange.import_plan import plan_import
from metasyn.exchange.mapping import ColumnMapping, importable, mapping_text, read_mapping
from metasyn.exchange.source_table import read_source_table
from metasyn.registry.diff import diff_registries
from metasyn.registry.patch.append_rows import appended_content
from metasyn.registry.sheets import OPTIONAL_BY_NAME
from metasyn.registry.template import Contents, write_workbook

STAMP = "20240304-1200"
TABLE = """Study,Patients (n),No. of events,Drug,Role,Remark
Liu 2018,12,５ ,Toci,first,=cmd()
S0015,10,14,siltuximap,first,
,,,,,sum
"""
MAPPING = ColumnMapping(
    "results",
    {"study_id": "Study", "n": "patients (N)", "events": "No. of events", "intervention": "Drug"},
    {"outcome": "crs_resolution", "analyse": "no"},
    {"intervention": {"Toci": "tocilizumab"}},
    ("Role",),
)


@pytest.fixture
def workbook(tmp_path):
    crs = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
    return Path(shutil.copy(crs, tmp_path / "crs.xlsx"))


@pytest.fixture
def planned(tmp_path, workbook):
    def plan(text=TABLE, mapping=MAPPING, name="more.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        registry = ms.read_registry(workbook)
        return plan_import(read_source_table(tmp_path / name), mapping, registry), registry

    return plan


def test_every_wrong_cell_is_told_of_where_it_stands_in_the_file(planned):
    plan, _ = planned()
    errors = [(issue.code, str(issue.cell)) for issue in plan.issues.errors]
    assert errors == [
        ("events-exceed-n", "more.csv!C3"),
        ("unknown-code", "more.csv!D3"),
    ]
    tidied = [str(issue.cell) for issue in plan.issues.notes if issue.code == "text-tidied"]
    assert tidied == ["more.csv!C2"]


def test_rows_are_read_as_the_registry_reads_them(planned):
    plan, _ = planned()
    first, second = plan.rows
    assert first == {
        "result_id": "R0264", "study_id": "S0001", "n": 12.0, "events": 5.0,
        "intervention": "tocilizumab", "outcome": "crs_resolution", "analyse": "no",
        "Remark": "=cmd()",
    }  # fmt: skip
    assert (second["study_id"], second["intervention"]) == ("S0015", "siltuximap")


def test_nothing_vanishes_without_a_word(planned):
    plan, _ = planned()
    notes = {note.code: note.message for note in plan.notes}
    assert notes["columns-kept"].endswith(": Remark.")
    assert notes["columns-left-out"].endswith(": Role.")
    assert notes["rows-left-out"].endswith(": 4.")
    assert notes["labels-as-ids"].endswith(": Liu 2018 = S0001.")
    assert notes["ids-given"].endswith(": R0264 to R0265.")
    assert "definition" in notes["required-blank"]


def test_rows_are_added_and_all_else_stays(planned, workbook):
    plan, before = planned()
    where = add_plan(plan, before, stamp=STAMP)
    assert (where.tab, where.first, where.last) == ("results", 265, 266)
    after = ms.read_registry(workbook)
    changes = diff_registries(before, after)
    assert {(row.kind, row.key) for row in changes.rows} == {("added", "R0264"), ("added", "R0265")}
    assert after.results[-2].extras == {"Remark": "=cmd()"}
    with zipfile.ZipFile(workbook) as new, zipfile.ZipFile(where.backup) as old:
        differing = [name for name in old.namelist() if old.read(name) != new.read(name)]
        assert new.namelist() == old.namelist()
    assert differing == ["xl/worksheets/sheet3.xml"]
    cell = openpyxl.load_workbook(workbook)["results"].cell(265, 34)
    assert (cell.value, cell.data_type) == ("=cmd()", "s")
    streamed = openpyxl.load_workbook(workbook, read_only=True)["results"]
    assert (streamed.max_row, streamed.max_column) == (266, 34)


def test_a_second_time_is_told(planned, workbook):
    plan, registry = planned()
    add_plan(plan, registry, stamp=STAMP)
    again, _ = planned()
    (note,) = [note for note in again.notes if note.code == "already-there"]
    assert "workbook: 2, 3." in note.message
    assert [row["result_id"] for row in again.rows] == ["R0266", "R0267"]


def test_a_workbook_that_changed_meanwhile_is_left_alone(planned, workbook):
    plan, registry = planned()
    workbook.write_bytes(workbook.read_bytes() + b"\0")
    with pytest.raises(OutputError, match="changed by somebody else"):
        add_plan(plan, registry, stamp=STAMP)


def test_into_a_new_workbook(planned, tmp_path):
    plan, _ = planned()
    where = write_plan(plan, tmp_path / "new.xlsx", title="Mine")
    assert (where.first, where.last, where.backup) == (2, 3, None)
    results = ms.read_registry(tmp_path / "new.xlsx").results
    assert [(row.result_id, row.events, row.n) for row in results] == [
        ("R0264", 5, 12), ("R0265", 14, 10),
    ]  # fmt: skip
    before = (tmp_path / "new.xlsx").read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        write_plan(plan, tmp_path / "new.xlsx")
    assert (tmp_path / "new.xlsx").read_bytes() == before


def test_extractions_into_a_new_workbook(planned, tmp_path):
    text = "id;Variable;Who;Read\nR0001;events;AB;3\nR0001;events;CD;1-2\n"
    columns = {"result_id": "id", "field": "Variable", "extractor": "Who", "value": "Read"}
    plan, _ = planned(text, ColumnMapping("extractions", columns))
    write_plan(plan, tmp_path / "new.xlsx")
    rows = ms.read_registry(tmp_path / "new.xlsx").extractions
    assert [row.value for row in rows] == ["3", "1-2"]


def test_a_workbook_without_the_sheet(planned):
    columns = {"result_id": "id", "field": "f", "extractor": "w", "value": "v"}
    plan, registry = planned("id,f,w,v\nR0009,events,AB,3\n", ColumnMapping("extractions", columns))
    with pytest.raises(WorkbookError, match="no sheet 'extractions'"):
        add_plan(plan, registry, stamp=STAMP)


def test_a_spreadsheet_with_a_title_line_dates_and_several_sheets(tmp_path, workbook):
    import datetime

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Extract"
    sheet.append([])
    sheet.append(["Study", "n", "Dose", None])
    sheet.append(["Liu 2018", 3, datetime.datetime(2024, 3, 4), "aside"])
    book.create_sheet("Other").append(["x"])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(SpecError, match=r"several filled sheets \(Extract, Other\)"):
        read_source_table(tmp_path / "t.xlsx")
    table = read_source_table(tmp_path / "t.xlsx", tab="extract")
    assert (table.header_row, table.headers[4]) == (2, "column D")
    mapping = ColumnMapping("results", {"study_id": "Study", "arm": "Dose"})
    plan = plan_import(table, mapping, ms.read_registry(workbook))
    assert ("date-in-cell", "t.xlsx, Extract!C3") in [
        (issue.code, str(issue.cell)) for issue in plan.issues.errors
    ]
    assert plan.rows[0]["n"] == 3.0
    assert plan.rows[0]["column D"] == "aside"
    assert plan.rows[0]["arm"] == "2024-03-04"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (ColumnMapping("results", {"study_id": "Sudy"}), "no column 'Sudy'. Did you mean 'Study'"),
        (ColumnMapping("results", {"n": "Study", "arm": "Study"}), "uses a header twice"),
        (ColumnMapping("results", {}, {"outcome": "crs_resolutoin"}), "Did you mean 'crs_resolut"),
        (ColumnMapping("results", {}, {"n": "many"}), "cannot hold the constant 'many'"),
    ],
)
def test_mappings_that_do_not_fit(mapping, words, planned):
    with pytest.raises(SpecError) as caught:
        planned(TABLE, mapping)
    assert words in str(caught.value)


def test_headers_that_stand_twice(planned):
    with pytest.raises(SpecError, match="2 columns 'Study'"):
        planned("Study,Study\na,b\n", ColumnMapping("results", {"study_id": "Study"}))


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n"])
def test_empty_tables(text, tmp_path):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(SpecError, match=r"is empty|no rows below"):
        read_source_table(tmp_path / "x.csv")


def test_control_characters_are_taken_out_and_told(planned):
    plan, _ = planned(
        "Study,arm\nLiu 2018,a\x01b\n", ColumnMapping("results", {"study_id": "Study"})
    )
    (issue,) = (issue for issue in plan.issues if "control characters" in issue.message)
    assert "'ab'" in issue.message
    assert str(issue.cell).endswith("B2")
    assert [dict(row).get("arm") for row in plan.rows] == ["ab"]


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).map(str.strip)
texts = st.dictionaries(words, words, max_size=3)


@given(columns=words, codes=texts, ignored=st.lists(words, max_size=3), constant=words)
@pytest.mark.parametrize("kind", [".yaml", ".toml", ".json"])
def test_a_mapping_reads_back(kind, columns, codes, ignored, constant, tmp_path_factory):
    mapping = ColumnMapping(
        "results", {"events": columns}, {"arm": constant},
        {"outcome": codes} if codes else {}, tuple(ignored),
    )  # fmt: skip
    path = tmp_path_factory.mktemp("map") / f"map{kind}"
    path.write_bytes(mapping_text(mapping, kind).encode())
    assert read_mapping(path) == mapping


def test_yaml_words_stay_words(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text("sheet: results\ncolumns: {n: 2019}\nconstants: {analyse: no, arm: 1e3}\n")
    mapping = read_mapping(path)
    assert (dict(mapping.columns), dict(mapping.constants)) == (
        {"n": "2019"}, {"analyse": "no", "arm": "1e3"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("m.yaml", "sheet: results\ncolumns: {n: a, n: b}", "'n' stands there twice"),
        ("m.json", '{"sheet": "results", "columns": {"n": "a", "n": "b"}}', "stands there twice"),
        ("m.yaml", "sheet: results\ncolumn: {}", "Did you mean 'columns'?"),
        ("m.yaml", "sheet: results\ncolumns: {event: a}", "Did you mean 'events'?"),
        ("m.yaml", "sheet: lists\ncolumns: {}", "Tables are imported into studies"),
        ("m.yaml", "sheet: [", "cannot be understood"),
        ("m.yaml", "- a", "must hold names"),
        ("m.toml", "sheet = ", "cannot be understood"),
        ("m.json", '{"sheet": "results"}', "says 'sheet' and 'columns'"),
        ("m.json", '{"sheet": "results", "columns": {"n": null}}', "None is no text"),
        ("m.txt", "", "is a .yaml, .toml or .json file"),
    ],
)
def test_mapping_files_that_are_wrong(name, text, words, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(SpecError) as caught:
        read_mapping(tmp_path / name)
    assert words in str(caught.value)


def test_a_first_guess(tmp_path, workbook):
    (tmp_path / "x.csv").write_text(
        "Study ID,Events,N,Intervention,Shoe size\nS1,1,2,Tocilizumap,4\n"
    )
    codes = ms.read_registry(workbook).codes
    mapping = guess_mapping(read_source_table(tmp_path / "x.csv"), "results", codes)
    assert mapping.columns == {
        "study_id": "Study ID", "events": "Events", "n": "N", "intervention": "Intervention",
    }  # fmt: skip
    assert mapping.codes == {"intervention": {"Tocilizumap": "tocilizumab"}}


def test_references_that_a_workbook_does_not_have(tmp_path, workbook):
    registry = ms.read_registry(workbook)
    known = next(study for study in registry.studies if study.doi)
    (tmp_path / "x.ris").write_text(
        f"TY  - JOUR\nAU  - Liu, Y.\nPY  - 2018\nTI  - one\nER  - \n"
        f"TY  - JOUR\nAU  - Lee, A.\nPY  - 2001\nTI  - two\nDO  - {known.doi.upper()}\nER  - \n"
    )
    found = new_references(tmp_path / "x.ris", registry)
    assert found.known == ("Lee 2001",)
    (row,) = found.rows
    assert row["label"] == "Liu 2018 (2)"
    assert row["study_id"] not in {study.study_id for study in registry.studies}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A registry without rows, with every optional sheet."""
    path = tmp_path_factory.mktemp("small") / "small.xlsx"
    write_workbook(path, Contents(optional=dict.fromkeys(OPTIONAL_BY_NAME, ())))
    return path, ms.read_registry(path)


cells = st.one_of(
    st.text(max_size=6), st.sampled_from(["", "NR", "1-2", "50%", "=1", "１", "R0001", "S1", "-9"])
)


tables = st.lists(st.lists(cells, min_size=3, max_size=5), min_size=2, max_size=4)


@given(rows=tables, data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_table_holds_is_read_or_refused_in_words(rows, data, small, tmp_path_factory):
    path, registry = small
    sheet = data.draw(st.sampled_from(["studies", "results", "statements", *OPTIONAL_BY_NAME]))
    columns = [column.name for column in importable(sheet).columns]
    names = data.draw(st.lists(st.sampled_from(columns), min_size=1, max_size=3, unique=True))
    table = tmp_path_factory.mktemp("any") / "t.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    try:
        found = read_source_table(table)
        headers = list(found.headers.values())
        mapping = ColumnMapping(sheet, dict(zip(names, headers, strict=False)))
        plan = plan_import(found, mapping, registry)
        content, where = appended_content(path, plan.sheet, plan.rows)
    except ms.MetasynError as error:
        assert str(error)
        return
    assert where.last - where.first + 1 == len(plan.rows)
    assert zipfile.is_zipfile(io.BytesIO(content))
