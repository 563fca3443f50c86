"""Rows that answer a question, and those set aside: nothing vanishes."""

from __future__ import annotations

import pytest

import metasyn as ms


def ids(rows):
    return [row.result_id for row in rows]


def aside(records):
    return {item.record.result_id: item.code for item in records.set_aside}


def test_everything_without_a_question(book, tmp_path):
    records = book.read(tmp_path).select()
    assert ids(records) == ["R0001", "R0002", "R0003", "R0004", "R0005", "R0006", "R0007"]
    assert records.set_aside == ()
    assert records.query == {}


def test_outcome_chooses_and_analyse_sets_aside(book, tmp_path):
    records = book.read(tmp_path).select(outcome="response", analyse="primary")
    assert ids(records) == ["R0001", "R0002", "R0003", "R0006"]
    assert aside(records) == {"R0004": "analyse-sensitivity"}
    assert records.set_aside[0].reason == "Marked analyse = sensitivity: first line."


def test_role_sets_aside(book, tmp_path):
    records = book.read(tmp_path).select(outcome="response", role="treatment_first_line")
    assert aside(records) == {"R0003": "role"}


def test_intervention_and_design_choose(book, tmp_path):
    registry = book.read(tmp_path)
    assert ids(registry.select(intervention="placebo")) == ["R0003"]
    assert ids(registry.select(design=["case_report", "case_series"])) == [
        "R0001",
        "R0004",
        "R0005",
    ]


def test_the_order_of_outcomes_is_kept(book, tmp_path):
    records = book.read(tmp_path).select(outcome=("time_to_response", "response"))
    assert records.query["outcome"] == ("time_to_response", "response")
    assert len(records) + len(records.set_aside) == 6


@pytest.mark.parametrize(
    ("argument", "word", "meant"),
    [
        ("outcome", "respons", "response"),
        ("analyse", "Primary", "primary"),
        ("role", "Treatment, first line", "treatment_first_line"),
        ("intervention", "placbo", "placebo"),
        ("design", "case report", "case_report"),
    ],
)
def test_an_unknown_code_is_refused_with_a_suggestion(argument, word, meant, book, tmp_path):
    with pytest.raises(ms.SpecError, match=f"{argument} '{word}'.*Did you mean '{meant}'"):
        book.read(tmp_path).select(**{argument: word})


def test_a_row_with_a_wrong_cell_is_set_aside(book, tmp_path):
    book.set("results", 2, "events", "one")
    records = book.read(tmp_path).select(outcome="response")
    assert aside(records) == {"R0001": "bad-cells"}
    assert "results!M2 one" in records.set_aside[0].reason


def test_a_row_whose_outcome_cannot_be_read_is_set_aside(book, tmp_path):
    book.set("results", 2, "outcome", "responze")
    records = book.read(tmp_path).select(outcome="death_any")
    assert aside(records) == {"R0001": "bad-cells"}
    assert ids(records) == ["R0007"]


def test_results_of_a_wrong_study_row_are_set_aside(book, tmp_path):
    book.set("studies", 3, "design", "randomised")
    records = book.read(tmp_path).select(outcome="response", design="rct")
    assert aside(records) == {"R0002": "bad-cells", "R0003": "bad-cells"}
    assert len(records) == 0


def test_results_without_a_study_are_set_aside(book, tmp_path):
    book.set("results", 2, "study_id", "S0099")
    registry = book.read(tmp_path)
    assert len(registry.results) == 7
    assert aside(registry.select(outcome="response")) == {"R0001": "bad-cells"}


@pytest.mark.parametrize("name", ["events", "outcome", "study_id"])
def test_a_renamed_column_sets_every_row_aside(name, book, tmp_path):
    book.sheets["results"][0][book.column("results", name)] = f"{name}_"
    records = book.read(tmp_path).select(outcome="response")
    assert len(records) == 0
    assert set(aside(records).values()) == {"bad-cells"}
    assert {"R0001", "R0002", "R0003", "R0004", "R0006"} <= set(aside(records))


@pytest.mark.parametrize("name", ["lists", "studies"])
def test_without_lists_or_studies_nothing_is_analysed(name, book, tmp_path):
    del book.sheets[name]
    records = book.read(tmp_path).select()
    assert len(records) == 0
    assert len(records.set_aside) == 7


@pytest.mark.parametrize(("tab", "kept"), [("list", 0), ("Study", 0), ("statement", 7)])
def test_a_renamed_tab_sets_aside_what_depends_on_it(tab, kept, book, tmp_path):
    meant = {"list": "lists", "Study": "studies", "statement": "statements"}[tab]
    book.sheets[tab] = book.sheets.pop(meant)
    registry = book.read(tmp_path)
    assert [issue.code for issue in registry.issues] == ["sheet-renamed"]
    assert len(registry.select()) == kept


def test_a_wrong_statement_sets_no_result_aside(book, tmp_path):
    book.set("statements", 2, "stance", "in favour")
    registry = book.read(tmp_path)
    assert len(registry.issues.errors) == 1
    assert len(registry.select()) == 7


def test_rows_in_are_rows_chosen_and_rows_set_aside(crs_path):
    registry = ms.read_registry(crs_path)
    for outcome in registry.codes["outcome"]:
        every = [row for row in registry.results if row.outcome == outcome]
        records = registry.select(outcome=outcome, analyse="primary", role="comparator")
        assert len(records) + len(records.set_aside) == len(every)
