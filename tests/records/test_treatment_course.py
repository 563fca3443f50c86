"""Courses of single patients: order, outcomes, combinations, days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metasyn.errors import DataError
from metasyn.records.treatment_course import Days, treatment_courses


def course_of(registry, study, **more):
    rows = [row for row in registry.results if row.study_id == study]
    return treatment_courses(rows, **more)


def test_the_seed_case_fails_two_drugs_and_is_helped_by_hemofiltration(crs_registry):
    (course,) = course_of(crs_registry, "S0001")
    found = [(step.intervention, step.outcome) for step in course.steps]
    assert found == [
        ("tocilizumab", "did not help"),
        ("corticosteroids", "did not help"),
        ("hemofiltration", "helped"),
    ]
    assert [step.response.result_id for step in course.steps] == ["R0001", "R0002", "R0003"]
    assert [step.line for step in course.steps] == [2, 2, 3]
    # The report does not say which of the two drugs came first.
    assert not course.order_is_known
    assert not course.has_days


def test_lines_order_treatments_whatever_the_order_of_rows(crs_registry):
    rows = [row for row in crs_registry.results if row.study_id == "S0015"]
    for order in (rows, rows[::-1]):
        (course,) = treatment_courses(order)
        assert [step.intervention for step in course.steps] == ["corticosteroids", "ruxolitinib"]
        assert course.order_is_known


def test_components_of_a_combination_are_set_aside_by_their_ids(crs_registry):
    (course,) = course_of(crs_registry, "S0078")
    assert course.parts == ("R0259", "R0260", "R0261")
    assert course.steps[-1].intervention == "plasma_exchange+hemofiltration+ruxolitinib"


def test_patients_of_one_report_are_apart(crs_registry):
    courses = course_of(crs_registry, "S0027")
    assert [course.patient for course in courses] == ["S0027-A", "S0027-B"]
    whole = courses[0].steps[-1]
    assert (whole.outcome, [row.outcome for row in whole.harms]) == ("not given", ["death_any"])


def test_series_and_comparators_are_no_courses(crs_registry):
    courses = treatment_courses(crs_registry.results)
    used = [step for course in courses for step in course.steps]
    assert all(step.response is None or step.response.n == 1 for step in used)
    comparators = {row.arm for row in crs_registry.results if row.role == "comparator"}
    assert not comparators & {step.arm for step in used}


def test_the_outcomes_asked_for_come_first(crs_registry):
    first = course_of(crs_registry, "S0001")[0].steps[-1].response
    asked = course_of(crs_registry, "S0001", outcomes=("tumour_response", "crs_resolution"))
    assert first.outcome == "crs_resolution"
    assert asked[0].steps[-1].response.outcome == "tumour_response"
    # An outcome that no row has leaves the response open.
    none = course_of(crs_registry, "S0001", outcomes=("icans_resolution",))[0]
    assert {step.outcome for step in none.steps} == {"not given"}


@pytest.mark.parametrize(
    ("arm", "days"),
    [
        ("emapalumab from day 11", Days(11, None)),
        ("tocilizumab days 15 and 20", Days(15, 20)),
        ("anakinra days 0-7", Days(0, 7)),
        ("tocilizumab day 2", Days(2, 2)),
        ("plasma exchange 3 L/day x3", None),
        ("tocilizumab, fever by day 4", None),
        ("tocilizumab", None),
    ],
)
def test_days_in_the_words_of_the_arm(arm, days, crs_registry):
    row = next(row for row in crs_registry.results if row.result_id == "R0001")
    (course,) = treatment_courses([replace(row, arm=arm)])
    assert course.steps[0].days == days


def test_days_in_columns_of_the_users_own_rule_and_order(crs_registry):
    given = {"R0001": ("9", "12"), "R0002": ("3", "5"), "R0003": ("10", "")}
    rows = [
        replace(row, extras=dict(zip(("day_start", "day_end"), given[row.result_id], strict=True)))
        for row in crs_registry.results
        if row.result_id in given
    ]
    (course,) = treatment_courses(rows)
    assert course.has_days and course.order_is_known
    assert [step.days.first for step in course.steps] == [3, 9, 10]
    assert course.steps[-1].days.last is None


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("soon", "", "R0001: day_start is 'soon', which is no day"),
        ("nan", "", "day_start is 'nan'"),
        ("3", "two", "day_end is 'two'"),
        ("", "4", "day_end is given without day_start"),
        ("5", "2", "day_end 2 lies before day_start 5"),
    ],
)
def test_days_that_are_none_are_refused_with_their_row(start, end, words, crs_registry):
    row = next(row for row in crs_registry.results if row.result_id == "R0001")
    with pytest.raises(DataError, match=words):
        treatment_courses([replace(row, extras={"day_start": start, "day_end": end})])


def test_a_day_that_is_not_reported_is_not_known(crs_registry):
    row = next(row for row in crs_registry.results if row.result_id == "R0001")
    (course,) = treatment_courses([replace(row, extras={"day_start": "NR"})])
    assert course.steps[0].days is None
