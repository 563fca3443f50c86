"""Figures of what looks at selective publication: places equal the statistics."""

import math

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.copas import copas
from metasyn.diagnostics.p_curve import p_curve
from metasyn.effects.arrays import read_only
from metasyn.figures.diagnostics.bias_sensitivity import bias_sensitivity_layout
from metasyn.figures.diagnostics.copas import copas_layout
from metasyn.figures.diagnostics.limit import limit_layout
from metasyn.figures.diagnostics.p_curve import p_curve_layout
from metasyn.figures.diagnostics.selection import selection_layout


def affine(places, values):
    """Scale of places over values, after a check that they lie on one line."""
    slope, start = np.polyfit(values, places, 1)
    # places are computed in double precision from the values
    assert places == pytest.approx(start + slope * np.asarray(values), abs=1e-6)
    return slope, start


def test_limit_points_curve_and_adjusted_estimate(bcg, shapes, words, check):
    result = ms.limit_meta_analysis(bcg)
    layout = limit_layout(result, title="Limit")
    check(layout)
    studies, limits = shapes(layout, "study"), shapes(layout, "limit")
    across, left = affine([p.x for p in studies], result.yi)
    down, top = affine([p.y for p in studies], result.sei)
    assert across > 0 and down > 0
    assert [p.x for p in limits] == pytest.approx(left + across * result.limits)
    (line,), (adjusted,) = shapes(layout, "expected"), shapes(layout, "adjusted")
    errors = [(y - top) / down for _, y in line.points]
    assert [x for x, _ in line.points] == pytest.approx(left + across * result.line(errors))
    assert adjusted.x == pytest.approx(left + across * result.adjusted.estimate)
    assert adjusted.y == pytest.approx(top) == line.points[0][1]
    shown = f"adjusted risk ratio {math.exp(result.adjusted.estimate):.2f}"
    assert shown in layout.description
    assert "takes all dependence of effects on their standard errors for bias" in (
        words(layout, "footer")
    )


def test_p_curve_shares_and_percentages(bcg, shapes, words, check):
    result = p_curve(bcg)
    layout = p_curve_layout(result)
    check(layout)
    points = shapes(layout, "share")
    up, start = affine([p.y for p in points], result.observed)
    assert up < 0
    (expected,), (flat,) = shapes(layout, "expected"), shapes(layout, "no-effect")
    assert [y for _, y in expected.points] == pytest.approx(start + up * result.expected_33)
    # without an effect p-values are uniform
    assert [y for _, y in flat.points] == pytest.approx([start + up * 0.2] * 5)
    said = [f"{100 * share:.0f}%" for share in result.observed]
    assert words(layout, "percent") == " ".join(said)
    assert "8 significant of 13 studies: small p-values prevail" in layout.description


def test_copas_fan_and_its_tests(bcg, shapes, words, check):
    wide = ms.effects_from(bcg.yi + 3 * np.sqrt(bcg.vi), bcg.vi)
    result = copas(wide)
    layout = copas_layout(result, title="Copas")
    check(layout)
    points = shapes(layout, "estimate")
    affine([p.x for p in points], result.probability)
    up, start = affine([p.y for p in points], result.estimate)
    assert up < 0
    (unadjusted,) = shapes(layout, "unadjusted")
    assert unadjusted.y1 == pytest.approx(start + up * result.pooled.estimate)
    tests = shapes(layout, "residual-p")
    down, base = affine([p.y for p in tests], result.residual_p)
    (alpha,) = shapes(layout, "alpha")
    assert alpha.y1 == pytest.approx(base + down * result.alpha)
    found = result.adjusted
    rings = shapes(layout, "adjusted")
    assert len(rings) == (found is not None)
    if found is not None:
        assert rings[0].y == pytest.approx(start + up * found.estimate)
    assert "selection that is assumed" in words(layout, "footer")


def test_the_weight_function_has_its_steps(bcg, shapes, words, check):
    result = ms.selection_model(bcg, "stepfun", steps=[0.025, 0.5], alternative="less")
    layout = selection_layout(result)
    check(layout)
    (line,), (even,) = shapes(layout, "weight"), shapes(layout, "even")
    heights = sorted({round(y, 6) for _, y in line.points})
    deltas = [delta.estimate for delta in result.deltas]
    ends = line.points[0], line.points[-1]
    across = ends[1][0] - ends[0][0]
    assert ends[0][1] == pytest.approx(even.y1)  # the first interval is the reference, 1
    last = [y for x, y in line.points if x > ends[0][0] + 0.5 * across + 1e-6]
    middle = [y for x, y in line.points if 0.03 < (x - ends[0][0]) / across < 0.499]
    assert len({round(y, 6) for y in last}) == len({round(y, 6) for y in middle}) == 1
    # heights are linear in the weights: two differences give the third
    ratio = (last[0] - even.y1) / (middle[0] - even.y1)
    assert ratio == pytest.approx((deltas[2] - 1) / (deltas[1] - 1), rel=1e-9)
    assert len(heights) == 3
    rug = shapes(layout, "rug")
    z = bcg.yi / np.sqrt(bcg.vi)
    p = [0.5 * math.erfc(-value / math.sqrt(2)) for value in z]
    assert [m.x1 for m in rug] == pytest.approx([ends[0][0] + across * value for value in p])
    assert "adjusted risk ratio" in layout.description


def test_sensitivity_curve_threshold_and_crossing(bcg, shapes, words, check):
    result = ms.publication_bias_sensitivity(bcg)
    layout = bias_sensitivity_layout(result)
    check(layout)
    (line,), (threshold,), (worst,) = (
        shapes(layout, role) for role in ("corrected", "threshold", "worst-case")
    )
    affine([x for x, _ in line.points], np.log(result.eta))
    up, start = affine([y for _, y in line.points], result.estimate)
    assert threshold.y1 == pytest.approx(start + up * result.q)
    assert worst.y1 == pytest.approx(start + up * result.worst_case.estimate)
    (crossing,) = shapes(layout, "crossing")
    across, left = affine([x for x, _ in line.points], np.log(result.eta))
    assert crossing.x == pytest.approx(left + across * math.log(result.for_ci.value))
    assert result.for_estimate.value is None
    assert "no selection of this kind moves the estimate to 1.00" in layout.description


def test_few_studies_are_told_not_to_be_trusted(bcg, words):
    few = ms.effects_from(bcg.yi[:4], bcg.vi[:4])
    said = words(limit_layout(ms.limit_meta_analysis(few)), "footer")
    assert "with fewer than 10, chance cannot be told from real asymmetry" in said
    bare = ms.effects_from(read_only([0.5, 0.6, 0.1]), read_only([0.04, 0.04, 0.04]))
    assert "too few for a curve" in words(p_curve_layout(p_curve(bare)), "footer")
