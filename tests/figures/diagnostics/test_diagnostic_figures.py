"""Figures of diagnostics as data: signs stand where the statistics are, sentences say them."""

import math

import numpy as np
import pytest

import metasyn as ms
from metasyn.effects.arrays import read_only
from metasyn.figures.diagnostics.baujat import baujat_layout
from metasyn.figures.diagnostics.bubble import bubble_layout
from metasyn.figures.diagnostics.effect_direction import effect_direction_layout
from metasyn.figures.diagnostics.gosh import SHADES, gosh_layout
from metasyn.figures.diagnostics.influence import influence_layout
from metasyn.figures.diagnostics.labbe import labbe_layout
from metasyn.figures.diagnostics.profile import profile_layout
from metasyn.figures.diagnostics.qq import qq_layout
from metasyn.figures.diagnostics.radial import radial_layout
from metasyn.figures.funnel import trim_and_fill_layout


def affine(places, values):
    """Scale of places over values, after a check that they lie on one line."""
    slope, start = np.polyfit(values, places, 1)
    # places are computed in double precision from the values
    assert places == pytest.approx(start + slope * np.asarray(values), abs=1e-6)
    return slope


def by_row(marks):
    return sorted((m for m in marks if m.row is not None), key=lambda m: m.row)


def test_radial_points_line_and_band(bcg, shapes, words):
    result = ms.radial(bcg)
    layout = radial_layout(result)
    points = by_row(shapes(layout, "study"))
    across = affine([p.x for p in points], result.x)
    up = affine([p.y for p in points], result.z)
    assert across > 0 > up
    (centre,), band = shapes(layout, "centre"), shapes(layout, "band")
    slope = (centre.y2 - centre.y1) / (centre.x2 - centre.x1) / (up / across)
    assert slope == pytest.approx(result.pooled.estimate, rel=1e-9)
    assert len(band) == 2
    assert band[0].y1 - centre.y1 == pytest.approx(up * result.band, rel=1e-9)
    assert "Outside the band: none." in words(layout, "footer")
    assert "risk ratio of 0.49" in layout.description


def test_radial_arc_is_read_along_a_line_from_the_origin(bcg, shapes):
    result = ms.radial(bcg)
    layout = radial_layout(result)
    (page,) = layout.pages
    (centre,) = shapes(layout, "centre")
    (interval,) = shapes(layout, "arc-interval")
    points = by_row(shapes(layout, "study"))
    up = affine([p.y for p in points], result.z) / affine([p.x for p in points], result.x)
    slopes = [(y - centre.y1) / (x - centre.x1) / up for x, y in interval.points]
    assert (slopes[0], slopes[-1]) == pytest.approx(
        (result.pooled.ci.low, result.pooled.ci.high), rel=1e-9
    )
    ticks = [t for t in page.texts if t.role == "arc-tick"]
    for text, mark in zip(ticks, shapes(layout, "arc-tick-mark"), strict=True):
        slope = (mark.y1 - centre.y1) / (mark.x1 - centre.x1) / up
        assert math.exp(slope) == pytest.approx(float(text.text), rel=1e-9)


def test_a_study_outside_the_band_is_labelled(studies, words):
    effects = studies(30)
    far = read_only(np.where(np.arange(30) == 4, 6.0, effects.yi))
    result = ms.radial(ms.effects_from(far, effects.vi, slab=effects.slab))
    assert effects.slab[4] in result.outside
    layout = radial_layout(result)
    assert effects.slab[4] in words(layout, "point-label")
    assert effects.slab[4] in layout.description


def test_baujat_points_and_words(bcg, shapes, words):
    result = ms.baujat(bcg)
    layout = baujat_layout(result)
    points = by_row(shapes(layout, "study"))
    assert affine([p.x for p in points], result.heterogeneity) > 0
    assert affine([p.y for p in points], result.influence) < 0
    # metafor: study 8 has the largest Pearson residual, study 4 moves the estimate most
    assert "8 adds most to heterogeneity (14% of it); 4 moves the estimate most." in (
        layout.description
    )
    assert "is no reason to leave it out" in words(layout, "footer")


def test_labbe_points_are_risks_and_areas_patients(bcg_tables, shapes, words):
    result = ms.labbe(bcg_tables, -0.71)
    layout = labbe_layout(result)
    points = by_row(shapes(layout, "study"))
    slopes = (
        affine([p.x for p in points], result.control),
        affine([p.y for p in points], result.treated),
    )
    assert slopes[0] == pytest.approx(-slopes[1])  # one scale on both axes
    big = [p.radius for p in points if p.radius > 1.6]
    sizes = [n for p, n in zip(points, result.n, strict=True) if p.radius > 1.6]
    assert np.square(big) / big[0] ** 2 == pytest.approx(np.array(sizes) / sizes[0])
    (equal,) = shapes(layout, "equal")
    assert equal.x2 - equal.x1 == pytest.approx(equal.y1 - equal.y2)
    (pooled,) = shapes(layout, "pooled")
    (x1, y1), (x2, y2) = pooled.points[0], pooled.points[-1]
    assert (y1 - y2) / (x2 - x1) == pytest.approx(math.exp(-0.71), rel=1e-9)
    assert "lower with treatment in 11 and higher in 2" in layout.description


def test_qq_points_and_envelope(bcg, shapes, words):
    result = ms.normal_qq(bcg)
    layout = qq_layout(result)
    points = by_row(shapes(layout, "study"))
    across = affine([p.x for p in points], result.quantiles)
    up = affine([p.y for p in points], result.residuals)
    (envelope,) = shapes(layout, "envelope")
    k = len(points)
    lower = np.array(envelope.points[:k])
    assert lower[:, 0] == pytest.approx([p.x for p in points])
    assert lower[:, 1] - points[0].y == pytest.approx(up * (result.low - result.residuals[0]))
    (line,) = shapes(layout, "normal")
    assert (line.y2 - line.y1) / (line.x2 - line.x1) == pytest.approx(up / across)
    assert "1000 simulated data sets, seed 0" in words(layout, "footer")


def test_influence_panels_hold_every_statistic_and_mark_the_flagged(bcg, shapes, words):
    wild = ms.effects_from(read_only([*bcg.yi[:-1], 6.0]), bcg.vi)
    result = ms.influence(wild)
    assert result.flagged.tolist() == [False] * 12 + [True]
    layout = influence_layout(result)
    dots = [*shapes(layout, "study"), *shapes(layout, "flagged")]
    assert len(dots) == 8 * 13 and {m.row for m in shapes(layout, "flagged")} == {12}
    columns = (
        result.rstudent, result.dffits, result.cook_d, result.cov_r,
        result.tau2_del, result.q_del, result.hat, result.weight,
    )  # fmt: skip
    axes = [m for m in shapes(layout, "axis") if m.x1 == m.x2]
    assert len(axes) == len(columns)
    for axis, column in zip(axes, columns, strict=True):
        low, high = min(axis.y1, axis.y2), max(axis.y1, axis.y2)
        own = by_row(d for d in dots if low <= d.y <= high and axis.x1 <= d.x <= axis.x1 + 200)
        assert affine([d.y for d in own], column) < 0
    assert "Influential: 13 13." in words(layout, "footer")
    assert "Influential: 13 13." in layout.description


def test_influence_cut_offs_are_those_of_the_flags(bcg, shapes):
    result = ms.influence(bcg)
    layout = influence_layout(result)
    dots, limits = shapes(layout, "study"), shapes(layout, "limit")
    # DFFITS, k = 13, p = 1: 3 sqrt(1 / 12)
    left = next(m.x1 for m in limits if m.x1 > layout.pages[0].width / 2)
    upper = sorted(m.y1 for m in limits if m.x1 == left)
    first = [d for d in dots if d.x > left and d.y < upper[1] + 20]
    up = affine([d.y for d in by_row(first)], result.dffits)
    assert upper[1] - upper[0] == pytest.approx(-2 * up * 3 * math.sqrt(1 / 12), rel=1e-9)


def test_gosh_cells_count_every_subset_and_show_the_study(bcg, shapes, words):
    result = ms.gosh(bcg)
    layout = gosh_layout(result)
    strip = min(m.y1 for m in shapes(layout, "base"))
    with_it, without = (
        [m for m in shapes(layout, role) if m.y < strip] for role in ("bar-with", "bar-without")
    )
    # of the subsets of two or more, 2^12 - 1 hold a given study and 2^12 - 1 - 12 do not
    share = sum(m.height for m in with_it) / sum(m.height for m in without)
    assert share == pytest.approx(4095 / 4083, rel=1e-9)
    assert "all 8178 subsets" in layout.description
    first = result.splits()["slab"][0]
    assert layout.description.count(f"studies. {first}: median risk ratio") == 1
    assert {m.fill for m in shapes(layout, "cell")} <= set(SHADES)
    other = gosh_layout(result, study="7")
    assert "The study is 7:" in words(other, "footer")
    with pytest.raises(ms.SpecError, match="no study 'X'"):
        gosh_layout(result, study="X")


def test_few_subsets_are_points_at_their_estimates(studies, shapes):
    effects = studies(5)
    result = ms.gosh(effects)
    several = result.size > 1
    layout = gosh_layout(result)
    points = shapes(layout, "subset")
    assert len(points) == several.sum() == 26
    label = result.splits()["slab"][0]
    order = np.argsort(result.including(label)[several], kind="stable")
    affine([p.x for p in points], result.estimate[several][order])
    affine([p.y for p in points], result.i2[several][order])


def test_a_sample_of_subsets_says_so(studies, words):
    layout = gosh_layout(ms.gosh(studies(30), subsets=2000, seed=4))
    assert "drawn at random with seed 4" in words(layout, "footer")
    assert "a random sample of 2000 subsets" in layout.description


def test_profile_curve_interval_and_estimate(bcg, shapes, words):
    result = ms.profile_likelihood(bcg)
    layout = profile_layout(result)
    (curve,), (point,), (limit,) = (shapes(layout, r) for r in ("curve", "estimate", "limit"))
    low, high = shapes(layout, "interval")
    inside = result.log_likelihood >= result.highest - 4.9
    places = np.array(curve.points)[-int(inside.sum()) :]
    across = affine(places[:, 0], result.tau2[inside])
    up = affine(places[:, 1], result.log_likelihood[inside])
    assert high.x1 - low.x1 == pytest.approx(across * (result.ci.high - result.ci.low))
    assert point.x - low.x1 == pytest.approx(across * (result.estimate - result.ci.low))
    # half of the 95% point of chi-squared with 1 degree of freedom below the top
    assert limit.y1 - point.y == pytest.approx(-up * 3.841459 / 2, rel=1e-6)
    assert not shapes(layout, "maximum")
    moment = profile_layout(ms.profile_likelihood(bcg, ms.RandomEffects("DL")))
    assert len(shapes(moment, "maximum")) == 1
    assert "interval 0.115 to 0.965" in words(layout, "footer")


def test_bubbles_line_and_bands(bcg, shapes, words):
    fit = ms.pool(bcg, ms.RandomEffects(moderators="~ latitude"))
    layout = bubble_layout(fit)
    points = by_row(shapes(layout, "study"))
    x = bcg.data["latitude"].to_numpy()
    across = affine([p.x for p in points], x)
    up = affine([p.y for p in points], bcg.yi)
    areas = np.square([p.radius for p in points])
    assert areas / areas[0] == pytest.approx(fit.weights / fit.weights[0])
    (line,), (band,) = shapes(layout, "line"), shapes(layout, "band")
    (x1, y1), (x2, y2) = line.points[0], line.points[-1]
    slope = (y2 - y1) / (x2 - x1) / (up / across)
    assert slope == pytest.approx(fit.rows[1].estimate, rel=1e-8)
    ends = fit.predict({"latitude": [x.min()]}).iloc[0]
    height = band.points[-1][1] - band.points[0][1]
    assert height == pytest.approx(up * (ends["ci_high"] - ends["ci_low"]), rel=1e-8)
    wide = [m.points[0][1] for m in shapes(layout, "prediction")]
    assert wide[1] - wide[0] == pytest.approx(up * (ends["pi_high"] - ends["pi_low"]), rel=1e-8)
    assert "Per unit of latitude the effect on the analysis scale changes by −0.029" in (
        layout.description
    )


def test_bubbles_of_several_moderators_hold_the_others(studies, words):
    effects = studies(25)
    effects.data["year"] = np.arange(25.0) + 1990
    effects.data["blind"] = ["yes", "no", "no", "yes", "no"] * 5
    fit = ms.pool(effects, ms.RandomEffects(moderators="~ dose + year + blind"))
    with pytest.raises(ms.SpecError, match=r"there are: dose, year\. Name one"):
        bubble_layout(fit)
    layout = bubble_layout(fit, moderator="year")
    assert f"Other moderators are held at dose {effects.data['dose'].mean():.3g}, blind no." in (
        words(layout, "footer")
    )
    assert "With fewer than 10 studies for each, the line is a description" in (
        words(layout, "footer")
    )
    with pytest.raises(ms.SpecError, match="blind is not numeric"):
        bubble_layout(fit, moderator="blind")
    with pytest.raises(ms.SpecError, match="no moderator 'age'"):
        bubble_layout(fit, moderator="age")
    curved = ms.pool(effects, ms.RandomEffects(moderators="~ dose + I(dose**2)"))
    assert "more than a straight line: dose + I(dose**2)" in bubble_layout(curved).description


def test_arrows_point_as_directions_and_are_sized_by_sample(shapes, words):
    yi = [0.4, -0.2, 0.0, 0.5, 0.6, 0.1]
    slab = ["A", "B", "C", "D", "D", "E"]
    made = ms.effects_from(yi, [0.1] * 6, slab=slab)
    sized = ms.Effects(
        made.yi, made.vi, made.slab, ni=read_only([400.0, 60.0, 20.0, 70.0, 50.0, 49.0])
    )
    result = ms.effect_direction_test(sized)
    assert result.outcomes == (1, 1, 1, 2, 1) and result.ni == (400.0, 60.0, 20.0, 70.0, 49.0)
    layout = effect_direction_layout({"Death": result, "Fever": ms.effect_direction_test(made)})
    up, down = shapes(layout, "higher"), shapes(layout, "lower")
    assert [m.row for m in up] == [0, 0, 3, 3, 4, 4] and [m.row for m in down] == [1, 1]
    assert all(m.points[0][1] == min(y for _, y in m.points) for m in up)
    assert all(m.points[0][1] == max(y for _, y in m.points) for m in down)
    heights = [round(m.box.bottom - m.box.top, 6) for m in up[0::2]]
    assert heights == sorted(heights, reverse=True) and len(set(heights)) == 3
    assert [m.row for m in shapes(layout, "unclear")] == [2] * 4
    assert words(layout, "outcomes") == "2 2"
    assert words(layout, "test") == "3 of 4 p = 0.625 3 of 4 p = 0.625"
    assert "cannot reach p < 0.05" in words(layout, "footer")
    with pytest.raises(ms.SpecError, match="no outcome domain"):
        effect_direction_layout({})


def test_trim_and_fill_shows_added_studies_and_both_estimates(studies, shapes, words):
    effects = studies(30)
    lopsided = ms.effects_from(effects.yi + 3 * np.sqrt(effects.vi), effects.vi, slab=effects.slab)
    result = ms.trim_and_fill(lopsided)
    assert result.k0 > 0
    layout = trim_and_fill_layout(result)
    added = shapes(layout, "filled")
    assert len(added) == result.k0 and {m.fill for m in added} == {"#ffffff"}
    points = by_row(shapes(layout, "study"))
    across = affine([p.x for p in points], lopsided.yi)
    (before,), (after,) = shapes(layout, "centre"), shapes(layout, "adjusted")
    moved = result.pooled.estimate - result.observed.estimate
    assert after.x1 - before.x1 == pytest.approx(across * moved, rel=1e-8)
    assert f"added {result.k0} of {30 + result.k0} studies" in words(layout, "footer")
    assert "They are no data" in words(layout, "footer")
