"""The report of real fits, asked for as a newcomer asks for it."""

from __future__ import annotations

import json

import pytest

import metasyn as ms
from metasyn.models.groups import Groups
from metasyn.report.write import ReportFiles


@pytest.fixture(scope="module")
def fitted(groups) -> Groups:
    return ms.pool_by(groups.records, "intervention", ms.BinomialNormal())


@pytest.fixture(scope="module")
def files(fitted, tmp_path_factory) -> ReportFiles:
    folder = tmp_path_factory.mktemp("reports") / "my_question"
    return ms.write_report(fitted, folder, title="...", question="...")


@pytest.fixture(scope="module")
def data(files) -> dict:
    return json.loads(files.json.read_text(encoding="utf-8"))


def test_results_are_those_of_the_fit(data, fitted):
    for line in data["lines"]:
        result = fitted[line["code"]]
        if line["result"]["pooled"]:
            assert line["result"]["analysis_scale"]["estimate"] == result.estimate
            assert line["result"]["case_share"] == result.case_share
            assert sum(row["weight"] for row in line["rows"]) == pytest.approx(1, abs=1e-12)


def test_the_check_is_inverse_variance_with_hartung_and_knapp(data, groups):
    check = ms.pool_by(groups.records, "intervention", ms.RandomEffects(ci="hksj"), measure="PLO")
    assert data["check"]["model"]["name"] == "RandomEffects"
    assert data["check"]["model"]["ci"] == "hksj"
    found = {line["code"]: line["result"] for line in data["check"]["lines"]}
    what = check["tocilizumab"].transformed()
    assert found["tocilizumab"]["estimate"] == what.estimate
    assert found["tocilizumab"]["ci"]["low"] == what.ci.low


def test_the_alternatives_differ_from_the_headline(data):
    names = list(data["sensitivity"])
    assert names[:2] == ["Single cases patient by patient", "Small series at full weight"]
    for alternative in data["sensitivity"].values():
        assert alternative["model"] != data["model"]


def test_every_file_is_there_and_speaks_of_the_same_line(files):
    page = files.html.read_text(encoding="utf-8")
    assert "Tocilizumab" in page
    assert "Check: inverse variance" in page
    assert files.pdf.read_bytes()[:5] == b"%PDF-"
    assert files.png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert files.svg.read_text(encoding="utf-8").startswith("<svg")
