"""Figures of the whole registry stand in the report only where the registry has their data."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from metasyn.records import Provenance
from metasyn.records.appraisal import Appraisal
from metasyn.records.appraisal_tools import TOOLS
from metasyn.records.search_flow import SearchFlow
from metasyn.registry.flow_sheet import build_flow
from metasyn.report.assemble import assemble
from metasyn.report.document import Figure
from metasyn.report.registry_figures import registry_figures

NO_FLOW = build_flow({})


@dataclass(frozen=True)
class Review:
    """What a registry holds, made by hand."""

    studies: tuple
    results: tuple
    codes: object
    statements: tuple = ()
    appraisals: tuple = ()
    certainty: tuple = ()
    flow: SearchFlow = NO_FLOW


def judged() -> tuple[Appraisal, ...]:
    tool = next(one for one in TOOLS if one.code == "murad")
    place = Provenance("appraisals", 2)
    return tuple(
        Appraisal("S0001", "", tool.code, tool.versions[0], domain.code, tool.levels[0].code,
                  "p. 2", "AB", place, {})
        for domain in tool.columns
    )  # fmt: skip


@pytest.fixture
def review(groups):
    records = groups.records
    return Review(records.studies, records.rows, records.codes)


def test_without_appraisals_there_is_no_such_section(review, groups, material):
    figures = registry_figures(review, groups, paper=False)
    assert set(figures) == {"search-flow", "evidence-map", "case-courses"}
    ids = [section.id for section in assemble(replace(material, figures=figures)).sections]
    assert "risk-of-bias" not in ids
    assert ids.index("search-flow") == ids.index("flow") - 1
    assert ids.index("case-courses") == ids.index("cases") + 1


def test_appraisals_are_drawn_tool_by_tool(review, groups, material):
    figures = registry_figures(replace(review, appraisals=judged()), groups, paper=False)
    assert [one.id for one in figures["risk-of-bias"]] == [
        "appraisal-murad",
        "appraisal-murad-summary",
    ]
    document = assemble(replace(material, figures=figures))
    section = next(one for one in document.sections if one.id == "risk-of-bias")
    drawn = [block for block in section.blocks if isinstance(block, Figure)]
    assert all(one.svg.startswith(("<?xml", "<svg")) and one.alt for one in drawn)
    (row,) = (
        row
        for table in document.tables()
        if table.id == "prisma"
        for row in table.rows
        if row.cells[0].text == "18"
    )
    assert (row.cells[3].text, row.cells[3].href) == ("Critical appraisal", "#risk-of-bias")


def test_figures_have_pages_only_for_paper(review, groups):
    found = registry_figures(review, groups, paper=True)
    assert all(one.plates and one.plates[0].png for figures in found.values() for one in figures)
