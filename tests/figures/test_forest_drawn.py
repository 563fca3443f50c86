"""What is drawn agrees with the layout: measured by matplotlib's renderer and by Chromium."""

from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import metasyn as ms
from metasyn.figures.draw import draw_forest, settings
from metasyn.figures.forest.options import ForestOptions, RiskOfBias
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Box
from metasyn.figures.risk_of_bias.cells import Domain, Level, RiskOfBiasKey
from metasyn.figures.svg import svg_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def everything(two_arms):
    """Subgroups with a further model, risk of bias and a column of the data."""
    by = ["Азия", "Азия", "Азия", "欧洲", "欧洲"]
    levels = (Level("low", "+", "#02C100", "Low"), Level("high", "X", "#BF0000", "High"))
    key = RiskOfBiasKey((Domain("D1", "Selection"), Domain("Q10", "Reporting")), levels)
    options = ForestOptions(
        left=("study", "year", "events/n", "control events/n"),
        models={"Common effect": ms.subgroups(two_arms, by, ms.CommonEffect())},
        bias=RiskOfBias(key, {label: [("D1", "low"), ("Q10", "high")] for label in two_arms.slab}),
        reference=0.8,
        arms=("接种卡介苗", "Без прививки"),
    )
    return ms.subgroups(two_arms, by, ms.RandomEffects("DL", ci="z")), options


def drawn_boxes(layout):
    """Box of every text as matplotlib draws it, in points, y downwards."""
    figure = draw_forest(layout)
    figure.set_dpi(288)
    renderer = FigureCanvasAgg(figure).get_renderer()
    (axes,) = figure.axes
    with settings():
        extents = [(text.get_text(), text.get_window_extent(renderer)) for text in axes.texts]
    scale, height = 72 / 288, layout.pages[0].height
    return [
        (text, Box(e.x0 * scale, height - e.y1 * scale, e.x1 * scale, height - e.y0 * scale))
        for text, e in extents
    ]


@pytest.mark.parametrize("script", ["latin", "cyrillic", "chinese"])
def test_drawn_texts_are_where_the_layout_says(many, script):
    layout = forest_layout(many(5, 40, script), title="Title")
    expected = layout.pages[0].texts
    drawn = drawn_boxes(layout)
    assert [text for text, _ in drawn] == [text.text for text in expected]
    for (_, box), text in zip(drawn, expected, strict=True):
        # a pixel is a quarter of a point; matplotlib rounds extents to whole pixels, and the
        # bitmap of a letter may reach over its advance width by a fraction of one
        assert box.left == pytest.approx(text.box.left, abs=0.8), text
        assert box.right == pytest.approx(text.box.right, abs=0.8), text
        assert text.box.top - 1.5 <= box.top <= box.bottom <= text.box.bottom + 1.5, text


@pytest.mark.parametrize("style", ["plain", "revman", "bmj", "jama", "lancet"])
def test_drawn_texts_do_not_overlap(crs, tipping, style):
    boxes = drawn_boxes(forest_layout(crs, style, tipping=tipping, title="Title"))
    for i, (text, box) in enumerate(boxes):
        for other, other_box in boxes[i + 1 :]:
            assert not box.overlaps(other_box, slack=0.3), (text, other)


@pytest.mark.parametrize("style", ["plain", "revman", "bmj", "jama", "lancet"])
def test_drawn_subgroups_models_and_columns_do_not_overlap(everything, style):
    found, options = everything
    boxes = drawn_boxes(forest_layout(found, style, favours=("Меньше", "更多"), options=options))
    for i, (text, box) in enumerate(boxes):
        for other, other_box in boxes[i + 1 :]:
            assert not box.overlaps(other_box, slack=0.3), (text, other)


def test_svg_says_how_wide_every_text_is(crs, tipping):
    layout = forest_layout(crs, tipping=tipping)
    root = ElementTree.fromstring(svg_of(layout))  # noqa: S314 - our own document
    texts = root.findall(f".//{SVG}text")
    assert [t.text for t in texts] == [t.text for t in layout.pages[0].texts]
    widths = [float(t.get("textLength")) for t in texts]
    assert widths == pytest.approx([t.width for t in layout.pages[0].texts], abs=6e-4)


def test_svg_has_an_alternative_text(crs):
    root = ElementTree.fromstring(svg_of(forest_layout(crs, title="Resolution")))  # noqa: S314
    assert root.get("role") == "img"
    named = root.get("aria-labelledby").split()
    assert [e.get("id") for e in (root.find(f"{SVG}title"), root.find(f"{SVG}desc"))] == named
    assert root.find(f"{SVG}title").text == "Resolution"
    said = root.find(f"{SVG}desc").text
    assert "Tocilizumab, 4 studies, 3 single cases: pooled 70.3% [48.0, 86.0]." in said
    assert "Haemofiltration, 1 single case: not pooled: one published case" in said


@pytest.mark.browser
def test_chromium_shows_texts_as_wide_as_measured_and_apart(
    browser, many, crs, tipping, everything
):
    found, options = everything
    page = browser.new_page()
    for layout in (
        forest_layout(crs, tipping=tipping, title="Severe CRS"),
        forest_layout(many(30, 60, "cyrillic")),
        forest_layout(found, "jama", options=options),
    ):
        page.set_content(svg_of(layout))
        seen = page.evaluate(BOXES)
        for length, ratio in seen["ratios"]:
            assert ratio == pytest.approx(1, abs=0.01), length
        assert seen["overlaps"] == []
    page.close()


BOXES = """async () => {
  await document.fonts.ready;
  const texts = [...document.querySelectorAll('text')];
  const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
  const overlaps = [];
  boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
    if (p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom)
      overlaps.push([a, b]);
  }));
  const ratios = texts.map(t => {
    const measured = parseFloat(t.getAttribute('textLength'));
    t.removeAttribute('textLength');
    return [t.textContent, t.getComputedTextLength() / measured];
  });
  return {overlaps, ratios};
}"""
