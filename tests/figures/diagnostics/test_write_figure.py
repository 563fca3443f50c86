"""One call draws any result: the table of layouts, files, funnel axes."""

import math
from io import BytesIO

import numpy as np
import pytest
from matplotlib.image import imread

import metasyn as ms
from metasyn.figures.files import write_layout
from metasyn.figures.funnel import funnel_layout
from metasyn.figures.hexagons import hexagons
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Box, Line
from metasyn.figures.point_labels import Point, point_labels
from metasyn.figures.write_figure import LAYOUTS, figure_layout


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
@pytest.mark.parametrize("result_of", [ms.radial, ms.influence, ms.gosh, ms.profile_likelihood])
def test_the_same_bytes_every_time(bcg, tmp_path, suffix, result_of):
    files = [
        ms.write_figure(result_of(bcg), tmp_path / f"{name}.{suffix}", title="T", dpi=60)
        for name in "ab"
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_points_are_drawn_where_the_layout_says(bcg, tmp_path):
    result = ms.baujat(bcg)
    layout = figure_layout(result)
    image = imread(BytesIO(ms.write_figure(result, tmp_path / "b.png", dpi=144).read_bytes()))
    (page,) = layout.pages
    assert image.shape[:2] == (math.floor(2 * page.height), math.floor(2 * page.width))
    blue = np.array([0x01, 0x73, 0xB2]) / 255
    for point in page.of("study")[:5]:
        # two pixels a point; the last dot drawn may cover another's centre, these are apart
        shown = image[round(2 * point.y), round(2 * point.x), :3]
        assert shown == pytest.approx(blue, abs=0.02), point


def test_the_alternative_text_and_the_labels_are_in_the_svg(bcg, tmp_path):
    result = ms.normal_qq(bcg)
    text = ms.write_figure(result, tmp_path / "q.svg").read_text("utf-8")
    assert "Normal quantile plot of the standardised residuals of 13 studies" in text
    assert f'data-row="0" data-key="{result.slab[0]}"' in text


def test_a_result_without_a_figure_is_named(bcg, tmp_path):
    with pytest.raises(ms.SpecError, match="no figure of a float; there are figures of Baujat"):
        ms.write_figure(0.5, tmp_path / "f.png")
    with pytest.raises(ms.SpecError, match=r"A Effects is a table: see its to_frame\(\)"):
        ms.write_figure(bcg, tmp_path / "f.png")
    with pytest.raises(ms.SpecError, match="must be one of 'plain', 'revman'"):
        ms.write_figure(ms.radial(bcg), tmp_path / "f.png", "nature")
    assert not list(tmp_path.iterdir())


def test_a_regression_is_a_bubble_plot_and_no_forest_plot(bcg):
    fit = ms.pool(bcg, ms.RandomEffects(moderators="~ latitude"))
    assert figure_layout(fit).title == "Bubble plot: latitude"
    assert issubclass(ms.Regression, ms.Pooled) and ms.Pooled in LAYOUTS


@pytest.mark.parametrize(
    "result_of", [ms.pool, ms.leave_one_out, lambda effects: ms.cumulative(effects, by="precision")]
)
def test_pools_and_their_steps_are_forest_plots(bcg, result_of):
    layout = figure_layout(result_of(bcg), "bmj", title="Forest")
    assert layout.title == "Forest" and len(layout.pages[0].of("estimate")) >= 13


def test_funnel_over_precision_has_the_same_regions(bcg, shapes, check):
    pooled = ms.pool(bcg)
    layout = funnel_layout(pooled, axis="precision", title="Precision")
    check(layout)
    points = sorted(shapes(layout, "study"), key=lambda p: p.row)
    up, start = np.polyfit(1 / np.sqrt(bcg.vi), [p.y for p in points], 1)
    across, left = np.polyfit(bcg.yi, [p.x for p in points], 1)
    assert up < 0
    for edge, side in zip(shapes(layout, "pseudo-interval"), (1, -1), strict=True):
        walls = (min(x for x, _ in edge.points), max(x for x, _ in edge.points))
        for x, y in edge.points[:-1]:
            precision, value = (y - start) / up, (x - left) / across
            # the normal 97.5% point over the precision
            expected = pooled.estimate + side * 1.959964 / precision
            assert value == pytest.approx(expected, abs=1e-5), walls
    assert len(shapes(layout, "contour")) == 4


def test_funnel_over_inverse_sizes_has_no_regions(bcg, shapes, words, check):
    pooled = ms.pool(bcg)
    layout = funnel_layout(pooled, axis="1/n")
    check(layout)
    points = sorted(shapes(layout, "study"), key=lambda p: p.row)
    up, start = np.polyfit(1 / bcg.ni, [p.y for p in points], 1)
    assert up > 0 and [p.y for p in points] == pytest.approx(start + up / bcg.ni)
    assert not shapes(layout, "contour") and not shapes(layout, "pseudo-interval")
    assert "no region of significance can be drawn" in words(layout, "footer")
    bare = ms.pool(ms.effects_from(bcg.yi, bcg.vi))
    with pytest.raises(ms.SpecError, match="needs the sample size of every study"):
        funnel_layout(bare, axis="1/n")
    with pytest.raises(ms.SpecError, match="axis is 'n'; it must be one of 'se', 'precision'"):
        funnel_layout(pooled, axis="n")


def test_a_funnel_of_proportions_says_that_it_should_not_be_read(words):
    pooled = ms.pool(ms.effect_sizes("PLO", xi=[3, 8, 5, 9], ni=[20, 30, 25, 60]))
    layout = funnel_layout(pooled)
    assert "asymmetry says nothing of publication bias" in words(layout, "footer")


def test_hexagons_hold_every_point_once_and_the_nearest():
    rng = np.random.default_rng(3)
    x, y = rng.normal(50, 20, 4000), rng.normal(-30, 12, 4000)
    chosen = rng.random(4000) < 0.3
    cells = hexagons(x, y, chosen, 4.0)
    assert sum(cell.total for cell in cells) == 4000
    assert sum(cell.chosen for cell in cells) == chosen.sum()
    centres = np.array([(cell.x, cell.y) for cell in cells])
    distance = np.hypot(x[:, None] - centres[:, 0], y[:, None] - centres[:, 1])
    nearest = np.bincount(distance.argmin(axis=1), minlength=len(cells))
    assert nearest.tolist() == [cell.total for cell in cells]


def test_labels_that_find_no_place_are_counted():
    style, inside = style_of("plain"), Box(0, 0, 100, 60)
    crowd = [Point(50, 30 + i / 10, 2.6, f"A study with a name {i}", i) for i in range(4)]
    labels = point_labels(crowd, range(4), inside, style)
    assert 0 < labels.found < 4 == labels.wanted
    assert labels.sentences == [
        f"Labelled: {labels.found} of 4 studies; more labels would cover each other."
    ]
    fence = [Line(x, 0, x, 60, 1, "#000000") for x in range(0, 100, 5)]
    assert point_labels(crowd, range(4), inside, style, fence).marks == ()


def test_a_layout_is_written_whatever_asked_for_it(bcg, tmp_path):
    layout = figure_layout(ms.radial(bcg))
    one = write_layout(layout, tmp_path / "one.svg").read_bytes()
    assert one == ms.write_figure(ms.radial(bcg), tmp_path / "two.svg").read_bytes()


def test_case_evidence_is_drawn_as_its_tipping_curves(tmp_path):
    counts = ms.counts(xi=[1, 1, 0, 8, 12, 30], ni=[1, 1, 1, 12, 20, 50])
    evidence = ms.case_evidence(counts, ms.BinomialNormal())
    assert figure_layout(evidence, title="T") == figure_layout(evidence.tipping, title="T")
    no_cases = ms.case_evidence(ms.counts(xi=[8, 12, 30], ni=[12, 20, 50]), ms.BinomialNormal())
    with pytest.raises(ms.SpecError, match="no cases here"):
        ms.write_figure(no_cases, tmp_path / "t.svg")


@pytest.mark.parametrize("result_of", [ms.pool, ms.leave_one_out, ms.effect_direction_test])
def test_a_pdf_of_many_rows_has_pages(studies, tmp_path, check, result_of):
    result = result_of(studies(120))
    layout = figure_layout(result, title="Many", page_height=792.0)
    assert len(layout.pages) > 1 and all(page.height <= 792.0 for page in layout.pages)
    rows = {mark.row for page in layout.pages for mark in page.marks}
    assert set(range(120)) <= rows
    check(layout)
    content = ms.write_figure(result, tmp_path / "many.pdf", title="Many").read_bytes()
    assert content.count(b"/Type /Page\n") == len(layout.pages)
    assert len(figure_layout(result, title="Many").pages) == 1
