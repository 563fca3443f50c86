"""Logs and raw data, odds ratios and risk ratios: exact laws, tables, inverses, metafor."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metasyn.effects.conversions import (
    log_from_raw,
    odds_ratio_to_risk_ratio,
    raw_from_log,
    risk_ratio_to_odds_ratio,
)
from metasyn.errors import DataError

risks = st.floats(1e-4, 1 - 1e-4)
effects = st.floats(-5, 5)


@given(mean=st.floats(-5, 5), sd=st.floats(0.01, 2))
def test_raw_moments_are_those_of_the_log_normal_law(mean, sd):
    law = stats.lognorm(sd, scale=np.exp(mean))
    made = raw_from_log(mean, sd)
    assert made.mean == pytest.approx(law.mean(), rel=1e-12)
    assert made.sd == pytest.approx(law.std(), rel=1e-9)  # scipy subtracts two large numbers
    back = log_from_raw(made.mean, made.sd)
    assert (back.mean, back.sd) == pytest.approx((mean, sd), rel=1e-9, abs=1e-12)


def test_small_variation_keeps_its_digits():
    # variance log(1 + 1e-16): a logarithm of 1 + 1e-16 would be 0
    assert log_from_raw(1, 1e-8).sd == pytest.approx(1e-8, rel=1e-12)
    assert raw_from_log(0, 1e-8).sd == pytest.approx(1e-8, rel=1e-12)


@given(p0=risks, p1=risks)
def test_tables_have_both_ratios(p0, p1):
    log_or = np.log(p1 / (1 - p1)) - np.log(p0 / (1 - p0))
    log_rr = np.log(p1 / p0)
    assert odds_ratio_to_risk_ratio(log_or, p0).yi == pytest.approx(log_rr, abs=1e-11)
    # 1 - p1 is known to 1e-16, which is 1e-12 of it near 1
    assert risk_ratio_to_odds_ratio(log_rr, p0).yi == pytest.approx(log_or, abs=1e-11)


@given(yi=effects, risk=risks, vi=st.floats(0.01, 2))
def test_both_directions_are_inverse(yi, risk, vi):
    there = odds_ratio_to_risk_ratio(yi, risk, vi)
    back = risk_ratio_to_odds_ratio(there.yi, risk, there.vi)
    # a treated risk near 1 loses digits in 1 - p1: at most 1e-16 over 1e-7
    assert (back.yi, back.vi) == pytest.approx((yi, vi), rel=1e-8, abs=1e-9)


@given(yi=effects, risk=risks)
def test_the_variance_is_the_delta_method_s(yi, risk):
    h = 1e-5
    ends = [odds_ratio_to_risk_ratio(yi + k * h, risk).yi for k in (-1, 1)]
    slope = (ends[1] - ends[0]) / (2 * h)
    # a central difference is known to about 1e-10
    made = odds_ratio_to_risk_ratio(yi, risk, 1.0).vi
    assert np.sqrt(made) == pytest.approx(slope, abs=1e-8)


def test_the_conversion_agrees_with_metafor(reference):
    made = odds_ratio_to_risk_ratio(np.log([0.3, 1, 3, 20]), 0.25).yi
    assert np.exp(made) == pytest.approx(reference["or_to_rr"], rel=1e-12)


def test_rare_events_make_both_ratios_equal():
    assert odds_ratio_to_risk_ratio(1.0, 1e-9, 0.1) == pytest.approx((1.0, 0.1), rel=1e-8)


def test_the_interval_with_a_known_risk_is_too_narrow():
    # what McNutt 2003 holds against Zhang & Yu 1998: the control risk is an estimate too
    a, b, c, d = 40, 60, 25, 75
    log_or, v_or = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    yi, vi = odds_ratio_to_risk_ratio(log_or, c / (c + d), v_or)
    assert yi == pytest.approx(np.log((a / 100) / (c / 100)), rel=1e-12)
    assert vi < 1 / a - 1 / 100 + 1 / c - 1 / 100


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: log_from_raw([1, 0], 1), "Element 2: mean is 0"),
        (lambda: log_from_raw(1, -1), "sd is -1"),
        (lambda: raw_from_log(1, -1), "sd is -1"),
        (lambda: raw_from_log(1, 40), "beyond all numbers"),
        (lambda: odds_ratio_to_risk_ratio(1, 0), "risk is 0"),
        (lambda: odds_ratio_to_risk_ratio(1, 45), "risk is 45"),
        (lambda: odds_ratio_to_risk_ratio(1, 0.5, -1), "vi is -1"),
        (lambda: odds_ratio_to_risk_ratio(800, 0.5), "beyond all numbers"),
        (lambda: risk_ratio_to_odds_ratio(np.log(3), 0.5), "a risk of 0.5 becomes 1 or more"),
        (lambda: risk_ratio_to_odds_ratio(800, 0.5), "becomes 1 or more"),
    ],
)
def test_the_impossible_is_refused(call, words):
    with pytest.raises(DataError, match=words):
        call()
