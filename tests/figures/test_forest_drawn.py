"""What is drawn agrees with the layout: its outlines measured, and by Chromium."""

from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

import metasyn as ms
from metasyn.figures.forest.options import ForestOptions, RiskOfBias
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.letters import outline
from metasyn.figures.marks import Box
from metasyn.figures.risk_of_bias.cells import Domain, Level, RiskOfBiasKey
from metasyn.figures.svg import svg_of
from metasyn.figures.text_metrics import PLAIN_SETTING, Face, font, placed, text_width

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
    """Box of the ink of every text, in points, y downwards; texts without ink left out."""
    boxes = []
    for text in layout.pages[0].texts:
        shape = outline(text)
        corners = shape.corners[shape.codes != Path.CLOSEPOLY]  # these have no place
        if len(corners):
            (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
            ink = Box(text.x + left, text.y - high, text.x + right, text.y - low)
            boxes.append((text, ink))
    return boxes


@pytest.mark.parametrize("script", ["latin", "cyrillic", "chinese"])
def test_drawn_texts_are_where_the_layout_says(many, script):
    layout = forest_layout(many(5, 40, script), title="Title")
    drawn = drawn_boxes(layout)
    assert len(drawn) == len(layout.pages[0].texts)
    for text, ink in drawn:
        # ink keeps a little off the ends of its advance widths, and may lean over them a little
        room = 0.15 * text.size
        ends = text.text.rstrip()
        right = text.box.right - text_width(text.text[len(ends) :], text.size, text.weight)
        assert text.box.left - 0.03 * text.size <= ink.left <= text.box.left + room, text
        assert right - room <= ink.right <= right + 0.03 * text.size, text
        assert text.box.top <= ink.top <= ink.bottom <= text.box.bottom + 0.5, text


@pytest.mark.parametrize("word", ["Müller 2018", "Иванов", "τ² = 0.13", "王小明", "x\u0304 1"])
def test_outlines_are_those_of_matplotlibs_text(word):
    """Letters side by side are what matplotlib sets, kerning off."""
    text = placed(word, (0, 0), Face(100))
    corners, codes = TextToPath().get_text_path(
        font(100, "normal"), word, ismath=False, features=PLAIN_SETTING
    )
    drawn = outline(text)
    assert list(drawn.codes) == list(codes)
    # matplotlib rounds every advance to a 64th of a unit
    assert drawn.corners == pytest.approx(np.asarray(corners), abs=len(word) / 64)


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
