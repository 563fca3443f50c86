"""Meta-regressions of metafor: factors, interactions, splines, groups, permutations."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.models.random_effects.fit_statistics import fit_statistics
from metasyn.models.random_effects.permutation import permutation_test
from metasyn.models.random_effects.subgroups import subgroups

DATA = json.loads((Path(__file__).parents[2] / "reference" / "regression.json").read_text())
FITS = DATA["fits"]
CI = {"z": "z", "knha": "hksj"}


def effects_of(name, rows=None):
    frame = pd.DataFrame(DATA["frames"][name])
    frame = frame if rows is None else frame.iloc[[row - 1 for row in rows]]
    return ms.effects_from(frame["yi"], frame["vi"], data=frame.drop(columns=["yi", "vi"]))


def spec_of(fit):
    if fit["method"] == "EE":
        return ms.CommonEffect(moderators=fit["formula"])
    return ms.RandomEffects(fit["method"], ci=CI[fit["test"]], moderators=fit["formula"])


@pytest.mark.parametrize("fit", FITS, ids=lambda f: f"{f['formula']}-{f['method']}-{f['test']}")
def test_regression(fit):
    got = ms.pool(effects_of(fit["set"]), spec_of(fit))
    table = got.coefficients
    # year squared beside year has a condition near 1e8, which both programs pay for
    rel = 1e-5 if "**" in fit["formula"] or "year" in fit["formula"] else 1e-7
    assert len(table) == len(fit["terms"])
    assert table["estimate"].to_numpy() == pytest.approx(fit["beta"], rel=rel)
    assert table["se"].to_numpy() == pytest.approx(fit["se"], rel=rel)
    assert table["p_value"].to_numpy() == pytest.approx(fit["p"], rel=10 * rel)
    assert got.qm == pytest.approx(fit["QM"], rel=rel)
    assert got.qm_p == pytest.approx(fit["QMp"], rel=10 * rel)
    assert got.q == pytest.approx(fit["QE"], rel=1e-7)
    assert 100 * got.i2 == pytest.approx(fit["I2"], rel=1e-6, abs=1e-6)
    assert got.fitted == pytest.approx(fit["fitted"], rel=1e-5, abs=1e-7)
    if fit["method"] != "EE":
        assert got.tau2 == pytest.approx(fit["tau2"], rel=1e-6)
    if got.r2 is None:
        assert fit["R2"] is None
    else:
        assert 100 * got.r2 == pytest.approx(fit["R2"], rel=1e-5, abs=1e-5)
    if fit["vif"]:
        assert list(got.vif.values()) == pytest.approx(np.atleast_1d(fit["vif"]), rel=1e-5)
    criteria = fit_statistics(got)
    assert criteria.log_likelihood == pytest.approx(fit["loglik"], rel=1e-6)
    assert criteria.aic == pytest.approx(fit["aic"], rel=1e-6)
    assert criteria.bic == pytest.approx(fit["bic"], rel=1e-6)
    assert criteria.aicc == pytest.approx(fit["aicc"], rel=1e-6)


def test_predictions_at_new_values():
    expected = DATA["predicted"]
    spec = ms.RandomEffects(ci="hksj", moderators="~ ablat + C(alloc)")
    fit = ms.pool(effects_of("bcg"), spec)
    got = fit.predict({"ablat": expected["ablat"], "alloc": expected["alloc"]})
    names = {"estimate": "pred", "se": "se"} | {
        name: name for name in ("ci_low", "ci_high", "pi_low", "pi_high")
    }
    for ours, theirs in names.items():
        assert got[ours].to_numpy() == pytest.approx(expected[theirs], rel=1e-8)


@pytest.mark.parametrize("test", CI)
def test_subgroups_with_separate_tau2(test):
    expected = DATA["groups"][test]
    found = subgroups(effects_of("bcg"), "alloc", ms.RandomEffects(ci=CI[test]))
    for i, name in enumerate(expected["names"]):
        group = found.groups[name]
        assert group.estimate == pytest.approx(expected["estimate"][i], rel=1e-8)
        assert group.se == pytest.approx(expected["se"][i], rel=1e-8)
        assert group.tau2 == pytest.approx(expected["tau2"][i], rel=1e-8)
    assert found.statistic == pytest.approx(expected["Q"], rel=1e-8)
    assert found.p_value == pytest.approx(expected["Qp"], rel=1e-8)
    assert found.df == (2, None)


@pytest.mark.parametrize("test", CI)
def test_subgroups_with_common_tau2(test):
    expected = DATA["groups"][test]["common"]
    names = DATA["groups"][test]["names"]
    found = subgroups(effects_of("bcg"), "alloc", ms.RandomEffects(ci=CI[test]), tau2="common")
    assert found.statistic == pytest.approx(expected["QM"], rel=1e-8)
    assert found.p_value == pytest.approx(expected["QMp"], rel=1e-8)
    for i, name in enumerate(names):
        group = found.groups[name]
        assert group.tau2 == pytest.approx(expected["tau2"], rel=1e-8)
        assert group.estimate == pytest.approx(expected["estimate"][i], rel=1e-8)
        assert group.se == pytest.approx(expected["se"][i], rel=1e-8)
        assert group.weights.sum() == pytest.approx(1)


def test_exact_permutations_of_signs():
    expected = DATA["permuted"]
    pooled = ms.pool(effects_of("bcg", expected["rows"]), ms.RandomEffects("DL", ci="z"))
    found = permutation_test(pooled)
    assert found.exact
    assert found.arrangements == 64
    assert found.p_values["Intercept"] == pytest.approx(expected["signs"])


def test_exact_permutations_of_a_number():
    expected = DATA["permuted"]
    spec = ms.RandomEffects("DL", ci="hksj", moderators="~ ablat")
    found = permutation_test(ms.pool(effects_of("bcg", expected["rows"]), spec))
    assert found.arrangements == 720
    assert list(found.p_values.values()) == pytest.approx(expected["ablat"])
    assert found.qm_p == pytest.approx(expected["ablat_qm"])


def test_exact_permutations_of_a_factor_take_each_split_once():
    expected = DATA["permuted"]
    spec = ms.RandomEffects("PM", ci="z", moderators="~ I((ablat > 43) * 1)")
    found = permutation_test(ms.pool(effects_of("bcg", expected["rows"]), spec))
    assert found.exact
    assert found.arrangements == 20
    assert list(found.p_values.values()) == pytest.approx(expected["high"])
    assert found.qm_p == pytest.approx(expected["high_qm"])


def test_seeded_permutations_come_near_the_exact_ones_and_repeat():
    expected = DATA["permuted"]
    spec = ms.RandomEffects("DL", ci="hksj", moderators="~ ablat")
    fit = ms.pool(effects_of("bcg", expected["rows"]), spec)
    found = permutation_test(fit, draws=500, seed=3)
    assert not found.exact
    # four binomial standard errors
    assert found.qm_p == pytest.approx(expected["ablat_qm"], abs=4 * 0.5 / np.sqrt(500))
    assert found == permutation_test(fit, draws=500, seed=3)
