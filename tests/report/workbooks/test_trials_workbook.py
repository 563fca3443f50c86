"""Trials from a fresh workbook: both arms are counted, led to and told; the script repeats it."""

from __future__ import annotations

import csv
import html
import json
import math
import re
import runpy
import zipfile
from statistics import median
from unittest.mock import Mock

import numpy as np
import pytest
from openpyxl import load_workbook

import metasyn as ms
from metasyn.exchange.bundle_script import script_text
from tests.report.workbooks.conftest import TRIALS

SPEC = ms.RandomEffects("DL", ci="z")


@pytest.fixture(scope="module")
def folder(trials, tmp_path_factory):
    """The report of risk ratios, as it is written."""
    registry = ms.read_registry(trials)
    records = registry.select(outcome="death_any", analyse="primary")
    groups = ms.pool_by(records, "intervention", SPEC, measure="RR")
    folder = trials.parent / "report"
    ms.write_report(
        groups, folder, title="Deaths", question="Fewer deaths?", registry=registry,
        baseline_risk=0.2, pictures=False,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def told(folder) -> dict:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def book(folder):
    return load_workbook(folder / "results.xlsx")


def rows_of(book, sheet: str) -> list[dict[str, object]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_patients_are_those_of_both_arms(book):
    patients = sum(n for trial in TRIALS for _, n in trial)
    (row, *_) = rows_of(book, "summary")
    assert patients in row.values()
    (row, *_) = rows_of(book, "results")
    treated = [sum(trial[0][i] for trial in TRIALS) for i in (0, 1)]
    control = [sum(trial[1][i] for trial in TRIALS) for i in (0, 1)]
    found = list(row.values())
    assert [found[i : i + 2] for i in range(len(found)) if found[i : i + 2] == treated]
    assert [found[i : i + 2] for i in range(len(found)) if found[i : i + 2] == control]


def test_the_difference_is_that_of_the_handbook(book, told):
    """Cochrane Handbook, 15.4.4.2: fewer per 1,000 = 1,000 x ACR x (1 - RR)."""
    (line, *_) = [one for one in told["lines"] if one["code"] == "treatment_a"]
    ratio, limits = line["result"]["estimate"], line["result"]["ci"]
    by_hand = [1000 * 0.2 * (one - 1) for one in (ratio, limits["low"], limits["high"])]
    numbers = [one for one in rows_of(book, "summary")[0].values() if isinstance(one, float | int)]
    for one in by_hand:
        assert min(abs(one - found) for found in numbers) < 1e-9


def log_ratios() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios and their variances by hand, a half added where a count is zero."""
    yi, vi = [], []
    for (a, n1), (c, n2) in TRIALS:
        half = 0.5 if 0 in (a, c) else 0.0
        treated, control = (a + half, n1 + 2 * half), (c + half, n2 + 2 * half)
        yi.append(math.log((treated[0] / treated[1]) / (control[0] / control[1])))
        vi.append(sum(1 / events - 1 / n for events, n in (treated, control)))
    return np.array(yi), np.array(vi)


def test_the_pooled_ratio_is_that_of_the_formulas(told):
    """Log ratios, a half added where a count is zero, DerSimonian and Laird by hand."""
    y, v = log_ratios()
    w = 1 / v
    q = float(w @ (y - w @ y / w.sum()) ** 2)
    tau2 = max(0.0, (q - (len(y) - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    weights = 1 / (v + tau2)
    (line, *_) = told["lines"]
    assert line["result"]["estimate"] == pytest.approx(
        math.exp(weights @ y / weights.sum()), rel=1e-12
    )


def test_every_ratio_leads_to_the_cells_of_both_arms(told):
    (line, *_) = told["lines"]
    for number, row in enumerate(line["rows"]):
        (a, n1), (c, n2) = TRIALS[number]
        assert (row["events"], row["n"]) == (a, n1)
        assert (row["control"]["events"], row["control"]["n"]) == (c, n2)
        place = 2 * number + 3
        assert row["control"]["cells"] == [f"results!M{place}", f"results!N{place}"]


def test_controls_are_compared_with_and_not_set_aside(folder):
    page = (folder / "index.html").read_text(encoding="utf-8")
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page))
    assert "Compared with. Placebo: shown as the control of other lines." in words
    assert "every row was set aside" not in words
    assert "4 from 4 reports are shown in this report, 4 are their comparison arms" in words


def test_certainty_is_in_the_numbers_for_programs(told):
    (line, *_) = told["lines"]
    assert line["certainty"] == [{"claim": "causal", "start": "high", "level": "low", "open": []}]
    levels = {row["domain"]: row["levels_1"] for row in told["certainty"]}
    assert {name: one for name, one in levels.items() if one} == {
        "risk_of_bias": -1, "imprecision": -1,
    }  # fmt: skip
    ratio = line["result"]["estimate"]
    assert line["absolute"]["baseline_risk"] == 0.2
    assert line["absolute"]["value"] == pytest.approx(0.2 * (ratio - 1), rel=1e-12)


def test_the_other_model_stands_beside_the_headline(book, told, folder):
    """Weights of the inverse variances by hand: the common effect."""
    head, other = rows_of(book, "otherwise")
    assert (head["Pooled how"], other["Pooled how"]) == ("Headline", "Common effect")
    y, v = log_ratios()
    common = math.exp(float((1 / v) @ y / (1 / v).sum()))
    assert other["Risk ratio (95% CI): estimate"] == pytest.approx(common, rel=1e-12)
    assert head["Risk ratio (95% CI): estimate"] == pytest.approx(
        told["lines"][0]["result"]["estimate"], rel=1e-12
    )
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert '"label":"Common effect"' in page
    assert "The same rows were pooled otherwise as well: common effect." in page


def test_the_script_makes_the_same_numbers(folder, trials, told, tmp_path, monkeypatch):
    page = (folder / "index.html").read_text(encoding="utf-8")
    (script,) = [
        html.unescape(re.sub("<[^>]+>", "", block))
        for block in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
        if "import metasyn as ms" in block
    ]
    assert "measure='RR'" in script
    assert "baseline_risk=0.2" in script
    (tmp_path / "again.py").write_text(script, encoding="utf-8")
    monkeypatch.chdir(trials.parent)
    monkeypatch.setattr(ms, "write_report", Mock())  # the numbers alone are compared
    made = runpy.run_path(str(tmp_path / "again.py"))["groups"]
    result = made["treatment_a"].transformed()
    assert result.estimate == told["lines"][0]["result"]["estimate"]


def test_risks_without_treatment_are_the_median_of_the_controls(trials):
    registry = ms.read_registry(trials)
    records = registry.select(outcome="death_any", analyse="primary")
    groups = ms.pool_by(records, "intervention", SPEC, measure="OR")
    from metasyn.report.absolute import baseline_of

    baseline = baseline_of(groups, "treatment_a", None)
    assert baseline is not None
    assert baseline.risk == median(events / n for _, (events, n) in TRIALS)


def test_a_bundle_holds_the_comparison_and_its_measure(folder, trials, tmp_path):
    records = ms.read_registry(trials).select(outcome="death_any", analyse="primary")
    groups = ms.pool_by(records, "intervention", SPEC, measure="RR")
    made = ms.write_bundle(folder, tmp_path / "trials.zip", groups=groups)
    with zipfile.ZipFile(made.path) as archive:
        program = archive.read("exchange/metafor/pool.R").decode()
        _, pooled = csv.reader(archive.read("exchange/metafor/pooled.csv").decode().splitlines())
        revman = archive.read("exchange/revman/analysis-data-rows.csv").decode().splitlines()
    check = ms.pool_by(records, "intervention", ms.RandomEffects(ci="hksj"), measure="RR")
    assert 'measure = "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i' in program
    assert float(pooled[3]) == check["treatment_a"].estimate
    names = [f"{arm} {what}" for arm in ("Experimental", "Control") for what in ("cases", "N")]
    told = [tuple(int(row[name]) for name in names) for row in csv.DictReader(revman)]
    assert told == [(*treated, *control) for treated, control in TRIALS]
    assert "measure='RR'" in script_text(groups, "x.xlsx", title="T", question="Q?")
