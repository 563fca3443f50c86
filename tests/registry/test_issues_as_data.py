"""Issues as text, JSON, a frame and an exception."""

from __future__ import annotations

import json

import pytest

from metasyn.errors import RegistryError
from metasyn.records import Cell
from metasyn.registry import Issue, Issues

RED = Issue("a", "error", "results", Cell("results", 3, 2), "14", "Too many.", "Mend it.")
AMBER = Issue("b", "warning", "studies", Cell("studies", 9, 1), "x", "Odd.", "Look.")
GREY = Issue("c", "note", "results", None, "", "Read so.", "")


@pytest.fixture
def issues():
    return Issues([RED, AMBER, GREY], sheets=("studies", "results"))


def test_order_is_that_of_the_workbook(issues):
    assert [issue.code for issue in issues] == ["b", "c", "a"]


def test_severities(issues):
    assert (issues.errors, issues.warnings, issues.notes) == ((RED,), (AMBER,), (GREY,))


def test_text(issues):
    assert str(issues).splitlines() == [
        "studies!A9 x: Odd. Look.",
        "results: Read so.",
        "results!B3 14: Too many. Mend it.",
    ]


def test_long_values_are_cut_in_text_and_whole_in_json():
    issue = Issue("a", "error", "results", Cell("results", 3, 2), "x" * 500, "Too long.", "")
    assert len(str(issue)) < 100
    assert issue.to_json()["value"] == "x" * 500


def test_json(issues):
    assert json.loads(json.dumps(issues.to_json()))[2] == {
        "code": "a",
        "severity": "error",
        "sheet": "results",
        "cell": "B3",
        "value": "14",
        "message": "Too many.",
        "remedy": "Mend it.",
    }


def test_frame(issues):
    frame = issues.to_frame()
    assert list(frame.columns) == [
        "code",
        "severity",
        "sheet",
        "cell",
        "value",
        "message",
        "remedy",
    ]
    assert list(frame["cell"]) == ["A9", "", "B3"]
    assert list(Issues().to_frame().columns) == list(frame.columns)


def test_errors_are_raised_all_at_once(issues):
    both = Issues([*issues, RED])
    with pytest.raises(RegistryError, match="2 problems in the workbook:\nresults!B3 14: Too many"):
        both.raise_if_errors()
    Issues([AMBER, GREY]).raise_if_errors()
