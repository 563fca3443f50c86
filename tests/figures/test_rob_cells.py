"""Cells of risk of bias: legible symbols, a legend of every level, and refusals."""

import itertools

import pytest

import metasyn as ms
from metasyn.figures.marks import Circle, Text
from metasyn.figures.risk_of_bias.cells import (
    COCHRANE,
    COLOUR_BLIND,
    Domain,
    Level,
    RiskOfBiasKey,
    rob_cell,
    rob_legend,
)
from metasyn.figures.text_metrics import Face

SYMBOLS = {"low": "+", "some": "−", "high": "X", "critical": "!", "none": "?"}


def key_of(colours, domains=7):
    return RiskOfBiasKey(
        tuple(Domain(letter, f"Bias in part {letter} " * 3) for letter in "ABCDEFGHIJ"[:domains]),
        tuple(Level(c, SYMBOLS[c], colours[c], f"Risk {c}") for c in colours),
        "Tool 2",
    )


def light(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("colours", [COCHRANE, COLOUR_BLIND])
def test_symbols_are_legible_on_their_colour(colours):
    for level in key_of(colours).levels:
        bright, dark = sorted((light(level.colour), light(level.ink)), reverse=True)
        # WCAG 2.2, 1.4.3: 4.5 to 1 for text
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, level


def test_the_colour_blind_ramp_darkens_with_the_risk():
    steps = [light(COLOUR_BLIND[c]) for c in ("none", "low", "some", "high", "critical")]
    assert all(a > 1.3 * b for a, b in itertools.pairwise(steps))


def test_a_symbol_stands_within_its_circle():
    for level in key_of(COCHRANE).levels:
        circle, symbol = rob_cell(level, (50, 20), 4.6, 3)
        assert isinstance(circle, Circle) and isinstance(symbol, Text)
        assert circle.box.left < symbol.box.left and symbol.box.right < circle.box.right
        assert (circle.row, symbol.row) == (3, 3)


@pytest.mark.parametrize("width", [120.0, 240.0, 600.0])
def test_the_legend_has_every_level_and_domain_and_nothing_overlaps(width):
    marks, end = rob_legend(key_of(COCHRANE), (16.0, width), 100.0, Face(7.0))
    said = " ".join(mark.text for mark in marks if isinstance(mark, Text))
    assert all(f"Risk {c}" in said for c in COCHRANE)
    assert all(f"{letter}: Bias in part" in said for letter in "ABCDEFG")
    words = [mark for mark in marks if mark.role == "rob-legend"]
    rest = [mark for mark in marks if isinstance(mark, Circle)]
    for a, b in itertools.combinations(words, 2):
        assert not a.box.overlaps(b.box), (a, b)
    for word, circle in itertools.product(words, rest):
        assert not word.box.overlaps(circle.box), (word, circle)
    assert max(mark.box.right for mark in marks) <= 16 + width
    assert max(mark.y for mark in words) == end


def test_unknown_levels_and_domains_are_refused():
    key = key_of(COCHRANE)
    assert key.judged([("A", "low"), ("C", "high")])["C"].symbol == "X"
    with pytest.raises(ms.SpecError, match="Tool 2 has no level 'bad'; it has low, some"):
        key.judged([("A", "bad")])
    with pytest.raises(ms.SpecError, match="no domain 'Z'"):
        key.judged([("Z", "low")])
    with pytest.raises(ms.SpecError, match="judged twice"):
        key.judged([("A", "low"), ("A", "low")])
