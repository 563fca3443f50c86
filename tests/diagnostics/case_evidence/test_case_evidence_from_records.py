"""From the workbook's rows to what single cases add."""

from pathlib import Path

import pytest

import metasyn as ms

WORKBOOK = Path(__file__).parents[3] / "studies" / "severe_crs.xlsx"


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(WORKBOOK)


def select(registry, intervention):
    return registry.select(
        outcome=("crs_resolution", "crs_improvement"), analyse="primary", intervention=intervention
    )


def test_records_say_the_same_as_their_pooled_line(registry):
    records = select(registry, "tocilizumab")
    pooled = ms.pool_by(records, "intervention")["tocilizumab"]
    from_records, from_line = ms.case_evidence(records), ms.case_evidence(pooled)
    assert from_records.pooled.estimate == pytest.approx(from_line.pooled.estimate, rel=1e-12)
    assert from_records.summary() == from_line.summary()


def test_the_seed_case_alone_is_a_fraction_of_published_cases(registry):
    evidence = ms.case_evidence(select(registry, "hemofiltration"))
    assert [record.result_id for record in evidence.pooled.data.records] == ["R0003"]
    assert "published-case success fraction is 100% (1 of 1" in evidence.summary()


def test_the_direction_comes_from_the_rows(registry):
    deaths = registry.select(outcome="death_any", intervention="hemofiltration")
    assert ms.case_evidence(deaths).direction == "harm"
    assert ms.case_evidence(select(registry, "tocilizumab")).direction == "benefit"


def test_rows_that_share_patients_count_once_and_are_named(registry):
    deaths = registry.select(outcome="death_any", intervention="standard_care")
    evidence = ms.case_evidence(deaths)
    aside = {
        note.message.split()[0] for note in evidence.pooled.data.notes if note.code == "set-aside"
    }
    kept = {record.result_id for record in evidence.pooled.data.records}
    assert aside
    assert aside | kept == {record.result_id for record in deaths}
    assert not aside & kept
