"""Every public result of a diagnostic has a figure, or a sentence why it has none."""

import inspect

import numpy as np
import pytest
from scipy.stats import kstest, norm, rankdata

import metasyn as ms
from metasyn.diagnostics.selection_models.vevea_woods import STEPS, WEIGHTS
from metasyn.figures.diagnostics.fail_safe_n import remaining
from metasyn.figures.diagnostics.p_uniform import conditional_p
from metasyn.figures.write_figure import LAYOUTS, WITHOUT, figure_layout

RANDOM = ms.RandomEffects("REML")


def affine(places, values, rel=1e-9):
    """Scale of places over values, after a check that they lie on one line."""
    slope, start = np.polyfit(values, places, 1)
    # places are computed in double precision from the values
    assert places == pytest.approx(start + slope * np.asarray(values), rel=rel, abs=1e-6)
    return slope, start


def results_of_diagnostics():
    """Public classes with a summary whose home is among the diagnostics."""
    homes = ("metasyn.diagnostics.", "metasyn.models.random_effects.permutation")
    public = (getattr(ms, name) for name in ms.__all__ if name != "__version__")
    return {
        one
        for one in public
        if inspect.isclass(one) and one.__module__.startswith(homes) and hasattr(one, "summary")
    }


def test_no_public_diagnostic_is_without_a_figure_or_a_reason():
    found = results_of_diagnostics()
    assert len(found) >= 28
    assert found - set(LAYOUTS) - set(WITHOUT) == set()
    assert not set(LAYOUTS) & set(WITHOUT)


def test_agreement_of_annotators_says_why_it_has_no_figure(tmp_path):
    agreement = ms.annotator_agreement([])
    with pytest.raises(ms.SpecError, match="no figure of AnnotatorAgreement: three classes by"):
        ms.write_figure(agreement, tmp_path / "a.svg")


def test_given_selection_is_drawn_with_its_weights_and_estimates(bcg, shapes, words, check):
    result = ms.vevea_woods(bcg, RANDOM, alternative="less")
    layout = figure_layout(result, title="Given selection")
    check(layout)
    curves = shapes(layout, "weight")
    assert len(curves) == len(WEIGHTS)
    middles = (np.array([0.0, *STEPS[:-1]]) + np.array(STEPS)) / 2
    bottom = max(y for one in curves for _, y in one.points)
    top = min(y for one in curves for _, y in one.points)
    left, right = curves[0].points[0][0], curves[0].points[-1][0]
    low, full = 0.1, 1.0  # the least and greatest weights of the four sets
    for one, weights in zip(curves, WEIGHTS.values(), strict=True):
        xs = left + (right - left) * middles
        ys = np.interp(xs, [x for x, _ in one.points], [y for _, y in one.points])
        heights = low + (full - low) * (bottom - ys) / (bottom - top)
        assert heights == pytest.approx(weights, abs=1e-6)
    dots = shapes(layout, "estimate")
    affine([c.x for c in dots], [fit.estimate for fit in result.adjusted.values()])
    numbers = words(layout, "numbers")
    for fit in (result.unadjusted, *result.adjusted.values()):
        assert f"{np.exp(fit.estimate):.2f} ({np.exp(fit.ci.low):.2f} to" in numbers
    assert len(shapes(layout, "diamond")) == 1


def test_ranks_are_those_of_the_test(studies, shapes, words, check):
    effects = studies(25)
    result = ms.begg(effects)
    layout = figure_layout(result)
    check(layout)
    points = sorted(shapes(layout, "study"), key=lambda point: point.row)
    right, _ = affine([p.x for p in points], rankdata(effects.vi))
    up, start = affine([p.y for p in points], rankdata(result.standardised))
    assert right > 0 > up
    (even,) = shapes(layout, "no-trend")
    assert even.y1 == pytest.approx(start + up * 13)
    assert f"tau {result.tau:.2f}".replace("-", "−") in words(layout, "footer")


def test_conditional_p_values_of_simulated_studies_are_uniform(shapes, check):
    rng = np.random.default_rng(5)
    vi = rng.uniform(0.01, 0.2, 3000)
    yi = rng.normal(0.3, np.sqrt(vi + 0.04))
    # significant results always published, others one time in three
    seen = (yi > norm.isf(0.025) * np.sqrt(vi)) | (rng.random(3000) < 1 / 3)
    result = ms.p_uniform(ms.effects_from(yi[seen], vi[seen]), RANDOM)
    chances, significant = conditional_p(result, 0.3, 0.04)
    for kind in (chances[significant], chances[~significant]):
        assert len(kind) > 300 and kstest(kind, "uniform").pvalue > 0.01
    few = ms.p_uniform(ms.effects_from(yi[seen][:40], vi[seen][:40]), RANDOM)
    layout = figure_layout(few)
    check(layout)
    points = sorted(shapes(layout, "study"), key=lambda point: point.row)
    up, _ = affine([p.y for p in points], conditional_p(few, few.estimate, few.tau2)[0])
    assert up < 0 and len(points) == 40


@pytest.mark.parametrize("method", ["Rosenthal", "Rosenberg", "Orwin"])
def test_hidden_studies_bring_down_what_they_are_said_to(bcg, shapes, words, check, method):
    result = ms.fail_safe_n(bcg, method)
    layout = figure_layout(result)
    check(layout)
    n = result.exact
    if method == "Orwin":
        pooled = np.append(bcg.yi, np.zeros(13))  # k hidden studies halve an unweighted mean
        assert remaining(result, np.array([13.0]))[0] == pytest.approx(pooled.mean())
        assert remaining(result, np.array([n]))[0] == pytest.approx(result.target)
    else:
        z = bcg.yi / np.sqrt(bcg.vi)
        now = abs(z.sum()) / np.sqrt(13)
        sides = 1
        if method == "Rosenberg":
            now, sides = abs((bcg.yi / bcg.vi).sum()) / np.sqrt((1 / bcg.vi).sum()), 2
        assert remaining(result, np.array([0.0]))[0] == pytest.approx(now)
        assert sides * norm.sf(remaining(result, np.array([n]))[0]) == pytest.approx(0.05)
    assert len(shapes(layout, "fail-safe")) == 1 and str(result.n) in words(layout, "footer")


def test_a_finding_that_is_not_significant_has_nothing_to_undo(shapes, words, check):
    result = ms.fail_safe_n(ms.effects_from([0.1, -0.05, 0.02], [0.04, 0.04, 0.04]))
    layout = figure_layout(result)
    check(layout)
    assert not shapes(layout, "fail-safe") and "nothing to undo" in words(layout, "footer")


def test_significant_studies_are_counted_up_to_both_numbers(bcg, shapes, check):
    result = ms.excess_significance(bcg, RANDOM)
    layout = figure_layout(result)
    check(layout)
    (seen,), (expected,) = shapes(layout, "observed"), shapes(layout, "expected")
    zero = seen.points[0][1]
    rise = (zero - seen.points[-1][1]) / result.observed
    assert (zero - expected.points[-1][1]) / rise == pytest.approx(result.expected)
    strokes = sorted(shapes(layout, "rug"), key=lambda line: line.row)
    affine([line.x1 for line in strokes], result.power)
    long = [line.y2 - line.y1 > 5 for line in strokes]
    assert long == list(result.significant)


def test_bars_of_a_bootstrap_hold_every_draw(bcg, shapes, words, check):
    result = ms.bootstrap(bcg, RANDOM, draws=400)
    layout = figure_layout(result)
    check(layout)
    assert len(shapes(layout, "found")) == 3
    for row, values in enumerate((np.exp(result.estimate), result.tau2, result.i2)):
        bars = [bar for bar in shapes(layout, "bar") if bar.row == row]
        heights = np.array([bar.height for bar in bars])
        counts = heights * 400 / heights.sum()
        assert counts == pytest.approx(counts.round(), abs=1e-6)
        if row == 0:
            continue  # over a logarithmic axis
        factor, quantity = ((1, "tau2"), (100, "i2"))[row - 1]
        ends = result.interval(quantity)
        known = [getattr(result.pooled, quantity), ends.low, ends.high]
        places = [
            m.x1 for m in (*shapes(layout, "found"), *shapes(layout, "limit")) if m.row == row
        ]
        right, left = affine(places, factor * np.array(known))
        edge = left + right * factor * values
        for bar, count in zip(bars[1:-1], counts[1:-1], strict=True):
            assert ((bar.x <= edge) & (edge < bar.x + bar.width)).sum() == round(count)
    assert "Risk ratio 0.49" in words(layout, "panel-title")


def test_bars_at_and_beyond_what_was_found_are_the_p_value(bcg, shapes, check):
    result = ms.permuted_egger(bcg, RANDOM, draws=400)
    assert len(result.statistics) == result.arrangements
    assert (result.statistics >= abs(result.statistic) * (1 - 1e-9)).mean() == result.p_value
    layout = figure_layout(result)
    check(layout)
    bars, (found,) = shapes(layout, "bar"), shapes(layout, "found")
    dark = [bar.height for bar in bars if bar.x + bar.width / 2 >= found.x1]
    share = sum(dark) / sum(bar.height for bar in bars)
    # the line may cut a bar in two
    assert share == pytest.approx(result.p_value, abs=max(b.height for b in bars) / 100)
    assert len({bar.fill for bar in bars}) == 2


def test_permutations_of_a_regression_have_a_panel_a_term(bcg, shapes, words, check):
    fit = ms.pool(bcg, ms.RandomEffects("REML", moderators="~ latitude"))
    result = ms.permutation_test(fit, draws=200)
    for term, p in result.p_values.items():
        least = result.observed[term] * (1 - 1e-9)
        assert (result.statistics[term] >= least).mean() == pytest.approx(p)
    layout = figure_layout(result)
    check(layout)
    assert len(shapes(layout, "found")) == 2 and "latitude: p" in words(layout, "panel-title")
    bare = ms.PermutationTest({"Intercept": 0.5}, None, True, 8)
    with pytest.raises(ms.SpecError, match="keeps no statistics"):
        figure_layout(bare)


def test_what_it_would_take_has_a_dot_for_every_number(bcg, shapes, words, check):
    result = ms.what_would_it_take(bcg, RANDOM, threshold=-0.2)
    layout = figure_layout(result)
    check(layout)
    known = [answer.number for answer in result.answers if answer.number is not None]
    assert len(shapes(layout, "answer")) == len(known) < len(result.answers)
    said = words(layout, "label")
    assert all(answer.sentence.split(" (")[0] in said for answer in result.answers[:1])
    counts = [answer.number for answer in result.answers if answer.question == "hidden"]
    assert all(f" {number:.0f} " in f" {words(layout, 'numbers')} " for number in counts if number)


def test_adjusted_estimates_stand_beside_the_unadjusted_one_or_say_why_not(
    bcg, words, check, studies
):
    found = ms.diagnose(bcg, RANDOM)
    layout = figure_layout(found)
    check(layout)
    assert f"{np.exp(found.selection.estimate):.2f} (" in words(layout, "numbers")
    few = figure_layout(ms.diagnose(studies(5)))
    check(few)
    assert "with fewer than 10" in words(few, "reason") and "Unadjusted" in words(few, "label")


def test_plane_of_a_copas_model(bcg, shapes, words, check):
    effects = ms.effects_from(bcg.yi + 3 * np.sqrt(bcg.vi), bcg.vi)
    result = ms.copas(effects)
    layout = figure_layout(result)
    check(layout)
    inside = result.gamma0 <= result.grid_gamma0[-1]
    points = shapes(layout, "plane-point")
    across, left = affine([p.x for p in points], result.gamma0[inside])
    up, start = affine([p.y for p in points], result.gamma1[inside])
    assert across > 0 > up
    labels = [float(m.text.replace("−", "-")) for m in layout.pages[0].of("contour-label")]
    assert len(labels) >= 3
    grid = {(i, j): v for (i, j), v in np.ndenumerate(result.contour)}
    steps = (np.diff(result.grid_gamma0)[0], np.diff(result.grid_gamma1)[0])
    for line in shapes(layout, "contour"):
        value = []
        for x, y in line.points:
            i = ((x - left) / across - result.grid_gamma0[0]) / steps[0]
            j = ((y - start) / up - result.grid_gamma1[0]) / steps[1]
            i, j = min(max(i, 0), 18.999999), min(max(j, 0), 18.999999)
            a, b, u, v = int(i), int(j), i % 1, j % 1
            value.append(
                (1 - u) * (1 - v) * grid[a, b] + u * (1 - v) * grid[a + 1, b]
                + (1 - u) * v * grid[a, b + 1] + u * v * grid[a + 1, b + 1]
            )  # fmt: skip
        # a contour crosses the sides of the cells where the estimate has its value
        assert value == pytest.approx([np.mean(value)] * len(value), abs=1e-6)
    assert len(shapes(layout, "study")) == len(effects)
