"""No patient counts twice in one pooled line, and no row vanishes."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.records import Provenance, Result, Study
from metasyn.records.independence import independent_rows, patients_may_be_shared

PLACE = Provenance("results", 2, {}, {})
STUDY = Study(
    study_id="S1", label="Lee 2019", first_author="Lee", year=2019, title="A", journal="", doi="",
    pmid="", design="retrospective_cohort", country="", population="", age_group="", trigger="",
    grading_scale="", n_enrolled=None, overlaps_with=(), overlap_basis="", source_url="",
    source_depth="", bibliography_check="", note="", provenance=PLACE,
)  # fmt: skip
ROW = Result(
    result_id="R1", study=STUDY, arm="drug", intervention="drug", intervention_class="", role="",
    outcome="resolution", direction="benefit", patient_group="S1-A", selection="", severity="",
    comparator_arm="", events=1, n=10, mean=None, sd=None, median=None, q1=None, q3=None, min=None,
    max=None, unit="", effect_measure="", effect=None, ci_low=None, ci_high=None, timepoint="",
    definition="", derivation="", analyse="primary", analyse_reason="", source_locator="",
    verified="", provenance=PLACE,
)  # fmt: skip


def row(result_id, study_id="S1", n=10, overlaps=(), **fields):
    study = replace(STUDY, study_id=study_id, label=study_id, overlaps_with=tuple(overlaps))
    fields.setdefault("patient_group", f"{study_id}-A")
    return replace(ROW, result_id=result_id, study=study, n=n, **fields)


def ids(rows):
    return [item.result_id for item in rows]


def test_the_preferred_outcome_of_an_arm_stays_even_where_it_is_smaller():
    improved = row("R1", outcome="improvement", n=12)
    resolved = row("R2", outcome="resolution", n=10)
    kept, aside = independent_rows([improved, resolved], ["resolution", "improvement"])
    assert ids(kept) == ["R2"]
    assert [(item.record.result_id, item.code) for item in aside] == [("R1", "second-outcome")]
    assert "R2" in aside[0].reason


def test_of_rows_that_share_patients_the_larger_stays():
    whole, part = row("R1", n=20), row("R2", n=16, patient_group="S1-A1", arm="subset")
    kept, aside = independent_rows([part, whole])
    assert ids(kept) == ["R1"]
    assert aside[0].code == "shared-patients"
    assert "R1" in aside[0].reason


def test_of_equal_rows_the_first_stays():
    kept, _ = independent_rows([row("R1", timepoint="day 7"), row("R2", timepoint="day 30")])
    assert ids(kept) == ["R1"]


def test_separate_cohorts_of_one_report_both_stay():
    kept, aside = independent_rows([row("R1", arm="a"), row("R2", patient_group="S1-B", arm="b")])
    assert ids(kept) == ["R1", "R2"]
    assert aside == ()


@pytest.mark.parametrize("named_by", ["first", "second"])
def test_of_overlapping_reports_the_larger_stays_whoever_names_the_overlap(named_by):
    small = row("R1", "S1", n=5, overlaps=["S2"] if named_by == "first" else [])
    large = row("R2", "S2", n=50, overlaps=["S1"] if named_by == "second" else [])
    kept, aside = independent_rows([small, large])
    assert ids(kept) == ["R2"]
    assert [(item.record.result_id, item.code) for item in aside] == [("R1", "overlapping-study")]


def test_the_size_of_a_report_is_the_sum_of_its_rows():
    cohorts = [row("R1", "S1", n=30, overlaps=["S2"], arm="a"),
               row("R2", "S1", n=30, patient_group="S1-B", arm="b")]  # fmt: skip
    other = row("R3", "S2", n=40)
    kept, _ = independent_rows([*cohorts, other])
    assert ids(kept) == ["R1", "R2"]


def test_a_report_that_overlaps_only_one_set_aside_stays():
    chain = [row("R1", "S1", n=100, overlaps=["S2"]),
             row("R2", "S2", n=50, overlaps=["S1", "S3"]),
             row("R3", "S3", n=30, overlaps=["S2"])]  # fmt: skip
    kept, aside = independent_rows(chain)
    assert ids(kept) == ["R1", "R3"]
    assert ids(item.record for item in aside) == ["R2"]


some_rows = st.lists(
    st.builds(
        row,
        result_id=st.uuids().map(str),
        study_id=st.sampled_from(["S1", "S2", "S3", "S4"]),
        n=st.integers(1, 60),
        overlaps=st.lists(st.sampled_from(["S1", "S2", "S3", "S4"]), max_size=2),
        arm=st.sampled_from(["a", "b"]),
        outcome=st.sampled_from(["resolution", "improvement"]),
        patient_group=st.sampled_from(["A", "A1", "A2", "B"]),
    ),
    max_size=12,
)


@given(some_rows)
def test_no_row_vanishes_and_no_two_kept_rows_share_patients(rows):
    kept, aside = independent_rows(rows, ["resolution", "improvement"])
    assert sorted(ids(kept) + ids(item.record for item in aside)) == sorted(ids(rows))
    for one, other in combinations(kept, 2):
        if one.study_id == other.study_id:
            assert not patients_may_be_shared(one.patient_group, other.patient_group)
        else:
            assert one.study_id not in other.study.overlaps_with
            assert other.study_id not in one.study.overlaps_with
    assert bool(kept) == bool(rows)
