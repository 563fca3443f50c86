"""A bundle: everything in it, checked sums, the same bytes every time."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import metasyn as ms
from metasyn.errors import OutputError
from metasyn.exchange.bundle_script import script_text
from metasyn.exchange.pinned import pinned_versions

CRS = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"


@pytest.fixture
def report(tmp_path):
    """A folder as the report writer leaves it."""
    folder = tmp_path / "report"
    folder.mkdir()
    for name in ("index.html", "forest.svg", "forest.pdf", "forest.png", "results.json"):
        (folder / name).write_text(name)
    (folder / "report.pdf").write_text("report.pdf")
    (folder / ".hidden").write_text("no")
    (folder / "way.txt").symlink_to(CRS)
    return folder


@pytest.fixture(scope="module")
def groups():
    records = ms.read_registry(CRS).select(outcome="crs_resolution", analyse="primary")
    return ms.pool_by(records, "intervention", ms.RandomEffects(ci="hksj"), measure="PLO")


def test_everything_is_in_it(report, groups, tmp_path):
    made = ms.write_bundle(report, tmp_path / "review.zip", groups=groups, script=__file__)
    names = set(made.checksums)
    assert names == {
        "README.md",
        "data/severe_crs.xlsx", "data/datapackage.json",
        *(f"data/{name}.csv" for name in ("lists", "results", "statements", "studies")),
        "exchange/metafor/effects.csv", "exchange/metafor/pooled.csv", "exchange/metafor/pool.R",
        "exchange/revman/analysis-data-rows.csv",
        "figures/forest.svg", "figures/forest.pdf", "figures/forest.png",
        "references/studies.ris", "references/studies.json",
        *(f"report/{name}" for name in ("index.html", "forest.svg", "forest.pdf", "forest.png")),
        "report/results.json", "report/report.pdf",
        "script/test_bundle.py", "script/requirements.txt",
    }  # fmt: skip
    with zipfile.ZipFile(made.path) as archive:
        assert set(archive.namelist()) == {*names, "manifest-sha256.txt"}
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("data/severe_crs.xlsx") == CRS.read_bytes()
        told = archive.read("README.md").decode()
        archive.extractall(tmp_path / "out")
    assert "exchange/robvis is not there: The sheet studies has no columns D1" in told
    assert any("single case" in note.message for note in made.notes)
    check = ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"]
    assert subprocess.run(check, cwd=tmp_path / "out", check=False).returncode == 0
    assert not ms.read_registry(tmp_path / "out" / "data").issues.errors


def test_the_same_bytes_every_time(report, groups, tmp_path):
    for name in ("a.zip", "b.zip"):
        ms.write_bundle(report, tmp_path / name, groups=groups)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_folder_alone(report, tmp_path):
    made = ms.write_bundle(report, tmp_path / "review.zip")
    assert not [name for name in made.checksums if name.startswith(("data/", "exchange/"))]
    assert "review.zip: 11 files" in made.summary()


def test_nothing_is_replaced_unasked(report, tmp_path):
    (tmp_path / "review.zip").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        ms.write_bundle(report, tmp_path / "review.zip")
    assert (tmp_path / "review.zip").read_text() == "mine"
    ms.write_bundle(report, tmp_path / "review.zip", force=True)
    assert zipfile.is_zipfile(tmp_path / "review.zip")


def test_another_workbook_than_that_of_the_results(report, groups, tmp_path):
    other = tmp_path / "severe_crs.xlsx"
    shutil.copy(CRS, other)
    with zipfile.ZipFile(other, "a") as archive:
        archive.writestr("customXml/item9.xml", "<a/>")
    with pytest.raises(OutputError, match="its content is another"):
        ms.write_bundle(report, tmp_path / "review.zip", groups=groups, workbook=other)


@pytest.mark.parametrize(
    ("folder", "name"), [("nowhere", "a.zip"), (".", "a.zip"), ("report", "a")]
)
def test_what_is_no_report_or_no_zip(folder, name, report, tmp_path):
    with pytest.raises(OutputError, match=r"no folder with a report|ends in \.zip"):
        ms.write_bundle(tmp_path / folder, tmp_path / name)


def test_the_script_says_what_differs_from_the_defaults(groups):
    told = script_text(groups, "data/x.xlsx", title="T", question="?", changes=True)
    assert "The section on changes is left out" in told
    compile(told, "report.py", "exec")
    text = script_text(groups, "data/x.xlsx", title="It's", question="?")
    compile(text, "report.py", "exec")
    assert "ms.RandomEffects(ci='hksj')" in text
    assert "outcome=('crs_resolution',), analyse=('primary',)" in text
    assert 'title="It\'s"' in text


def test_every_package_is_pinned():
    lines = pinned_versions().splitlines()
    assert lines[0].startswith("# Python 3.")
    assert f"metasyn-evidence=={ms.__version__}" in lines
    assert all("==" in line for line in lines[1:])
    assert {"numpy", "openpyxl", "matplotlib"} <= {line.partition("==")[0] for line in lines}
