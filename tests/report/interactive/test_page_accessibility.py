"""For everyone: without scripts, by keyboard, with a screen reader, in the dark."""

from __future__ import annotations

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser


def grave(page) -> list[str]:
    """Findings of axe-core that it calls serious or critical."""
    response = Axe().run(page).response
    assert len(response["passes"]) > 20
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for one in response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_axe_has_no_serious_finding(open_page, scheme, width):
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900}).page
    assert grave(page) == []


def test_axe_has_no_serious_finding_while_exploring(page):
    page.locator(".explore summary").click()
    page.get_by_role("slider").press("End")
    page.get_by_role("checkbox", name="Hemofiltration").uncheck()
    page.locator("#row-R0009").get_by_role("button").first.click()
    assert page.get_by_role("dialog").is_visible()
    assert grave(page) == []


def test_without_scripts_the_page_holds_every_number(open_page, page):
    plain = open_page(java_script_enabled=False).page
    for table in page.locator("main table[id]").all():
        name = table.get_attribute("id")
        cells = plain.locator(f"#{name} tbody :is(td, th)").all_text_contents()
        assert cells == table.locator("tbody :is(td, th)").all_text_contents()
    assert plain.locator("#forest-plot svg text").count() > 40
    assert plain.locator("button, input, select").count() == 0
    assert plain.locator("td[title]").count() > 10


def test_everything_can_be_done_by_keyboard(page):
    """Tab leads from the top through every control, in order, and never gets stuck."""
    stops = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const at = document.activeElement;
                return at === document.body ? '' : at.tagName + (at.id ? '#' + at.id : '')
                    + (at.className.baseVal ?? at.className ? '.' + at.className : '');
            }"""
        )
        if not stop or "FOOT" in stop:
            break
        stops.append(stop)
    assert stops[0] == "A.skip"
    for control in ("INPUT#case-weight", "SELECT#other-model", "SUMMARY"):
        assert control in stops, control
    assert len(stops) < 400
    # One stop a table, one for the drawing: not one a number.
    assert (
        sum(stop.startswith("BUTTON") and ".from" in stop for stop in stops)
        == page.locator("main table[id]:has(.from)").count()
    )


def test_a_reader_chooses_light_or_dark(open_page):
    page = open_page(color_scheme="light").page
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Dark page").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.get_by_role("button", name="Light page").click()
    assert page.evaluate(paper) == light
    page.get_by_role("button", name="Dark page").click()
    page.reload()
    assert page.evaluate(paper) == light
    assert page.evaluate("() => [localStorage.length, document.cookie]") == [0, ""]


def test_the_page_is_structured(page):
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1, landmark
    levels = page.evaluate(
        "() => [...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for figure in page.locator("figure:has(svg)").all():
        assert figure.locator("svg > title").first.text_content()
        assert len(figure.locator("svg > desc").first.text_content()) > 40


def test_the_figure_without_links_is_a_picture_with_a_name(page):
    picture = page.locator("#tipping-curves").get_by_role("img")
    assert picture.count() == 1


@pytest.mark.parametrize("width", [1300, 1400, 1600])
def test_tables_fit_a_wide_page(open_page, width):
    page = open_page(viewport={"width": width, "height": 900}).page
    wide = page.evaluate(
        """() => [...document.querySelectorAll('main > section > .scroll')]
            .filter(one => one.scrollWidth > one.clientWidth)
            .map(one => [one.getAttribute('aria-labelledby'), one.scrollWidth, one.clientWidth])"""
    )
    assert wide == []


@pytest.mark.parametrize("width", [360, 800])
def test_the_page_never_scrolls_sideways_while_exploring(open_page, width):
    page = open_page(viewport={"width": width, "height": 800}).page
    page.locator(".explore summary").click()
    page.get_by_role("slider").press("End")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
