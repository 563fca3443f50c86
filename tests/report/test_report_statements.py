"""Statements are tallied and listed, never weighed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metasyn.records import Provenance, Statement
from metasyn.report.assemble import assemble
from metasyn.report.data import to_json
from metasyn.report.sections.statements import statements

FIELDS = (
    "statement_id",
    "citing_label",
    "citing_study_id",
    "cited_study_id",
    "intervention",
    "outcome",
    "stance",
)


def say(number: int, citing: str, cited: str, intervention: str, stance: str) -> Statement:
    place = Provenance("statements", number + 1, {name: i for i, name in enumerate(FIELDS, 1)})
    return Statement(
        f"T{number:04}", citing, "", cited, intervention, "", stance, "discussion", "review",
        "It worked.", "javascript:alert(3)", place,
    )  # fmt: skip


@pytest.fixture
def told(material):
    given = (
        say(1, "Review 2020", "S0001", "hemofiltration", "supporting"),
        say(2, "Review 2020", "S0004", "tocilizumab", "supporting"),
        say(3, "Editor 2021", "", "tocilizumab", "contrasting"),
        say(4, "Review 2020", "", "tocilizumab", "mentioning"),
        say(5, "Other 2022", "", "anakinra", "mentioning"),
    )
    return replace(material, statements=given)


def table(told, name: str):
    return next(t for t in statements(told).blocks if getattr(t, "id", "") == name)


def test_tallies_add_up(told):
    rows = {
        row.cells[0].text: [c.value for c in row.cells[1:]] for row in table(told, "tallies").rows
    }
    assert rows == {"Tocilizumab": [1, 1, 1, 3, 2], "Hemofiltration": [1, 0, 0, 1, 1]}


def test_only_statements_on_this_question_are_listed(told):
    listed = [row.cells[-1].text for row in table(told, "statements").rows]
    assert listed == ["T0001", "T0002", "T0003", "T0004"]
    assert "1 further statement concerns others." in [
        one.text for one in statements(told).blocks[0].sentences
    ]


def test_statements_lead_to_their_cells_and_nowhere_dangerous(told):
    first = table(told, "statements").rows[0]
    assert first.cells[-1].detail == "statements!G2"
    assert first.cells[0].href == ""


def test_statements_change_no_result(told, material):
    assert to_json(told) == to_json(material)


def test_no_statement_no_section(material, told):
    assert "statements" not in [section.id for section in assemble(material).sections]
    assert "statements" in [section.id for section in assemble(told).sections]
