"""Rows without an id get one; every other part stays byte for byte."""

from __future__ import annotations

import pytest

from metasyn.errors import OutputError, WorkbookError
from metasyn.registry import read_registry
from metasyn.registry.patch import assign_ids

STAMP = "20240304-120000"


def test_the_next_free_ids(kitchen_sink):
    assigned = assign_ids(kitchen_sink, stamp=STAMP)
    assert {str(cell): text for cell, text in assigned.ids.items()} == {
        "studies!A3": "S0008",
        "studies!A4": "S0009",
        "results!A2": "R0001",
    }
    registry = read_registry(kitchen_sink)
    assert [study.study_id for study in registry.studies] == ["S0007", "S0008", "S0009", "S0003"]
    assert registry.results[0].result_id == "R0001"


def test_only_the_touched_sheets_change(kitchen_sink, parts):
    before = parts(kitchen_sink)
    assigned = assign_ids(kitchen_sink, stamp=STAMP)
    after = parts(kitchen_sink)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"}
    assert parts(assigned.backup) == before
    for name in changed:
        assert b"sparklineGroups" in after[name]
        assert len(after[name]) - len(before[name]) < 300


def test_a_dry_run_changes_nothing(kitchen_sink):
    before = kitchen_sink.read_bytes()
    assigned = assign_ids(kitchen_sink, stamp=STAMP, dry_run=True)
    assert len(assigned.ids) == 3
    assert assigned.backup is None
    assert kitchen_sink.read_bytes() == before


def test_nothing_to_do(crs_path, tmp_path):
    path = tmp_path / "copy.xlsx"
    path.write_bytes(crs_path.read_bytes())
    assigned = assign_ids(path, stamp=STAMP)
    assert (assigned.ids, assigned.backup) == ({}, None)


def test_an_open_workbook_is_left_alone(kitchen_sink):
    kitchen_sink.with_name(f".~lock.{kitchen_sink.name}#").write_text("")
    before = kitchen_sink.read_bytes()
    with pytest.raises(OutputError, match="is open in Excel or LibreOffice"):
        assign_ids(kitchen_sink, stamp=STAMP)
    assert kitchen_sink.read_bytes() == before


def test_a_folder_of_csv_files_cannot_be_changed(tmp_path):
    (tmp_path / "studies.csv").write_text("study_id,label\n,Lee 2019\n")
    with pytest.raises(WorkbookError, match="only Excel workbooks"):
        assign_ids(tmp_path, stamp=STAMP)
