"""Kenward-Roger, Bartlett-corrected profile likelihood and the bootstrap, against what is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import digamma
from scipy.stats import chi2

import metasyn as ms
from metasyn.models.random_effects.bootstrap import new_effects
from metasyn.models.random_effects.contrasts import Contrasts
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.kenward_roger import kenward_roger
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.profile_likelihood import LikelihoodProfile


def example(k=9, seed=3):
    rng = np.random.default_rng(seed)
    vi = rng.gamma(2, 0.1, k) + 0.02
    x = rng.normal(size=k)
    yi = 0.3 + 0.4 * x + rng.normal(0, np.sqrt(vi + 0.1))
    return yi, vi, x


def test_kenward_roger_of_a_mean_is_partlett_and_rileys():
    yi, vi, _ = example()
    tau2 = 0.1
    w = 1 / (vi + tau2)
    s1, s2, s3 = w.sum(), (w**2).sum(), (w**3).sum()
    # eq. 9 and 10: expected information, adjusted variance, degrees of freedom
    information = 0.5 * s2 - s3 / s1 + 0.5 * (s2 / s1) ** 2
    variance = (1 + 2 * (s3 / s1 - (s2 / s1) ** 2) / information) / s1
    df = 2 * information / (variance * s2) ** 2
    for model in (MeanModel(yi, vi), DesignModel(yi, vi, np.ones((9, 1)))):
        found = kenward_roger(model, tau2)
        assert found.variance(np.ones(1)) == pytest.approx(variance, rel=1e-12)
        assert found.df(np.ones(1)) == pytest.approx(df, rel=1e-12)


def test_kenward_roger_is_exact_where_variances_are_equal():
    # then everything is ordinary least squares, with k - p degrees of freedom
    rng = np.random.default_rng(1)
    X = np.column_stack((np.ones(12), rng.normal(size=(12, 3))))
    yi = rng.normal(size=12)
    found = kenward_roger(DesignModel(yi, np.full(12, 0.2), X), 0.7)
    assert np.diag(found.cov) == pytest.approx(0.9 * np.diag(np.linalg.inv(X.T @ X)))
    for pick in np.eye(4):
        assert found.df(pick) == pytest.approx(8)
    rows = np.eye(4)[1:]
    beta = np.linalg.lstsq(X, yi, rcond=None)[0]
    f, df = found.f_test(beta, rows)
    inner = rows @ found.cov @ rows.T
    assert f == pytest.approx(beta[1:] @ np.linalg.solve(inner, beta[1:]) / 3)
    assert df == pytest.approx(8)


def test_kenward_roger_f_of_one_row_is_the_squared_t():
    yi, vi, x = example()
    X = np.column_stack((np.ones(9), x))
    found = kenward_roger(DesignModel(yi, vi, X), 0.1)
    beta, pick = np.array([0.2, 0.5]), np.array([0.0, 1.0])
    f, df = found.f_test(beta, pick[None, :])
    assert f == pytest.approx(beta[1] ** 2 / found.variance(pick))
    assert df == pytest.approx(found.df(pick))


@pytest.mark.parametrize("p", [1, 2, 4])
def test_bartlett_factor_where_variances_are_equal(p):
    # k log(1 + F / (k - p)) has a known expectation; the factor is it to order 1 / k
    for k in (200, 2000):
        rng = np.random.default_rng(p)
        X = np.column_stack((np.ones(k), rng.normal(size=(k, p - 1))))
        contrast = np.eye(p)[-1]
        model = DesignModel(rng.normal(size=k), np.full(k, 0.5), X)
        factor = LikelihoodProfile(model, contrast, 0.5).bartlett(0.5)
        exact = k * (digamma((k - p + 1) / 2) - digamma((k - p) / 2))
        assert factor == pytest.approx(1 + (p + 0.5) / k)
        assert factor == pytest.approx(exact, abs=3 * (p + 1) ** 2 / k**2)


def test_bartlett_factor_of_a_mean():
    yi, vi, _ = example()
    w = 1 / (vi + 0.1)
    s1, s2, s3 = w.sum(), (w**2).sum(), (w**3).sum()
    expected = 1 + 2 * s3 / (s1 * s2) - s2 / (2 * s1**2)
    profile = LikelihoodProfile(MeanModel(yi, vi), np.ones(1), 0.1)
    assert profile.bartlett(0.1) == pytest.approx(expected, rel=1e-12)


def held_likelihood(yi, vi, mean):
    """The likelihood at a mean, over tau2 by a bounded search."""

    def minus(t):
        return 0.5 * (np.log(vi + t) + (yi - mean) ** 2 / (vi + t)).sum()

    found = minimize_scalar(minus, bounds=(0, 20), method="bounded", options={"xatol": 1e-12})
    return -min(found.fun, minus(0.0)), found.x if found.fun < minus(0.0) else 0.0


def test_profile_interval_ends_where_the_corrected_ratio_reaches_its_quantile():
    yi, vi, _ = example(k=8)
    pooled = ms.pool(ms.effects_from(yi, vi), ms.RandomEffects("ML", ci="profile"))
    highest, _ = held_likelihood(yi, vi, pooled.estimate)
    for limit in pooled.ci:
        height, tau2 = held_likelihood(yi, vi, limit)
        w = 1 / (vi + tau2)
        factor = 1 + 2 * (w**3).sum() / (w.sum() * (w @ w)) - (w @ w) / (2 * w.sum() ** 2)
        # the reference search stops at about 1e-8
        assert 2 * (highest - height) / factor == pytest.approx(chi2.ppf(0.95, 1), rel=1e-5)
    height, _ = held_likelihood(yi, vi, 0.0)
    assert (pooled.p_value < 0.05) == (pooled.ci.low > 0 or pooled.ci.high < 0)


def test_profile_intervals_of_coefficients():
    yi, vi, x = example()
    effects = ms.effects_from(yi, vi, data=pd.DataFrame({"x": x}))
    fit = ms.pool(effects, ms.RandomEffects("ML", ci="profile", moderators="~ x"))
    normal = ms.pool(effects, ms.RandomEffects("ML", ci="z", moderators="~ x"))
    slope, wald = fit.coefficients.iloc[1], normal.coefficients.iloc[1]
    assert slope["estimate"] == wald["estimate"]
    assert slope["ci_low"] < wald["ci_low"]
    assert slope["ci_high"] > wald["ci_high"]
    # the omnibus test is the likelihood ratio against the model without x
    null = ms.pool(effects, ms.RandomEffects("ML", ci="z"))
    ratio = 2 * (fit.log_likelihood - null.log_likelihood)
    assert fit.qm == pytest.approx(ratio, rel=1e-9)
    assert fit.qm_df == (1, None)


def test_kenward_roger_regression():
    yi, vi, x = example()
    effects = ms.effects_from(yi, vi, data=pd.DataFrame({"x": x}))
    fit = ms.pool(effects, ms.RandomEffects(ci="kr", moderators="~ x"))
    slope = fit.coefficients.iloc[1]
    assert fit.qm == pytest.approx(slope["statistic"] ** 2)
    assert fit.qm_p == pytest.approx(slope["p_value"])
    assert fit.ci.method == "kr"
    assert fit.prediction.method == "KR"


def test_bootstrap_draws_spread_as_their_parts():
    # many precise, homogeneous studies: tau2 is near its estimate, so draws are near normal
    rng = np.random.default_rng(7)
    vi = np.full(400, 0.01)
    yi = rng.normal(0.2, np.sqrt(vi + 0.25))
    draws = new_effects(MeanModel(yi, vi), 5)
    assert draws.mean() == pytest.approx(yi.mean(), abs=0.01)
    assert draws.std() == pytest.approx(np.sqrt(yi.var() - 0.01 + yi.var() / 400), rel=0.03)


def test_covariance_is_scaled_as_the_tests_are():
    yi, vi, x = example()
    effects = ms.effects_from(yi, vi, data=pd.DataFrame({"x": x}))
    for ci in ("z", "hksj", "kr"):
        fit = ms.pool(effects, ms.RandomEffects(ci=ci, moderators="~ x"))
        assert isinstance(fit.contrasts, Contrasts)
        found = np.sqrt(np.diag(fit.contrasts.covariance))
        assert found == pytest.approx(fit.coefficients["se"].to_numpy())
