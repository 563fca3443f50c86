"""The report of real fits, asked for as a newcomer asks for it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import metasyn as ms
from metasyn.models.groups import Groups
from metasyn.report.alternatives import alternatives
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
    assert isinstance(fitted["tocilizumab"], ms.Pooled)
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


def test_small_series_count_in_full_only_where_there_are_any(fitted, groups):
    assert alternatives(fitted) == {}
    rows = tuple(
        replace(row, n=9, study=replace(row.study, design="case_series")) if row.n == 15 else row
        for row in groups.records.rows
    )
    records = replace(groups.records, rows=rows)
    found = alternatives(ms.pool_by(records, "intervention", ms.BinomialNormal()))
    assert list(found) == ["Small series at full weight"]
    assert found["Small series at full weight"].spec.series_weight == 1


def test_the_evidence_is_that_of_the_line(data, fitted):
    found = data["case_evidence"]["tocilizumab"]
    asked = ms.case_evidence(fitted["tocilizumab"])
    assert found["influence"][-1]["share"] == asked.pooled.case_share
    assert found["sensitivity"][0]["rate"] == asked.sensitivity.rows[0].rate
    assert len(found["tipping"]) == 2 * len(asked.tipping.pseudo_study.weight)
    assert found["file_drawer"][0]["per_success"] is None


def test_every_file_is_there_and_speaks_of_the_same_line(files):
    page = files.html.read_text(encoding="utf-8")
    assert "Tocilizumab" in page
    assert "Check: inverse variance" in page
    assert files.pdf.read_bytes()[:5] == b"%PDF-"
    assert files.png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert files.svg.read_text(encoding="utf-8").startswith("<svg")
