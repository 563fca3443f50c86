"""Summaries of funnel tests below ten studies say why, not what, unless one insists."""

import pytest

import metasyn as ms

YI = [0.1, 0.2, 0.15, 0.4, 0.7, 0.5, 0.9, 0.3, 1.1, 0.8]
VI = [0.01, 0.02, 0.015, 0.05, 0.1, 0.07, 0.2, 0.03, 0.3, 0.12]
TESTS = {
    "egger": ms.egger,
    "begg": ms.begg,
    "trim and fill": ms.trim_and_fill,
    "pet-peese": ms.pet_peese,
    "limit": ms.limit_meta_analysis,
    "permutation": lambda effects: ms.permuted_egger(effects, draws=100),
}


@pytest.mark.parametrize("name", TESTS)
def test_nine_studies_are_too_few_and_ten_are_not(name):
    few, enough = (TESTS[name](ms.effects_from(YI[:k], VI[:k])) for k in (9, 10))
    said = few.summary()
    assert "9 studies: not shown; summary(insist=True)" in said
    assert "Note: 9 studies: with fewer than 10" in said
    assert "not shown" not in few.summary(insist=True)
    assert "not shown" not in enough.summary()
    assert (few.trusted, enough.trusted) == (False, True)


@pytest.mark.parametrize("name", TESTS)
def test_proportions_are_not_shown(name):
    made = ms.effect_sizes("PLO", xi=list(range(3, 17)), ni=[20] * 7 + [35] * 7)
    assert "A proportion and its standard error" in TESTS[name](made).summary()
    assert "not shown" in TESTS[name](made).summary()
