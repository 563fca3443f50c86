"""Counts travel with the estimates that came from them, and with no others."""

import numpy as np
import pytest

import metasyn as ms

TABLES = {"ai": [4, 6], "n1i": [123, 306], "ci": [11, 29], "n2i": [139, 303]}


@pytest.mark.parametrize("measure", ["RR", "OR", "RD", "PETO", "AS"])
def test_two_arms_from_events_and_sizes(measure):
    found = ms.effect_sizes(measure, **TABLES, slab=["A", "B"]).counts
    assert isinstance(found, ms.TwoArmCounts) and found.slab == ("A", "B")
    assert found.bi.tolist() == [119, 300] and found.di.tolist() == [128, 274]


def test_one_arm():
    found = ms.effect_sizes("PLO", xi=[3, 0], ni=[5, 7]).counts
    assert isinstance(found, ms.Counts)
    # the half that the logit adds to an empty cell is not part of the counts
    assert (found.xi.tolist(), found.ni.tolist()) == ([3, 0], [5, 7])


@pytest.mark.parametrize(
    ("measure", "given"),
    [
        ("RR", {"yi": [0.1, 0.2], "vi": [0.1, 0.1]}),
        ("MD", {"m1i": [1], "sd1i": [1], "n1i": [9], "m2i": [2], "sd2i": [1], "n2i": [9]}),
        ("RR", {**TABLES, "ai": [4, np.nan]}),
        ("RR", {**TABLES, "ai": [4, 5.5]}),
    ],
)
def test_nothing_stands_behind_other_estimates(measure, given):
    assert ms.effect_sizes(measure, **given).counts is None
