"""Standard errors from intervals, p, t and F; SDs of changes: handbook's examples, R, inverses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metasyn.effects.conversions import (
    correlation_from_sds,
    sd_from_ci,
    sd_from_mean_difference,
    sd_from_se,
    sd_of_change,
    se_from_ci,
    se_from_p,
    se_from_statistic,
    t_from_f,
)
from metasyn.errors import DataError

CLOSED = 1e-12  # closed formulas; quantiles are known to about 1e-15


def test_intervals_and_p_values_agree_with_r(reference):
    made = {
        "linear": se_from_ci(1, 3),
        "log": se_from_ci(0.5, 2, scale="log"),
        "t": se_from_ci(1, 3, df=38),
        "ninety": se_from_ci(1, 3, level=0.9),
    }
    assert made == pytest.approx(reference["se_from_ci"], rel=CLOSED)
    made = {
        "z": se_from_p(3.8, 0.008),
        "t": se_from_p(3.8, 0.008, df=45),
        "one": se_from_p(3.8, 0.008, sides=1),
    }
    assert made == pytest.approx(reference["se_from_p"], rel=CLOSED)


def test_the_handbook_s_difference_of_means():
    # Cochrane Handbook 5.1, section 7.7.3.3: difference 3.8, p = 0.008, groups of 25 and 22:
    # t = 2.78 with 45 degrees of freedom, standard error 1.37
    assert 3.8 / se_from_p(3.8, 0.008, df=45) == pytest.approx(2.78, abs=0.005)
    assert se_from_p(3.8, 0.008, df=45) == pytest.approx(1.37, abs=0.005)
    assert se_from_statistic(-3.8, 2.78) == pytest.approx(1.37, abs=0.005)
    # section 7.7.7.2: p = 0.008 is Z = 2.652
    assert 1 / se_from_p(1, 0.008) == pytest.approx(2.652, abs=0.0005)


def test_the_handbook_s_imputed_changes():
    # version 5.1, section 16.4.6.4: SDs 2.38 and 2.21, correlation 0.68, 10 patients: SE 0.583
    assert sd_of_change(2.38, 2.21, 0.68) / np.sqrt(10) == pytest.approx(0.583, abs=0.0005)
    # the correlation by hand: (40.96 + 50.41 - 20.25)/90.88
    assert correlation_from_sds(6.4, 7.1, 4.5) == pytest.approx(71.12 / 90.88, rel=CLOSED)


def test_metafor_s_example_of_an_interval_and_a_p_value():
    # metafor's help of conv.wald: odds ratio 0.64 (0.33 to 1.22) or p = 0.17
    assert se_from_ci(0.33, 1.22, scale="log") ** 2 == pytest.approx(0.1113, abs=5e-5)
    assert se_from_p(np.log(0.64), 0.17) ** 2 == pytest.approx(0.1058, abs=5e-5)


finite = st.floats(-50, 50)
spread = st.floats(1e-3, 1e3)


@given(centre=finite, se=spread, level=st.floats(0.5, 0.999), df=st.floats(1, 500) | st.none())
def test_an_interval_gives_back_its_standard_error(centre, se, level, df):
    law = stats.norm() if df is None else stats.t(df)
    half = se * law.ppf((1 + level) / 2)
    made = se_from_ci(centre - half, centre + half, level, np.nan if df is None else df)
    assert made == pytest.approx(se, rel=1e-7)  # scipy's t quantile on one side, ours on the other


@given(estimate=finite.filter(lambda x: abs(x) > 0.01), z=st.floats(0.05, 6))
def test_a_p_value_gives_back_its_standard_error(estimate, z):
    for sides in (1, 2):
        p = sides * stats.norm.sf(z)
        assert se_from_p(estimate, p, sides=sides) == pytest.approx(abs(estimate) / z, rel=1e-9)


def test_small_p_values_keep_their_digits():
    assert 1 / se_from_p(1, 2 * stats.norm.sf(12)) == pytest.approx(12, rel=1e-9)


@given(x=st.lists(finite, min_size=3, max_size=30), shift=finite)
def test_a_group_s_sd_comes_back(x, shift):
    x = np.array(x) + shift
    n, sd = len(x), float(np.std(x, ddof=1))
    if sd < 1e-6:
        return
    se = sd / np.sqrt(n)
    low, high = stats.t.interval(0.95, n - 1, x.mean(), se)
    assert sd_from_se(se, n) == pytest.approx(sd, rel=1e-9)
    assert sd_from_ci(low, high, n) == pytest.approx(sd, rel=1e-6)


def test_a_pooled_sd_comes_back_from_t_and_from_f():
    rng = np.random.default_rng(3)
    a, b = rng.normal(0, 2, 12), rng.normal(1, 2, 30)
    t, p = stats.ttest_ind(a, b)
    pooled = np.sqrt((11 * a.var(ddof=1) + 29 * b.var(ddof=1)) / 40)
    difference = a.mean() - b.mean()
    for se in (se_from_statistic(difference, t), se_from_p(difference, p, df=40)):
        assert sd_from_mean_difference(se, 12, 30) == pytest.approx(pooled, rel=1e-9)
    assert t_from_f(stats.f_oneway(a, b).statistic) == pytest.approx(abs(t), rel=1e-9)


@given(first=spread, last=spread, r=st.floats(-0.999, 0.999))
def test_change_and_correlation_are_inverse(first, last, r):
    change = sd_of_change(first, last, r)
    ratio = max(first, last) / min(first, last)
    # the correlation is a difference of squares: rounding grows with the ratio of the SDs
    assert correlation_from_sds(first, last, change) == pytest.approx(r, abs=1e-14 * (4 + ratio))


def test_sds_of_paired_data_agree_with_the_data():
    rng = np.random.default_rng(5)
    before = rng.normal(0, 3, 40)
    after = 0.6 * before + rng.normal(0, 2, 40)
    sds = before.std(ddof=1), after.std(ddof=1)
    r = np.corrcoef(before, after)[0, 1]
    change = (after - before).std(ddof=1)
    assert sd_of_change(*sds, r) == pytest.approx(change, rel=1e-12)
    assert correlation_from_sds(*sds, change) == pytest.approx(r, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: se_from_ci([1, 3], [2, 3]), "Element 2: the limits 3 and 3 are not in order"),
        (lambda: se_from_ci(-1, 3, scale="log"), "low is -1; limits of a ratio are positive"),
        (lambda: se_from_ci(1, 3, level=95), "level is 95"),
        (lambda: se_from_ci(1, 3, df=0), "df is 0"),
        (lambda: se_from_p(1, 0), "p is 0"),
        (lambda: se_from_p(1, 1.2), "p is 1.2"),
        (lambda: se_from_p(1, 0.5, sides=1), "says nothing about the SE"),
        (lambda: se_from_p(0, 0.2), "the estimate is 0"),
        (lambda: se_from_statistic(0, 2), "0 over 0"),
        (lambda: t_from_f(4, df_between=2), "df_between is 2"),
        (lambda: t_from_f(-4), "F is -4"),
        (lambda: sd_from_se(-1, 4), "se is -1"),
        (lambda: sd_from_ci(1, 3, 1), "n is 1"),
        (lambda: sd_from_mean_difference(1, 0, 4), "groups of 0 and 4"),
        (lambda: sd_of_change(1, 2, 1.5), "correlation is 1.5"),
        (lambda: sd_of_change(-1, 2, 0.5), "cannot be negative"),
        (lambda: correlation_from_sds(2, 3, 6), "SDs of 2, 3 and 6 do not go together"),
        (lambda: correlation_from_sds(0, 3, 3), "must be positive"),
    ],
)
def test_the_impossible_is_refused(call, words):
    with pytest.raises(DataError, match=words):
        call()
