"""Lines of the first review: every row accounted for, nothing pooled that should not be."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import metasyn as ms

WORKBOOK = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
TREATMENTS = ("treatment_first_line", "treatment_refractory", "pre_emptive")


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(WORKBOOK)


@pytest.fixture(scope="module")
def records(registry):
    return registry.select(
        outcome=("crs_resolution", "crs_improvement"), analyse="primary", role=TREATMENTS
    )


@pytest.fixture(scope="module")
def groups(records):
    return ms.pool_by(records, "intervention")


def test_every_row_of_the_outcome_is_in_a_line_or_set_aside(registry, groups):
    asked = Counter(
        result.intervention
        for result in registry.results
        if result.outcome in ("crs_resolution", "crs_improvement")
    )
    assert {line.code: line.rows_in for line in groups.lines} == dict(asked)
    for line in groups.lines:
        shown = [row.record.result_id for row in line.studies]
        aside = [item.record.result_id for item in line.set_aside]
        assert len({*shown, *aside}) == line.rows_in


def test_groups_stand_in_the_order_of_the_code_list(registry, groups):
    ranks = [registry.codes["intervention"].rank(code) for code in groups]
    assert ranks == sorted(ranks)


def test_studies_stand_by_design_then_year_and_single_cases_last(groups):
    rows = groups.line("tocilizumab").studies
    assert [row.is_case for row in rows] == [False] * 4 + [True] * 3
    assert [row.label for row in rows[:4]] == [
        "Le 2018 (CTL019 cohort)", "Le 2018 (KTE-C19 cohort)", "Zhu 2022", "Della Pepa 2026",
    ]  # fmt: skip


def test_lines_that_no_model_should_pool_say_why_with_the_exact_interval(groups):
    refused = {
        code: (result.code, result.events, result.n)
        for code, result in groups.items()
        if isinstance(result, ms.NotPooled) and result.n
    }
    assert refused["hemofiltration"] == ("cases-only", 1, 1)
    assert refused["etanercept"] == ("single-study", 3, 3)
    assert refused["ruxolitinib"] == ("all-events", 6, 6)
    assert refused["corticosteroids"] == ("cases-only", 0, 1)
    # Clopper & Pearson 1934: (alpha/2)^(1/n) where all n patients had the event.
    assert groups["ruxolitinib"].ci.low == pytest.approx(0.025 ** (1 / 6), rel=1e-12)
    assert groups["ruxolitinib"].ci.high == 1


def test_weights_of_a_pooled_line_sum_to_one_and_others_have_none(groups):
    for line in groups.lines:
        weights = [row.weight for row in line.studies]
        if isinstance(line.result, ms.Pooled):
            assert sum(weights) == pytest.approx(1, rel=1e-12)
        else:
            assert set(weights) <= {None}


def test_inverse_variance_leaves_single_cases_visible_without_a_weight(records):
    line = ms.pool_by(records, "intervention", ms.RandomEffects()).line("tocilizumab")
    assert line.result.k == 4
    assert [row.weight is None for row in line.studies] == [row.is_case for row in line.studies]


def test_a_row_without_numbers_is_set_aside_with_its_cells(records):
    blank = replace(records.rows[4], events=None)
    rows = (*records.rows[:4], blank, *records.rows[5:])
    line = ms.pool_by(replace(records, rows=rows), "intervention").line("tocilizumab")
    found = [item for item in line.set_aside if item.code == "missing-numbers"]
    assert [item.record.result_id for item in found] == [blank.result_id]
    assert str(blank.cell("events")) in found[0].reason


def test_two_arm_lines_join_their_comparator(registry):
    chosen = registry.select(outcome="severe_crs_incidence", analyse="primary", role="pre_emptive")
    line = ms.pool_by(chosen, "intervention", ms.MantelHaenszel("RR")).line("tocilizumab")
    assert [row.label for row in line.studies] == ["Kadauke 2020"]
    assert line.result.code == "single-study"
    # 4/15 against 13/26 (R0028, R0029)
    assert line.studies[0].estimate == pytest.approx((4 / 15) / (13 / 26), rel=1e-12)


def test_an_unknown_column_is_refused(records):
    with pytest.raises(ms.SpecError, match="'drug'"):
        ms.pool_by(records, "drug")


def test_control_rows_are_named_as_comparators_not_as_gaps(registry):
    chosen = registry.select(outcome="severe_crs_incidence", analyse="primary")
    line = ms.pool_by(chosen, "outcome", ms.RandomEffects(), measure="RR").lines[0]
    assert [row.record.result_id for row in line.studies] == ["R0028", "R0098"]
    controls = {
        item.record.result_id: item.reason
        for item in line.set_aside
        if item.code == "comparator-arm"
    }
    assert set(controls) == {"R0029", "R0099"}
    assert "R0028" in controls["R0029"]
    assert [entry.rule for entry in line.result.data.derivations] == ["two-by-two"] * 2
