"""publication_bias_sensitivity() against clubSandwich, its own definition, and its limits."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.publication_bias_sensitivity.robust_mean import robust_means


def test_robust_estimates_agree_with_clubsandwich(small_study):
    """1e-7: closed formulas, but the tau2 in the weights is metafor's."""
    for record in small_study["robust"]:
        effects = small_study.effects(record["set"])
        clusters = [i // 2 for i in range(len(effects))] if record["grouped"] else None
        found = ms.publication_bias_sensitivity(effects, eta=record["eta"], clusters=clusters)
        assert found.corrected.estimate == pytest.approx(record["estimate"], rel=1e-7), record
        assert found.corrected.se == pytest.approx(record["se"], rel=1e-7), record


@pytest.mark.parametrize("spec", [ms.CommonEffect(), ms.RandomEffects()])
def test_the_ratio_moves_what_it_says_to_q(small_study, spec):
    """1e-8: closed form and root of one function."""
    effects, q = small_study.effects("bcg"), -0.2
    found = ms.publication_bias_sensitivity(effects, spec, q=q)
    at = ms.publication_bias_sensitivity(effects, spec, q=q, eta=found.for_estimate.value)
    assert at.corrected.estimate == pytest.approx(q, abs=1e-8)
    at = ms.publication_bias_sensitivity(effects, spec, q=q, eta=found.for_ci.value)
    assert at.corrected.high == pytest.approx(q, abs=1e-8)


def test_worst_case_is_the_limit(small_study):
    """At a ratio of 1e9 the rest counts 1e-9."""
    effects = small_study.effects("bcg")
    found = ms.publication_bias_sensitivity(effects, eta=1e9)
    assert found.corrected.estimate == pytest.approx(found.worst_case.estimate, abs=1e-7)
    assert found.corrected.se == pytest.approx(found.worst_case.se, rel=1e-6)
    kept = ~found.affirmative
    alone = ms.pool(ms.effects_from(effects.yi[kept], effects.vi[kept]), ms.CommonEffect())
    common = ms.publication_bias_sensitivity(effects, ms.CommonEffect())
    assert common.worst_case.estimate == pytest.approx(alone.estimate, rel=1e-12)
    assert common.worst_case.low == pytest.approx(alone.ci.low, rel=1e-12)


def test_without_selection_the_common_effect_is_itself(small_study):
    effects = small_study.effects("bcg")
    found = ms.publication_bias_sensitivity(effects, ms.CommonEffect())
    pooled = ms.pool(effects, ms.CommonEffect())
    assert found.uncorrected.estimate == pytest.approx(pooled.estimate, rel=1e-12)
    assert found.uncorrected.se == pytest.approx(pooled.se, rel=1e-12)
    assert found.estimate[0] == pytest.approx(found.uncorrected.estimate, rel=1e-12)


def test_curve_goes_from_uncorrected_to_worst(small_study):
    found = ms.publication_bias_sensitivity(small_study.effects("bcg"))
    assert found.eta[0] == 1.0
    assert found.eta[-1] == pytest.approx(200.0)
    assert (np.diff(found.estimate) > 0).all()
    assert found.curve().shape == (61, 4)


def test_direction_is_said(small_study):
    effects = small_study.effects("bcg")
    by_sign = ms.publication_bias_sensitivity(effects)
    assert (by_sign.favoured, by_sign.chosen_by) == ("lower", "sign")
    with pytest.raises(ms.DataError, match="No study is significant and higher"):
        ms.publication_bias_sensitivity(effects, favoured="higher")
    by_user = ms.publication_bias_sensitivity(effects, favoured="lower", q=-2.0)
    assert by_user.chosen_by == "user"
    assert by_user.for_estimate.reading == "already"
    assert "it is there without any selection" in by_user.summary()


def test_few_degrees_of_freedom_are_said():
    effects = ms.effects_from([0.9, 0.8, 0.1, 0.2], [0.01, 0.5, 0.02, 0.9])
    found = ms.publication_bias_sensitivity(effects)
    assert not found.trusted


def test_arguments_are_checked(small_study):
    effects = small_study.effects("bcg")
    with pytest.raises(ms.SpecError, match="eta"):
        ms.publication_bias_sensitivity(effects, eta=0.5)
    with pytest.raises(ms.SpecError, match="favoured"):
        ms.publication_bias_sensitivity(effects, favoured="up")
    with pytest.raises(ms.DataError, match="labels for"):
        ms.publication_bias_sensitivity(effects, clusters=["a"])
    with pytest.raises(ms.DataError, match="one cluster"):
        ms.publication_bias_sensitivity(effects, clusters=["a"] * 13)


@pytest.mark.parametrize("eta", [1.0, 30.0, 1e6, 1e12])
@pytest.mark.parametrize("k", [2, 3, 8])
def test_degrees_of_freedom_are_those_of_the_matrix(k, eta):
    """Against tr(M)^2 / tr(M M) with every matrix formed (Tipton 2015, eq. 10), any weights."""
    rng = np.random.default_rng(k)
    vi, weights = rng.uniform(0.01, 1.0, k), np.ones(k)
    weights[0] = eta
    share = weights / weights.sum()
    left = np.eye(k) - np.outer(np.ones(k), share)
    left[0, 0] = share[1:].sum()
    corrections = np.sqrt(vi / np.diag(left @ np.diag(vi) @ left.T))
    rows = (share * corrections)[:, None] * left
    M = rows @ rows.T
    found = robust_means(rng.normal(size=k), vi, weights[None], np.arange(k))
    # with a share of 1 - 1e-12 the rest has four digits left
    rel = 1e-9 if eta < 1e12 else 1e-3
    assert found.df[0] == pytest.approx(np.trace(M) ** 2 / np.sum(M * M), rel=rel)
