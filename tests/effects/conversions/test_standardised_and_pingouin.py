"""Standardised differences, odds ratios and correlations; where pingouin is right and where not."""

import numpy as np
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metasyn.effects.conversions import (
    odds_ratio_to_smd,
    r_to_smd,
    r_to_z,
    smd_from_t,
    smd_to_odds_ratio,
    smd_to_r,
    z_to_r,
)
from metasyn.errors import DataError

effects = st.floats(-4, 4)
variances = st.floats(1e-4, 2)
sizes = st.integers(2, 500)


def test_borenstein_s_examples():
    # Borenstein 2009, chapter 7 (in the help of meta's smd2or and or2smd): d 0.5 with variance
    # 0.0205 belongs to a log odds ratio of 0.9069 with variance 0.0676
    assert smd_to_odds_ratio(0.5, 0.0205).yi == pytest.approx(0.9069, abs=5e-5)
    made = odds_ratio_to_smd(0.9069, 0.0676)
    assert (round(made.yi, 4), round(made.vi, 4)) == (0.5, 0.0205)


def test_large_groups_of_one_size_by_hand():
    # r 0.5 is d = 1/sqrt(0.75) with variance 4v/0.75^3; d 0.5 is r = 0.5/sqrt(4.25)
    made = r_to_smd(0.5, 0.0058)
    assert made == pytest.approx((1 / np.sqrt(0.75), 4 * 0.0058 / 0.421875), rel=1e-14)
    made = smd_to_r(0.5, 0.0205)
    assert made == pytest.approx((0.5 / np.sqrt(4.25), 16 * 0.0205 / 4.25**3), rel=1e-14)


def test_chinn_s_factor():
    assert smd_to_odds_ratio(1.0).yi == pytest.approx(1.81, abs=0.005)
    assert smd_to_odds_ratio(1.0, form="normal").yi == 1.65


@given(yi=effects, vi=variances, form=st.sampled_from(["logistic", "normal"]))
def test_smd_and_odds_ratio_are_inverse(yi, vi, form):
    made = odds_ratio_to_smd(*smd_to_odds_ratio(yi, vi, form), form)
    assert made == pytest.approx((yi, vi), rel=1e-14)


@given(yi=effects, vi=variances, n1=sizes, n2=sizes)
def test_smd_and_r_are_inverse_whatever_the_groups(yi, vi, n1, n2):
    for groups in ((n1, n2), (np.nan, np.nan)):
        there = smd_to_r(yi, vi, *groups)
        # |r| near 1 loses digits of 1 - r^2: at worst 1e-16 over 1e-3, to the third power
        assert r_to_smd(*there, *groups) == pytest.approx((yi, vi), rel=1e-11)


@given(r=st.floats(-0.999, 0.999), n=st.integers(4, 1000))
def test_r_and_z_are_inverse(r, n):
    made = r_to_z(r, n)
    assert made.vi == 1 / (n - 3)
    assert z_to_r(made.yi).yi == pytest.approx(r, rel=1e-13)


def test_r_and_z_agree_with_metafor(reference):
    assert tuple(r_to_z(0.5, 103)) == pytest.approx(reference["r_to_z"], rel=1e-13)
    made = smd_to_r([-1.2, 0.5, 0.5], n1=[10, 20, 300], n2=[30, 20, 100]).yi
    assert made == pytest.approx(reference["smd_to_r"], rel=1e-13)


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(1)
    return rng.normal(1, 2, 12), rng.normal(0, 2, 30)


def pooled_d(x, y):
    n1, n2 = len(x), len(y)
    pooled = ((n1 - 1) * x.var(ddof=1) + (n2 - 1) * y.var(ddof=1)) / (n1 + n2 - 2)
    return (x.mean() - y.mean()) / np.sqrt(pooled)


def test_r_is_the_correlation_with_the_group(groups):
    x, y = groups
    group, value = np.repeat([1, 0], [12, 30]), np.concatenate([x, y])
    r = np.corrcoef(group, value)[0, 1]
    assert smd_to_r(pooled_d(x, y), n1=12, n2=30).yi == pytest.approx(r, rel=1e-12)
    assert r_to_smd(r, n1=12, n2=30).yi == pytest.approx(pooled_d(x, y), rel=1e-12)
    assert smd_from_t(stats.ttest_ind(x, y).statistic, 12, 30) == pytest.approx(
        pooled_d(x, y), rel=1e-12
    )


def test_the_variances_are_the_delta_method_s():
    h = 1e-5
    for there, at in ((smd_to_r, 0.7), (r_to_smd, 0.4)):
        ends = [there(at + k * h, n1=12, n2=30).yi for k in (-1, 1)]
        slope = (ends[1] - ends[0]) / (2 * h)  # known to about 1e-10
        assert there(at, 0.1, 12, 30).vi == pytest.approx(0.1 * slope**2, rel=1e-8)
    ends = [z_to_r(0.6 + k * h).yi for k in (-1, 1)]
    assert z_to_r(0.6, 0.1).vi == pytest.approx(
        0.1 * ((ends[1] - ends[0]) / (2 * h)) ** 2, rel=1e-8
    )


class TestPingouin:
    """Each of its conversions against the papers: where it is right, and where it is not."""

    def test_d_to_r_is_right_and_used(self):
        made = pingouin.convert_effsize(0.5, "cohen", "pointbiserialr", nx=12, ny=30)
        assert smd_to_r(0.5, n1=12, n2=30).yi == made

    def test_d_from_t_is_right_for_one_float(self):
        made = pingouin.compute_effsize_from_t(2.9, nx=35, ny=25, eftype="cohen")
        assert smd_from_t(2.9, 35, 25) == pytest.approx(made, rel=1e-14)

    def test_d_from_t_takes_no_array(self):
        with pytest.raises(ValueError, match="must be float"):
            pingouin.compute_effsize_from_t(np.array([2.9, 1.1]), nx=35, ny=25)

    def test_d_of_raw_data_is_right(self, groups):
        made = pingouin.compute_effsize(*groups, eftype="cohen")
        assert made == pytest.approx(pooled_d(*groups), rel=1e-12)

    def test_r_to_d_ignores_the_groups(self):
        r = smd_to_r(0.5, n1=12, n2=30).yi
        back = pingouin.convert_effsize(r, "pointbiserialr", "cohen", nx=12, ny=30)
        assert abs(back - 0.5) > 0.03
        assert r_to_smd(r, n1=12, n2=30).yi == pytest.approx(0.5, rel=1e-12)

    def test_d_from_t_with_the_total_alone_takes_the_groups_for_equal(self):
        known = smd_from_t(2.9, 50, 10)
        assert abs(pingouin.compute_effsize_from_t(2.9, N=60, eftype="cohen") - known) > 0.2

    def test_the_odds_ratio_is_right_but_its_log_loses_small_effects(self):
        made = pingouin.convert_effsize(0.5, "cohen", "odds_ratio")
        assert smd_to_odds_ratio(0.5).yi == pytest.approx(np.log(made), rel=1e-14)
        tiny = np.log(pingouin.convert_effsize(1e-12, "cohen", "odds_ratio"))
        assert abs(tiny / (1e-12 * np.pi / np.sqrt(3)) - 1) > 1e-6
        assert smd_to_odds_ratio(1e-12).yi == pytest.approx(1e-12 * np.pi / np.sqrt(3), rel=1e-14)

    def test_hedges_correction_is_the_approximate_one(self):
        from metasyn.effects.measures.correction import hedges

        made = pingouin.convert_effsize(1.0, "cohen", "hedges", nx=3, ny=3)
        exact = float(hedges(np.array(4.0)))
        assert made == pytest.approx(1 - 3 / (4 * 4 - 1), rel=1e-14)
        assert abs(made - exact) > 1e-3

    def test_eta_square_and_area_under_the_curve_are_right_for_equal_groups(self):
        eta = pingouin.convert_effsize(0.8, "cohen", "eta_square")
        assert eta == pytest.approx(smd_to_r(0.8).yi ** 2, rel=1e-14)
        area = pingouin.convert_effsize(0.8, "cohen", "AUC")
        assert area == pytest.approx(stats.norm.cdf(0.8 / np.sqrt(2)), rel=1e-14)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: smd_to_odds_ratio([1, 1], [1, -1]), "Element 2: vi is -1"),
        (lambda: odds_ratio_to_smd(1, -1), "vi is -1"),
        (lambda: smd_from_t(1, 0, 4), "groups of 0 and 4"),
        (lambda: smd_to_r(1, n1=1, n2=1), "groups are too small"),
        (lambda: r_to_smd(1.0), "r is 1"),
        (lambda: r_to_z(-1.0), "r is -1"),
        (lambda: r_to_z(0.5, 3), "n is 3"),
        (lambda: z_to_r(0.5, -1), "vi is -1"),
    ],
)
def test_the_impossible_is_refused(call, words):
    with pytest.raises(DataError, match=words):
        call()
