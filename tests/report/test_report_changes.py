"""What a living review says of its last version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metasyn.diagnostics.living import EstimateChange, LivingChanges, Mover, changed_estimates
from metasyn.models.groups import Groups
from metasyn.records import Cell, Source
from metasyn.records.changes import CellChange, RegistryChanges, RowChange
from metasyn.report.assemble import assemble
from metasyn.report.document import Table
from metasyn.report.lines import estimate_text, limits_text, shown
from metasyn.report.sections.changes import changes_section

OLD, NEW = Source("v1.xlsx", "1" * 64), Source("v2.xlsx", "2" * 64)
ROWS = (
    RowChange("added", "studies", "S0058", "Kim 2021", row=59),
    RowChange("added", "results", "R0264", "Kim 2021", row=265),
    RowChange("added", "results", "R0265", "Kim 2021", row=266),
    RowChange(
        "changed",
        "results",
        "R0009",
        "Le 2018",
        (CellChange("events", "31", "", Cell("results", 10, 13), Cell("results", 10, 13)),),
        10,
    ),
)


def told(changes: LivingChanges, codes=None) -> str:
    section = changes_section(changes, codes)
    words = []
    for block in section.blocks:
        for item in getattr(block, "items", (block,)):
            words += [getattr(item, "lead", ""), *(s.text for s in getattr(item, "sentences", ()))]
        if isinstance(block, Table):
            words += [cell.text for row in block.rows for cell in row.cells]
    return " ".join(words)


@pytest.fixture
def change(groups: Groups) -> EstimateChange:
    result = groups["tocilizumab"]
    moved = replace(result, estimate=0.0)
    mover = Mover("R0264", "Kim 2021", "added", -0.7, 0.66)
    return EstimateChange(("crs_resolution",), "tocilizumab", "Tocilizumab", result, moved, mover)


def test_rows_are_counted_sheet_by_sheet():
    text = told(LivingChanges(RegistryChanges(OLD, NEW, ROWS), ()))
    assert (
        "Since then: 1 report added, 2 rows of results added and 1 row of results changed." in text
    )
    assert "(SHA-256 111111111111 then, 222222222222 now)" in text
    assert "No result of the lines that were compared has changed." in text
    assert "events (results!M10): 31 → blank" in text


def test_the_same_version_changes_nothing():
    text = told(LivingChanges(RegistryChanges(OLD, OLD, ()), ()))
    assert "Nothing has changed." in text
    assert "another result" not in text


def test_results_stand_before_and_after_with_the_row_that_moved_them(change, groups):
    text = told(LivingChanges(RegistryChanges(OLD, NEW, ROWS), (change,)), groups.records.codes)
    assert "Tocilizumab, CRS resolution." in text
    for word, one in (("Before", change.before), ("Now", change.after)):
        estimate, limits = estimate_text(shown(one), 1), limits_text(shown(one), 1)
        assert f"{word}: {estimate} (95% confidence interval {limits}), from 4 studies" in text
    assert "Kim 2021 (R0264, added) moved it most: without this change alone it would be 66" in text


def test_what_was_not_pooled_says_why(change, groups):
    changed = replace(change, before=groups["siltuximab"], after=None, mover=None)
    text = told(LivingChanges(RegistryChanges(OLD, NEW, ROWS), (changed,)))
    assert (
        "Before: not pooled (all 10 patients had the event; 2 studies and cases, 10 of 10" in text
    )
    assert "Now: no row." in text
    assert "moved it most" not in text


def test_the_report_has_the_section_only_where_versions_were_compared(material, groups):
    changes = LivingChanges(RegistryChanges(OLD, NEW, ROWS), changed_estimates(groups, groups))
    ids = [section.id for section in assemble(replace(material, changes=changes)).sections]
    assert ids[:4] == ["question", "brief", "summary", "changes"]
    assert "changes" not in [section.id for section in assemble(material).sections]
