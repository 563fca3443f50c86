"""Funnel and evidence map: places, words, shapes, files."""

import math
from dataclasses import replace

import pytest

import metasyn as ms
from metasyn.effects.arrays import read_only
from metasyn.figures.evidence_map import evidence_map, map_layout, write_evidence_map
from metasyn.figures.evidence_map_counts import CLASSES
from metasyn.figures.funnel import funnel_layout, write_funnel
from metasyn.figures.marks import Text
from metasyn.records import Code, CodeList

LONG = "Tocilizumab together with corticosteroids after failure of anakinra, any dose and line "


def check(layout):
    """No texts overlap, nothing is clipped, no text touches a point."""
    for page in layout.pages:
        for i, text in enumerate(page.texts):
            for other in page.texts[i + 1 :]:
                assert not text.box.overlaps(other.box), (text.text, other.text)
        for mark in page.marks:
            assert mark.box.left >= 0 and mark.box.top >= 0, mark
            assert mark.box.right <= page.width and mark.box.bottom <= page.height, mark
        points = [m for m in page.marks if m.role in ("bubble", "key") and type(m) is not Text]
        for text in page.texts:
            assert not any(text.box.overlaps(point.box) for point in points), text.text


def shapes(layout, role):
    return [m for m in layout.pages[0].marks if m.role == role and not isinstance(m, Text)]


def words(layout, role):
    return [t.text for t in layout.pages[0].texts if t.role == role]


@pytest.fixture
def funnel(ratios):
    return ratios([-0.9, -0.3, 0.4, -1.6], [0.1, 0.4, 0.8, 0.3])


def test_funnel_points_stand_at_estimate_and_standard_error(funnel):
    layout = funnel_layout(funnel)
    check(layout)
    points = {p.row: p for p in shapes(layout, "study")}
    assert set(points) == {0, 1, 2, 3}
    # the more precise, the higher; smaller ratios further left
    assert points[0].y < points[3].y < points[1].y < points[2].y
    assert points[3].x < points[0].x < points[1].x < points[2].x
    assert points[1].y - points[0].y == pytest.approx(3 * (points[3].y - points[0].y) / 2)


def test_funnel_contours_stand_about_no_effect_and_the_dashes_about_the_pooled_value(funnel):
    layout = funnel_layout(funnel)
    (null,), (centre,) = shapes(layout, "null"), shapes(layout, "centre")
    _, *wedges = shapes(layout, "contour")
    assert len(wedges) == 3
    assert {wedge.points[0] for wedge in wedges} == {(null.x1, null.y1)}
    for line in shapes(layout, "pseudo-interval"):
        assert line.points[0] == pytest.approx((centre.x1, centre.y1))
    assert centre.x1 < null.x1
    assert words(layout, "key")[1:] == [
        "p > 0.10",
        "0.05 < p < 0.10",
        "0.01 < p < 0.05",
        "p < 0.01",
    ]


@pytest.mark.parametrize(("z", "inside"), [(1.6, True), (1.7, False)])
def test_a_study_stands_in_the_shade_of_its_p_value(ratios, z, inside):
    # p = 0.10 lies at z = 1.645: a study just within stands in the white wedge, one beyond does not
    layout = funnel_layout(ratios([z * 0.3, -1.0, 1.0], [0.3, 0.5, 0.5]))
    white = shapes(layout, "contour")[-1]
    study = next(p for p in shapes(layout, "study") if p.row == 0)
    apex, corner = white.points[0], white.points[1]
    edge = apex[0] + (corner[0] - apex[0]) * (study.y - apex[1]) / (corner[1] - apex[1])
    assert (study.x < edge) is inside


def test_funnel_of_differences_and_of_proportions(ratios):
    check(funnel_layout(ratios([0.3, -0.2], [0.2, 0.4], measure="SMD")))
    logits = funnel_layout(ratios([1.3, 0.2], [0.2, 0.4], measure="PLO"))
    check(logits)
    assert not shapes(logits, "contour")


def test_funnel_says_when_studies_are_few_or_missing(ratios):
    pooled = ratios([0.3, -0.2, 0.1], [0.2, 0.4, 0.4])
    yi = read_only([0.3, math.nan, 0.1])
    pooled = replace(pooled, data=replace(pooled.data, yi=yi))
    said = " ".join(words(funnel_layout(pooled), "footer"))
    assert "With fewer than 10 studies asymmetry can hardly be judged." in said
    assert "1 of 3 studies have no estimate and are not drawn." in said


def test_studies_that_trim_and_fill_added_are_hollow(funnel):
    layout = funnel_layout(funnel, filled=[(0.9, 0.3)])
    (added,) = shapes(layout, "filled")
    assert added.fill == "#ffffff"
    assert "Added by trim and fill" in words(layout, "key")


def test_counts_have_no_funnel():
    with pytest.raises(ms.SpecError, match="needs estimates with variances"):
        funnel_layout(ms.pool(ms.counts(ai=[1], bi=[9], ci=[2], di=[8]), ms.MantelHaenszel()))


@pytest.fixture
def results(crs):
    """Results of the pooled line, with other ids, designs, outcomes and treatments."""
    records = [row.record for row in crs.line("tocilizumab").studies]
    found = []
    for i, record in enumerate(records):
        study = replace(record.study, study_id=f"S{i}")
        found.append(replace(record, study=study))
        found.append(replace(record, study=study, outcome="death_any"))
    other = replace(records[0].study, study_id="S99", design="rct")
    return [*found, replace(records[0], study=other, intervention="anakinra")]


@pytest.fixture
def codes():
    return {
        "intervention": CodeList([Code("anakinra", "Anakinra"), Code("tocilizumab", LONG)]),
        "outcome": CodeList(
            [Code("crs_resolution", "CRS resolution, all grades"), Code("death_any", "Death")]
        ),
    }


def test_the_map_counts_different_studies_by_class_of_design(results, codes):
    found = evidence_map([*results, *results], codes)
    assert found.rows == (("anakinra", "Anakinra"), ("tocilizumab", LONG.strip()))
    counted = [found.count("tocilizumab", "death_any", c) for c in range(len(CLASSES))]
    assert counted == [0, 2, 2, 3]  # trials, cohorts, series, case reports
    assert found.count("anakinra", "crs_resolution", 0) == 1
    assert found.total(row="tocilizumab") == 7 and found.total() == 8
    assert found.total(outcome="death_any") == 7


def test_bubbles_have_areas_in_proportion_to_studies(results, codes):
    layout = map_layout(evidence_map(results, codes), title="What was studied")
    check(layout)
    radii = sorted({bubble.radius for bubble in shapes(layout, "bubble") if bubble.row is not None})
    # one, two and three studies
    assert [r**2 / radii[0] ** 2 for r in radii] == pytest.approx([1, 2, 3])
    assert words(layout, "total") == ["1", "7"]


def test_many_outcomes_stand_in_bands_that_a_page_holds(results):
    many = [
        replace(result, outcome=f"outcome_{n:02d}", intervention=f"drug_{n % 7}")
        for n in range(40)
        for result in results[:2]
    ]
    layout = map_layout(evidence_map(many, {}))
    check(layout)
    assert layout.pages[0].width < 900
    headers = [word for word in words(layout, "header") if word != "Studies"]
    assert headers == [f"outcome_{n:02d}" for n in range(40)]
    tops = [text.y for text in layout.pages[0].texts if text.text == "Studies"]
    assert len(tops) > 2 and tops == sorted(set(tops))


def test_a_large_map_comes_in_pages(results, tmp_path):
    many = [
        replace(
            result, outcome=f"outcome_{n:02d}", intervention=f"drug_{drug:02d} " * (1 + drug % 3)
        )
        for n in range(12)
        for drug in range(40)
        for result in results[: 1 + (n + drug) % 3]
    ]
    layout = map_layout(evidence_map(many, {}), title="Forty by twelve", page_height=792.0)
    assert len(layout.pages) > 1
    for page in layout.pages:
        assert page.height <= 792.0
        check(replace(layout, pages=(page,)))
    whole = map_layout(evidence_map(many, {}), title="Forty by twelve")
    totals = [[m.text for page in one.pages for m in page.of("total")] for one in (whole, layout)]
    assert totals[0] == totals[1] and len(totals[0]) == 40 * len(evidence_bands(whole))
    assert write_evidence_map(many, tmp_path / "m.pdf", codes={}).stat().st_size > 1000


def evidence_bands(layout):
    """Heights at which a part of the outcomes begins."""
    return {text.y for text in layout.pages[0].texts if text.text == "Studies"}


def test_the_map_says_what_is_missing_or_misnamed(results, codes):
    with pytest.raises(ms.SpecError, match="no result to map"):
        evidence_map([], codes)
    with pytest.raises(ms.SpecError, match="no such field"):
        evidence_map(results, codes, by="drug")


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_figures_are_written_with_the_same_bytes(funnel, results, codes, tmp_path, suffix):
    for name in "ab":
        write_funnel(funnel, tmp_path / f"funnel-{name}.{suffix}", dpi=60)
        write_evidence_map(results, tmp_path / f"map-{name}.{suffix}", codes=codes, dpi=60)
    for figure in ("funnel", "map"):
        first, second = ((tmp_path / f"{figure}-{n}.{suffix}").read_bytes() for n in "ab")
        assert first == second
