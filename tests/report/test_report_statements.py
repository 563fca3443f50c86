"""Statements are tallied and listed, never weighed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metasyn.records import Provenance, Statement
from metasyn.report.assemble import assemble
from metasyn.report.badges import Badges
from metasyn.report.data import to_json
from metasyn.report.document import Paragraph
from metasyn.report.html import to_html
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
    rows = [
        (row.cells[0].text, row.cells[0].detail, [c.value for c in row.cells[1:]])
        for row in table(told, "tallies").rows
    ]
    # supporting, contrasting, mentioning, unclassified, all, without self-citations, citing, in
    assert rows == [
        ("Tocilizumab", "no outcome named", [1, 1, 1, 0, 3, 3, 2, 3]),
        ("Hemofiltration", "no outcome named", [1, 0, 0, 0, 1, 1, 1, 1]),
        ("All", "", [2, 1, 1, 0, 4, 4, 2, 4]),
    ]


def badges(told):
    return [block for block in statements(told).blocks if isinstance(block, Badges)]


def test_every_badge_opens_the_statements_that_it_counts(told):
    on_lines, on_others, on_reports = badges(told)
    assert [(item.label, len(item.quotes)) for item in on_others.items] == [("anakinra", 1)]
    assert {item.label: [q.id for q in item.quotes] for item in on_lines.items} == {
        "Tocilizumab": ["T0002", "T0003", "T0004"],
        "Hemofiltration": ["T0001"],
        **{
            line.label: []
            for line in told.groups.lines
            if line.code not in ("tocilizumab", "hemofiltration")
        },
    }
    assert sum(len(item.quotes) for block in (on_lines, on_others) for item in block.items) == 5
    assert {q.id for item in on_reports.items for q in item.quotes} == {"T0001", "T0002"}


def test_zeros_are_said(told):
    on_lines, _, on_reports = badges(told)
    empty = [item for item in on_lines.items if not item.quotes]
    assert empty
    assert all(item.words == "no statements" for item in empty)
    assert all("none recorded" in item.svg for item in empty)
    assert on_reports.sentences[-1].text.startswith("No statement is recorded on ")


def test_writers_without_badges_have_their_words(told):
    on_lines = badges(told)[0]
    assert isinstance(on_lines, Paragraph)
    assert on_lines.sentences[0].text.endswith(f"{on_lines.items[0].words}.")


def test_the_page_unfolds_badges_without_scripts(told):
    page = to_html(assemble(told))
    assert page.count('<details class="said">') == sum(len(block.items) for block in badges(told))
    assert page.count("<summary>") == page.count("</summary>") == page.count("<details")
    assert "No statement is recorded.</p>" in page
    assert (
        'aria-label="1 supporting, 0 contrasting, 0 mentioning (1 statement in 1 report)"' in page
    )
    assert 'href="javascript:' not in page


def test_what_a_statement_says_is_never_obeyed(told):
    evil = "<script>alert(5)</script>"
    one = replace(told.statements[0], paraphrase=evil, quotation=evil, citing_label=evil, stance="")
    page = to_html(assemble(replace(told, statements=(one,))))
    assert "<script>alert(5)" not in page
    assert page.count("&lt;script&gt;alert(5)") > 3
    assert "Unclassified." in page


def test_notices_stand_before_the_numbers(told):
    one = replace(told.statements[0], citing_notice="retraction")
    blocks = statements(replace(told, statements=(one,))).blocks
    assert (blocks[1].lead, blocks[1].tone) == ("Editorial notices.", "caution")
    assert blocks[1].sentences[0].text == "Review 2020 was retracted."
    assert blocks[2].id == "tallies"


def test_how_reliable_the_classes_are_is_said(told):
    texts = [
        one.text
        for block in statements(told).blocks
        if isinstance(block, Paragraph) and block.lead == "How reliable the classes are."
        for one in block.sentences
    ]
    assert texts[0].startswith("No statement of 5 was classed by two people")


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
