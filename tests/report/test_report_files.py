"""Files: all of them or none, in the given folder only, the same bytes every time."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

import metasyn as ms
from metasyn.errors import DataError, OutputError
from metasyn.models.groups import Groups
from metasyn.report import write

NAMES = {
    "index.html",
    "forest.svg",
    "forest.pdf",
    "forest.png",
    "results.xlsx",
    "results.json",
    "references.ris",
    "references.csl.json",
}


@pytest.fixture
def quick(monkeypatch):
    """The alternatives are made from real fits; lines made by hand have none."""
    monkeypatch.setattr(write, "inverse_variance", lambda _: None)
    monkeypatch.setattr(write, "alternatives", lambda _: {})


def wrote(groups: Groups, folder: Path) -> write.ReportFiles:
    return ms.write_report(groups, folder, title="Title", question="Question?")


def written(files: write.ReportFiles) -> dict[str, Path]:
    """The files that were asked for, by their field."""
    found = {name: getattr(files, name) for name in files.__slots__}
    return {name: path for name, path in found.items() if path is not None}


def test_eight_files_and_nothing_else(groups, tmp_path, quick):
    files = wrote(groups, tmp_path / "deep" / "er")
    assert {path.name for path in (tmp_path / "deep" / "er").iterdir()} == NAMES
    assert files.html == tmp_path / "deep" / "er" / "index.html"
    assert {path.name for path in written(files).values()} == NAMES
    assert files.report_docx is files.report_pdf is None
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_a_report_without_pictures_does_not_lead_to_them(groups, tmp_path, quick):
    files = ms.write_report(groups, tmp_path, title="T", question="Q?", pictures=False)
    assert {path.name for path in tmp_path.iterdir()} == NAMES - {"forest.pdf", "forest.png"}
    assert files.pdf is files.png is None
    page = files.html.read_text(encoding="utf-8")
    assert 'href="forest.svg"' in page
    assert "forest.pdf" not in page
    assert "forest.png" not in page


def test_same_bytes_twice(groups, tmp_path, quick, monkeypatch):
    made = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        monkeypatch.chdir(tmp_path / place)
        files = wrote(groups, Path("report"))
        made.append({name: path.read_bytes() for name, path in written(files).items()})
    for name, content in made[0].items():
        assert content == made[1][name], name


def test_what_else_is_in_the_folder_stays(groups, tmp_path, quick):
    (tmp_path / "notes.txt").write_text("mine")
    wrote(groups, tmp_path)
    wrote(groups, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == NAMES | {"notes.txt"}


def test_a_file_where_the_folder_should_be(groups, tmp_path, quick):
    (tmp_path / "report").write_text("a file")
    with pytest.raises(OutputError, match="Cannot write into"):
        wrote(groups, tmp_path / "report")
    assert (tmp_path / "report").read_text() == "a file"


def test_a_folder_that_cannot_be_written(groups, tmp_path, quick, monkeypatch):
    def refused(*args: object, **named: object) -> str:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(write.tempfile, "mkdtemp", refused)
    with pytest.raises(OutputError, match="Permission denied"):
        wrote(groups, tmp_path)


def test_a_disc_that_is_full_leaves_the_old_report(groups, tmp_path, quick, monkeypatch):
    wrote(groups, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(document: object) -> bytes:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(write, "to_xlsx", full)
    with pytest.raises(OutputError, match="No space left"):
        wrote(groups, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_rows_that_do_not_add_up_write_nothing(groups, tmp_path, quick):
    broken = Groups(groups.lines[1:], groups.by, groups.spec, groups.records)
    with pytest.raises(DataError, match="do not add up"):
        wrote(broken, tmp_path / "report")
    assert not list(tmp_path.glob("report/*"))


def test_nothing_to_report_is_said_and_nothing_written(groups, tmp_path):
    empty = Groups((), groups.by, groups.spec, replace(groups.records, rows=(), set_aside=()))
    with pytest.raises(DataError, match="answers the question"):
        wrote(empty, tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_no_path_of_the_machine_is_told(groups, tmp_path, quick):
    source = replace(groups.records.source, file=str(tmp_path / "studies" / "crs.xlsx"))
    records = replace(groups.records, source=source)
    placed = Groups(groups.lines, groups.by, groups.spec, records)
    files = wrote(placed, tmp_path / "reports" / "example")
    assert "studies/crs.xlsx" in files.json.read_text(encoding="utf-8")
    for name in ("html", "json"):
        assert str(tmp_path) not in getattr(files, name).read_text(encoding="utf-8")


def test_paths_are_told_without_what_only_one_machine_has(tmp_path, monkeypatch):
    from metasyn.report.write import told_paths

    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    told = told_paths(str(tmp_path / "home" / "studies" / "x.xlsx"), "reports/q1")
    assert told == ("studies/x.xlsx", "reports/q1")
    assert told_paths("x.xlsx", "q1") == ("x.xlsx", "q1")


def test_a_report_of_other_results_is_refused(groups, tmp_path):
    with pytest.raises(ms.SpecError, match=r"what pool_by\(\) returned, not of dict"):
        ms.write_report(dict(groups), tmp_path, title="T", question="Q?")
    assert not list(tmp_path.iterdir())
