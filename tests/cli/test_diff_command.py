"""``metasyn diff``: rows, cells and estimates, for people and for programs."""

from __future__ import annotations

import json


def test_the_same_workbook(run, crs):
    result = run("diff", crs, crs)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [f"{crs} -> {crs}", "Nothing changed."]


def test_cells_and_estimates(run, crs, spoiled):
    result = run("diff", crs, spoiled(M10=30, AB4="another definition"))
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert "results R0009 (row 10): Le 2018, CTL019 cohort, crs_resolution" in lines
    assert "  events (results!M10): 31 -> 30" in lines
    assert any(line.endswith("-> another definition") for line in lines)
    place = lines.index("crs_resolution, Tocilizumab")
    assert lines[place + 1].startswith("  before: proportion 0.")
    assert lines[place + 2].startswith("  after:  proportion 0.")
    assert lines[place + 3].startswith("  moved most by R0009 (Le 2018, changed): without this")
    assert lines[-1] == "2 results changed."


def test_json(run, crs, spoiled):
    result = run("diff", crs, spoiled(M10=30), "--json")
    told = json.loads(result.stdout)
    assert [row["id"] for row in told["rows"]] == ["R0009"]
    (estimate,) = told["estimates"]
    assert (estimate["outcome"], estimate["group"]) == (["crs_resolution"], "tocilizumab")
    assert estimate["moved_most_by"]["without"] == estimate["before"]["estimate"]


def test_errors_are_told(run, crs, spoiled):
    result = run("diff", crs, spoiled(M10=46))
    assert result.returncode == 0
    assert "spoiled.xlsx has 1 error; metasyn check lists them." in result.stderr


def test_an_unknown_outcome_and_an_unreadable_file(run, crs, spoiled):
    result = run("diff", crs, "nowhere.xlsx")
    assert (result.returncode, result.stdout) == (2, "")
    result = run("diff", crs, spoiled(M10=30), "--outcome", "wellbeing")
    assert "wellbeing: no code of both versions" in result.stderr
