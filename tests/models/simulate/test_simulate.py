"""Simulations: what is drawn, what is measured, and that nothing depends on how it is cut."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metasyn as ms
from metasyn.errors import SpecError
from metasyn.models.simulate.performance import NEEDED, measured
from metasyn.models.simulate.scenario import uniforms

FIXED = (0.05, 0.1, 0.2, 0.4, 0.8)
SPECS = {
    "z": ms.RandomEffects("DL", ci="z"),
    "hksj": ms.RandomEffects("REML", ci="hksj"),
    "fixed": ms.CommonEffect(),
}


def within(found, wanted, errors=4.0):
    """Four Monte Carlo errors: a false alarm in 16,000, and the seed is fixed."""
    assert abs(found.value - wanted) < errors * found.mcse


@given(
    first=st.integers(0, 2**40),
    count=st.integers(1, 9),
    words=st.integers(1, 40),
    seed=st.integers(0, 2**64 - 1),
)
@settings(max_examples=50, deadline=None)
def test_numbers_of_a_set_depend_on_its_number_alone(first, count, words, seed):
    together = uniforms(first, count, words, seed)
    assert ((together > 0) & (together < 1)).all()
    for i in range(count):
        assert (uniforms(first + i, 1, words, seed)[0] == together[i]).all()


def test_numbers_are_uniform_and_sets_differ():
    u = uniforms(0, 5000, 21, seed=9)
    assert len(np.unique(u)) == u.size
    assert u.mean() == pytest.approx(0.5, abs=4 / math.sqrt(12 * u.size))
    shares = np.histogram(u, bins=20, range=(0, 1))[0] / u.size
    assert abs(shares - 0.05).max() < 4 * math.sqrt(0.05 * 0.95 / u.size)
    assert abs(np.corrcoef(u[:-1].ravel(), u[1:].ravel())[0, 1]) < 4 / math.sqrt(u.size)
    assert (u != uniforms(0, 5000, 21, seed=10)).all()


@pytest.mark.parametrize(
    ("effects", "skew", "kurtosis"), [("normal", 0, 3), ("laplace", 0, 6), ("exponential", 2, 9)]
)
def test_true_effects_have_the_moments_that_are_asked_for(effects, skew, kurtosis):
    new = ms.Scenario(2, mean=1.5, tau2=4.0, effects=effects).draw(0, 400_000, seed=1).new
    z = (new - 1.5) / 2.0
    # errors of the moments in 400 000 draws, of heavy tails in the last
    assert z.mean() == pytest.approx(0.0, abs=0.007)
    assert (z**2).mean() == pytest.approx(1.0, rel=0.02)
    assert (z**3).mean() == pytest.approx(skew, abs=0.15)
    assert (z**4).mean() == pytest.approx(kurtosis, rel=0.1)


def test_estimates_scatter_as_their_variances_say():
    yi, vi, _ = ms.Scenario(5, mean=0.3, tau2=0.5, vi=FIXED).draw(0, 50_000, seed=2)
    assert (vi == FIXED).all()
    error = np.sqrt(0.5 + np.array(FIXED)) / math.sqrt(50_000)
    assert (abs(yi.mean(axis=0) - 0.3) < 4 * error).all()
    np.testing.assert_allclose(
        yi.var(axis=0), 0.5 + np.array(FIXED), rtol=4 * math.sqrt(2 / 50_000)
    )
    assert abs(np.corrcoef(yi.T) - np.eye(5)).max() < 4 / math.sqrt(50_000)


def test_brockwell_and_gordons_variances():
    from scipy.stats import chi2

    vi = ms.Scenario(10).draw(0, 20_000, seed=3).vi.ravel()
    assert vi.min() >= 0.009
    assert vi.max() <= 0.6
    low, high = chi2.cdf([4 * 0.009, 4 * 0.6], 1)
    for cut in (0.02, 0.1, 0.3):
        share = (chi2.cdf(4 * cut, 1) - low) / (high - low)
        assert (vi < cut).mean() == pytest.approx(share, abs=4 * 0.5 / math.sqrt(vi.size))


def test_numbers_of_studies_are_even_over_their_range():
    yi = ms.Scenario((3, 6)).draw(0, 20_000, seed=4).yi
    counts = np.bincount((~np.isnan(yi)).sum(axis=1), minlength=7)
    assert counts[:3].sum() == 0
    assert abs(counts[3:] / 20_000 - 0.25).max() < 4 * math.sqrt(0.25 * 0.75 / 20_000)


def test_a_common_effect_is_covered_as_often_as_theory_says():
    scenario = ms.Scenario(5, mean=0.4, vi=FIXED)
    found = ms.simulate(scenario, {"fixed": ms.CommonEffect(0.9)}, sets=20_000, seed=5)
    result = found.results["fixed"]
    se = 1 / math.sqrt(sum(1 / v for v in FIXED))
    within(result.bias, 0.0)
    within(result.empirical_se, se)
    within(result.mse, se**2)
    within(result.coverage, 0.9)
    assert result.model_se.value == pytest.approx(se, rel=1e-12)
    assert result.width.value == pytest.approx(2 * 1.6448536269514722 * se, rel=1e-12)
    z = 0.4 / se
    from scipy.stats import norm

    within(result.rejection, norm.cdf(z - 1.6448536269514722) + norm.cdf(-z - 1.6448536269514722))
    assert result.tau2_bias is None
    assert result.prediction_coverage is None


def test_equal_variances_make_hartung_knapp_and_its_prediction_exact():
    scenario = ms.Scenario(8, mean=-1.0, tau2=0.3, vi=(0.2,) * 8)
    spec = ms.RandomEffects("HE", ci="hksj", prediction="HK")
    result = ms.simulate(scenario, {"hk": spec}, sets=20_000, seed=6).results["hk"]
    within(result.bias, 0.0)
    within(result.coverage, 0.95)
    within(result.tau2_coverage, 0.95)
    # Hedges' estimator is unbiased but for its truncation at 0, which only raises it
    assert -4 * result.tau2_bias.mcse < result.tau2_bias.value < 0.02


def test_measures_are_those_of_the_formulas():
    rng = np.random.default_rng(7)
    columns = {name: rng.normal(size=50) for name in (*NEEDED, "new")}
    columns["ci_high"] = columns["ci_low"] + 1.0
    columns["estimate"][:3] = np.nan
    columns["prediction_low"][10:] = np.nan
    found = measured(columns, (0.2, 0.1))
    x = columns["estimate"][3:]
    assert (found.sets, found.failed) == (47, 3)
    assert found.bias == pytest.approx((x.mean() - 0.2, x.std(ddof=1) / math.sqrt(47)))
    spread = x.std(ddof=1)
    assert found.empirical_se == pytest.approx((spread, spread / math.sqrt(2 * 46)))
    square = (x - 0.2) ** 2
    error = math.sqrt(((square - square.mean()) ** 2).sum() / (47 * 46))
    assert found.mse == pytest.approx((square.mean(), error))
    se2 = columns["se"][3:] ** 2
    model = math.sqrt(se2.mean())
    error = math.sqrt(se2.var(ddof=1) / (4 * 47 * model**2))
    assert found.model_se == pytest.approx((model, error))
    low = columns["ci_low"][3:]
    share = ((low <= 0.2) & (low + 1 >= 0.2)).mean()
    assert found.coverage == pytest.approx((share, math.sqrt(share * (1 - share) / 47)))
    assert found.rejection.value == pytest.approx(((low > 0) | (low + 1 < 0)).mean())
    new = columns["new"][3:10]
    inside = (columns["prediction_low"][3:10] <= new) & (new <= columns["prediction_high"][3:10])
    assert found.prediction_coverage.value == pytest.approx(inside.mean())


def test_nothing_depends_on_threads_or_on_how_many_sets_follow(monkeypatch):
    scenario = ms.Scenario((2, 7), tau2=0.1)
    whole = ms.simulate(scenario, SPECS, sets=9000, seed=8)
    monkeypatch.setattr("metasyn.models.batch.run.os.sched_getaffinity", lambda _: {0})
    alone = ms.simulate(scenario, SPECS, sets=9000, seed=8)
    assert whole.results == alone.results
    first = scenario.draw(0, 5, seed=8)
    many = scenario.draw(0, 500, seed=8)
    np.testing.assert_array_equal(first.yi, many.yi[:5])


def test_all_specifications_see_the_same_data_sets():
    specs = {"one": SPECS["z"], "two": SPECS["z"]}
    found = ms.simulate(ms.Scenario(5), specs, sets=500, seed=9).results
    assert found["one"] == found["two"]


def test_the_table_and_the_summary():
    found = ms.simulate(ms.Scenario(5, tau2=0.1), SPECS, sets=400, seed=10)
    frame = found.to_frame().set_index("spec")
    assert frame.index.tolist() == list(SPECS)
    assert frame.loc["z", "bias"] == found.results["z"].bias.value
    assert frame.loc["z", "coverage_mcse"] == found.results["z"].coverage.mcse
    assert np.isnan(frame.loc["fixed", "tau2_bias"])
    assert found.summary().splitlines()[0].startswith("400 data sets of Scenario(k=5")
    assert "hksj: bias" in found.summary()


class Contaminated:
    """A scenario of one's own: one study in ten is shifted."""

    mean, tau2, studies = 0.0, 0.0, 6

    def draw(self, first, count, seed):
        u = uniforms(first, count, 6, seed)
        draws = ms.Scenario(6, vi=(0.1,) * 6).draw(first, count, seed + 1)
        return draws._replace(yi=draws.yi + 3.0 * (u < 0.1))


def test_scenarios_of_ones_own():
    result = ms.simulate(Contaminated(), {"fixed": ms.CommonEffect()}, sets=4000, seed=1).results
    within(result["fixed"].bias, 0.3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ms.Scenario(0), "k is 0"),
        (lambda: ms.Scenario((5, 3)), "k is"),
        (lambda: ms.Scenario(3, tau2=-1.0), "tau2"),
        (lambda: ms.Scenario(3, vi=(0.1, 0.2)), "vi must be 3"),
        (lambda: ms.Scenario(3, effects="cauchy"), "effects"),
        (lambda: ms.simulate(ms.Scenario(3), {}), "needs a specification"),
        (lambda: ms.simulate(ms.Scenario(3), SPECS, sets=0), "one data set"),
        (lambda: ms.simulate(ms.Scenario(3), SPECS, seed=-1), "seed"),
        (lambda: ms.simulate(ms.Scenario(3), {"mh": ms.Peto()}), "not Peto"),
    ],
)
def test_what_makes_no_sense_is_refused(make, words):
    with pytest.raises(SpecError, match=words):
        make()
