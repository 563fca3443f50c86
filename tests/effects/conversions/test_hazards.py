"""Log hazard ratios without a curve: published trials, and survival data made up here."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metasyn.effects.conversions import (
    hazard_from_expected,
    hazard_from_logrank,
    hazard_from_logrank_p,
    hazard_from_o_minus_e,
    logrank_variance,
    logrank_variance_from_arms,
    se_from_ci,
)
from metasyn.errors import DataError


def test_tierney_s_bladder_cancer_trial():
    # Tierney 2007, Trials 8:16: 485 deaths, logrank p = 0.075 (Lancet 1999;354:533-40), z = 1.78
    v = logrank_variance(485, 491 / 485)
    assert v == pytest.approx(485 / 4, rel=1e-4)
    yi, vi = hazard_from_logrank_p(0.075, v, sign=-1)
    assert yi * np.sqrt(v) == pytest.approx(-1.78, abs=0.005)
    assert vi == pytest.approx(1 / v, rel=1e-14)


def test_tierney_s_curve_of_the_same_trial():
    # HR 0.88, V 128.81, 95% interval 0.74 to 1.05: V and interval have to tell the same
    yi, vi = hazard_from_o_minus_e(128.81 * np.log(0.88), 128.81)
    limits = np.exp(yi + np.array([-1, 1]) * 1.959964 * np.sqrt(vi))
    assert np.abs(limits - [0.74, 1.05]).max() <= 0.005
    # limits printed with two decimals tell the standard error to about 2%
    assert se_from_ci(0.74, 1.05, scale="log") == pytest.approx(np.sqrt(vi), rel=0.02)


@pytest.fixture(scope="module")
def survival():
    """Logrank statistics of two simulated arms, computed here from their definition."""
    rng, true = np.random.default_rng(2007), 0.7
    arm = np.repeat([1, 0], [900, 600])
    time = rng.exponential(np.where(arm == 1, 1 / true, 1.0))
    censored = rng.uniform(0, 3, len(time))
    event, time = time <= censored, np.minimum(time, censored)
    o = e = v = e2 = 0.0
    for t in np.sort(time[event]):
        at_risk = time >= t
        n, n1 = at_risk.sum(), (at_risk & (arm == 1)).sum()
        e, e2, v = e + n1 / n, e2 + (n - n1) / n, v + n1 * (n - n1) / n**2
    o = (event & (arm == 1)).sum()
    return {
        "true": np.log(true), "o1": o, "e1": e, "v": v, "o2": event.sum() - o, "e2": e2,
        "events": event.sum(),
    }  # fmt: skip


def test_all_ways_meet_the_hazard_ratio_that_made_the_data(survival):
    s = survival
    chi2 = (s["o1"] - s["e1"]) ** 2 / s["v"]
    p = stats.chi2.sf(chi2, 1)
    by_events = logrank_variance(s["events"], 900 / 600)
    by_arms = logrank_variance_from_arms(s["o1"], s["o2"])
    ways = {
        "O - E": hazard_from_o_minus_e(s["o1"] - s["e1"], s["v"]),
        "expected": hazard_from_expected(s["o1"], s["e1"], s["o2"], s["e2"]),
        "chi2": hazard_from_logrank(chi2, s["v"], -1),
        "p": hazard_from_logrank_p(p, s["v"], -1),
        "p, all events": hazard_from_logrank_p(p, by_events, -1),
        "p, events by arm": hazard_from_logrank_p(p, by_arms, -1),
    }
    for way, (yi, vi) in ways.items():
        # three standard errors of the data, and the ways agree with each other far closer
        assert abs(yi - s["true"]) < 3 * np.sqrt(vi), way
        assert yi == pytest.approx(ways["O - E"].yi, rel=0.05), way
        assert vi == pytest.approx(ways["O - E"].vi, rel=0.08), way
    # one statistic in three dresses
    assert ways["chi2"].yi == pytest.approx(ways["O - E"].yi, rel=1e-12)
    assert ways["p"].yi == pytest.approx(ways["O - E"].yi, rel=1e-9)


@given(z=st.floats(0, 7), v=st.floats(0.1, 1e4), sign=st.sampled_from([-1, 1]))
def test_p_and_chi_square_are_the_same_test(z, v, sign):
    by_chi2 = hazard_from_logrank(z**2, v, sign)
    by_p = hazard_from_logrank_p(2 * stats.norm.sf(z), v, sign)
    # near p = 1, z is known to the rounding of p
    assert by_p.yi == pytest.approx(by_chi2.yi, rel=1e-9, abs=1e-15 / np.sqrt(v))
    assert by_chi2.yi == pytest.approx(sign * z / np.sqrt(v), rel=1e-12, abs=1e-150)
    assert by_chi2.vi == 1 / v


def test_swapping_the_arms_inverts_the_ratio():
    forth = hazard_from_expected(20, 25, 30, 25)
    back = hazard_from_expected(30, 25, 20, 25)
    assert (back.yi, back.vi) == pytest.approx((-forth.yi, forth.vi))
    assert logrank_variance(90, 2) == pytest.approx(logrank_variance(90, 0.5)) == 20


def test_one_sided_p_values_are_half_as_large():
    one = hazard_from_logrank_p(0.0375, 100, -1, sides=1)
    assert one == pytest.approx(hazard_from_logrank_p(0.075, 100, -1))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: hazard_from_o_minus_e([1, 1], [4, 0]), "Element 2: V is 0"),
        (lambda: hazard_from_expected(20, 0, 30, 25), "e1 is 0"),
        (lambda: hazard_from_expected(20, 25, 30, 30), "20 \\+ 30 observed against 25 \\+ 30"),
        (lambda: logrank_variance(0), "0 events"),
        (lambda: logrank_variance(10, -1), "allocation is -1"),
        (lambda: logrank_variance_from_arms(10, 0), "10 and 0 events"),
        (lambda: hazard_from_logrank(-1, 4, 1), "chi2 is -1"),
        (lambda: hazard_from_logrank(1, 4, 0), "sign is 0"),
        (lambda: hazard_from_logrank(1, -4, 1), "V is -4"),
        (lambda: hazard_from_logrank_p(0, 4, 1), "p is 0"),
        (lambda: hazard_from_logrank_p(0.6, 4, 1, sides=1), "means the other sign"),
    ],
)
def test_the_impossible_is_refused(call, words):
    with pytest.raises(DataError, match=words):
        call()
