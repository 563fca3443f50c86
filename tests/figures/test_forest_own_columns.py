"""Columns that a user chooses: order, headers, alignment, values of the data and of records."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.figures.forest.options import ForestColumn, ForestOptions
from metasyn.figures.forest_layout import forest_layout


def texts(layout, role=None, row=None):
    return [
        t.text.replace("\N{NO-BREAK SPACE}", " ")
        for t in layout.pages[0].texts
        if (role is None or t.role == role) and (row is None or t.row == row)
    ]


def across(layout, row=0):
    """Columns of a row from left to right, the plot among them."""
    ends = {t.role: t.box.left for t in layout.pages[0].texts if t.row == row}
    ends["plot"] = layout.axis.left
    return sorted(ends, key=ends.__getitem__)


@pytest.fixture(scope="module")
def pooled(two_arms):
    return ms.pool(two_arms, ms.RandomEffects("DL", ci="z"))


def test_columns_stand_where_the_user_wants_them(pooled):
    options = ForestOptions(
        left=("year", "study", "allocation"),
        right=("weight", ForestColumn("latitude", header="Lat.\n(degrees)"), "estimate"),
    )
    layout = forest_layout(pooled, options=options)
    assert across(layout) == [
        "own:year", "study", "own:allocation", "plot", "weight", "own:latitude", "estimate",
    ]  # fmt: skip
    headers = texts(layout, "header")
    assert {"Year", "Allocation", "Lat.", "(degrees)"} <= set(headers)
    assert texts(layout, "own:year") == ["1948", "1949", "1960", "1977", "1973"]
    assert texts(layout, "own:latitude") == ["44", "55", "42", "52", "13"]


def test_one_side_leaves_the_other_as_the_style_has_it(pooled):
    layout = forest_layout(pooled, "bmj", options=ForestOptions(left=("study", "year")))
    assert across(layout) == ["study", "own:year", "plot", "weight", "estimate"]


def test_numbers_stand_right_with_equal_decimals_and_texts_left(two_arms):
    data = two_arms.data.assign(dose=[0.5, 1, 2.25, np.nan, 10], blinded=[True] * 3 + [False] * 2)
    pooled = ms.pool(replace(two_arms, data=data), ms.CommonEffect())
    options = ForestOptions(left=("study", "dose", "allocation", "blinded"))
    layout = forest_layout(pooled, "lancet", options=options)
    dose = [t for t in layout.pages[0].texts if t.role == "own:dose"]
    assert [t.text for t in dose] == ["0·50", "1·00", "2·25", "10·00"]  # the missing one is blank
    assert len({round(t.box.right, 6) for t in dose}) == 1
    words = [t for t in layout.pages[0].texts if t.role == "own:allocation"]
    assert len({round(t.box.left, 6) for t in words}) == 1
    assert texts(layout, "own:blinded") == ["yes", "yes", "yes", "no", "no"]


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_alignment_is_the_users(pooled, align):
    column = ForestColumn("latitude", header="Latitude in degrees", align=align, decimals=1)
    layout = forest_layout(pooled, options=ForestOptions(left=("study", column)))
    cell = next(t for t in layout.pages[0].texts if t.role == "own:latitude")
    head = next(t for t in layout.pages[0].texts if t.text == "Latitude in degrees")
    part = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]

    def at(box):
        return box.left + part * (box.right - box.left)

    assert cell.text == "44.0"
    assert at(cell.box) == pytest.approx(at(head.box))


def test_fields_of_records_are_columns(crs):
    options = ForestOptions(left=("study", "year", "direction", "events", "n"))
    layout = forest_layout(crs, options=options)
    assert across(layout, 1) == [
        "study", "own:year", "own:direction", "count", "total", "plot", "estimate", "weight",
    ]  # fmt: skip
    assert texts(layout, "own:year", 1) == ["2018"]
    assert texts(layout, "own:direction", 1) == ["benefit"]


def test_long_texts_of_the_data_are_wrapped(two_arms):
    words = "alternate allocation by order of presentation at the clinic and by year of birth"
    pooled = ms.pool(replace(two_arms, data=pd.DataFrame({"how": [words] * 5})), ms.CommonEffect())
    layout = forest_layout(pooled, options=ForestOptions(left=("study", "how")))
    lines = texts(layout, "own:how", 0)
    assert len(lines) > 1 and " ".join(lines) == words
    assert max(t.width for t in layout.pages[0].texts if t.role == "own:how") <= 150


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"left": ("study", "colour")}, "no column 'colour'; there are study, design, .*latitude"),
        ({"left": ("study", "year", "year")}, "Chosen twice: own:year"),
        ({"right": ("study",)}, "'study' stands left of the plot"),
        ({"left": ("study", "statements")}, "Nothing is known for the column 'statements'"),
        ({"right": ("weight:DL",)}, "no column 'weight:DL'; of further models there are none"),
    ],
)
def test_columns_that_cannot_be_are_refused(pooled, options, message):
    with pytest.raises(ms.SpecError, match=message):
        forest_layout(pooled, options=ForestOptions(**options))
