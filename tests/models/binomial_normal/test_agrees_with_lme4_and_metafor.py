"""Fits against lme4 and metafor (tests/reference/rma_glmm_one_arm.R)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import metasyn as ms

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "rma_glmm_one_arm.json").read_text()
)
SETS = {entry["name"]: entry for entry in REFERENCE["sets"]}
PLAIN = ["pritz1997", "debruin2009", "tocilizumab", "siltuximab", "management_algorithm"]
# Four trials with 13 of 14 single cases: how metasyn is asked for what R fits by replicated rows.
WEIGHTED = {
    "pseudo_full": {"case_weight": 1, "cases": "pseudo-study"},
    "pseudo_half": {"case_weight": 0.5, "cases": "pseudo-study"},
    "pseudo_tenth": {"case_weight": 0.1, "cases": "pseudo-study"},
    "individual_full": {"case_weight": 1, "cases": "individual"},
    "individual_tenth": {"case_weight": 0.1, "cases": "individual"},
}
# glmer stops at 1e-11 in its parameters; what is left is its penalised least squares.
GLMER = 1e-7
# Standard errors of lme4 come from a finite-difference Hessian.
GLMER_SE = 2e-6
# metafor as it comes: 7 nodes and an optimiser that stops at 1e-6 or so.
METAFOR = 5e-5


def pooled(name):
    entry = SETS[name]
    if name in WEIGHTED:
        xi, ni = [24, 11, 15, 28] + [1] * 13 + [0], [31, 25, 18, 34] + [1] * 14
        spec = ms.BinomialNormal(case_cap=1, interval="wald-z", **WEIGHTED[name])
    else:
        xi, ni, spec = entry["xi"], entry["ni"], ms.BinomialNormal(interval="wald-z")
    return ms.pool(ms.counts(xi=xi, ni=ni), spec)


@pytest.mark.parametrize("name", [*PLAIN, *WEIGHTED])
@pytest.mark.parametrize("program", ["glmer", "metafor_tight"])
def test_agrees_with_lme4_and_with_metafor_under_tight_control(name, program):
    expected, result = SETS[name][program], pooled(name)
    assert result.maximum.mu == pytest.approx(expected["mu"], abs=GLMER)
    assert result.maximum.tau == pytest.approx(expected["tau"], abs=GLMER)
    # A study ten times over is a tenth of the variance.
    se = expected["se"] * SETS[name]["replicates"] ** 0.5
    assert result.maximum.se == pytest.approx(se, rel=GLMER_SE)


@pytest.mark.parametrize("name", ["pritz1997", "debruin2009", "tocilizumab", "siltuximab"])
def test_agrees_with_metafor_as_it_comes(name):
    expected, result = SETS[name]["metafor"], pooled(name)
    assert result.estimate == pytest.approx(expected["mu"], abs=METAFOR)
    assert result.tau2**0.5 == pytest.approx(expected["tau"], abs=METAFOR)
    assert [*result.ci] == pytest.approx(expected["ci"], abs=METAFOR)


@pytest.mark.parametrize("name", PLAIN)
def test_is_as_likely_as_lme4_and_no_less_than_metafor(name):
    result = pooled(name)
    # The reference's likelihood is adaptive integration to 1e-13 a study.
    assert result.log_likelihood == pytest.approx(SETS[name]["glmer"]["log_lik"], abs=1e-10)
    assert result.log_likelihood >= SETS[name]["metafor"]["log_lik"] - 1e-10


def test_metafor_stops_short_of_the_maximum_on_nearly_complete_response():
    # 106/108, 119/119, 381/404, 10/10: seven nodes are too few, and mu is 5e-4 off.
    entry = SETS["management_algorithm"]
    assert abs(entry["metafor"]["mu"] - entry["metafor_tight"]["mu"]) > 2.5e-4
    assert entry["metafor"]["log_lik"] < pooled("management_algorithm").log_likelihood
