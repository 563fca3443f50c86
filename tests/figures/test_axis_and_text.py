"""Axes hold what they must, ticks are round, text is as wide as its letters."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.figures.axis import axis_of, range_of
from metasyn.figures.scales import scale_of
from metasyn.figures.text_metrics import clean, drawable, text_width, wrap

RATIO, DIFFERENCE = scale_of("RR"), scale_of("MD")
logs = st.floats(-4, 4)
words = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=80
)


@given(st.lists(logs, min_size=1, max_size=40), st.lists(logs, max_size=40))
def test_a_log_axis_holds_estimates_and_no_effect(must, may):
    values = [math.exp(v) for v in must]
    limits = range_of(RATIO, values, [math.exp(v) for v in may])
    axis = axis_of(RATIO, limits, (0, 100))
    if max([*must, 0]) - min([*must, 0]) <= 4 * math.log(10):
        # the ends are round numbers: a value within 1e-9 of one need not lie inside it
        ends = axis.low * (1 - 1e-8), axis.high * (1 + 1e-8)
        assert all(ends[0] <= value <= ends[1] for value in [*values, 1.0])
    assert 2 <= len(axis.ticks) <= 12
    assert all(axis.low <= tick.value <= axis.high for tick in axis.ticks)
    places = [axis.x(tick.value) for tick in axis.ticks]
    assert places == sorted(set(places))


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=40), st.floats(1e-3, 1e3))
def test_a_linear_axis_holds_estimates_and_has_few_round_ticks(values, scale):
    values = [value * scale for value in values]
    axis = axis_of(DIFFERENCE, range_of(DIFFERENCE, values, []), (0, 100))
    span = axis.high - axis.low
    assert all(axis.low - 1e-9 * span <= v <= axis.high + 1e-9 * span for v in [*values, 0.0])
    assert 3 <= len(axis.ticks) <= 8
    assert len({tick.label for tick in axis.ticks}) == len(axis.ticks)


def test_a_few_wide_intervals_are_cut_rather_than_stretch_the_axis():
    may = [0.5, 0.9] * 20 + [1e-6, 1e6]
    low, high = range_of(RATIO, [0.6, 0.8], may)
    assert (low, high) == pytest.approx((0.5, 1.0))


def test_a_symmetric_axis_has_no_effect_in_the_middle():
    low, high = range_of(RATIO, [0.5], [0.2, 1.5], symmetric=True)
    assert low * high == pytest.approx(1)
    assert low == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("limits", "labels"),
    [
        ((0.3, 2.4), ["0.2", "0.5", "1", "2", "5"]),
        ((0.011, 80.0), ["0.01", "0.1", "1", "10", "100"]),
        ((1.0, 1.0), ["0.90", "0.95", "1.00", "1.05", "1.10"]),
        ((0.9, 1.1), ["0.90", "0.95", "1.00", "1.05", "1.10"]),
        ((0.93, 1.31), ["0.9", "1.0", "1.1", "1.2", "1.3", "1.4"]),
    ],
)
def test_ticks_of_ratios_are_round(limits, labels):
    assert [tick.label for tick in axis_of(RATIO, limits, (0, 100)).ticks] == labels


def test_a_single_value_has_an_axis():
    axis = axis_of(DIFFERENCE, range_of(DIFFERENCE, [0.0, 5e-324], []), (0, 100))
    assert [tick.label for tick in axis.ticks] == ["−1.0", "−0.5", "0.0", "0.5", "1.0"]


def test_ticks_of_differences_have_a_true_minus():
    labels = [tick.label for tick in axis_of(DIFFERENCE, (-0.4, 0.6), (0, 100)).ticks]
    assert labels == ["−0.4", "−0.2", "0.0", "0.2", "0.4", "0.6"]


def test_widths_are_those_of_arial():
    # Arial's advance widths in units of 2048 (its hmtx table): 0 is 1139, W 1933, i 455
    for letter, units in (("0", 1139), ("W", 1933), ("i", 455)):
        assert text_width(letter, 2048) == pytest.approx(units, abs=1.5)


def test_digits_are_all_as_wide_as_a_figure_space():
    widths = {text_width(digit, 100) for digit in "0123456789\N{FIGURE SPACE}"}
    assert len(widths) == 1


def test_letters_keep_their_width_in_every_company():
    assert text_width("11", 10) == 2 * text_width("1", 10)
    assert text_width("To", 10) == pytest.approx(text_width("T", 10) + text_width("o", 10))
    assert text_width("e\N{COMBINING ACUTE ACCENT}", 10) == text_width("e", 10)


@given(words, st.floats(20, 300))
def test_wrapped_lines_fit_and_keep_every_letter(text, width):
    text = clean(text)
    lines = wrap(text, width, 8)
    assert "".join("".join(lines).split()) == "".join(text.split())
    widest = max(text_width(letter, 8) for letter in text or " ")
    assert all(text_width(line, 8) <= max(width, widest) + 1e-9 for line in lines)


@given(st.text(max_size=40))
def test_cleaned_text_is_one_line_that_any_document_may_hold(text):
    line = clean(text)
    assert not any(letter in line for letter in "\n\r\t\x00\x0b")
    line.encode("utf-8")
    assert len(drawable(line)) == len(line)
