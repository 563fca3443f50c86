"""p_curve() against noncentral chi-squared distributions in R."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

import metasyn as ms
from metasyn.errors import SpecError


def test_agrees_with_noncentral_chi_squared(small_study):
    """1e-6: R's noncentral chi-squared and its roots are good to about 1e-8."""
    for record in small_study["curves"]:
        found = ms.p_curve(small_study.effects(record["set"]))
        skew, flat = found.right_skew, found.flatter
        assert len(found.slab) == record["significant"]
        pairs = [
            (skew.full_z, "skew"), (skew.half_z, "skew_half"), (skew.binomial_p, "skew_binomial"),
            (flat.full_z, "flat"), (flat.half_z, "flat_half"), (flat.binomial_p, "flat_binomial"),
            (found.power, "power"),
        ]  # fmt: skip
        for value, name in pairs:
            assert value == pytest.approx(record[name], abs=1e-6), (record, name)
        low, high = sorted((record["low"], record["high"]))
        assert found.power_ci.low == pytest.approx(low, abs=1e-6)
        assert found.power_ci.high == pytest.approx(high, abs=1e-6)


def test_expected_shares_are_those_of_a_power_of_one_third():
    """Simonsohn, Nelson and Simmons 2014: shares sum to 1 and fall."""
    found = ms.p_curve(ms.effects_from([0.6, 0.9], [0.04, 0.05]))
    assert found.expected_33.sum() == pytest.approx(1.0, abs=1e-9)
    assert (np.diff(found.expected_33) < 0).all()


def test_p_values_just_below_the_limit_are_flat():
    z = np.array([1.97, 1.98, 2.0, 2.02, 2.05, 2.1, 1.99, 2.03])
    found = ms.p_curve(ms.effects_from(z, np.ones(8)))
    assert found.inadequate
    assert not found.evidential_value
    assert found.power == pytest.approx(0.051)


def test_warnings():
    mixed = ms.p_curve(ms.effects_from([3.0, -3.0, 2.5, 4.0, 2.2], np.ones(5)))
    codes = [note.code for note in mixed.notes]
    assert "p-curve-both-directions" in codes
    assert "high-heterogeneity" in codes
    assert not mixed.trusted
    assert "p-curve-few" in [
        note.code for note in ms.p_curve(ms.effects_from([3.0, 0.1], [1.0, 1.0])).notes
    ]


def test_needs_a_significant_result():
    with pytest.raises(ms.DataError, match="no p-curve"):
        ms.p_curve(ms.effects_from([0.1, 0.2], [1.0, 1.0]))


def test_frame_and_summary(small_study):
    found = ms.p_curve(small_study.effects("bcg"))
    assert found.to_frame()["question"].tolist() == ["right skew", "flatter"]
    assert "8 significant of 13 studies: evidential value present" in found.summary()


def test_the_model_is_what_its_heterogeneity_is_judged_by():
    effects = ms.effects_from([0.9, 0.5, 0.7, 0.8, 0.6, 0.4], [0.01] * 6)
    common = ms.p_curve(effects, ms.CommonEffect())
    assert "I² 71%" in next(n.message for n in common.notes if n.code == "high-heterogeneity")
    assert common.power == ms.p_curve(effects).power
    assert common.power_ci.level == ms.p_curve(effects, ms.RandomEffects(level=0.99)).power_ci.level
    with pytest.raises(SpecError, match="one mean"):
        ms.p_curve(effects, ms.RandomEffects(moderators="~ year"))


def test_a_measure_without_a_null_is_not_to_be_trusted():
    effects = replace(ms.effects_from([0.9, 0.5, 0.7, 0.8, 0.6], [0.01] * 5), measure="ARAW")
    found = ms.p_curve(effects)
    assert not found.trusted
    assert "no-null" in [note.code for note in found.notes]


@given(st.lists(st.floats(1.97, 8.0), min_size=1, max_size=12))
def test_powers_are_where_the_curve_has_its_chance(z):
    """The curve under the power found has the asked chance; 1e-9: the slope is below 100."""
    found = ms.p_curve(ms.effects_from(np.array(z), np.ones(len(z))))
    cut = norm.isf(0.025)
    for power, chance in zip((found.power_ci.low, found.power), (0.95, 0.5), strict=True):
        if not 0.0511 < power < 0.9899:
            continue
        shift = brentq(lambda x, p=power: norm.sf(cut - x) + norm.cdf(-cut - x) - p, 0, 12)
        share = (norm.sf(np.array(z) - shift) + norm.cdf(-np.array(z) - shift)) / power
        score = norm.ppf(np.clip(1 - share, 2.2e-16, 1)).sum() / np.sqrt(len(z))
        assert norm.cdf(score) == pytest.approx(chance, abs=1e-9)
