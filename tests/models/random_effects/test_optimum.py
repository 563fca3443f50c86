"""tau2 is the optimum, the global one, and the same in every unit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metasyn as ms
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.estimators import ESTIMATORS
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.search import likelihood_maximum, q_root


def log_likelihood(yi, vi, tau2, restricted):
    """Written out; tau2 may be an array."""
    w = 1 / (vi + np.asarray(tau2)[..., None])
    total = w.sum(-1)
    mean = (w @ yi) / total
    rest = (w * (yi - mean[..., None]) ** 2).sum(-1)
    value = 0.5 * np.log(w).sum(-1) - 0.5 * rest
    return value - 0.5 * np.log(total) if restricted else value


def hard_set(rng):
    """2 to 8 studies, variances over 9 orders of magnitude, with and without heterogeneity."""
    k = rng.integers(2, 9)
    vi = 10.0 ** rng.uniform(-4.5, 4.5, k)
    between = rng.choice([0.0, 10.0 ** rng.uniform(-4, 4)])
    return rng.normal(0, np.sqrt(vi + between)), vi


@pytest.mark.parametrize("restricted", [True, False])
def test_no_optimum_of_2000_hard_sets_is_missed(restricted):
    rng = np.random.default_rng(2000 + restricted)
    for _ in range(2000):
        yi, vi = hard_set(rng)
        spread = np.ptp(yi) ** 2 + vi.min()
        grid = np.concatenate(([0.0], np.geomspace(vi.min() * 1e-3, spread, 500)))
        found = likelihood_maximum(MeanModel(yi, vi), restricted=restricted)
        best = log_likelihood(yi, vi, grid, restricted).max()
        # rounding of a log-likelihood of size 100
        assert log_likelihood(yi, vi, found, restricted) >= best - 1e-12


def test_moderated_optima_of_300_hard_sets_are_not_missed():
    rng = np.random.default_rng(11)
    for _ in range(300):
        k = int(rng.integers(5, 12))
        X = np.column_stack((np.ones(k), rng.normal(size=(k, 2))))
        vi = 10.0 ** rng.uniform(-2, 2, k)
        yi = rng.normal(0, np.sqrt(vi + 10.0 ** rng.uniform(-3, 2)))
        model = DesignModel(yi, vi, X)

        def height(tau2, X=X, yi=yi, vi=vi):
            w = 1 / (vi + tau2)
            A = X.T @ (w[:, None] * X)
            r = yi - X @ np.linalg.solve(A, X.T @ (w * yi))
            return 0.5 * np.log(w).sum() - 0.5 * w @ r**2 - 0.5 * np.linalg.slogdet(A)[1]

        upper = max(model.tau2_bound, vi.min())
        best = max(height(t) for t in (0.0, *np.geomspace(1e-5, upper, 120)))
        assert height(likelihood_maximum(model, restricted=True)) >= best - 1e-10


def test_two_peaks_the_higher_one_wins():
    # found by a search: restricted likelihoods with a peak at 0 and another one far off
    rng = np.random.default_rng(5)
    peaks = 0
    for _ in range(3000):
        yi, vi = hard_set(rng)
        grid = np.geomspace(vi.min() * 1e-2, np.ptp(yi) ** 2 + vi.min(), 300)
        values = log_likelihood(yi, vi, grid, True)
        inner = (values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])
        peaks += inner.sum() + (values[0] < log_likelihood(yi, vi, 0.0, True)) > 1
        found = likelihood_maximum(MeanModel(yi, vi), restricted=True)
        assert log_likelihood(yi, vi, found, True) >= values.max() - 1e-12
    assert peaks > 20  # the sets are hard indeed


def test_metafors_scoring_stops_on_three_studies():
    # Fisher scoring oscillates here and metafor stops with an error
    yi, vi = np.array([0.1469, -0.12127, 2.50251]), np.array([0.06991, 0.02652, 1.19017])
    effects = ms.effects_from(yi, vi)
    full = ms.pool(effects, ms.RandomEffects("ML", ci="z"))
    assert full.tau2 == 0
    assert full.estimate == pytest.approx(-0.006979, abs=5e-7)
    assert full.se == pytest.approx(0.137553, abs=5e-7)
    restricted = ms.pool(effects, ms.RandomEffects("REML", ci="z"))
    # the restricted likelihood is higher at 0.03009 than at 0 by 0.0292
    assert restricted.tau2 == pytest.approx(0.030089, abs=1e-6)
    gain = log_likelihood(yi, vi, restricted.tau2, True) - log_likelihood(yi, vi, 0.0, True)
    assert gain == pytest.approx(0.0292, abs=1e-4)


@pytest.mark.parametrize(
    ("measure", "tau2", "estimate"),
    # metafor with stepadj = 0.5 and threshold 1e-12; by default it stops on PLO, PR and PFT
    [
        ("PLO", 1.615852, 0.254524),
        ("PLN", 0.2669616, -0.5362056),
        ("PR", 0.07004885, 0.5850995),
        ("PAS", 0.2495974, 1.287482),
        ("PFT", 0.1166964, 0.9606688),
    ],
)
def test_twenty_single_cases_beside_three_cohorts(measure, tau2, estimate):
    effects = ms.effect_sizes(measure, xi=[1] * 20 + [5, 8, 3], ni=[1] * 20 + [50, 60, 40])
    pooled = ms.pool(effects, ms.RandomEffects("REML", ci="z"))
    assert pooled.tau2 == pytest.approx(tau2, rel=1e-6)
    assert pooled.estimate == pytest.approx(estimate, rel=1e-6)


@pytest.mark.parametrize("code", ESTIMATORS)
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
def test_every_estimator_follows_the_unit(code, scale):
    rng = np.random.default_rng(8)
    for _ in range(20):
        yi, vi = hard_set(rng)
        weights = 1 / (vi + vi.mean())
        X = np.column_stack((np.ones(len(yi)), np.arange(len(yi)) ** 2.0))
        pairs = [(MeanModel(yi, vi), MeanModel(scale * yi, scale**2 * vi))]
        if len(yi) > 3:
            moderate = 10.0 ** rng.uniform(-1, 1, len(yi))
            base = DesignModel(yi, moderate, X)
            pairs.append((base, DesignModel(scale * yi, scale**2 * moderate, X)))
        for base, scaled in pairs:
            expected = ESTIMATORS[code].function(base, weights)
            found = ESTIMATORS[code].function(scaled, weights)
            assert found.tau2 / scale**2 == pytest.approx(expected.tau2, rel=1e-10, abs=0)
            assert found.se / scale**2 == pytest.approx(expected.se, rel=1e-8, abs=0)


def test_fixed_points_satisfy_their_equations():
    rng = np.random.default_rng(9)
    for _ in range(500):
        yi, vi = hard_set(rng)
        model, df = MeanModel(yi, vi), len(yi) - 1
        for code in ("PM", "EB", "SJIT"):
            tau2 = ESTIMATORS[code].function(model, None).tau2
            q = model.moments(tau2).q
            assert q == pytest.approx(df, rel=1e-10) if tau2 else q <= df
        tau2 = ESTIMATORS["DLIT"].function(model, None).tau2
        m = model.moments(tau2)
        assert (m.q - df) / m.tr1 == pytest.approx(tau2, rel=1e-8) if tau2 else m.q <= df


numbers = st.floats(-10, 10, allow_nan=False).map(lambda x: round(x, 6))
variances = st.floats(0.01, 10).map(lambda x: round(x, 6))
studies = st.lists(st.tuples(numbers, variances), min_size=3, max_size=12)


@given(studies)
@settings(max_examples=150, deadline=None)
def test_likelihood_falls_on_both_sides(sets):
    yi, vi = (np.array(column) for column in zip(*sets, strict=True))
    for restricted in (True, False):
        tau2 = likelihood_maximum(MeanModel(yi, vi), restricted=restricted)
        top = log_likelihood(yi, vi, tau2, restricted)
        step = 1e-3 * (tau2 + vi.min())
        slack = 1e-13 * max(1.0, abs(top))
        assert log_likelihood(yi, vi, tau2 + step, restricted) <= top + slack
        if tau2 > step:
            assert log_likelihood(yi, vi, tau2 - step, restricted) <= top + slack


@given(studies)
@settings(max_examples=100, deadline=None)
def test_no_evidence_of_heterogeneity_gives_zero(sets):
    yi, vi = (np.array(column) for column in zip(*sets, strict=True))
    # shrink the effects until Q is a hundredth of its degrees of freedom
    model = MeanModel(yi, vi)
    q = model.moments(0.0).q
    if q > 0:
        yi = yi * np.sqrt(0.01 * (len(yi) - 1) / q)
    weights = 1 / vi
    for code in ESTIMATORS:
        if code in ("SJ", "HE", "HSk", "HS", "PMM"):
            continue
        assert ESTIMATORS[code].function(MeanModel(yi, vi), weights).tau2 == 0


@given(studies, st.floats(0.05, 20))
@settings(max_examples=100, deadline=None)
def test_root_of_q_from_any_start(sets, start):
    yi, vi = (np.array(column) for column in zip(*sets, strict=True))
    model = MeanModel(yi, vi)
    assert q_root(model, 1.5, start) == pytest.approx(q_root(model, 1.5), rel=1e-8)
