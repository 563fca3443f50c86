"""Intervals of tau2 and their maps to I2 and H2, against metafor and written-out likelihoods."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

import metasyn as ms
from metasyn.models.random_effects.fixed_weights import FixedWeights
from metasyn.models.random_effects.heterogeneity import heterogeneity
from metasyn.models.random_effects.quadratic_form import GeneralisedQ

DATA = json.loads((Path(__file__).parents[2] / "reference" / "confint_tau2.json").read_text())
ROWS = DATA["rows"]


def pooled(row, kind):
    columns = DATA["sets"][row["set"]]
    effects = ms.effects_from(columns["yi"], columns["vi"])
    return ms.pool(effects, ms.RandomEffects(row["method"], level=row["level"], tau2_ci=kind))


def name_of(row):
    return f"{row['set']}-{row['method']}-{row['level']}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_q_profile(row):
    found = heterogeneity(pooled(row, "QP"))
    if None in row["qp"]:
        assert found.tau2_ci is None
        assert found.i2_ci is None
        return
    # metafor stops its root search at an absolute 1e-15
    assert tuple(found.tau2_ci) == pytest.approx(row["qp"], rel=1e-8, abs=1e-13)
    assert [100 * limit for limit in found.i2_ci] == pytest.approx(row["i2"], rel=1e-8, abs=1e-6)
    assert tuple(found.h2_ci) == pytest.approx(row["h2"], rel=1e-8)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_profile_likelihood(row):
    interval = pooled(row, "PL").tau2_ci
    # both limits solve an equation whose left side R and we evaluate to about 1e-14
    assert tuple(interval) == pytest.approx(row["pl"], rel=1e-7, abs=1e-13)
    if row["metafor_pl"]:
        assert tuple(interval) == pytest.approx(row["metafor_pl"], rel=1e-5, abs=1e-9)


def test_empty_set_is_said():
    row = next(r for r in ROWS if r["set"] == "agreeing" and r["level"] == 0.8)
    result = pooled(row, "QP")
    assert result.tau2_ci is None
    assert "tau2-ci-empty" in {note.code for note in result.notes}


def bcg():
    columns = DATA["sets"]["bcg"]
    return ms.effects_from(columns["yi"], columns["vi"])


def test_generalised_q_with_precision_weights():
    # metafor 5.1 with CompQuadForm: 0.10105, 1.63607
    result = ms.pool(bcg(), ms.RandomEffects(tau2_ci="GQ"))
    assert tuple(result.tau2_ci) == pytest.approx((0.10105, 1.63607), rel=1e-4)


def test_generalised_q_limits_are_quantiles_of_simulated_sums():
    effects = bcg()
    a = 1 / np.sqrt(effects.vi)
    spec = ms.RandomEffects("GENQ", weights=tuple(a), tau2_ci="GQ", level=0.8)
    low, high = ms.pool(effects, spec).tau2_ci
    P = np.diag(a) - np.outer(a, a) / a.sum()
    observed = effects.yi @ P @ effects.yi
    rng = np.random.default_rng(20)
    for tau2, share in ((low, 0.9), (high, 0.1)):
        y = rng.normal(size=(200_000, 13)) * np.sqrt(effects.vi + tau2)
        below = (np.einsum("ni,ij,nj->n", y, P, y) < observed).mean()
        assert below == pytest.approx(share, abs=4 * np.sqrt(0.09 / 200_000))


@pytest.mark.parametrize("df", [1, 2, 5, 30, 31, 400, 5000])
@pytest.mark.parametrize("share", [1e-8, 0.01, 0.3, 0.9, 0.9999])
def test_equal_weights_give_chi_squared(df, share):
    form = FixedWeights.of(np.ones((df + 1, 1)), np.ones(df + 1))
    q = chi2.ppf(share, df)
    # the quadrature's error, and that of the quantile
    assert GeneralisedQ(form, np.ones(df + 1), q).below(0.0) == pytest.approx(share, rel=1e-11)


def test_two_pairs_of_equal_weights_have_a_closed_form():
    # a chi2(2) + b chi2(2): a mixture of exponentials. X takes one study of every kind away.
    a, b, q = 4.0, 0.01, 3.0
    X = np.zeros((6, 2))
    X[:3, 0] = X[3:, 1] = 1.0
    weights = np.repeat([a, b], 3)
    statistic = GeneralisedQ(FixedWeights.of(X, weights), np.ones(6), q)
    above = (a * np.exp(-q / (2 * a)) - b * np.exp(-q / (2 * b))) / (a - b)
    assert statistic.below(0.0) == pytest.approx(1 - above, rel=1e-12)


def test_distribution_with_moderators_equals_the_sum_over_eigenvalues():
    rng = np.random.default_rng(4)
    X = np.column_stack((np.ones(9), rng.normal(size=(9, 2))))
    v, a = 10.0 ** rng.uniform(-3, 3, 9), 10.0 ** rng.uniform(-1, 1, 9)
    statistic = GeneralisedQ(FixedWeights.of(X, a), v, float(np.median(a * v)) * 6)
    A = np.diag(a)
    P = A - A @ X @ np.linalg.inv(X.T @ A @ X) @ X.T @ A
    root = np.sqrt(v)
    values = np.linalg.eigvalsh(root[:, None] * P * root)[-6:]
    draws = rng.chisquare(1, size=(400_000, 6)) @ values
    expected = (draws < statistic.observed).mean()
    assert statistic.below(0.0) == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(400_000))


def test_two_peaks_are_said():
    # one precise pair far apart from a cluster: the restricted likelihood has two maxima
    yi = [0.0, 0.02, 8.0]
    vi = [1e-4, 1e-4, 4.0]
    result = ms.pool(ms.effects_from(yi, vi), ms.RandomEffects(tau2_ci="PL"))
    assert result.tau2_ci.low <= result.tau2 <= result.tau2_ci.high
