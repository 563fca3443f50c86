"""Beta-binomial and inverse-variance heterogeneity against R (tests/reference)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logit, stdtrit

import metasyn as ms
from metasyn.diagnostics.case_evidence.beta_binomial import beta_binomial
from metasyn.diagnostics.case_evidence.quality_effects import logits_of, quality_effects

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "case_sensitivity.json").read_text()
)
BETA, IVHET = REFERENCE["beta_binomial"], REFERENCE["ivhet"]


@pytest.mark.parametrize("name", BETA)
def test_beta_binomial_agrees_with_r(name):
    entry, df = BETA[name], 7.0
    expected = entry["expected"]
    xi, ni = np.array(entry["xi"], dtype=float), np.array(entry["ni"], dtype=float)
    found = beta_binomial(xi, ni, 0.95, df)
    # optim stops on a flat top: 1e-8 in its parameters, 1e-11 in the likelihood.
    assert found.rate == pytest.approx(expected["rate"], abs=5e-8)
    assert found.rho == pytest.approx(expected["rho"], abs=5e-8)
    assert found.log_likelihood == pytest.approx(expected["log_lik"], abs=1e-9)
    half = stdtrit(df, 0.975) * expected["se_logit"]
    # R's Hessian is numerical.
    assert logit([found.low, found.high]) == pytest.approx(
        logit(expected["rate"]) + np.array([-half, half]), rel=1e-5
    )


def test_beta_binomial_without_spread_is_binomial():
    found = beta_binomial(np.array([3.0, 3.0, 6.0]), np.array([6.0, 6.0, 12.0]), 0.95, 2)
    assert found.rho == 0
    assert found.rate == pytest.approx(0.5, abs=1e-12)
    se = (1 / (24 * 0.25)) ** 0.5
    assert logit(found.high) == pytest.approx(stdtrit(2, 0.975) * se, rel=1e-10)


@pytest.mark.parametrize(("xi", "rate"), [([4.0, 7.0], 1.0), ([0.0, 0.0], 0.0)])
def test_beta_binomial_says_nothing_at_its_ends(xi, rate):
    found = beta_binomial(np.array(xi), np.array([4.0, 7.0]), 0.95, 1)
    assert (found.rate, found.low, found.high) == (rate, 0.0, 1.0)


@pytest.mark.parametrize("name", IVHET)
def test_ivhet_agrees_with_metafor(name):
    entry = IVHET[name]
    yi, vi = np.array(entry["yi"]), np.array(entry["vi"])
    found = quality_effects(yi, vi, np.full(len(yi), 0.4))
    expected = entry["expected"]
    # Closed form throughout.
    assert found[:3] == pytest.approx(
        [expected["estimate"], expected["low"], expected["high"]], abs=1e-12
    )


def test_logits_are_metafors():
    entry = BETA["trials_and_cases"]
    yi, vi = logits_of(np.array(entry["xi"], float), np.array(entry["ni"], float))
    assert yi == pytest.approx(IVHET["trials_and_cases"]["yi"], abs=1e-12)
    assert vi == pytest.approx(IVHET["trials_and_cases"]["vi"], abs=1e-12)
    # A single case that did well is 75% with variance 2.667, whatever its weight is worth.
    assert (yi[4], vi[4]) == pytest.approx((np.log(3), 8 / 3), abs=1e-12)


def test_quality_moves_weight_to_the_better_study():
    yi, vi = np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.1, 0.1])
    equal = quality_effects(yi, vi, np.ones(3)).weights
    found = quality_effects(yi, vi, np.array([1.0, 1.0, 0.2])).weights
    assert found.sum() == pytest.approx(1)
    assert found[2] < equal[2]
    assert found[0] == found[1] > equal[0]


def test_table_has_every_alternative_with_its_reason():
    counts = ms.counts(xi=[24, 11, 15, 28] + [1] * 13 + [0], ni=[31, 25, 18, 34] + [1] * 14)
    table = ms.case_evidence(counts).sensitivity
    assert [row.code for row in table.rows] == [
        "headline",
        "studies-only",
        "full-weight-pseudo-study",
        "full-weight-individual",
        "case-weight-individual",
        "beta-binomial",
        "beta-binomial-studies",
        "ivhet",
        "quality-effects",
    ]
    assert table.rows[0].why_not == ""
    assert all(row.why_not.endswith(".") for row in table.rows[1:])
    assert table.row("beta-binomial").rate == pytest.approx(0.7749, abs=5e-5)
    assert table.row("beta-binomial-studies").rate == pytest.approx(0.7155, abs=5e-5)
    # Inverse variance with 1/2 in empty cells pulls 93% successes and 73% of trials to 71%.
    row = table.row("ivhet")
    assert (row.rate, row.low, row.high) == pytest.approx((0.710, 0.622, 0.785), abs=5e-4)
    assert list(table.to_frame().columns) == [
        "code",
        "label",
        "rate",
        "low",
        "high",
        "case_share",
        "why_not",
    ]


def test_integrated_headline_shows_other_priors():
    counts = ms.counts(xi=[14] + [1] * 6, ni=[20] + [1] * 6)
    table = ms.case_evidence(counts).sensitivity
    narrow, wide = table.row("tau-prior-0.5"), table.row("tau-prior-1.5")
    headline = table.row("headline")
    assert narrow.high - narrow.low < headline.high - headline.low < wide.high - wide.low
    half = ms.pool(counts, ms.BinomialNormal(tau_prior=0.5))
    assert logit(narrow.rate) == pytest.approx(half.estimate, abs=1e-9)


def test_quality_never_makes_a_share_negative():
    # Doi's form with cancellation gave the single case a share of -13% here.
    counts = ms.counts(xi=[5, 1], ni=[7, 1])
    shown = ms.case_evidence(counts).sensitivity.row("quality-effects")
    yi, vi = logits_of(counts.xi, counts.ni)
    asked = ms.pool(ms.effects_from(yi, vi), ms.QualityEffects((1.0, 0.1)))
    assert 0 <= shown.case_share <= 1
    assert shown.case_share == pytest.approx(asked.weights[1], abs=1e-12)
    assert logit(shown.rate) == pytest.approx(asked.estimate, abs=1e-9)
    assert logit([shown.low, shown.high]) == pytest.approx([*asked.ci], abs=1e-9)
