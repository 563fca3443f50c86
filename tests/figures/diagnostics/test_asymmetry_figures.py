"""Figures of Egger's test and PET-PEESE: lines are those of the results, none without trust."""

import math

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.take import take
from metasyn.figures.diagnostics.asymmetry import asymmetry_layout, pet_peese_layout


def scales(points, values, heights):
    """Maps of both axes, from two of the studies that are drawn."""
    across = np.polyfit(values, [p.x for p in points], 1)
    up = np.polyfit(heights, [p.y for p in points], 1)
    assert [p.x for p in points] == pytest.approx(np.polyval(across, values), abs=1e-6)
    assert [p.y for p in points] == pytest.approx(np.polyval(up, heights), abs=1e-6)
    return across, up


@pytest.mark.parametrize(("predictor", "sign"), [("sei", 1), ("vi", 1), ("ni", -1)])
def test_the_regression_line_and_large_studies_on_top(bcg, shapes, words, check, predictor, sign):
    result = ms.egger(bcg, predictor=predictor)
    layout = asymmetry_layout(result)
    check(layout)
    across, up = scales(shapes(layout, "study"), result.y, result.x)
    assert sign * up[0] > 0  # places grow downwards
    (line,) = shapes(layout, "regression")
    for x, y in (line.points[0], line.points[-1]):
        height = (y - up[1]) / up[0]
        expected = result.intercept + result.slope * height
        assert x == pytest.approx(np.polyval(across, expected), abs=1e-6)
    assert f"p = {result.p_value:.3f}" in words(layout, "footer")
    ends = f"ends at {math.exp(result.intercept):.2f}"
    assert (ends in words(layout, "footer")) == (result.limit is not None)


def test_harbord_is_drawn_on_its_own_scale(bcg_tables, shapes, check):
    effects = ms.effect_sizes("OR", **{n: getattr(bcg_tables, n) for n in ("ai", "bi", "ci", "di")})
    result = ms.egger(effects, variant="harbord", counts=bcg_tables)
    layout = asymmetry_layout(result)
    check(layout)
    scales(shapes(layout, "study"), result.y, result.x)
    assert not np.allclose(result.y, effects.yi)


def test_pet_is_straight_and_peese_bent(bcg, shapes, words, check):
    result = ms.pet_peese(bcg)
    layout = pet_peese_layout(result)
    check(layout)
    across, up = scales(shapes(layout, "study"), result.yi, result.sei)
    (pet,), (peese,) = shapes(layout, "pet"), shapes(layout, "peese")
    x, y = np.array(pet.points).T
    se = (y - up[1]) / up[0]
    expected = result.pet.intercept.estimate + result.pet.slope.estimate * se
    assert x == pytest.approx(np.polyval(across, expected), abs=1e-6)
    x, y = np.array(peese.points).T
    expected = result.peese.intercept.estimate + result.peese.slope.estimate * se**2
    assert x == pytest.approx(np.polyval(across, expected), abs=1e-6)
    (end,) = shapes(layout, "adjusted")
    chosen = pet if result.chosen == "PET" else peese
    assert (end.x, end.y) == pytest.approx(chosen.points[0])
    assert f"{result.chosen} is chosen" in words(layout, "footer")


def test_no_line_is_drawn_that_should_not_be_trusted(bcg, shapes, words):
    few = take(bcg, range(9))
    layouts = asymmetry_layout(ms.egger(few)), pet_peese_layout(ms.pet_peese(few))
    for layout in layouts:
        assert len(shapes(layout, "study")) == 9
        assert not [*shapes(layout, "regression"), *shapes(layout, "pet"), *shapes(layout, "peese")]
        assert words(layout, "footer").startswith("9 studies: with fewer than 10")
        assert "not shown" in layout.description
