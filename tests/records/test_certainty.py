"""GRADE as data: what starts where, what lowers and raises, and that nothing judges by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.errors import DataError
from metasyn.records import Provenance
from metasyn.records.certainty import (
    DOMAINS,
    LEVELS,
    Certainty,
    Judgement,
    certainties,
    start_level,
)

LOWERING = [code for code, domain in DOMAINS.items() if domain.lowers]


def judgement(domain: str, levels: int | None = 0, **given_: object) -> Judgement:
    fields = {
        "certainty_id": f"C-{domain}",
        "intervention": "tocilizumab",
        "outcome": "response",
        "claim": "rate",
        "domain": domain,
        "levels": levels,
        "reason": "because" if levels else "",
        "assessor_1": "AB",
        "levels_1": levels,
        "assessor_2": "CD",
        "levels_2": levels,
        "adjudicator": "",
        "provenance": Provenance("certainty", 2),
        **given_,
    }
    return Judgement(**fields)  # type: ignore[arg-type]


def certainty(start: str = "high", **levels: int | None) -> Certainty:
    judged = {**dict.fromkeys(LOWERING, 0), **levels}
    rows = tuple(judgement(code, judged[code]) for code in DOMAINS if code in judged)
    return Certainty("tocilizumab", "response", "rate", start, rows)  # type: ignore[arg-type]


def test_five_grounds_lower_and_three_raise():
    assert len(LOWERING) == 5
    assert len(DOMAINS) == 8


@pytest.mark.parametrize(
    ("claim", "designs", "level"),
    [
        ("rate", ["case_report"], "high"),
        ("rate", ["rct"], "high"),
        ("causal", ["rct"], "high"),
        ("causal", ["single_arm_trial"], "low"),
        ("causal", ["rct", "retrospective_cohort"], "low"),
        ("causal", [], "low"),
    ],
)
def test_a_claim_starts_where_its_kind_and_its_designs_put_it(claim, designs, level):
    assert start_level(claim, designs) == level


@pytest.mark.parametrize(
    ("start", "levels", "level"),
    [
        ("high", {}, "high"),
        ("high", {"imprecision": -1}, "moderate"),
        ("high", {"imprecision": -1, "risk_of_bias": -2}, "very_low"),
        ("low", {"imprecision": -2}, "very_low"),
        ("low", {"large_effect": 2}, "high"),
        ("low", {"large_effect": 1, "dose_response": 1, "opposing_confounding": 1}, "high"),
    ],
)
def test_levels_add_up_and_stay_within_bounds(start, levels, level):
    assert certainty(start, **levels).level == level


@given(
    start=st.sampled_from(LEVELS),
    steps=st.fixed_dictionaries(
        {code: st.integers(domain.lowest, domain.highest) for code, domain in DOMAINS.items()}
    ),
)
def test_whatever_is_judged_the_level_is_the_bounded_sum(start, steps):
    total = LEVELS.index(start) + sum(steps.values())
    assert certainty(start, **steps).level == LEVELS[max(0, min(total, 3))]


def test_without_all_five_grounds_there_is_no_level():
    open_ = certainty(imprecision=None)
    assert open_.level is None
    assert open_.open == ("imprecision",)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([judgement("imprecision", -4)], "Imprecision takes -3 to 0 levels, not -4"),
        ([judgement("imprecision", 1)], "Imprecision takes -3 to 0 levels, not 1"),
        ([judgement("large_effect", -1)], "Large effect takes 0 to 2 levels, not -1"),
        ([judgement("imprecision", -1, reason="")], "needs its reason"),
        ([judgement("imprecision"), judgement("imprecision")], "Imprecision is judged twice"),
        ([judgement("mood")], "'mood' is no domain"),
    ],
)
def test_what_grade_does_not_know_is_refused(rows, words):
    with pytest.raises(DataError, match=words):
        Certainty("tocilizumab", "response", "rate", "high", tuple(rows))


def codes(found: Certainty) -> list[str]:
    return [note.code for note in found.notes]


def test_raising_after_lowering_is_warned_of():
    assert codes(certainty("low", imprecision=-1, large_effect=1)) == ["raised-after-lowered"]
    assert codes(certainty("low", large_effect=1)) == []


def test_what_starts_high_is_not_raised():
    assert codes(certainty("high", large_effect=1)) == ["raised-from-high"]


def test_judgements_of_one_person_are_told():
    row = judgement("imprecision", levels_2=None)
    found = Certainty("tocilizumab", "response", "rate", "high", (row,))
    assert found.notes[0].message == "Judged by one person only: imprecision."


def test_two_people_who_differ_need_a_third():
    assert judgement("imprecision", -1, levels_2=-2).is_undecided
    assert not judgement("imprecision", -1, levels_2=-2, adjudicator="EF").is_undecided
    assert not judgement("imprecision", -1, levels_2=None).is_undecided


def test_the_preferred_outcome_that_was_judged_is_taken_claim_by_claim():
    rows = [
        judgement("imprecision", outcome="improvement"),
        judgement("risk_of_bias", outcome="improvement", claim="causal"),
        judgement("imprecision", outcome="other"),
        judgement("imprecision", intervention="anakinra", outcome="response"),
    ]
    found = certainties(rows, "tocilizumab", ("response", "improvement", "other"), ["case_series"])
    assert [(one.outcome, one.claim, one.start) for one in found] == [
        ("improvement", "rate", "high"),
        ("improvement", "causal", "low"),
    ]
    assert certainties(rows, "hemofiltration", ("response",), []) == ()
