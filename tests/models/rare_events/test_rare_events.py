"""The comparison of methods: each row is that method's answer, no study goes unmentioned."""

import json
from pathlib import Path

import numpy as np
import pytest

from metasyn.effects.counts import counts
from metasyn.models.beta_binomial import pool_beta_binomial
from metasyn.models.firth import pool_firth
from metasyn.models.mantel_haenszel import pool_mantel_haenszel
from metasyn.models.peto import pool_peto
from metasyn.models.rare_events import rare_events
from metasyn.models.specs import BetaBinomial, BinomialNormal, FirthLogistic, MantelHaenszel, Peto
from metasyn.models.two_arm_glmm import pool_two_arm

REFERENCE = Path(__file__).parents[2] / "reference"
TABLES = json.loads((REFERENCE / "mh.json").read_text())["tables"]
POOLED = json.loads((REFERENCE / "rare_events.json").read_text())["sets"]
NAMES = (
    "Mantel-Haenszel, no correction",
    "Peto",
    "Inverse variance, REML",
    "Arcsine difference, REML",
    "CM.EL",
    "UM.FS",
    "UM.RS",
    "Beta-binomial",
    "Firth logistic",
)


@pytest.fixture(scope="module")
def catheters():
    data = counts(**TABLES["nielweise2007"]["data"])
    return data, rare_events(data)


def test_nine_methods_in_order(catheters):
    _, comparison = catheters
    assert tuple(row.method for row in comparison.rows) == NAMES
    frame = comparison.to_frame()
    assert list(frame["method"]) == list(NAMES)
    assert list(frame.columns) == [
        "method", "measure", "estimate", "ci_low", "ci_high", "p_value", "tau2", "k_used",
        "single_zero", "double_zero", "all_events", "note",
    ]  # fmt: skip
    assert (frame["ci_low"] < frame["estimate"]).all()
    assert (frame["estimate"] < frame["ci_high"]).all()


def test_every_row_is_the_method_itself(catheters):
    data, comparison = catheters
    alone = {
        NAMES[0]: pool_mantel_haenszel(data, MantelHaenszel("OR")),
        NAMES[1]: pool_peto(data, Peto()),
        "CM.EL": pool_two_arm(data, BinomialNormal(model="CM.EL")),
        "UM.FS": pool_two_arm(data, BinomialNormal(model="UM.FS")),
        "UM.RS": pool_two_arm(data, BinomialNormal(model="UM.RS")),
        "Beta-binomial": pool_beta_binomial(data, BetaBinomial()),
        "Firth logistic": pool_firth(data, FirthLogistic()),
    }
    for row in comparison.rows:
        if row.method in alone:
            assert row.estimate == alone[row.method].estimate
            assert row.ci == alone[row.method].ci


@pytest.mark.parametrize("name", POOLED)
@pytest.mark.parametrize("method", [NAMES[2], NAMES[3]])
def test_inverse_variance_and_arcsine_against_metafor(name, method):
    """tests/reference/rare_events.R: double-zero studies have an arcsine difference only."""
    comparison = rare_events(counts(**POOLED[name]["data"]))
    row = next(row for row in comparison.rows if row.method == method)
    expected = POOLED[name]["OR" if method == NAMES[2] else "AS"]
    assert row.estimate == pytest.approx(expected["estimate"], rel=1e-8)
    # metafor stops short of a tau2 of 0 by its absolute threshold
    assert row.tau2 == pytest.approx(expected["tau2"], rel=1e-8, abs=1e-12)
    assert row.k_used == expected["k"]


def test_every_study_is_accounted_for(catheters):
    data, comparison = catheters
    assert comparison.double_zero == ("15",)
    assert data.ai[14] + data.ci[14] == 0
    assert len(comparison.single_zero) == 5
    for row in comparison.rows:
        takes_all = row.method in (NAMES[3], "UM.RS", "Beta-binomial", "Firth logistic")
        assert row.k_used == (18 if takes_all else 17)
        assert row.double_zero.startswith("is used") == takes_all
        assert row.single_zero != "none"
        assert row.all_events == "none"
    assert "1/2" in comparison.rows[2].single_zero


def test_summary_reads_as_text(catheters):
    _, comparison = catheters
    lines = comparison.summary().splitlines()
    assert lines[0] == (
        "18 studies; with an empty cell 5, without an event 1, with nothing but events 0"
    )
    assert lines[1] == "Mantel-Haenszel, no correction: OR 0.299 [0.193, 0.462], 17 studies"
    assert len(lines) == 10


def test_separation_is_named_and_stops_nothing():
    data = counts(ai=[3, 2, 0], bi=[17, 18, 9], ci=[0, 0, 0], di=[20, 20, 9], slab="ABC")
    rows = {row.method: row for row in rare_events(data).rows}
    for name in (NAMES[0], "Beta-binomial"):
        assert rows[name].estimate is None
        assert rows[name].k_used == 0
        assert "eparation" in rows[name].note
    for name in ("CM.EL", "UM.FS", "UM.RS"):
        assert rows[name].estimate == np.inf
        assert 0 < rows[name].ci.low < np.inf
        assert "Separation" in rows[name].note
    for name in ("Peto", "Inverse variance, REML", "Firth logistic"):
        assert np.isfinite([rows[name].estimate, *rows[name].ci]).all()
    assert "no estimate" in rare_events(data).summary()


def test_nothing_at_all_still_gives_a_table():
    """No event anywhere: the arcsine difference alone has an answer."""
    comparison = rare_events(counts(ai=[0, 0], bi=[9, 8], ci=[0, 0], di=[9, 9]))
    answers = {row.method for row in comparison.rows if row.estimate is not None}
    assert answers == {"Arcsine difference, REML"}
    assert all(row.note for row in comparison.rows if row.estimate is None)


def test_level_reaches_every_method():
    data = counts(ai=[4, 6, 9], bi=[119, 300, 120], ci=[11, 29, 14], di=[128, 274, 111])
    wide, narrow = rare_events(data, 0.99), rare_events(data, 0.8)
    for a, b in zip(wide.rows, narrow.rows, strict=True):
        assert a.ci.level == 0.99
        assert a.ci.low < b.ci.low < b.ci.high < a.ci.high
