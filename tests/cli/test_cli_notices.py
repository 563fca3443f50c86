"""A list of notices on the command line."""

from __future__ import annotations

import json

import pytest

HEADER = "Record ID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,RetractionDate,Reason\n"


@pytest.fixture
def listed(tmp_path):
    def write(*lines):
        path = tmp_path / "notices.csv"
        path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
        return path

    return write


RETRACTED = "1,10.1097/CJI.0000000000000243,0,Retraction,3/1/2024 0:00,+Error in Data;"


def test_check_marks_a_retracted_report_everywhere(run, crs, listed):
    result = run("check", crs, "--notices", listed(RETRACTED))
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[1].startswith("Notices: ")
    assert lines[1].endswith("of 78 reports have a DOI or PMID to look up; 1 retraction.")
    words = "Liu 2018 was retracted: retraction of 2024-03-01 (Error in Data)."
    assert [line.split()[0] for line in lines if words in line] == [
        "studies!A2",
        *(f"results!B{row}" for row in range(2, 7)),
    ]


def test_check_says_that_nothing_was_found(run, crs, listed):
    result = run("check", crs, "--notices", listed())
    assert "; none found." in result.stdout
    assert result.stdout.splitlines()[-1] == "2 warnings."


def test_check_as_json(run, crs, listed):
    said = json.loads(run("check", crs, "--json", "--notices", listed(RETRACTED)).stdout)
    assert said["notices"] == {
        "S0001": {"notice": "retraction", "date": "2024-03-01", "reason": "Error in Data"}
    }


def test_what_is_no_list_of_notices_is_one_line(run, crs, tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n")
    result = run("check", crs, "--notices", "x.csv")
    assert result.returncode == 2
    assert result.stderr.startswith("x.csv lacks the column OriginalPaperDOI")
    assert result.stderr.count("\n") == 1


def test_a_report_sets_retracted_reports_aside(run, crs, listed, tmp_path):
    result = run(
        "report", crs, "--outcome", "crs_resolution", "-o", "out", "--notices", listed(RETRACTED)
    )
    assert result.returncode == 0, result.stderr
    data = json.loads((tmp_path / "out" / "results.json").read_text())
    aside = [item for line in data["lines"] for item in line["set_aside"]]
    retracted = {item["study_id"] for item in aside if item["code"] == "retracted"}
    assert retracted == {"S0001"}
    assert "S0001" not in {row["study_id"] for line in data["lines"] for row in line["rows"]}
    assert '<details class="said">' in (tmp_path / "out" / "index.html").read_text()
