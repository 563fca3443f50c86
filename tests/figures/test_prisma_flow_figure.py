"""The flow diagram: what its boxes say, where they stand, and what it does not know."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import metasyn as ms
from metasyn.figures.marks import Line, Rectangle
from metasyn.figures.prisma_flow import prisma_flow_layout
from metasyn.figures.prisma_flow_boxes import flow_boxes
from metasyn.records.search_flow import SearchFlow

SIMPLE = {
    "database_results": {"MEDLINE": 810, "Embase": 620}, "register_results": 70,
    "duplicates": 500, "records_screened": 1000, "records_excluded": 880,
    "dbr_sought_reports": 120, "dbr_notretrieved_reports": 8, "dbr_assessed": 112,
    "dbr_excluded": {"No patient with a severe reaction of the kind that is studied here": 34},
    "new_studies": 70, "new_reports": 78,
}  # fmt: skip
OTHER = {
    "website_results": 5, "citations_results": 15, "other_sought_reports": 20,
    "other_notretrieved_reports": 2, "other_assessed": 18, "other_excluded": 8,
    "new_reports": 88,
}  # fmt: skip
PREVIOUS = {
    "previous_studies": 9, "previous_reports": 10, "total_studies": 79, "total_reports": 88,
}  # fmt: skip


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(Path(__file__).parents[2] / "studies" / "severe_crs.xlsx")


def with_flow(registry, numbers):
    flow = SearchFlow.of(numbers)
    return SimpleNamespace(studies=registry.studies, results=registry.results, flow=flow)


def check(layout):
    """Texts stay in their own boxes, boxes and texts apart, arrows out of the texts."""
    (page,) = layout.pages
    boxes = {m.row: m for m in page.marks if m.role == "box"}
    for a, b in itertools.combinations(page.texts, 2):
        assert not a.box.overlaps(b.box), (a.text, b.text)
    for a, b in itertools.combinations(boxes.values(), 2):
        assert not a.box.overlaps(b.box)
    for text in page.texts:
        if text.role == "flow":
            own = boxes[text.row].box
            assert own.left <= text.box.left and text.box.right <= own.right
            assert own.top <= text.box.top and text.box.bottom <= own.bottom
        for mark in page.marks:
            if mark.role in ("arrow", "arrow-head"):
                assert not text.box.overlaps(mark.box), text.text
    for mark in page.marks:
        box = mark.box
        assert box.left >= 0 and box.top >= 0
        assert box.right <= page.width and box.bottom <= page.height


def said(layout, role="flow"):
    texts = [t.text for t in layout.pages[0].texts if t.role == role]
    return " ".join(texts).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "numbers",
    [{}, SIMPLE, {**SIMPLE, **OTHER}, {**SIMPLE, **PREVIOUS}, {**SIMPLE, **OTHER, **PREVIOUS},
     {"database_results": None}],
)  # fmt: skip
@pytest.mark.parametrize("synthesis", [False, True])
def test_boxes_texts_and_arrows_stay_apart(registry, numbers, synthesis):
    records = registry.select(outcome="crs_resolution", analyse="primary") if synthesis else None
    check(prisma_flow_layout(with_flow(registry, numbers), records, title="A long title " * 12))


def test_a_registry_without_numbers_of_the_search_invents_none(registry):
    layout = prisma_flow_layout(registry)
    assert set(layout.keys) == {"registry"}
    assert f"Reports in the registry (n = {len(registry.studies)})" in said(layout)
    assert "are not known and not drawn" in said(layout, "footer")
    assert said(layout, "band-title") == ""


def test_the_synthesis_adds_up_to_the_registry(registry):
    records = registry.select(outcome="crs_resolution", analyse="primary")
    groups = ms.pool_by(records, "intervention", ms.BinomialNormal())
    for chosen in (records, groups):
        boxes = {box.code: box.lines[0].words for box in flow_boxes(registry, chosen)}
        n = {code: int(words.rpartition("= ")[2].rstrip(")")) for code, words in boxes.items()}
        assert n["synthesis"] + n["set-aside"] == n["answers"]
        assert n["answers"] + n["other-questions"] == len(registry.results)
        for box in flow_boxes(registry, chosen):
            if box.code == "set-aside":
                parts = [int(li.words.rpartition("= ")[2].rstrip(")")) for li in box.lines]
                assert sum(parts[1:]) == parts[0]


def test_absent_numbers_are_said_to_be_absent(registry):
    layout = prisma_flow_layout(with_flow(registry, {**SIMPLE, "records_excluded": None}))
    assert "Records excluded (n not given)" in said(layout)
    assert "it is not 0" in said(layout, "footer")
    assert "(n = 0)" not in said(layout)
    full = prisma_flow_layout(with_flow(registry, SIMPLE))
    assert said(full, "footer") == ""
    assert "not given" not in said(full)


def test_numbers_that_do_not_come_out_are_marked(registry):
    layout = prisma_flow_layout(with_flow(registry, {**SIMPLE, "records_screened": 999}))
    edges = {layout.keys[m.row]: m.edge for m in layout.pages[0].marks if m.role == "box"}
    plain = edges["identified"]
    assert {code for code, edge in edges.items() if edge != plain} == {
        "records_screened", "dbr_sought_reports",
    }  # fmt: skip
    assert "records screened 999, but 1430 databases + 70 registers" in said(layout, "footer")
    other = prisma_flow_layout(with_flow(registry, {"new_reports": 80}))
    assert "but the registry holds 78" in said(other, "footer")


def test_an_update_leads_from_the_previous_studies_to_the_total(registry):
    layout = prisma_flow_layout(with_flow(registry, {**SIMPLE, **OTHER, **PREVIOUS}))
    page = layout.pages[0]
    boxes = {
        layout.keys[m.row]: m for m in page.marks if isinstance(m, Rectangle) and m.row is not None
    }
    heads = [m.points[0] for m in page.marks if m.role == "arrow-head"]
    total, included = boxes["total"], boxes["included"]
    assert (total.x, total.y + total.height / 2) in heads
    assert (included.x + included.width, included.y + included.height / 2) in heads
    assert "New studies included in review (n = 70)" in said(layout)
    lines = [m for m in page.marks if isinstance(m, Line) and m.role == "arrow"]
    assert all(m.x1 == m.x2 or m.y1 == m.y2 for m in lines)
    simple = prisma_flow_layout(with_flow(registry, SIMPLE))
    assert "previous" not in simple.keys and "total" not in simple.keys
    assert "Studies included in review (n = 70)" in said(simple)


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_flow_files_have_the_same_bytes_each_time(registry, suffix, tmp_path):
    files = [ms.write_prisma_flow(registry, tmp_path / f"{n}.{suffix}", dpi=60) for n in "ab"]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_tall_flow_comes_in_pages_with_arrows_onwards(registry, tmp_path):
    reasons = {
        f"Reason {i}, told in so many words that it needs two lines": i + 1 for i in range(9)
    }
    numbers = {**SIMPLE, **OTHER, **PREVIOUS, "dbr_excluded": reasons}
    registry = with_flow(registry, numbers)
    whole = prisma_flow_layout(registry, title="Flow")
    layout = prisma_flow_layout(registry, title="Flow", page_height=420.0)
    assert len(layout.pages) > 1 and layout.keys == whole.keys
    boxes = [m.row for page in layout.pages for m in page.of("box")]
    assert sorted(boxes) == list(range(len(whole.keys)))
    for page in layout.pages:
        check(replace(layout, pages=(page,)))
    lowest = max(m.box.bottom for m in layout.pages[0].of("box"))
    heads = [m for m in layout.pages[0].of("arrow-head") if m.box.bottom > lowest]
    assert heads, "an arrow leads to the next page"
    assert prisma_flow_layout(registry, title="Flow", page_height=5000.0).pages == whole.pages
    file = ms.write_prisma_flow(registry, tmp_path / "flow.pdf")
    assert file.read_bytes().startswith(b"%PDF")
