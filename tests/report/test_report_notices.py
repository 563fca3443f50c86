"""Retracted and questioned reports are told wherever they stand; CRS statements have badges."""

from __future__ import annotations

from pathlib import Path

import pytest

import metasyn as ms
from metasyn.registry.notices import Notice
from metasyn.report.assemble import assemble
from metasyn.report.badges import Badges
from metasyn.report.html import to_html
from metasyn.report.material import Material

CRS = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(CRS)


def document(registry):
    records = registry.select(outcome=("crs_resolution", "crs_improvement"), analyse="primary")
    groups = ms.pool_by(records, "intervention")
    return assemble(Material("T", "Q", groups, drawing=SVG, statements=registry.statements))


@pytest.fixture(scope="module")
def noticed(registry):
    return document(
        registry.with_notices(
            [
                Notice("retraction", "10.1097/cji.0000000000000243", "", "2024-03-01", "Error"),
                Notice("concern", _doi(registry, "S0019"), "", "", ""),
            ]
        )
    )


def _doi(registry, study_id):
    return next(s.doi.casefold() for s in registry.studies if s.study_id == study_id)


def texts(document, table):
    rows = next(t for t in document.tables() if t.id == table).rows
    return [cell.text + cell.detail for row in rows for cell in row.cells]


def test_the_35_crs_statements_have_badges(registry):
    found = document(registry)
    section = next(s for s in found.sections if s.id == "statements")
    blocks = [block for block in section.blocks if isinstance(block, Badges)]
    of_treatments = [
        quote.id for block in blocks[:2] for item in block.items for quote in item.quotes
    ]
    assert sorted(of_treatments) == [f"T{number:04}" for number in range(1, 36)]
    total = next(t for t in found.tables() if t.id == "tallies").rows[-1]
    assert [cell.value for cell in total.cells[1:6]] == [14, 5, 9, 0, 28]
    page = to_html(found)
    assert page.count('<details class="said">') == sum(len(block.items) for block in blocks)


def test_a_retracted_report_is_out_and_named(noticed):
    said = [one.text for one in noticed.sentences()]
    assert any("set aside because of the retraction of Liu 2018." in text for text in said)
    assert "Liu 2018 (retracted)" in texts(noticed, "set-aside")
    assert not [text for text in texts(noticed, "rows") if "Liu 2018" in text]
    flow = next(t for t in noticed.tables() if t.id == "flow")
    column = [c.heading for c in flow.columns].index("Set aside: report retracted")
    assert flow.rows[-1].cells[column].value > 0


def test_a_report_in_question_is_flagged_in_every_table(noticed):
    flag = "Pan 2021 (expression of concern)"
    for table in ("rows", "characteristics", "statements"):
        assert [text for text in texts(noticed, table) if flag in text], table
    assert any(text.startswith("Pan 2021 was placed under") for text in _cautions(noticed))


def _cautions(document):
    section = next(s for s in document.sections if s.id == "statements")
    return [one.text for one in section.blocks[1].sentences]


def test_without_notices_nothing_is_said(registry):
    found = document(registry)
    assert not [one for one in found.sentences() if "retract" in one.text]
