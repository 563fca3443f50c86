"""The whole grid of metafor's rma.uni with moderators: every estimator, test and data set."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

RMA = json.loads((Path(__file__).parents[2] / "reference" / "rma.json").read_text())
FITS = [fit for fit in RMA["fits"] if fit["moderated"] and "error" not in fit]
CI = {"z": "z", "t": "t", "knha": "hksj", "adhoc": "hksj-adhoc"}
CLOSED = {"DL", "HE", "HS", "HSk", "SJ", "GENQ"}


def tolerance(fit):
    # closed formulas agree to rounding, iterated ones to metafor's absolute stopping rules
    return 1e-8 if fit["method"] in CLOSED else 1e-6


def name_of(fit):
    return f"{fit['set']}-{fit['method']}"


def pooled(fit, test, **more):
    columns = RMA["sets"][fit["set"]]
    data = pd.DataFrame(columns["moderators"])
    effects = ms.effects_from(columns["yi"], columns["vi"], data=data)
    weights = tuple(1 / np.sqrt(columns["vi"])) if fit["method"] == "GENQ" else None
    formula = "~ " + " + ".join(data.columns)
    spec = ms.RandomEffects(fit["method"], ci=CI[test], weights=weights, moderators=formula, **more)
    return ms.pool(effects, spec)


@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_residual_heterogeneity(fit):
    got, rel = pooled(fit, "z"), tolerance(fit)
    scale = got.tau2 / got.i2 * (1 - got.i2) if got.i2 else 1.0
    # metafor's iterations stop short of a tau2 of 0 by their absolute threshold
    assert got.tau2 == pytest.approx(fit["tau2"], rel=rel, abs=1e-9 * scale)
    assert got.tau2_se == pytest.approx(fit["se_tau2"], rel=rel)
    assert 100 * got.i2 == pytest.approx(fit["I2"], rel=rel, abs=1e-6)
    assert got.h2 == pytest.approx(fit["H2"], rel=rel)
    assert got.q == pytest.approx(fit["Q"], rel=1e-8)
    assert got.q_p == pytest.approx(fit["Qp"], rel=1e-8)
    if None in fit["tau2_ci"]:
        assert got.tau2_ci is None
    else:
        assert tuple(got.tau2_ci) == pytest.approx(fit["tau2_ci"], rel=1e-6, abs=1e-9 * scale)


@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_explained_variance(fit):
    got = pooled(fit, "z")
    if fit["R2"] is None:
        # metafor's own fit without moderators did not converge
        assert (fit["set"], fit["method"]) == ("normand1999", "DLIT")
        assert 0 <= got.r2 <= 1
    elif got.r2 is None:
        # metafor calls 0 of 0 explained 0%
        assert fit["R2"] == 0
        assert "r2-undefined" in {note.code for note in got.notes}
    else:
        # a quotient of two iterated variances, one of which may be near 0
        assert 100 * got.r2 == pytest.approx(fit["R2"], rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_likelihood_and_information_criteria(fit):
    got = pooled(fit, "z")
    found = ms.fit_statistics(got)
    likelihood = fit["method"] in ("ML", "REML")
    # a log-likelihood is flat at its maximum; at a moment estimate it follows tau2
    rel = 1e-8 if likelihood else 1e-6
    assert found.log_likelihood == pytest.approx(fit["loglik"], rel=rel)
    assert found.aic == pytest.approx(fit["aic"], rel=rel)
    assert found.bic == pytest.approx(fit["bic"], rel=rel)
    assert got.log_likelihood == (pytest.approx(fit["loglik"], rel=rel) if likelihood else None)


@pytest.mark.parametrize("test", CI)
@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_coefficients(fit, test):
    got, expected = pooled(fit, test), fit["tests"][test]
    rel = tolerance(fit)
    table = got.coefficients
    se = np.array(expected["se"])
    assert table["se"].to_numpy() == pytest.approx(se, rel=rel)
    # estimates and limits near 0 are compared on the scale of their standard errors
    for column, values in (
        ("estimate", expected["beta"]),
        ("ci_low", expected["ci_low"]),
        ("ci_high", expected["ci_high"]),
    ):
        assert (np.abs(table[column] - values) <= rel * (np.abs(values) + 10 * se)).all()
    assert table["statistic"].to_numpy() == pytest.approx(expected["stat"], rel=rel, abs=10 * rel)
    assert table["p_value"].to_numpy() == pytest.approx(expected["p"], rel=100 * rel)
    assert got.qm == pytest.approx(expected["QM"], rel=10 * rel)
    assert got.qm_p == pytest.approx(expected["QMp"], rel=100 * rel)


@pytest.mark.parametrize("test", CI)
@pytest.mark.parametrize("fit", FITS, ids=name_of)
def test_prediction_at_mean_moderators(fit, test):
    expected, rel = fit["tests"][test], tolerance(fit)
    kinds = {"auto": "predict", "simple": "simple"}
    if test in ("t", "z"):
        kinds["HTS"] = "riley"
    for kind, name in kinds.items():
        got = pooled(fit, test, prediction=kind)
        values = (got.estimate, got.se, *got.ci, *got.prediction)
        assert values == pytest.approx(expected[name], rel=10 * rel, abs=10 * rel * got.se)
