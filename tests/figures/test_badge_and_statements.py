"""Badges and the column of statements: words and numbers, zeros too, nothing that runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

import metasyn as ms
from metasyn.errors import OutputError, SpecError
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Text
from metasyn.registry.notices import Notice
from metasyn.report.drawing import inline_svg

CRS = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
SVG = "{http://www.w3.org/2000/svg}"
OUTCOMES = ("crs_resolution", "crs_improvement")


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(CRS)


@pytest.fixture(scope="module")
def tallies(registry):
    return ms.tally(registry)


@pytest.fixture(scope="module")
def groups(registry):
    return ms.pool_by(registry.select(outcome=OUTCOMES, analyse="primary"), "intervention")


def words(svg):
    return [element.text for element in fromstring(svg).iter(f"{SVG}text")]


def test_every_class_has_its_word_and_number(tallies):
    assert words(ms.badge_svg(tallies.treatment("tocilizumab"))) == [
        "Statements", "2", "supporting", "2", "contrasting", "1", "mentioning", "in 4 reports",
    ]  # fmt: skip


def test_a_zero_of_a_class_is_said_and_unclassified_stands_apart(tallies):
    one = tallies.study("S0018")
    odd = replace(one, count=replace(one.count, unclassified=2, citing_reports=1))
    assert words(ms.badge_svg(odd)) == [
        "Statements", "2", "supporting", "0", "contrasting", "1", "mentioning", "2",
        "unclassified", "in 1 report",
    ]  # fmt: skip


def test_no_statements_are_said(tallies):
    svg = ms.badge_svg(tallies.study("S0001"))
    assert words(svg) == ["Statements", "none recorded"]
    assert fromstring(svg).get("aria-label") == "Statements on Liu 2018: no statements"


def test_notices_come_first(registry):
    found = ms.tally(
        registry.with_notices(
            [
                Notice("retraction", "10.1097/cji.0000000000000243", "", "", ""),
            ]
        )
    )
    assert words(ms.badge_svg(found.study("S0001")))[0] == "! Liu 2018 was retracted"
    two = replace(found.study("S0001"), notices=("A was retracted.", "B was corrected."))
    assert words(ms.badge_svg(two))[0] == "! A was retracted (+1 more)"


def test_nothing_in_a_label_is_obeyed(tallies):
    evil = '<script>alert(1)</script>" onload="x\x00\n& ]]>'
    one = replace(tallies.study("S0001"), label=evil, notices=(f"{evil} was retracted.",))
    svg = ms.badge_svg(one)
    assert "<script" not in svg
    root = fromstring(svg)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "rect", "path", "text")
    }
    assert not [name for e in root.iter() for name in e.attrib if name.startswith("on")]
    assert "alert(1)" in inline_svg(svg)


def test_parts_do_not_overlap_and_stay_inside(tallies):
    for one in (*tallies.studies, tallies.everything):
        root = fromstring(ms.badge_svg(one))
        width = float(root.get("width"))
        ends = 0.0
        for text in root.iter(f"{SVG}text"):
            left, length = float(text.get("x")), float(text.get("textLength"))
            assert left > ends
            ends = left + length
        assert ends < width


def test_a_badge_as_a_file(tallies, tmp_path):
    path = ms.write_badge(tallies.everything, tmp_path / "new" / "badge.svg")
    assert path.read_text(encoding="utf-8") == ms.badge_svg(tallies.everything)
    with pytest.raises(SpecError, match=r"must end in \.svg"):
        ms.write_badge(tallies.everything, tmp_path / "badge.png")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        ms.write_badge(tallies.everything, tmp_path / "file" / "badge.svg")


def column(layout):
    return [
        (layout.rows[mark.row].label, mark.text)
        for mark in layout.pages[0].marks
        if isinstance(mark, Text) and mark.role == "statements"
    ]


@pytest.mark.parametrize("style", ["plain", "revman", "bmj", "jama", "lancet"])
def test_the_column_stands_on_request_only(style, groups, tallies):
    assert column(forest_layout(groups, style)) == []
    layout = forest_layout(groups, style, statements=tallies)
    said = column(layout)
    assert ("Tocilizumab", "2 / 2 / 1") in said
    assert ("Narkhede 2023", "2 / 0 / 0") in said
    assert ("Liu 2018", "none") in said
    rows = [row for row in layout.rows if row.kind in ("heading", "study", "case")]
    assert len(said) == len(rows)
    assert any("no part in weights" in text.text for text in layout.pages[0].texts)


def test_the_column_changes_no_number(groups, tallies):
    plain, said = forest_layout(groups), forest_layout(groups, statements=tallies)
    for before, after in zip(plain.rows, said.rows, strict=True):
        assert (before.estimate, before.low, before.high, before.weight) == (
            after.estimate,
            after.low,
            after.high,
            after.weight,
        )
        assert dict(before.cells) == {k: v for k, v in after.cells.items() if k != "statements"}


def test_unclassed_statements_are_told_in_the_column(groups, tallies):
    tocilizumab = tallies.treatment("tocilizumab")
    stripped = tuple(replace(one, stance="") for one in tocilizumab.statements)
    from types import SimpleNamespace

    other = ms.tally(
        SimpleNamespace(
            studies=groups.records.studies,
            results=(),
            statements=stripped,
            codes=groups.records.codes,
        )
    )
    assert ("Tocilizumab", "0 / 0 / 0 + 5 unclassed") in column(
        forest_layout(groups, statements=other)
    )


def test_a_report_in_question_is_flagged_in_the_plot(registry):
    noticed = registry.with_notices(
        [Notice("concern", "10.1097/cji.0000000000000243", "", "2024-03-01", "")]
    )
    groups = ms.pool_by(noticed.select(outcome=OUTCOMES, analyse="primary"), "intervention")
    labels = [row.label for row in forest_layout(groups).rows]
    assert "Liu 2018 (expression of concern)" in labels
