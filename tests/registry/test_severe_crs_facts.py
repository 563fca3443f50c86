"""Facts of studies/severe_crs.xlsx that must not change unseen."""

from __future__ import annotations

import math
from collections import Counter

import pytest

import metasyn as ms


@pytest.fixture(scope="module")
def registry():
    from pathlib import Path

    return ms.read_registry(Path(__file__).parents[2] / "studies" / "severe_crs.xlsx")


def test_no_cell_is_wrong(registry):
    assert registry.issues.errors == ()
    registry.issues.raise_if_errors()


def test_what_somebody_should_look_at(registry):
    """39/42 is 0.929, printed 0.922; a stance of an editorial rests on opinion."""
    assert [(str(issue.cell), issue.code) for issue in registry.issues] == [
        ("results!X37", "not-k-of-n"),
        ("statements!G28", "stance-without-data"),
    ]


def test_rows(registry):
    assert len(registry.studies) == 78
    assert len(registry.results) == 263
    assert len(registry.statements) == 35
    assert len(registry.codes) == 22
    assert sum(map(len, registry.codes.values())) == 177
    assert {result.study_id for result in registry.results} == {
        study.study_id for study in registry.studies
    }


SUMS = {
    "events": (222, 3183),
    "n": (246, 11651),
    "mean": (4, 723.45),
    "sd": (1, 1.7),
    "median": (7, 216),
    "q1": (2, 3),
    "q3": (2, 16),
    "min": (5, -84),
    "max": (5, 1854),
    "effect": (33, 31.489),
    "ci_low": (13, 6.003),
    "ci_high": (13, 147.939),
}
"""Numbers in a column, and their sum (exact in decimals, so 1e-9 covers binary rounding)."""


@pytest.mark.parametrize("name", SUMS)
def test_sums_of_result_columns(registry, name):
    values = [value for r in registry.results if (value := getattr(r, name)) is not None]
    count, total = SUMS[name]
    assert len(values) == count
    assert math.fsum(values) == pytest.approx(total, abs=1e-9)


def test_sums_of_study_columns(registry):
    years = [study.year for study in registry.studies if study.year is not None]
    enrolled = [study.n_enrolled for study in registry.studies if study.n_enrolled is not None]
    assert (len(years), sum(years)) == (76, 153_697)
    assert (len(enrolled), sum(enrolled)) == (76, 3_701)


def test_counts_by_code(registry):
    assert Counter(study.design for study in registry.studies) == {
        "retrospective_cohort": 21,
        "case_report": 20,
        "case_series": 15,
        "comparative_cohort": 10,
        "single_arm_trial": 8,
        "prospective_cohort": 2,
        "rct": 1,
        "registry": 1,
    }
    assert Counter(r.analyse for r in registry.results) == {
        "primary": 44,
        "sensitivity": 114,
        "no": 105,
    }
    assert Counter(r.verified for r in registry.results) == {"yes": 214, "secondary": 49}
    assert Counter(s.stance for s in registry.statements) == {
        "supporting": 15,
        "mentioning": 14,
        "contrasting": 6,
    }
    assert Counter(study.bibliography_check for study in registry.studies) == {
        "seen": 53,
        "recalled": 15,
        "incomplete": 10,
    }


def test_the_seed_case(registry):
    seed = [result for result in registry.results if result.study_id == "S0001"]
    assert [
        (r.result_id, r.intervention, r.outcome, r.events, r.n, r.analyse, r.selection)
        for r in seed
    ] == [
        ("R0001", "tocilizumab", "crs_resolution", 0, 1, "primary", "selected_on_failure"),
        ("R0002", "corticosteroids", "crs_resolution", 0, 1, "primary", "selected_on_failure"),
        ("R0003", "hemofiltration", "crs_resolution", 1, 1, "primary", "selected_on_success"),
        ("R0004", "hemofiltration", "death_any", 0, 1, "primary", "selected_on_success"),
        ("R0005", "hemofiltration", "tumour_response", 1, 1, "primary", "selected_on_success"),
    ]
    study = seed[0].study
    assert (study.label, study.year, study.design) == ("Liu 2018", 2018, "case_report")
    assert study.doi == "10.1097/CJI.0000000000000243"
    assert str(seed[2].cell("events")) == "results!M4"


def test_text_stays_text(registry):
    assert all(isinstance(study.pmid, str) for study in registry.studies)
    assert {study.pmid for study in registry.studies} >= {"23678006", "32088364"}
    study = next(study for study in registry.studies if study.first_author == "NR")
    assert study.provenance.missing["first_author"] == "NR"


def test_descriptions_are_told_from_titles(registry):
    assert sum(study.is_description for study in registry.studies) == 35


PRIMARY_RESPONSE = {
    "management_algorithm": (616, 641),
    "tocilizumab": (56, 82),
    "siltuximab": (15, 22),
    "ruxolitinib": (6, 6),
    "tocilizumab+corticosteroids": (4, 4),
    "cytokine_adsorption": (3, 4),
    "etanercept": (3, 3),
    "anakinra": (2, 2),
    "corticosteroids": (0, 1),
    "hemofiltration": (1, 1),
    "plasma_exchange": (1, 1),
    "dasatinib": (1, 1),
    "corticosteroids+etoposide": (0, 1),
    "emapalumab": (1, 1),
    "plasma_exchange+hemofiltration+ruxolitinib": (1, 1),
}
"""Events and patients of the primary rows, by intervention."""


def test_primary_response_rows(registry):
    records = registry.select(
        outcome=("crs_resolution", "crs_improvement"),
        analyse="primary",
        role=("treatment_first_line", "treatment_refractory"),
    )
    assert len(records) == 30
    totals: dict[str, tuple[int, int]] = {}
    for row in records:
        events, n = totals.get(row.intervention, (0, 0))
        totals[row.intervention] = (events + row.events, n + row.n)
    assert totals == PRIMARY_RESPONSE
