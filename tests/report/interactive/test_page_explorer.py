"""The controls above the forest plot: they draw what was computed, and nothing else."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytestmark = pytest.mark.browser

REDRAWN = "#forest-plot svg.redrawn"


def corners(polygon) -> list[tuple[float, float]]:
    points = polygon.get_attribute("points")
    return [tuple(float(n) for n in point.split(",")) for point in points.split(" ")]


def diamond(page, drawing: str, nth: int = 0):
    return page.locator(f"{drawing} polygon[data-role='diamond'][data-key]").nth(nth)


def axis(page) -> tuple[float, float]:
    """Left and right end of the axis, which runs from 0% to 100%."""
    line = page.locator("#forest-plot svg:not(.redrawn) line[data-role='axis']")
    return float(line.get_attribute("x1")), float(line.get_attribute("x2"))


def rate_at(page, x: float) -> float:
    left, right = axis(page)
    return (x - left) / (right - left)


def slide_to(page, weight: float) -> None:
    """By keyboard, from the left end, as far as the announced weight says."""
    slider = page.get_by_role("slider", name=re.compile("Weight of single cases"))
    slider.press("Home")
    for _ in range(80):
        if float(slider.get_attribute("aria-valuetext").split(",")[0]) >= weight - 1e-9:
            return
        slider.press("ArrowRight")
    raise AssertionError(weight)


@pytest.mark.parametrize("weight", [0.0, 0.05, 0.5, 0.975, 1.0])
def test_the_slider_moves_the_diamond_to_the_computed_curve(page, evidence, weight):
    curve = evidence.tipping.pseudo_study
    at = int(np.argmin(abs(curve.weight - weight)))
    assert curve.weight[at] == pytest.approx(weight)
    slide_to(page, weight)
    left, top, right, _ = corners(diamond(page, REDRAWN))
    # The drawing has three decimals of a point on an axis of about 190 points.
    assert rate_at(page, left[0]) == pytest.approx(curve.low[at], abs=1e-5)
    assert rate_at(page, top[0]) == pytest.approx(curve.rate[at], abs=1e-5)
    assert rate_at(page, right[0]) == pytest.approx(curve.high[at], abs=1e-5)
    words = page.locator(".explore .shown tbody tr[data-code='tocilizumab'] td").nth(1).inner_text()
    rate, low, high = (100 * float(c[at]) for c in (curve.rate, curve.low, curve.high))
    assert words == f"{rate:.1f}% ({low:.1f}% to {high:.1f}%)"
    row = page.locator(f"{REDRAWN} text[data-role='pooled']").first.get_attribute("data-row")
    estimate = page.locator(f"{REDRAWN} text[data-role='estimate'][data-row='{row}']")
    assert estimate.first.text_content() == f"{rate:.1f}"
    assert estimate.nth(1).text_content() == f"[{low:.1f}, {high:.1f}]"


def test_the_slider_moves_the_weights_along(page, evidence, fitted):
    curve = evidence.tipping.pseudo_study
    slide_to(page, 1.0)
    share = f"{100 * curve.share[-1]:.1f}"
    together = page.locator(f"{REDRAWN} text[data-role='cases-together']").get_attribute("data-row")
    weight = page.locator(f"{REDRAWN} text[data-role='weight'][data-row='{together}']")
    assert weight.text_content() == share
    data = fitted["tocilizumab"].data
    for position, unit in enumerate(evidence.pooled.units[:-1]):
        key = data.records[unit.rows[0]].result_id
        drawn = page.locator(f"{REDRAWN} text[data-role='weight'][data-key='{key}']")
        assert drawn.text_content() == f"{100 * curve.unit_shares[-1, position]:.1f}"


def test_the_units_shares_add_up_and_end_with_the_cases(evidence):
    for curve in (evidence.tipping.pseudo_study, evidence.tipping.individual):
        assert curve.unit_shares.sum(axis=1) == pytest.approx(np.ones(len(curve.weight)))
        assert curve.unit_shares[:, -1].tolist() == curve.share.tolist()


def test_a_line_without_single_cases_does_not_move(page):
    before = corners(diamond(page, "#forest-plot svg", -1))
    slide_to(page, 1.0)
    last = page.locator(f"{REDRAWN} polygon[data-role='diamond'][data-key]").last
    assert corners(last) == before
    row = page.locator(".explore .shown tbody tr[data-code='siltuximab']")
    assert "no single cases to weigh" in row.inner_text()


def test_it_starts_registered_and_comes_back(page):
    slider = page.get_by_role("slider", name=re.compile("Weight of single cases"))
    assert slider.get_attribute("aria-valuetext") == "0.1, registered"
    assert page.locator(REDRAWN).count() == 0
    badge = page.get_by_text("Exploratory, not the registered analysis", exact=True)
    assert not badge.is_visible()
    slider.press("ArrowRight")
    assert badge.is_visible()
    assert slider.get_attribute("aria-valuetext") == "0.11"
    assert not page.locator("#forest-plot svg.printed").is_visible()
    page.get_by_role("button", name="Back to the registered analysis").click()
    assert page.locator(REDRAWN).count() == 0
    assert slider.get_attribute("aria-valuetext") == "0.1, registered"
    assert not badge.is_visible()
    for key in ("ArrowRight", "ArrowLeft"):
        slider.press(key)
    assert page.locator(REDRAWN).count() == 0


def test_the_new_value_is_announced(page):
    slide_to(page, 0.5)
    status = page.locator(".explore [role=status]")
    status.get_by_text("single cases at weight 0.5: Tocilizumab").wait_for()
    assert status.inner_text().startswith("Exploratory")


def test_every_model_is_drawn_as_it_was_computed(page, evidence):
    choice = page.get_by_label("Model", exact=True)
    rows = {row.code: row for row in evidence.sensitivity.rows}
    codes = [one.get_attribute("value") for one in choice.locator("option").all()][1:]
    assert {"studies-only", "beta-binomial", "full-weight-pseudo-study", "inverse-variance"} <= set(
        codes
    )
    for code in codes:
        choice.select_option(code)
        assert page.locator(".exploratory").is_visible()
        if code not in rows:
            continue
        _, top, _, _ = corners(diamond(page, REDRAWN))
        assert rate_at(page, top[0]) == pytest.approx(rows[code].rate, abs=1e-5)
        assert page.locator("#other-model-note").inner_text() == rows[code].why_not


def test_the_check_is_that_of_the_report(page, records):
    import metasyn as ms

    check = ms.pool_by(records, "intervention", ms.RandomEffects(ci="hksj"), measure="PLO")
    page.get_by_label("Model", exact=True).select_option("inverse-variance")
    _, top, _, _ = corners(diamond(page, REDRAWN))
    assert rate_at(page, top[0]) == pytest.approx(
        check["tocilizumab"].transformed().estimate, abs=1e-5
    )


def test_a_model_and_a_weight_exclude_each_other(page):
    choice = page.get_by_label("Model", exact=True)
    choice.select_option("beta-binomial")
    slider = page.get_by_role("slider", name=re.compile("Weight of single cases"))
    assert slider.get_attribute("aria-valuetext") == "0.1, registered"
    slider.press("ArrowRight")
    assert choice.input_value() == ""


def test_lines_that_are_not_wanted_leave_without_a_gap(page):
    svg = page.locator("#forest-plot svg")
    tall = float(svg.get_attribute("viewBox").split()[3])
    page.locator(".explore summary").click()
    page.get_by_role("checkbox", name="Hemofiltration").uncheck()
    drawn = page.locator(REDRAWN)
    assert "Hemofiltration" not in drawn.locator("text").all_text_contents()
    assert float(drawn.get_attribute("viewBox").split()[3]) < tall - 20
    assert "Drawn: 2 of 3." in drawn.locator("[data-role='banner']").text_content()
    assert not page.locator(".exploratory").is_visible()
    before = [corners(one) for one in svg.first.locator("[data-role='diamond'][data-key]").all()]
    after = [corners(one) for one in drawn.locator("[data-role='diamond'][data-key]").all()]
    # Values stay where they are across; only the rows move up.
    assert [[x for x, _ in one] for one in after] == [[x for x, _ in one] for one in before]
    page.get_by_role("button", name="All", exact=True).click()
    assert page.locator(REDRAWN).count() == 0


def test_words_of_the_redrawn_plot_do_not_overlap(page):
    page.locator(".explore summary").click()
    page.get_by_role("checkbox", name="Hemofiltration").uncheck()
    slide_to(page, 0.5)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('#forest-plot svg.redrawn text')]
            .filter(text => text.textContent.trim())
            .map(text => [text.textContent, text.getBoundingClientRect()])
            .map(([words, box]) => [words, box.left, box.top, box.right, box.bottom])"""
    )
    assert len(boxes) > 40
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            across = min(one[3], other[3]) - max(one[1], other[1])
            down = min(one[4], other[4]) - max(one[2], other[2])
            # Boxes hold the font's full line height, so neighbouring lines may touch by a pixel.
            assert across <= 1 or down <= 2, (one[0], other[0])


def test_paper_gets_the_registered_result(page):
    slide_to(page, 1.0)
    page.get_by_role("searchbox").first.fill("nothing has these words")
    page.emulate_media(media="print")
    assert page.locator("#forest-plot svg.printed").is_visible()
    assert not page.locator(REDRAWN).is_visible()
    assert not page.locator(".explore").is_visible()
    assert page.locator("#table-rows tbody tr").first.is_visible()
    for control in page.locator("input, select, .take, .theme").all():
        assert not control.is_visible()
