"""Rows that no rule fits: named, with what they lack; and the ledger as text and frame."""

import numpy as np
import pytest

from metasyn.effects.conversions.ledger import convert_rows
from metasyn.errors import DataError, SpecError

GOOD = {"study": "good", "events": 4, "n": 123, "comparator_events": 11, "comparator_n": 139}
EFFECT = {"effect": 0.5, "ci_low": 0.3, "ci_high": 0.8}


def reason(row, target="OR", **choices):
    made = convert_rows([GOOD, {"study": "bad", **row}], target, **choices)
    assert len(made) == 1
    (lost,) = made.unconverted
    assert (lost.slab, lost.position) == ("bad", 1)
    return lost.reason


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "it holds nothing that leads to OR"),
        ({"events": 3, "n": 10, "comparator_events": 5}, "it lacks comparator_n"),
        ({"effect_measure": "OR", "effect": 0.5}, "it lacks se or z or p"),
        ({"effect_measure": "HR", **EFFECT}, "its effect is HR, not OR"),
        ({"effect_measure": "RR", **EFFECT}, "not OR; baseline_risk would convert it"),
        (EFFECT, "effect_measure does not say what its effect is"),
        ({"effect_measure": "RR", "effect": 0.5, "baseline_risk": 0.2},
         "its effect is RR, not OR; it lacks se or z or p"),
        ({"o_minus_e": -3}, "it lacks v"),
        ({"effect_measure": "OR", "effect": 0.5, "p": "NS"}, "p is 'NS', which is no number"),
        ({"effect_measure": "OR", "effect": 0.5, "p": "inf"}, "p is 'inf', which is not finite"),
        ({"events": 12, "n": 10, "comparator_events": 5, "comparator_n": 10},
         "ai is 12, n1i is 10: more events than patients"),
        ({"percent": 30, "n": 7, "comparator_percent": 30, "comparator_n": 10},
         "no number of events among 7 is printed as 30%"),
        ({"effect_measure": "OR", "effect": -0.5, "se": 0.2}, "a ratio must be positive"),
        ({"effect_measure": "OR", "effect": 0.5, "ci_low": 0.8, "ci_high": 0.3}, "not in order"),
        ({"effect_measure": "OR", "effect": 0.5, "se": 0}, "no estimate with a positive variance"),
        ({"effect_measure": "RR", **EFFECT, "effect": 3, "ci_high": 9, "baseline_risk": 0.5},
         "a risk of 0.5 becomes 1 or more"),
    ],
)  # fmt: skip
def test_a_row_is_refused_with_what_it_lacks(row, words):
    assert words in reason(row)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"chi2": 4, "events": 3, "comparator_events": 5}, "it lacks sign"),
        ({"p": 0.1, "sign": 1, "total_events": 30}, "it lacks allocation"),
        ({"chi2": 4, "sign": 0.5, "v": 5}, "sign is 0.5"),
    ],
)
def test_tests_of_survival_say_what_they_lack(row, words):
    rows = [{"effect_measure": "HR", **EFFECT}, {"study": "bad", **row}]
    assert words in convert_rows(rows, "HR").unconverted[0].reason


def test_medians_say_what_they_lack():
    mean = {"comparator_mean": 5, "comparator_sd": 2, "comparator_n": 20}
    good = {"mean": 6, "sd": 2, "n": 20, **mean}
    rows = [good, {"median": 6, "q1": 4, "n": 20, **mean}, {"mean": 5, "sd": 0, "n": 20,
            "comparator_mean": 5, "comparator_sd": 0, "comparator_n": 20},
            {"median": 6, "q1": 8, "q3": 10, "n": 20, **mean}]  # fmt: skip
    reasons = [lost.reason for lost in convert_rows(rows, "SMD").unconverted]
    assert reasons == [
        "it lacks q3",
        "the numbers give no estimate with a positive variance",
        "q1 (8) exceeds median (6)",
    ]


def test_a_row_with_only_missing_codes_holds_nothing():
    assert reason({"events": "NR", "n": None, "effect": np.nan, "effect_measure": "NA"}) == (
        "it holds nothing that leads to OR"
    )


def test_refused_rows_stand_in_the_notes_the_summary_and_the_frame():
    rows = [{"study": "bad", "effect_measure": "HR", **EFFECT}, GOOD]
    made = convert_rows(rows, "OR")
    assert [note.code for note in made.notes] == ["unconverted"]
    assert "bad (its effect is HR, not OR)" in made.notes[0].message
    lines = made.summary().splitlines()
    assert lines[0] == "OR: 1 of 2 rows converted."
    assert lines[-1] == "Not converted: bad: its effect is HR, not OR."
    frame = made.to_frame()
    assert frame["slab"].tolist() == ["bad", "good"]
    assert frame["rule"].tolist() == ["", "two-by-two"]
    assert np.isnan(frame.loc[0, "yi"]) and frame.loc[1, "vi"] == made.vi[0]
    assert frame["reason"].tolist() == ["its effect is HR, not OR", ""]


def test_no_convertible_row_at_all_is_an_error_that_lists_every_row():
    rows = [{"study": "A", **EFFECT}, {"study": "B", "effect_measure": "HR", **EFFECT}]
    with pytest.raises(DataError, match="No row could be converted to OR") as caught:
        convert_rows(rows, "OR")
    assert "\n  A: effect_measure" in str(caught.value)
    assert "\n  B: its effect is HR" in str(caught.value)
    with pytest.raises(DataError, match="There are no rows"):
        convert_rows([], "OR")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: convert_rows([GOOD], "COR"), SpecError, "target is 'COR'; it must be one of OR"),
        (lambda: convert_rows([GOOD], "OR", skewed="guess"), SpecError, "skewed is 'guess'"),
        (lambda: convert_rows([GOOD], "OR", level=95), SpecError, "level is 95"),
        (lambda: convert_rows([GOOD], "OR", slab=["a", "b"]), DataError, "2 labels for 1"),
        (lambda: convert_rows([GOOD, 5], "OR"), DataError, "all records or all mappings"),
    ],
)
def test_wrong_choices_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
