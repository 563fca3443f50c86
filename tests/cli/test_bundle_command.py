"""``metasyn bundle``: from a workbook to a zip."""

from __future__ import annotations

import zipfile

import pytest


@pytest.mark.slow
def test_from_a_workbook(run, crs, tmp_path):
    result = run("bundle", crs, "--outcome", "crs_resolution", "-o", "review.zip")
    assert result.returncode == 0
    with zipfile.ZipFile(tmp_path / "review.zip") as archive:
        names = set(archive.namelist())
        script = archive.read("script/report.py").decode()
        page = archive.read("report/index.html").decode()
    for kind in ("index.html", "report.docx", "report.pdf", "results.xlsx", "results.json"):
        assert f"report/{kind}" in names
    assert 'ms.read_registry("data/severe_crs.xlsx")' in script.replace("'", '"')
    assert str(tmp_path) not in page


def test_from_a_folder(run, tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").write_text("<p>")
    result = run("bundle", "report", "-o", "review.zip")
    assert result.returncode == 0
    assert result.stdout.endswith("review.zip: 3 files; sha256sum -c manifest-sha256.txt\n")
    again = run("bundle", "report", "-o", "review.zip")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert run("bundle", "report", "-o", "review.zip", "--force").returncode == 0


def test_without_an_outcome(run, crs):
    result = run("bundle", crs, "-o", "review.zip")
    assert result.returncode == 2
    assert result.stderr.startswith("Say which results to pool: --outcome CODE")
