"""LibreOffice opens the CRS workbook and saves it anew: the same records come back."""

from __future__ import annotations

import subprocess

import openpyxl
import pytest

from metasyn.registry import read_registry
from metasyn.registry.diff import diff_registries

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def resave(tmp_path_factory):
    folder = tmp_path_factory.mktemp("libreoffice")

    def convert(path, kind):
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, path]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return folder / f"{path.stem}.{kind.partition(':')[0]}"

    return convert


@pytest.mark.parametrize("kind", ["xlsx:Calc MS Excel 2007 XML", "ods"])
def test_the_same_records_come_back(kind, crs_path, resave):
    before = read_registry(crs_path)
    after = read_registry(resave(crs_path, kind))
    assert after.studies == before.studies
    assert after.results == before.results
    assert after.statements == before.statements
    assert list(map(str, after.issues)) == list(map(str, before.issues))
    assert diff_registries(before, after).rows == ()


def test_dropdowns_and_notes_survive(crs_path, resave):
    workbook = openpyxl.load_workbook(resave(crs_path, "xlsx:Calc MS Excel 2007 XML"))
    checks = workbook["results"].data_validations.dataValidation
    names = {check.formula1 for check in checks if check.type == "list"}
    assert "list_intervention" in names
    assert workbook.defined_names["list_design"].attr_text == "lists!$B$2:$B$9"
    assert "Identifies the row" in workbook["results"]["A1"].comment.text
