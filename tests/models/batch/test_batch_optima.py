"""The likelihood's global maximum is found in every set of a batch of hard ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metasyn as ms

SETS = 3000


def hard_sets(rng):
    """2 to 8 studies, variances over 9 orders of magnitude, with and without heterogeneity."""
    vi = 10.0 ** rng.uniform(-4.5, 4.5, (SETS, 8))
    between = np.where(rng.random((SETS, 1)) < 0.5, 0.0, 10.0 ** rng.uniform(-4, 4, (SETS, 1)))
    yi = rng.normal(0, np.sqrt(vi + between))
    absent = np.arange(8) >= rng.integers(2, 9, (SETS, 1))
    yi[absent] = vi[absent] = np.nan
    return yi, vi


def log_likelihood(yi, vi, tau2, restricted):
    """Written out, up to a constant of the set."""
    w = 1 / (vi + tau2[:, None])
    total = np.nansum(w, axis=1)
    mean = np.nansum(w * yi, axis=1) / total
    rest = np.nansum(w * (yi - mean[:, None]) ** 2 - np.log(w), axis=1)
    return -0.5 * (rest + np.log(total)) if restricted else -0.5 * rest


@pytest.mark.parametrize("tau2", ["REML", "ML"])
def test_no_optimum_is_missed(engine, tau2):
    yi, vi = hard_sets(np.random.default_rng(2024))
    spec = ms.RandomEffects(tau2, ci="z", prediction="none", tau2_ci="none")
    found = ms.pool_many(yi, vi, spec, engine=engine).tau2
    reached = log_likelihood(yi, vi, found, tau2 == "REML")
    low = np.nanmin(vi, axis=1) * 1e-3
    steps = np.log(np.nanmax(yi, axis=1) - np.nanmin(yi, axis=1) + 1e3 * low) * 2 - np.log(low)
    for share in np.linspace(0.0, 1.0, 400):
        tried = low * np.exp(share * steps)
        # rounding of a log-likelihood of size 100
        assert (log_likelihood(yi, vi, tried, tau2 == "REML") <= reached + 1e-12).all()
    assert (log_likelihood(yi, vi, 0 * found, tau2 == "REML") <= reached + 1e-12).all()


def test_hard_sets_have_several_maxima_somewhere():
    yi, vi = hard_sets(np.random.default_rng(2024))
    low = np.nanmin(vi, axis=1) * 1e-2
    curve = np.array(
        [log_likelihood(yi, vi, low * 10.0**power, True) for power in np.linspace(0, 12, 300)]
    )
    peaks = (curve[1:-1] > curve[:-2] + 1e-9) & (curve[1:-1] > curve[2:] + 1e-9)
    assert (peaks.sum(axis=0) > 1).sum() > 10


finite = st.floats(-5, 5)
variance = st.floats(1e-3, 1e3)
study = st.tuples(finite, variance)


@given(
    sets=st.lists(st.lists(study, min_size=2, max_size=6), min_size=1, max_size=8),
    power=st.integers(-20, 20),
    tau2=st.sampled_from(["DL", "HE", "SJ", "ML", "REML", "PM", "DLIT"]),
)
@settings(max_examples=60, deadline=None)
def test_another_unit_is_the_same_result(sets, power, tau2):
    by = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
    yi, vi = np.array([study for one in sets for study in one]).T
    scale = 2.0**power  # exact in binary, so that nothing but the method can differ
    spec = ms.RandomEffects(tau2, ci="hksj-adhoc")
    one = ms.pool_many(yi, vi, spec, by=by)
    other = ms.pool_many(yi * scale, vi * scale**2, spec, by=by)
    np.testing.assert_allclose(other.tau2, one.tau2 * scale**2, rtol=1e-10)
    np.testing.assert_allclose(other.se, one.se * scale, rtol=1e-10)
    np.testing.assert_allclose(other.i2, one.i2, rtol=1e-10)


@given(
    studies=st.lists(study, min_size=2, max_size=7), seed=st.integers(0, 2**32), k=st.integers(0, 3)
)
@settings(max_examples=60, deadline=None)
def test_order_and_absent_studies_change_nothing(studies, seed, k):
    rng = np.random.default_rng(seed)
    padded = np.array(studies + [(np.nan, np.nan)] * k)
    rows = np.array([padded, rng.permutation(padded)])
    table = ms.pool_many(rows[:, :, 0], rows[:, :, 1])
    for name in ("estimate", "se", "tau2", "q", "ci_low"):
        first, second = getattr(table, name)
        assert second == pytest.approx(first, rel=1e-9, abs=1e-9 * table.se[0])
