"""Swimmer plot: lanes, bars, signs, axes, and what is said about the order."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import metasyn as ms
from metasyn.figures.marks import Text
from metasyn.figures.swimmer import swimmer_layout
from metasyn.records.treatment_course import treatment_courses


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(Path(__file__).parents[2] / "studies" / "severe_crs.xlsx")


def layout_of(registry, studies=(), extras=None, **changes):
    rows = [row for row in registry.results if not studies or row.study_id in studies]
    rows = [replace(row, **changes) for row in rows]
    if extras:
        rows = [replace(r, extras=extras.get(r.arm.split()[0], {})) for r in rows]
    return swimmer_layout(treatment_courses(rows), registry.codes)


DAYS = {
    "tocilizumab": {"day_start": "2", "day_end": "4"},
    "glucocorticoids": {"day_start": "3", "day_end": "9"},
    "hemofiltration": {"day_start": "8"},
}


def check(layout):
    """Texts apart, nothing clipped, no text on a bar or a sign."""
    (page,) = layout.pages
    for a, b in itertools.combinations(page.texts, 2):
        assert not a.box.overlaps(b.box), (a.text, b.text)
    shapes = [m for m in page.marks if m.role in ("bar", "sign", "harm", "key", "open")]
    for text in page.texts:
        for shape in shapes:
            if not isinstance(shape, Text):
                assert not text.box.overlaps(shape.box), text.text
    for mark in page.marks:
        box = mark.box
        assert box.left >= 0 and box.top >= 0
        assert box.right <= page.width and box.bottom <= page.height


def marks(layout, role):
    return [m for m in layout.pages[0].marks if m.role == role and not isinstance(m, Text)]


def words(layout, role):
    return [text.text for text in layout.pages[0].texts if text.role == role]


def test_every_single_patient_of_the_registry_has_a_lane(registry):
    layout = layout_of(registry)
    check(layout)
    patients = {
        row.patient_group for row in registry.results if row.n == 1 and row.role != "comparator"
    }
    assert set(layout.keys) == patients
    assert words(layout, "axis-title") == ["Line of treatment: order, not days"]
    assert "components of a combination: R0259, R0260, R0261" in " ".join(words(layout, "footer"))


def test_the_seed_case_from_left_to_right(registry):
    layout = layout_of(registry, ["S0001"])
    check(layout)
    assert words(layout, "treatment") == [
        "tocilizumab", "glucocorticoids", "hemofiltration after drug failure",
    ]  # fmt: skip
    first, second, third = marks(layout, "bar")
    # Two drugs in one line: side by side, and the order is said to be open.
    assert (first.x, first.width) == (second.x, second.width)
    assert third.x > first.x + first.width
    assert first.fill == second.fill != third.fill
    assert words(layout, "tick") == ["Treatment, first line", "Treatment, refractory"]
    said = " ".join(words(layout, "footer"))
    assert "1 patient has several treatments in one line" in said


def test_days_have_an_axis_of_days(registry):
    layout = layout_of(registry, ["S0001"], DAYS)
    check(layout)
    assert words(layout, "axis-title") == ["Day, as reported"]
    ticks = {t.text: t.x for t in layout.pages[0].texts if t.role == "tick"}
    bars = marks(layout, "bar")
    assert bars[0].x == pytest.approx(ticks["2"])
    # Day 4 is the last day, so the bar ends where day 5 begins.
    day = (ticks["4"] - ticks["2"]) / 2
    assert bars[0].width == pytest.approx(3 * day)
    assert bars[2].x == pytest.approx(ticks["8"])
    assert len(marks(layout, "open")) == 1  # nobody says when hemofiltration ended
    assert "in one line" not in " ".join(words(layout, "footer"))


def test_patients_with_and_without_days_stand_on_axes_of_their_own(registry):
    rows = [
        replace(row, extras=DAYS.get(row.arm.split()[0], {})) if row.study_id == "S0001" else row
        for row in registry.results
        if row.study_id in ("S0001", "S0064")
    ]
    layout = swimmer_layout(treatment_courses(rows), registry.codes)
    check(layout)
    assert words(layout, "axis-title") == ["Day, as reported", "Line of treatment: order, not days"]
    assert layout.keys == ("S0001-A", "S0064-A")
    said = " ".join(words(layout, "footer"))
    assert "Days are given for some treatments only in 1 patient" in said


def test_harm_without_a_response_has_its_own_sign(registry):
    layout = layout_of(registry, ["S0068"])
    assert len([m for m in marks(layout, "harm") if m.row == 0]) == 1
    assert not [m for m in marks(layout, "sign") if m.row == 0]
    assert "Death, any cause" in " ".join(words(layout, "outcome"))


@pytest.mark.parametrize(
    "label", ["Wu " * 30, "复旦大学附属肿瘤医院细胞因子释放综合征登记研究二〇一八"]
)
def test_long_words_are_wrapped(registry, label):
    rows = [row for row in registry.results if row.study_id == "S0001"]
    study = replace(rows[0].study, label=label.strip())
    rows = [replace(row, study=study, arm=f"{row.arm} {label} ".strip()) for row in rows]
    check(swimmer_layout(treatment_courses(rows), None, title=label * 4))


def test_nothing_to_draw_is_refused(registry, tmp_path):
    empty = SimpleNamespace(results=(), codes={})
    with pytest.raises(ms.SpecError, match="no single patient"):
        ms.write_swimmer(empty, tmp_path / "x.svg")
    with pytest.raises(ms.SpecError, match="no single patient"):
        ms.write_swimmer(registry, tmp_path / "x.svg", studies=["S9999"])


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_swimmer_files_have_the_same_bytes_each_time(registry, suffix, tmp_path):
    files = [
        ms.write_swimmer(registry, tmp_path / f"{n}.{suffix}", studies=["S0001"], dpi=60)
        for n in "ab"
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_many_patients_come_in_pages_on_the_same_axes(registry, tmp_path):
    courses = treatment_courses(registry.results)
    many = [
        replace(course, patient=f"{course.patient} {i}") for i in range(9) for course in courses
    ]
    whole = swimmer_layout(many, registry.codes)
    layout = swimmer_layout(many, registry.codes, page_height=792.0)
    assert len(whole.pages) == 1 < len(layout.pages) and whole.keys == layout.keys
    assert all(page.height <= 792.0 for page in layout.pages)
    lanes = [{m.row for m in page.marks if m.role == "bar"} for page in layout.pages]
    assert sorted(row for rows in lanes for row in rows) == list(range(len(many)))
    for page in layout.pages:
        check(replace(layout, pages=(page,)))

    def bars(layout):
        return [
            (m.row, m.x, m.width) for page in layout.pages for m in page.marks if m.role == "bar"
        ]

    assert bars(layout) == bars(whole)
    assert "(continued)" in " ".join(text.text for text in layout.pages[1].texts)
    file = ms.write_swimmer(registry, tmp_path / "s.pdf")
    assert file.read_bytes().startswith(b"%PDF")
