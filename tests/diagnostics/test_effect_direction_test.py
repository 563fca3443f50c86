"""The sign test counts directions, nothing else."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metasyn as ms
from metasyn.effects.measures import MEASURES
from metasyn.errors import SpecError


def signed(higher, lower, unclear=0):
    yi = [0.3] * higher + [-0.2] * lower + [0.0] * unclear
    return ms.effects_from(yi, [0.01] * len(yi))


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 3))
def test_p_is_the_exact_binomial(higher, lower, unclear):
    found = ms.effect_direction_test(signed(higher, lower, unclear))
    assert (found.higher, found.lower, found.unclear) == (higher, lower, unclear)
    n = higher + lower
    if not n:
        assert (found.share, found.ci, found.p_value) == (None, None, None)
        assert "No sign test" in found.summary()
        return
    tail = sum(comb(n, i) for i in range(max(higher, lower), n + 1))
    assert found.p_value == pytest.approx(min(1.0, 2 * tail / 2**n), rel=1e-9)


def test_nine_of_ten():
    """2 * (10 + 1) / 1024; the exact interval of 9/10 (Clopper and Pearson) in every table."""
    found = ms.effect_direction_test(signed(9, 1))
    assert found.p_value == 0.021484375
    assert (found.ci.low, found.ci.high) == pytest.approx((0.5550, 0.9975), abs=5e-5)
    assert "9 of 10 higher (90%, 95% interval 55% to 100%), p = 0.021" in found.summary()


@given(st.floats(1e-3, 1e3), st.integers(1, 9))
def test_sizes_and_variances_do_not_matter(scale, number):
    plain, scaled = signed(number, 2), signed(number, 2)
    other = ms.effects_from(scaled.yi * scale, scaled.vi / scale)
    assert ms.effect_direction_test(plain).p_value == ms.effect_direction_test(other).p_value


def test_a_study_with_several_outcomes_counts_once():
    effects = ms.effects_from(
        [0.1] * 7 + [-0.1] * 3 + [0.1] * 2 + [-0.1],
        [0.1] * 13,
        slab=["most higher"] * 10 + ["two of three"] * 3,
    )
    found = ms.effect_direction_test(effects)
    assert found.to_frame().to_dict("list") == {
        "slab": ["most higher", "two of three"],
        "direction": ["higher", "unclear"],
    }
    assert [note.code for note in found.notes] == ["unclear-directions"]


def test_an_effect_that_is_not_known_is_unclear():
    found = ms.effect_direction_test(ms.effects_from([float("nan"), 0.1], [0.1, 0.1]))
    assert (found.higher, found.unclear) == (1, 1)


def test_rates_of_one_group_need_a_null():
    rates = ms.effect_sizes("PLO", xi=[3, 8], ni=[10, 10])
    with pytest.raises(SpecError, match="PLO has no value that means no effect"):
        ms.effect_direction_test(rates)
    assert ms.effect_direction_test(rates, null=0.0).higher == 1


def test_the_level_is_a_share():
    with pytest.raises(SpecError, match="level is 95"):
        ms.effect_direction_test(signed(1, 1), level=95)


WITHOUT = [code for code, measure in MEASURES.items() if measure.null is None]


@pytest.mark.parametrize("measure", WITHOUT)
def test_no_measure_without_a_null_is_compared_with_0(measure):
    effects = replace(ms.effects_from([0.3, 0.4], [0.01, 0.01]), measure=measure)
    with pytest.raises(SpecError, match=f"{measure} has no value that means no effect"):
        ms.effect_direction_test(effects)


def test_an_area_under_the_curve_is_compared_with_a_half():
    effects = replace(ms.effects_from([0.3, 0.6, 0.7], [0.01] * 3), measure="AUC")
    found = ms.effect_direction_test(effects)
    assert (found.null, found.higher, found.lower) == (0.5, 2, 1)
