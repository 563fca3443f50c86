"""Sentences stay true at the edges: rounded numbers, priors asked for, cases of no quality."""

from __future__ import annotations

import pytest

import metasyn as ms

LARGE = ([160, 150, 170, 155], [200, 190, 210, 195])


def summary(events, failures, studies=LARGE, **options):
    xi, ni = studies
    single = [1] * events + [0] * failures
    counts = ms.counts(xi=xi + single, ni=ni + [1] * len(single))
    return ms.case_evidence(counts, **options).summary()


def test_a_small_share_is_not_called_nothing():
    assert "Both published single cases together carry less than 0.1% of the information" in (
        summary(2, 0)
    )


def test_two_rates_carry_the_same_decimals():
    # Not 'from 10.1% to 10%'.
    found = summary(1, 4, ([1, 5, 12, 14, 12], [20, 42, 98, 136, 142]))
    assert "moves the rate from 10.1% to 10.0%." in found


@pytest.mark.parametrize(
    ("events", "failures", "options", "expected"),
    [
        (1, 1, {}, "It is at 50% already."),
        (1, 2, {}, "It is under 50% already."),
        (1, 3, {"direction": "harm", "threshold": 0.25}, "It is at 25% already."),
        (2, 3, {"direction": "harm", "threshold": 0.25}, "It is over 25% already."),
    ],
)
def test_a_fraction_at_the_threshold_is_not_called_beyond_it(events, failures, options, expected):
    assert summary(events, failures, ([], []), **options).endswith(expected)


def test_a_rate_at_the_threshold_is_not_called_beyond_it():
    # Symmetric around one half, cases too: the rate is exactly 50%.
    found = summary(2, 2, ([10, 12, 6], [20, 24, 12]))
    assert "The rate is at 50% already." in found


def test_priors_that_were_asked_for_are_not_blamed_on_the_evidence():
    found = summary(2, 1, spec=ms.BinomialNormal(interval="integrated"))
    assert "The rate depends on its priors." in found
    assert "so uniform evidence" not in found


def test_cases_of_no_quality_are_there_but_not_counted():
    quality = {"5": 0.0, "6": 0.0}
    found = summary(1, 1, spec=ms.BinomialNormal(quality=quality))
    assert found == (
        "Both published single cases are of quality 0 and not counted: the rate of 80% is the "
        "studies' own."
    )
    assert summary(1, 0, spec=ms.BinomialNormal(quality=quality)).startswith(
        "The published single case is of quality 0 and not counted"
    )


def test_an_optimum_where_all_is_symmetric_is_found():
    # Slopes and distances to 50% are rounding alone; both searches for a root had no bracket.
    counts = ms.counts(xi=[10, 0, 1, 0], ni=[10, 10, 1, 1])
    evidence = ms.case_evidence(counts)
    assert evidence.selection.estimates[0].odds_ratio == pytest.approx(1.0, abs=1e-6)
    assert evidence.file_drawer.on("in-force").per_success == 0


def test_half_in_the_end_is_reached_from_above():
    evidence = ms.case_evidence(ms.counts(xi=[10, 0, 10, 0, 1], ni=[10, 10, 10, 10, 1]))
    assert evidence.file_drawer.on("in-force").per_success == pytest.approx(1.0, abs=1e-6)
