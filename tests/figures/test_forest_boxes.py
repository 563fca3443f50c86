"""Nothing overlaps and nothing is clipped, whatever the number of rows and the labels."""

import itertools
from bisect import bisect_left, bisect_right

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.figures.forest.options import ForestColumn, ForestOptions, RiskOfBias
from metasyn.figures.forest_layout import ForestLayout, forest_layout
from metasyn.figures.house_styles import STYLES
from metasyn.figures.marks import Box, Page, Text
from metasyn.figures.risk_of_bias.cells import COCHRANE, Domain, Level, RiskOfBiasKey

SIZES = (1, 2, 5, 30, 120, 500)
SMALL = [
    (k, length, script)
    for k in (1, 5, 30)
    for length in (5, 20, 60, 80)
    for script in ("latin", "cyrillic", "chinese")
]
LARGE = [(120, 80, "latin"), (120, 60, "chinese"), (500, 60, "cyrillic"), (500, 80, "chinese")]


def overlapping(boxes: list[tuple[Box, str]]) -> list[tuple[str, str]]:
    """Pairs of boxes that share room, by a sweep from top to bottom."""
    found = []
    boxes = sorted(boxes)
    by_top = sorted(boxes, key=lambda item: item[0].top)
    for i, (box, name) in enumerate(by_top):
        for other, other_name in itertools.islice(by_top, i + 1, None):
            if other.top >= box.bottom:
                break
            if box.overlaps(other):
                found.append((name, other_name))
    return found


def text_boxes(page: Page) -> list[tuple[Box, str]]:
    return [(text.box, text.text) for text in page.texts]


def check(layout: ForestLayout) -> None:
    for page in layout.pages:
        assert overlapping(text_boxes(page)) == []
        for mark in page.marks:
            box = mark.box
            assert box.left >= 0 and box.top >= 0, mark
            assert box.right <= page.width and box.bottom <= page.height, mark
        assert text_over_shape(page) == []


def text_over_shape(page: Page) -> list[tuple[str, str]]:
    """Texts that touch a sign, an interval or a guide; symbols stand in their circles."""
    texts = [mark for mark in page.texts if mark.role != "rob-symbol"]
    shapes = sorted(
        (mark for mark in page.marks if not isinstance(mark, Text)), key=lambda mark: mark.box.top
    )
    boxes = [mark.box for mark in shapes]
    tall = [i for i, box in enumerate(boxes) if box.bottom - box.top > 30]
    low = [i for i, box in enumerate(boxes) if box.bottom - box.top <= 30]
    tops = [boxes[i].top for i in low]
    found = []
    for text in texts:
        box = text.box
        near = low[bisect_left(tops, box.top - 30) : bisect_right(tops, box.bottom)]
        found += [(text.text, shapes[i].role) for i in (*tall, *near) if box.overlaps(boxes[i])]
    return found


@pytest.mark.parametrize(("k", "length", "script"), SMALL)
def test_no_text_overlaps_or_leaves_the_page(many, k, length, script):
    check(forest_layout(many(k, length, script), title="Every label at once"))


@pytest.mark.parametrize(("k", "length", "script"), LARGE)
def test_long_plots_do_not_overlap(many, k, length, script):
    layout = forest_layout(many(k, length, script))
    (page,) = layout.pages
    assert overlapping(text_boxes(page)) == []
    assert all(mark.box.right <= page.width for mark in page.marks)
    assert all(mark.box.bottom <= page.height for mark in page.marks)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("k", [1, 5, 30])
def test_every_style_keeps_texts_apart(many, crs, tipping, style, k):
    check(forest_layout(many(k, 60, "latin"), style, title="A title " * 30))
    check(forest_layout(crs, style, tipping=tipping))


@pytest.mark.parametrize("style", STYLES)
def test_ratios_with_long_favours_keep_texts_apart(ratios, style):
    words = ("Favours the experimental treatment of the trial", "Favours the control arm")
    pooled = ratios([-0.9, -0.2, 0.1], [0.5, 0.2, 3.0], ["A" * 80, "b 2001", "c 2002"])
    check(forest_layout(pooled, style, favours=words))


@pytest.mark.parametrize("height", [420.0, 595.0, 792.0])
@pytest.mark.parametrize("k", [5, 30, 120])
def test_pages_hold_their_rows(many, k, height):
    layout = forest_layout(many(k, 40, "latin"), title="Paged", page_height=height)
    check(layout)
    assert all(page.height <= height for page in layout.pages)
    if len(layout.pages) > 1:
        assert {page.height for page in layout.pages} == {height}
    labels = [
        text.text for page in layout.pages for text in page.texts if text.role in ("study", "case")
    ]
    assert len(labels) == len(set(labels)) == k
    for page in layout.pages:
        first = min((t for t in page.texts if t.row is not None), key=lambda text: text.y)
        assert first.role == "heading"
        last = max((t for t in page.texts if t.row is not None), key=lambda text: text.y)
        assert last.role not in ("heading", "stratum")


@pytest.mark.parametrize("style", STYLES)
def test_row_pitch_is_constant_whatever_the_number_of_rows(many, style):
    pitches = set()
    for k in SIZES:
        layout = forest_layout(many(k, 5, "latin"), style)
        assert len(layout.pages) == 1
        rows = sorted({t.y for t in layout.pages[0].texts if t.role == "study"})
        gaps = [round(b - a, 6) for a, b in itertools.pairwise(rows)]
        pitches |= {gap for gap in gaps if gap < 2 * layout.style.pitch}
    assert pitches == {STYLES[style].pitch}


def test_wrapped_labels_lose_no_letter(many):
    groups = many(5, 80, "chinese")
    layout = forest_layout(groups)
    for line in groups.lines:
        for row in line.studies:
            pieces = [t.text for t in layout.pages[0].texts if t.role in ("study", "case")]
            assert "".join(row.label.split()) in "".join("".join(pieces).split())


LETTERS = ("D1", "D2", "D3", "D4", "D5", "Q10", "Q11")
KEY = RiskOfBiasKey(
    tuple(Domain(letter, f"Bias that arises from part {letter}") for letter in LETTERS),
    tuple(Level(code, "+", colour, f"Risk {code}") for code, colour in COCHRANE.items()),
    "A tool",
)
JUDGED = list(zip(LETTERS, (*COCHRANE, "low", "high"), strict=True))
SCRIPTS = ("latin", "chinese", "cyrillic")
LENGTHS = (5, 20, 40, 60, 80)
MATRIX = [
    (k, style, SCRIPTS[(i + j) % 3], LENGTHS[(2 * i + j) % 5])
    for i, k in enumerate(SIZES)
    for j, style in enumerate(STYLES)
]


@pytest.mark.parametrize(("k", "style", "script", "length"), MATRIX)
def test_risk_of_bias_and_further_models_keep_texts_apart(many, label, k, style, script, length):
    groups = many(k, length, script)
    name = label(length // 2, script, 7)
    options = ForestOptions(
        models={name: groups, "REML": groups}, bias=RiskOfBias(KEY, {"R1": JUDGED}), order="effect"
    )
    layout = forest_layout(groups, style, title=name, options=options)
    check(layout)
    rows = sum(row.kind in ("study", "case") for row in layout.rows)
    judged = [mark for mark in layout.pages[0].marks if mark.role == "rob" and mark.row != -1]
    assert len(judged) == rows * 7


@pytest.mark.parametrize(("k", "style", "script", "length"), MATRIX)
def test_two_arms_in_subgroups_with_own_columns_keep_texts_apart(label, k, style, script, length):
    effects = made_up(k, [label(length, script, i) for i in range(k)])
    one = ms.pool(effects, ms.CommonEffect())
    found = ms.subgroups(effects, "part", ms.CommonEffect()) if k > 1 else one
    options = ForestOptions(
        left=("study", ForestColumn("place", header="Place\nof study"), "n", "events/n"),
        right=("control events/n", "estimate", ForestColumn("dose", align="centre"), "weight"),
        arms=(label(length, script, 1), "Control"),
        reference=0.8,
    )
    words = (label(length, script, 2), label(length, script, 3))
    check(forest_layout(found, style, favours=words, options=options))


@pytest.mark.parametrize("k", [2, 30, 120])
@pytest.mark.parametrize("style", STYLES)
def test_plots_of_steps_keep_texts_apart(label, k, style):
    effects = made_up(k, [label(60, "cyrillic", i) for i in range(k)])
    spec = ms.CommonEffect()
    check(forest_layout(ms.leave_one_out(effects, spec), style, favours=("Less", "More")))
    check(forest_layout(ms.cumulative(effects, spec, by="place"), style, title="So far"))


@pytest.mark.parametrize("style", STYLES)
def test_pages_with_everything_hold_their_rows(many, style):
    groups = many(120, 40, "chinese")
    options = ForestOptions(models={"REML": groups}, bias=RiskOfBias(KEY, {"R1": JUDGED}))
    layout = forest_layout(groups, style, page_height=792.0, options=options)
    check(layout)
    assert len(layout.pages) > 1
    assert {page.height for page in layout.pages} == {792.0}


def made_up(k, slab):
    """Log risk ratios of k studies with a place, a dose and a part of the world."""
    i = np.arange(k)
    data = pd.DataFrame(
        {
            "place": [
                ("Lyon", "Новосибирский центр " * 4, "上海市第一人民医院" * 4)[j % 3] for j in i
            ],
            "dose": 0.5 + i % 7,
            "part": ["East" if j % 3 else "West" for j in i],
        }
    )
    return ms.effect_sizes(
        "RR",
        ai=1 + (7 * i) % 40,
        n1i=np.full(k, 90),
        ci=1 + (11 * i) % 50,
        n2i=1000 + 13 * i,
        slab=slab,
        data=data,
    )
