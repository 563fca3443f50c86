"""The whole grid of metafor's rma.uni without moderators: every estimator, test and data set."""

import json
from pathlib import Path

import numpy as np
import pytest

import metasyn as ms

RMA = json.loads((Path(__file__).parents[2] / "reference" / "rma.json").read_text())
FITS = [fit for fit in RMA["fits"] if not fit["moderated"] and "error" not in fit]
CI = {"z": "z", "t": "t", "knha": "hksj", "adhoc": "hksj-adhoc"}

# Formulas without iteration agree to rounding; iterated ones to what metafor's absolute stopping
# rules reach on data whose tau2 is near 1e-3.
CLOSED = {"DL", "HE", "HS", "HSk", "SJ", "GENQ"}


def tolerance(fit):
    return 1e-8 if fit["method"] in CLOSED else 1e-6


def effects_of(name):
    columns = RMA["sets"][name]
    return ms.effects_from(columns["yi"], columns["vi"])


def spec_of(fit, test, **more):
    weights = None
    if fit["method"] == "GENQ":
        weights = tuple(1 / np.sqrt(RMA["sets"][fit["set"]]["vi"]))
    return ms.RandomEffects(fit["method"], ci=CI[test], weights=weights, **more)


def name_of(fit):
    return f"{fit['set']}-{fit['method']}"


def test_grid_is_whole():
    cells = {(f["set"], f["moderated"], f["method"]) for f in RMA["fits"]}
    wanted = {(s, m, e) for s in RMA["sets"] for m in (False, True) for e in RMA["estimators"]}
    assert cells == wanted
    assert len(RMA["fits"]) == len(wanted)
    assert len(RMA["sets"]) >= 8
    assert len(RMA["estimators"]) == 13
    for fit in RMA["fits"]:
        assert "error" in fit or set(fit["tests"]) == set(CI)


def test_only_metafors_iterated_dersimonian_laird_fails():
    failed = {(f["set"], f["method"]) for f in RMA["fits"] if "error" in f}
    assert failed == {("hackshaw1998", "DLIT")}


@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_heterogeneity(fit):
    pooled = ms.pool(effects_of(fit["set"]), spec_of(fit, "z"))
    rel = tolerance(fit)
    scale = pooled.tau2 / pooled.i2 * (1 - pooled.i2) if pooled.i2 else 1.0
    # metafor's iterations stop short of a tau2 of 0 by their absolute threshold
    assert pooled.tau2 == pytest.approx(fit["tau2"], rel=rel, abs=1e-9 * scale)
    assert pooled.tau2_se == pytest.approx(fit["se_tau2"], rel=rel)
    assert 100 * pooled.i2 == pytest.approx(fit["I2"], rel=rel, abs=1e-6)
    assert pooled.h2 == pytest.approx(fit["H2"], rel=rel)
    assert pooled.q == pytest.approx(fit["Q"], rel=1e-8)
    assert pooled.q_p == pytest.approx(fit["Qp"], rel=1e-8)
    if None in fit["tau2_ci"]:
        assert pooled.tau2_ci is None
    else:
        assert tuple(pooled.tau2_ci) == pytest.approx(fit["tau2_ci"], rel=1e-6, abs=1e-9 * scale)


@pytest.mark.parametrize("test", CI)
@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_estimate_and_its_inference(fit, test):
    expected = fit["tests"][test]
    pooled = ms.pool(effects_of(fit["set"]), spec_of(fit, test))
    rel = tolerance(fit)
    se = expected["se"]
    # estimates near 0 are compared on the scale of their standard error
    assert pooled.estimate == pytest.approx(expected["beta"], rel=rel, abs=rel * se)
    assert pooled.se == pytest.approx(se, rel=rel)
    assert pooled.statistic == pytest.approx(expected["stat"], rel=rel, abs=rel)
    assert pooled.p_value == pytest.approx(expected["p"], rel=20 * rel)
    assert pooled.ci.low == pytest.approx(expected["ci_low"], rel=rel, abs=rel * se)
    assert pooled.ci.high == pytest.approx(expected["ci_high"], rel=rel, abs=rel * se)
    assert tuple(pooled.prediction) == pytest.approx(
        expected["predict"][4:], rel=rel, abs=10 * rel * se
    )
    if fit["method"] in ("ML", "REML"):
        assert pooled.log_likelihood == pytest.approx(fit["loglik"], rel=1e-8)
    else:
        assert pooled.log_likelihood is None


@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_information_criteria(fit):
    found = ms.fit_statistics(ms.pool(effects_of(fit["set"]), spec_of(fit, "z")))
    # a log-likelihood is flat at its maximum; at a moment estimate it follows tau2
    rel = 1e-8 if fit["method"] in ("ML", "REML") else 1e-6
    assert found.log_likelihood == pytest.approx(fit["loglik"], rel=rel)
    assert found.aic == pytest.approx(fit["aic"], rel=rel)
    assert found.bic == pytest.approx(fit["bic"], rel=rel)
    assert found.parameters == 2
