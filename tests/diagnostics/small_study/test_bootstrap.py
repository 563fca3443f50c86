"""bootstrap(): against closed forms, against single fits of the same draws, and its seed."""

import numpy as np
import pytest

import metasyn as ms


def test_nonparametric_spread_of_a_plain_mean():
    """Equal variances, common effect: the mean of draws is normal with the plug-in variance.

    20,000 draws: the standard deviation is good to 0.5%, the mean to 0.007 of it; taken fourfold.
    """
    yi = np.array([0.1, 0.5, 0.2, 0.9, 0.4, 0.3, 0.8, 0.35])
    effects = ms.effects_from(yi, np.full(8, 0.04))
    found = ms.bootstrap(effects, ms.CommonEffect(), draws=20_000, seed=3)
    sd = yi.std() / np.sqrt(8)
    assert found.estimate.std() == pytest.approx(sd, rel=0.02)
    assert found.estimate.mean() == pytest.approx(yi.mean(), abs=0.03 * sd)
    assert found.tau2 is None
    assert found.quantities == ("estimate",)


def test_parametric_spread_is_the_standard_error(small_study):
    """Common effect: draws of the estimate are exactly normal with the usual standard error."""
    effects = small_study.effects("hackshaw1998")
    found = ms.bootstrap(effects, ms.CommonEffect(), draws=20_000, seed=1, kind="parametric")
    assert found.estimate.std() == pytest.approx(found.pooled.se, rel=0.02)
    ci = found.interval()
    assert ci.low == pytest.approx(found.pooled.ci.low, abs=0.06 * found.pooled.se)
    assert ci.high == pytest.approx(found.pooled.ci.high, abs=0.06 * found.pooled.se)


def test_draws_are_single_fits(small_study):
    """The batch gives what pool() gives, 1e-9; the draws are made again by their seed."""
    effects = small_study.effects("bcg")
    found = ms.bootstrap(effects, draws=200, seed=7)
    members = np.random.default_rng((7, 0)).integers(0, 13, (200, 13))
    for i in (0, 57, 199):
        one = ms.pool(ms.effects_from(effects.yi[members[i]], effects.vi[members[i]]))
        assert found.estimate[i] == pytest.approx(one.estimate, rel=1e-9)
        assert found.tau2[i] == pytest.approx(one.tau2, rel=1e-7, abs=1e-12)
        assert found.i2[i] == pytest.approx(one.i2, rel=1e-7, abs=1e-12)


def test_seeds_decide(small_study):
    effects = small_study.effects("bcg")
    one, same = ms.bootstrap(effects, draws=300, seed=1), ms.bootstrap(effects, draws=300, seed=1)
    other = ms.bootstrap(effects, draws=300, seed=2)
    assert np.array_equal(one.estimate, same.estimate)
    assert not np.array_equal(one.estimate, other.estimate)


def test_basic_interval_is_the_reflected_one(small_study):
    found = ms.bootstrap(small_study.effects("bcg"), draws=500)
    percentile, basic = found.interval(), found.interval("estimate", "basic")
    assert basic.low + percentile.high == pytest.approx(2 * found.pooled.estimate, rel=1e-12)
    with pytest.raises(ms.SpecError, match="percentiles"):
        found.interval("tau2", "basic")


def test_few_studies_are_said():
    effects = ms.effects_from([0.1, 0.3, 0.5], [0.02, 0.03, 0.05])
    found = ms.bootstrap(effects, draws=100)
    assert [note.code for note in found.notes] == ["bootstrap-few-studies", "bootstrap-repeats"]


def test_arguments_are_checked(small_study):
    effects = small_study.effects("bcg")
    with pytest.raises(ms.SpecError, match="kind"):
        ms.bootstrap(effects, kind="wild")
    with pytest.raises(ms.SpecError, match="draws"):
        ms.bootstrap(effects, draws=5)
    with pytest.raises(ms.SpecError, match="Fixed weights"):
        ms.bootstrap(effects, ms.RandomEffects("GENQ", weights=(1.0,) * 13))
    with pytest.raises(ms.SpecError, match="no 'tau2' here"):
        ms.bootstrap(effects, ms.CommonEffect(), draws=100).interval("tau2")


def test_frame_and_summary(small_study):
    found = ms.bootstrap(small_study.effects("bcg"), draws=200)
    assert found.to_frame()["quantity"].tolist() == ["estimate", "tau2", "i2"]
    assert found.summary().startswith("Bootstrap (nonparametric), 200 draws, seed 0, 13 studies")
