"""Displays at their boundaries, turned for harms, and in words."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.case_evidence.hidden import MOST
from metasyn.diagnostics.case_evidence.tipping import WEIGHTS

ANCHORS = ([24, 11, 15, 28], [31, 25, 18, 34])


def data(good, bad, anchors=ANCHORS):
    xi, ni = anchors
    return ms.counts(xi=[*xi, *[1] * good, *[0] * bad], ni=[*ni, *[1] * (good + bad)])


def mirrored(counts):
    return ms.counts(xi=counts.ni - counts.xi, ni=counts.ni)


@pytest.fixture(scope="module")
def evidence():
    return ms.case_evidence(data(13, 1), threshold=0.7)


def test_harm_is_benefit_of_the_mirrored_counts():
    counts = data(7, 2)
    benefit = ms.case_evidence(counts, threshold=0.6)
    harm = ms.case_evidence(mirrored(counts), threshold=0.4, direction="harm")
    for mode in ("pseudo_study", "individual"):
        one, other = getattr(benefit.tipping, mode), getattr(harm.tipping, mode)
        assert other.rate == pytest.approx(1 - one.rate, abs=1e-8)
        assert other.low == pytest.approx(1 - one.high, abs=1e-8)
        assert other.share == pytest.approx(one.share, abs=1e-7)
        assert other.rate_crosses == pytest.approx(one.rate_crosses, abs=1e-7)
        assert other.limit_crosses == pytest.approx(one.limit_crosses, abs=1e-7)
        assert getattr(harm.conflict, mode).p_upper == pytest.approx(
            getattr(benefit.conflict, mode).p_upper, abs=1e-8
        )
    for one, other in zip(benefit.file_drawer.rows, harm.file_drawer.rows, strict=True):
        assert other.per_success == pytest.approx(one.per_success, abs=1e-5)
    for one, other in zip(benefit.selection.estimates, harm.selection.estimates, strict=True):
        assert other.odds_ratio == pytest.approx(one.odds_ratio, rel=1e-6)
    for one, other in zip(benefit.selection.rows, harm.selection.rows, strict=True):
        assert (other.rate, other.low, other.high) == pytest.approx(
            (1 - one.rate, 1 - one.high, 1 - one.low), abs=1e-8
        )
    assert harm.shifts.one_event.shift == pytest.approx(
        -benefit.shifts.one_non_event.shift, abs=1e-8
    )
    assert harm.influence.slope == pytest.approx(-benefit.influence.slope, abs=1e-7)
    for one, other in zip(benefit.sensitivity.rows, harm.sensitivity.rows, strict=True):
        assert other.code == one.code
        assert other.rate == pytest.approx(1 - one.rate, abs=1e-7)


def test_shifts_are_refits(evidence):
    xi, ni = ANCHORS
    weight = evidence.pooled.case_power
    held = ms.BinomialNormal(case_weight=weight, case_cap=1)
    whole = evidence.pooled.transformed().estimate
    for i, shift in enumerate(evidence.shifts.studies):
        rest = [j for j in range(4) if j != i]
        counts = data(13, 1, ([xi[j] for j in rest], [ni[j] for j in rest]))
        without = ms.pool(counts, held).transformed().estimate
        assert shift.shift == pytest.approx(whole - without, abs=1e-8)
    less = ms.pool(data(12, 1), held).transformed().estimate
    assert evidence.shifts.one_event.shift == pytest.approx(whole - less, abs=1e-8)
    studies = evidence.pooled.studies_only.transformed().estimate
    assert evidence.shifts.all_cases.rate == pytest.approx(studies, abs=1e-8)


def test_slope_is_what_a_change_of_weight_does():
    counts = data(13, 1)
    step = 1e-4
    spec = ms.BinomialNormal(case_cap=1)
    up = ms.pool(counts, replace(spec, case_weight=0.1 * math.exp(step))).estimate
    down = ms.pool(counts, replace(spec, case_weight=0.1 * math.exp(-step))).estimate
    found = ms.case_evidence(counts, spec).influence.slope[-1]
    assert found == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_tipping_curve_starts_at_the_studies_and_passes_the_headline(evidence):
    curve = evidence.tipping.pseudo_study
    assert curve.weight.tolist() == WEIGHTS.tolist()
    studies, pooled = evidence.pooled.studies_only, evidence.pooled
    assert curve.rate[0] == pytest.approx(studies.transformed().estimate, abs=1e-9)
    assert curve.share[0] == 0
    at = int(np.argmin(abs(curve.weight - pooled.case_power)))
    assert curve.rate[at] == pytest.approx(pooled.transformed().estimate, abs=1e-9)
    assert curve.low[at] == pytest.approx(pooled.transformed().ci.low, abs=1e-9)
    assert curve.share[at] == pytest.approx(pooled.case_share, abs=1e-9)


def test_crossings_are_weights_that_reach_the_threshold():
    counts = data(13, 1)
    # The rate runs from 0.734 to 0.775 along the pseudo-study's weight.
    curve = ms.case_evidence(counts, threshold=0.75).tipping.pseudo_study
    (crossing,) = curve.rate_crosses
    spec = ms.BinomialNormal(case_weight=crossing, case_cap=1)
    assert ms.pool(counts, spec).transformed().estimate == pytest.approx(0.75, abs=1e-7)
    # Its lower limit runs from 0.435 to 0.481.
    (limit,) = ms.case_evidence(counts, threshold=0.45).tipping.pseudo_study.limit_crosses
    spec = ms.BinomialNormal(case_weight=limit, case_cap=1)
    assert ms.pool(counts, spec).transformed().ci.low == pytest.approx(0.45, abs=1e-7)
    assert ms.case_evidence(counts, threshold=0.2).tipping.pseudo_study.rate_crosses == ()


def test_hidden_failures_reach_the_threshold(evidence):
    row = evidence.file_drawer.on("full-weight-individual")
    total = round(row.total)
    spec = ms.BinomialNormal(case_weight=1, case_cap=1, cases="individual")
    before = ms.pool(data(13, 1 + total - 1), spec).transformed().estimate
    after = ms.pool(data(13, 1 + total), spec).transformed().estimate
    assert total - 1 < row.total <= total
    assert before > 0.7 >= after
    assert row.whole == total
    assert math.isinf(evidence.file_drawer.on("in-force").per_success)
    assert row.per_success < MOST


def test_selection_at_odds_one_is_the_headline(evidence):
    first = evidence.selection.rows[0]
    assert first.odds_ratio == 1
    assert first.rate == pytest.approx(evidence.pooled.transformed().estimate, abs=1e-9)
    rates = [row.rate for row in evidence.selection.rows if row.mode == "individual"]
    assert rates == sorted(rates, reverse=True)


def test_selection_of_uniform_cases_is_one_sided():
    only_successes = ms.case_evidence(data(9, 0)).selection.estimates[0]
    assert math.isinf(only_successes.odds_ratio)
    assert math.isinf(only_successes.high)
    assert 0 < only_successes.low < 10
    only_failures = ms.case_evidence(data(0, 9)).selection.estimates[0]
    assert only_failures.odds_ratio == only_failures.low == 0
    assert 0 < only_failures.high < math.inf


def test_selection_is_open_where_studies_are_uniform():
    anchors = ([10, 8, 12], [10, 8, 12])
    found = ms.case_evidence(data(3, 1, anchors)).selection.estimates[0]
    assert math.isnan(found.odds_ratio)
    assert (found.low, found.high) == (0, math.inf)


def test_every_part_is_a_frame(evidence):
    whole = evidence.to_frame()
    names = {"influence", "shifts", "sensitivity", "tipping", "file_drawer", "selection"}
    assert set(whole["display"]) == names | {"conflict", "cases_only"}
    for name in names | {"conflict", "cases_only"}:
        part = getattr(evidence, name).to_frame()
        assert len(part) == (whole["display"] == name).sum()


SENTENCES = {
    "none": (data(0, 0), {}, "There are no single cases: the rate of 73% is the studies' own."),
    "one": (
        data(1, 0),
        {},
        "The published single case carries 0.3% of the information; leaving it out moves the rate "
        "from 74% to 73%.",
    ),
    "two failures": (
        data(0, 2),
        {},
        "No single case was a success, so no hidden failures are asked about.",
    ),
    "many": (
        data(13, 1),
        {"threshold": 0.7},
        "Counted one by one at full weight, 7 would (about 0.51 for each published success).",
    ),
    "cap": (
        data(36, 4, ([5, 7, 3], [9, 10, 8])),
        {},
        "The cap lowered their weight from 10% to 7.5%.",
    ),
    "conflict": (
        data(36, 4, ([5, 7, 3], [9, 10, 8])),
        {},
        "The single cases look better than the studies can explain (p = 0.028): read the studies "
        "alone as the headline.",
    ),
    "under already": (
        data(13, 1, ([4, 1, 5, 8], [31, 25, 18, 34])),
        {},
        "The rate is under 50% already.",
    ),
    "reachable": (
        data(6, 0, ([5, 0], [5, 6])),
        {},
        "1 hidden failure (about 0.14 for each published success) would bring it to 50% or below.",
    ),
    "priors": (
        data(6, 0, ([14], [20])),
        {},
        "With so little or so uniform evidence the rate depends on its priors.",
    ),
    "cases only": (
        data(9, 3, ([], [])),
        {},
        "There is nothing but 12 published single cases: the published-case success fraction is "
        "75% (9 of 12; at the case weight 6% to 100%). It is not an estimate of efficacy.",
    ),
    "cases only, hidden": (
        data(9, 3, ([], [])),
        {},
        "6 hidden failures (about 0.67 for each published success) would bring it to 50% or below.",
    ),
    "cases only, all failed": (data(0, 5, ([], [])), {}, "No single case was a success."),
    "one case only": (
        data(1, 0, ([], [])),
        {},
        "1 hidden failure would bring it to 50% or below.",
    ),
    "harm, cases only": (
        data(1, 8, ([], [])),
        {"direction": "harm", "threshold": 0.3},
        "the published-case event fraction is 11% (1 of 9; at the case weight 0% to 94%). It is "
        "not an estimate of risk. 3 hidden events (about 0.3 for each published patient spared) "
        "would bring it to 30% or above.",
    ),
    "weight 0": (
        data(13, 1),
        {"spec": ms.BinomialNormal(case_weight=0)},
        "All 14 published single cases together are shown but not counted.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_summary_says_it_in_plain_words(name):
    counts, options, expected = SENTENCES[name]
    assert expected in ms.case_evidence(counts, **options).summary()


def test_parts_without_single_cases_are_left_out():
    evidence = ms.case_evidence(data(0, 0))
    parts = (evidence.tipping, evidence.file_drawer, evidence.selection, evidence.conflict)
    assert parts == (None,) * 4
    assert evidence.cases_only is None
    assert evidence.pooled.studies_only is None
    assert len(evidence.shifts.studies) == 4


def test_cases_only_have_no_conflict_and_no_studies():
    evidence = ms.case_evidence(data(9, 3, ([], [])))
    assert evidence.conflict is None
    assert evidence.selection.estimates == ()
    assert evidence.shifts.all_cases is None
    assert evidence.tipping.pseudo_study.weight[0] > 0
    assert evidence.tipping.pseudo_study.rate == pytest.approx(0.75, abs=1e-9)


@pytest.mark.parametrize("interval", ["wald-z", "profile", "profile-t", "integrated"])
def test_every_interval_goes_through_every_display(interval):
    spec = ms.BinomialNormal(interval=interval)
    evidence = ms.case_evidence(data(5, 1), spec)
    curve = evidence.tipping.pseudo_study
    assert np.all((curve.low <= curve.rate) & (curve.rate <= curve.high))


def test_two_arms_are_refused():
    two = ms.counts(ai=[4, 6], bi=[10, 20], ci=[2, 3], di=[12, 22])
    with pytest.raises(ms.SpecError, match="never enter contrasts"):
        ms.case_evidence(two)
    with pytest.raises(ms.SpecError, match="never enter contrasts"):
        ms.case_evidence(ms.pool(two, ms.MantelHaenszel()))


def test_misuse_is_named():
    pooled = ms.pool(data(1, 1))
    with pytest.raises(ms.SpecError, match="another specification"):
        ms.case_evidence(pooled, ms.BinomialNormal(case_weight=0.5))
    with pytest.raises(ms.SpecError, match="threshold"):
        ms.case_evidence(pooled, threshold=1.0)
    with pytest.raises(ms.SpecError, match="direction"):
        ms.case_evidence(pooled, direction="good")
    with pytest.raises(ms.SpecError, match="holds no single cases"):
        ms.case_evidence(ms.effects_from([0.1, 0.2], [0.1, 0.1]))
    assert ms.case_evidence(pooled).pooled is pooled
