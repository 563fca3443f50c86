"""Boundaries, notes, weights by design, quality, and refusals."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from scipy.special import expit, gammaln
from scipy.stats import beta

import metasyn as ms
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.fit import fit
from metasyn.models.binomial_normal.grid import grid_of
from metasyn.models.binomial_normal.information import expected_information
from metasyn.models.binomial_normal.kernel import log_marginal, score
from metasyn.models.binomial_normal.profile import mu_limits

CHI2 = 3.841458820694124


def pool(xi, ni, design=None, **spec):
    return ms.pool(ms.counts(xi=xi, ni=ni, design=design), ms.BinomialNormal(**spec))


def codes(result):
    return {note.code for note in result.notes}


def test_no_spread_is_the_crude_rate():
    result = pool([5, 7, 3], [9, 10, 8])
    assert result.tau2 == 0
    assert expit(result.estimate) == pytest.approx(15 / 27, abs=1e-12)
    assert result.se == pytest.approx((27 * (15 / 27) * (12 / 27)) ** -0.5, rel=1e-12)
    assert result.tau2_ci.low == 0
    assert result.weights == pytest.approx(np.array([9, 10, 8]) / 27, abs=1e-12)


def test_level_likelihood_at_no_spread_gives_none():
    # 0/3 and 3/6: the slope in tau2 at 0 is exactly 0, which rounding must not lift.
    assert fit(Batch.of([0, 3], [3, 6], 1.0)).tau[0] == 0


@pytest.mark.parametrize(
    ("xi", "code", "rate"), [([10, 8, 12], "all-events", 1.0), ([0] * 3, "no-events", 0.0)]
)
def test_uniform_studies_get_the_integrated_headline(xi, code, rate):
    result = pool(xi, [10, 8, 12])
    assert {code, "prior-dependent", "tau-not-estimated"} <= codes(result)
    assert expit(result.maximum.mu) == rate
    assert result.ci.method == "integrated"
    assert 0 < expit(result.estimate) < 1
    assert result.prediction.method == "posterior-predictive"
    assert result.prediction.low < result.ci.low
    assert result.tau2 is None
    assert result.weights == pytest.approx(np.array([10, 8, 12]) / 30)


def test_two_uniform_studies_have_no_likelihood_limit():
    # 10/10 and 8/8 keep likelihood 1/4 with mu far out and tau larger still: 2 log 4 < 3.84.
    two, three = Batch.of([10, 8], [10, 8], 1.0), Batch.of([10, 8, 12], [10, 8, 12], 1.0)
    assert mu_limits(two, fit(two), CHI2) == (-math.inf, math.inf)
    low, high = mu_limits(three, fit(three), CHI2)
    assert expit(low) == pytest.approx(0.938, abs=5e-4)
    assert high == math.inf


def test_studies_that_are_all_or_nothing_run_tau_to_its_bound():
    result = pool([19, 0, 38, 0], [19, 11, 38, 25])
    assert "tau-at-bound" in codes(result)
    assert result.maximum.tau_at_bound
    assert result.ci.method == "integrated"
    assert (result.maximum.ci.low, result.maximum.ci.high) == (-math.inf, math.inf)


def test_one_study_is_its_own_posterior_where_tau_is_negligible():
    # With tau's prior at 0.001 the posterior is the binomial's with a uniform rate.
    result = pool([14], [20], tau_prior=1e-3)
    expected = beta.ppf([0.5, 0.025, 0.975], 15, 7)
    found = expit([result.estimate, *result.ci])
    # What is left of tau, 1e-3 on the logit, moves quantiles by its square.
    assert found == pytest.approx(expected, abs=2e-6)


def test_integrated_quantiles_agree_with_brute_force():
    r, n, a = np.array([14.0, 6.0]), np.array([20.0, 6.0]), np.array([1.0, 0.1])
    found = grid_of(Batch.of(r, n, a)).quantiles(np.array([0.025, 0.5, 0.975]))[0]
    # Simpson's rule on a plain fine grid.
    mu, tau = np.linspace(-9, 10, 2401), np.linspace(0, 6, 121)
    values = np.log(expit(mu) * expit(-mu))[:, None] - 0.5 * tau**2
    for events, size, power in zip(r, n, a, strict=True):
        part = log_marginal(events, size, mu[:, None], tau, 31).reshape(values.shape)
        values = values + power * part
    simpson = np.tile([2.0, 4.0], 61)[:121]
    simpson[[0, -1]] = 1
    density = np.exp(values - values.max()) @ simpson
    cumulative = np.concatenate([[0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    expected = np.interp([0.025, 0.5, 0.975], cumulative / cumulative[-1], mu)
    # A straight line between points h = 0.008 apart errs by h^2 / 8 times the slope of log density.
    assert found == pytest.approx(expected, abs=4e-5)


def test_cases_only_say_that_they_are_no_efficacy():
    result = pool([1] * 12, [1] * 12)
    assert {"cases-only", "no-cap", "all-events"} <= codes(result)
    assert result.ci.method == "profile"
    assert expit(result.ci.low) == pytest.approx(math.exp(-CHI2 / 2 / 1.2), abs=1e-9)
    assert result.case_share == 1
    assert result.studies_only is None
    assert result.case_power == 0.1


def test_wald_interval_at_the_boundary_is_none_with_a_note():
    result = pool([10, 8, 12], [10, 8, 12], interval="wald-t")
    assert result.ci is None
    assert "no-interval" in codes(result)
    assert result.estimate == math.inf


def test_wald_t_of_one_study_is_infinite():
    result = pool([14], [20], interval="wald-t")
    assert (result.ci.low, result.ci.high) == (-math.inf, math.inf)


def test_prediction_takes_three_studies():
    two, three = pool([5, 9], [12, 14]), pool([5, 9, 3], [12, 14, 15])
    assert two.prediction is None
    assert "no-prediction" in codes(two)
    assert three.prediction.method == "V"
    assert three.prediction.df == three.ci.df == 2
    half = (three.prediction.high - three.prediction.low) / 2
    t = (three.ci.high - three.ci.low) / 2 / three.se
    assert half == pytest.approx(t * math.hypot(three.se, three.tau2**0.5), rel=1e-12)


def test_series_count_less_and_lower_the_degrees_of_freedom():
    design = ["rct", "single_arm_trial", "case_series", "case_series"]
    result = pool([10, 12, 4, 3], [20, 22, 5, 5], design)
    assert [unit.kind for unit in result.units] == ["anchor", "anchor", "series", "series"]
    assert [unit.power for unit in result.units] == [1, 1, 0.3, 0.3]
    kish = (2 + 0.6) ** 2 / (2 + 2 * 0.09)
    assert result.ci.df == pytest.approx(kish - 1, abs=1e-12)


def test_table_of_weights_can_be_changed_and_printed():
    table = ms.DesignWeights().with_power("registry", 0.5, reason="Overlaps with the trials.")
    spec = ms.BinomialNormal(design_weights=table, series_weight=0.2)
    data = ms.counts(xi=[10, 12, 4], ni=[20, 22, 5], design=["registry", "rct", "case_series"])
    assert [unit.power for unit in ms.pool(data, spec).units] == [0.5, 1, 0.2]
    frame = table.to_frame()
    assert frame.loc[0, "designs"] == "registry"
    assert frame["kind"].tolist() == ["anchor", "cases", "series", "series", "anchor"]
    assert ms.BinomialNormal() == ms.BinomialNormal()
    assert hash(spec) == hash(ms.BinomialNormal(design_weights=table, series_weight=0.2))


def test_case_report_is_never_an_anchor():
    table = ms.DesignWeights()
    assert table.rule("case_report", 4).kind == "series"
    assert table.rule("case_report", 1).kind == "cases"
    assert table.rule("rct", 2).kind == "cases"
    assert table.rule("case_series", 10).kind == "anchor"
    assert table.rule(None, 3).kind == "anchor"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ms.DesignRule("anchor", ("cohort",)), "Unknown design"),
        (lambda: ms.DesignRule("anchor", power=1.5), "between 0 and 1"),
        (lambda: ms.DesignRule("cases", power=0.5), "case_weight"),
        (lambda: ms.DesignWeights(()).rule("rct", 5), "No rule"),
        (lambda: ms.BinomialNormal(interval="wald"), "interval"),
        (lambda: ms.BinomialNormal(cases="pooled"), "cases"),
        (lambda: ms.BinomialNormal(tau_prior=0), "tau_prior"),
        (lambda: ms.BinomialNormal(quality={"Lee": 1.2}), "Lee"),
    ],
)
def test_wrong_specifications_are_refused(make, words):
    with pytest.raises(ms.SpecError, match=words):
        make()


def test_quality_weighs_reports_inside_the_pseudo_study():
    xi, ni = [24, 11, 15, 28, 1, 1, 0], [31, 25, 18, 34, 1, 1, 2]
    result = pool(xi, ni, quality={"5": 0.5, "7": 0.25, "1": 0.1})
    unit = result.units[-1]
    assert (unit.events, unit.n) == (1.5, 2.0)
    assert "quality" in codes(result)
    # Shares within the cases go by patients times quality: 0.5, 1 and 0.5.
    assert result.weights[4:] / result.case_share == pytest.approx([0.25, 0.5, 0.25])
    # Quality belongs to single cases: the trial of the same name counts in full.
    assert result.units[0].power == 1
    nothing = pool(xi, ni, quality={"5": 0, "6": 0, "7": 0})
    assert nothing.estimate == pytest.approx(nothing.studies_only.estimate, abs=1e-12)


def test_individual_mode_with_two_patients_in_a_report():
    one = pool([24, 11, 15, 28, 1], [31, 25, 18, 34, 2], cases="individual")
    other = pool([24, 11, 15, 28, 1, 0], [31, 25, 18, 34, 1, 1], cases="individual")
    assert one.estimate == pytest.approx(other.estimate, abs=1e-12)


def test_wide_cap_is_called_out():
    assert "wide-cap" in codes(pool([5, 7, 3, 1], [9, 10, 8, 1], case_cap=0.5))
    assert "wide-cap" not in codes(pool([5, 7, 3, 1], [9, 10, 8, 1], case_cap=0.2))


def test_cap_zero_takes_all_weight():
    result = pool([5, 7, 3, 1], [9, 10, 8, 1], case_cap=0)
    assert result.case_power == 0
    assert result.cap_binds


def test_rows_without_patients_carry_nothing():
    with_empty = pool([5, 7, 3, 0], [9, 10, 8, 0])
    assert with_empty.weights[-1] == 0
    assert with_empty.estimate == pool([5, 7, 3], [9, 10, 8]).estimate


@pytest.mark.parametrize(
    ("xi", "ni", "spec", "words"),
    [
        ([], [], {}, "no study"),
        ([1, 1], [1, 1], {"case_weight": 0}, "weight 0"),
        ([0], [0], {}, "no patients"),
    ],
)
def test_nothing_to_pool_is_refused(xi, ni, spec, words):
    with pytest.raises(ms.DataError, match=words):
        pool(xi, ni, **spec)


def test_two_arm_model_is_refused():
    with pytest.raises(ms.SpecError):
        pool([5, 7], [9, 10], model="UM.FS")


def test_large_registries_and_many_studies():
    rng = np.random.default_rng(7)
    n = np.concatenate([rng.integers(5, 300, 199), [20000]])
    r = rng.binomial(n, expit(rng.normal(0.4, 0.7, 200)))
    result = pool(r, n)
    assert result.maximum.se < 0.1
    assert result.tau2 == pytest.approx(0.49, abs=0.2)
    assert not codes(result) & {"not-converged", "tau-at-bound"}


def test_millions_of_patients_converge():
    """Slopes of such likelihoods only round; the mean is that of the two nearly exact logits."""
    pooled = pool([100_000, 200_000], [1_000_000, 3_000_000], interval="wald-z")
    assert "not-converged" not in codes(pooled)
    logits = np.log(np.array([1 / 9, 2 / 28]))
    # within-study variances of 1e-5 beside a tau2 of 0.05
    assert pooled.estimate == pytest.approx(logits.mean(), abs=5e-5)
    assert pooled.tau2 == pytest.approx(logits.var(), rel=5e-4)


@pytest.mark.parametrize("mu", [-10.0, -5.0, -2.0, 0.0, 3.0])
@pytest.mark.parametrize("tau", [1e-4, 0.3, 1.0, 4.0])
def test_information_of_large_studies_is_the_sum_over_all_counts(mu, tau):
    n = 25_000
    r = np.arange(n + 1)
    at = score(r, np.full(n + 1, n), mu, tau)
    log_choose = gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)
    counted = float(np.exp(at.value + log_choose) @ at.s_mu**2)
    # quadrature of 21 or 41 nodes leaves 1e-6 in the score of such a study
    assert expected_information([n], mu, tau)[0] == pytest.approx(counted, rel=3e-6)


def test_studies_of_millions_take_no_memory():
    tracemalloc.start()
    pool([3_000_000, 1_000_000], [20_000_000, 10_000_000], interval="wald-z")
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
