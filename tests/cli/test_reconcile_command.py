"""``metasyn reconcile``: agreement, differences, and values taken over when asked."""

from __future__ import annotations

import json

import openpyxl
import pytest

ROWS = [
    ("R0009", "events", "AB", 31), ("R0009", "events", "CD", 30),
    ("R0010", "events", "AB", 8), ("R0010", "events", "CD", 8),
    ("R0242", "events", "AB", 5), ("R0242", "events", "CD", 5),
]  # fmt: skip


@pytest.fixture
def extracted(crs, tmp_path):
    def make(*rows):
        workbook = openpyxl.load_workbook(crs)
        sheet = workbook.create_sheet("extractions")
        for row in (("result_id", "field", "extractor", "value", "note"), *rows):
            sheet.append(row)
        path = tmp_path / "double.xlsx"
        workbook.save(path)
        return path

    return make


def test_a_difference(run, extracted):
    path = extracted(*ROWS)
    before = path.read_bytes()
    result = run("reconcile", path)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "events: 2 of 3 agree (67%), ICC 0.999",
        "R0009 events (results!M10): AB 31 (extractions!D2), CD 30 (extractions!D3): unresolved",
        "1 unresolved.",
    ]
    assert path.read_bytes() == before
    assert run("check", path).returncode == 1


def test_a_consensus_is_written_when_asked(run, extracted, tmp_path):
    path = extracted(*ROWS, ("R0009", "events", "consensus", 30))
    result = run("reconcile", path)
    assert result.returncode == 0
    assert "results!M10 says 31; the consensus is 30 (extractions!D8)" in result.stdout
    assert result.stdout.splitlines()[-1] == "Nothing is unresolved."
    written = run("reconcile", path, "--write")
    assert written.returncode == 0
    assert "results!M10 30" in written.stdout.splitlines()
    assert openpyxl.load_workbook(path)["results"]["M10"].value == 30
    assert len(list(tmp_path.glob("double.backup-*.xlsx"))) == 1
    assert "nothing was changed" in run("reconcile", path, "--write").stdout


def test_json_and_tolerance(run, extracted):
    path = extracted(*ROWS)
    told = json.loads(run("reconcile", path, "--json").stdout)
    assert told["agreement"][0]["share"] == pytest.approx(2 / 3)
    assert [one["value"] for one in told["differences"][0]["given"]] == ["31", "30"]
    told = json.loads(run("reconcile", path, "--json", "--tolerance", "0.05").stdout)
    assert told["differences"] == []


def test_no_sheet(run, crs):
    result = run("reconcile", crs)
    assert (result.returncode, result.stdout) == (0, "No value was extracted by two people.\n")


def test_the_verb_that_writes(run, extracted, tmp_path):
    path = extracted(*ROWS, ("R0009", "events", "consensus", 30))
    before = path.read_bytes()
    dry = run("consensus", path, "--dry-run")
    assert (dry.returncode, dry.stdout) == (0, "results!M10 30\nNothing was changed.\n")
    assert path.read_bytes() == before
    written = run("consensus", path)
    assert written.returncode == 0
    assert written.stdout.startswith("results!M10 30\nThe workbook as it was: ")
    assert openpyxl.load_workbook(path)["results"]["M10"].value == 30
    (backup,) = tmp_path.glob("double.backup-*.xlsx")
    assert backup.read_bytes() == before
    assert "nothing was changed" in run("consensus", path).stdout


def test_the_verb_that_writes_tells_what_is_left(run, extracted):
    path = extracted(*ROWS)
    result = run("consensus", path)
    assert (result.returncode, result.stdout) == (
        1, "No adjudicated value was missing in results; nothing was changed.\n",
    )  # fmt: skip
    assert result.stderr == "1 unresolved; metasyn reconcile lists what has to be decided.\n"
