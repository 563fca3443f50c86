"""From every number to its cell: by pointer, by keyboard, by touch."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def card(page):
    return page.get_by_role("dialog", name="Where this comes from")


def facts(page) -> dict[str, str]:
    terms, texts = card(page).locator("dt"), card(page).locator("dd")
    return dict(zip(terms.all_inner_texts(), texts.all_inner_texts(), strict=True))


def mark(page, key: str):
    return page.locator("#forest-plot a", has=page.locator(f"[data-key='{key}']")).last


def test_a_pointer_over_a_row_of_the_plot_shows_its_source(page):
    mark(page, "R901").locator("text").first.hover()
    card(page).get_by_text("Liu 2018").wait_for()
    told = facts(page)
    assert told["Events / patients"] == "1/1"
    assert told["Estimate (95% interval)"] == "100.0% (2.5% to 100.0%)"
    assert told["Cells of the workbook"] == "results!M201:N201"
    assert told["In the report at"] == "Table 2, page 7"
    assert told["Outcome as defined there"] == "ineffective"
    assert told["At"] == "day 28"
    link = card(page).get_by_role("link", name="doi:10.1097/CJI.0000000000000243")
    assert link.get_attribute("href") == "https://doi.org/10.1097/CJI.0000000000000243"
    assert card(page).get_by_role("link", name="Show its row").get_attribute("href") == "#row-R901"


def test_the_card_stays_under_the_pointer_and_goes_with_escape(page):
    mark(page, "R0009").locator("text").first.hover()
    card(page).wait_for()
    card(page).hover()
    page.wait_for_timeout(400)
    assert card(page).is_visible()
    page.keyboard.press("Escape")
    assert not card(page).is_visible()


def test_the_card_leaves_the_rows_above_and_below_free(page):
    row = mark(page, "R0010").locator("text").first
    row.hover()
    card(page).wait_for()
    at, box = row.bounding_box(), card(page).bounding_box()
    pointer = at["x"] + at["width"] / 2
    assert not box["x"] <= pointer <= box["x"] + box["width"]


def test_the_plot_is_one_stop_and_arrows_walk_its_rows(page):
    assert page.locator("#forest-plot svg a[tabindex='0']").count() == 1
    page.locator("#forest-plot svg a[tabindex='0']").focus()
    seen = []
    for _ in range(4):
        page.keyboard.press("ArrowDown")
        card(page).wait_for()
        seen.append(card(page).locator(".go").get_attribute("href"))
    assert seen == ["#row-R0009", "#row-R0010", "#row-R902", "#row-R0116"]
    assert page.locator("#forest-plot svg a[tabindex='0']").count() == 1
    page.keyboard.press("Home")
    assert page.evaluate("() => document.activeElement.textContent").startswith("Tocilizumab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#line-1")


def test_numbers_of_a_table_are_one_stop_and_tell_their_source(page):
    table = page.locator("#table-rows")
    assert table.locator(".from[tabindex='0']").count() == 1
    row = page.locator("#row-R0009")
    button = row.get_by_role("button", name="31/45")
    button.focus()
    page.keyboard.press("ArrowRight")
    card(page).wait_for()
    assert facts(page)["Cells of the workbook"] == "results!M10:N10"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.closest('tr').id") != "row-R0009"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "card"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.tagName") == "A"
    page.keyboard.press("Escape")
    assert not card(page).is_visible()
    assert page.evaluate("() => document.activeElement.className") == "from"


def test_a_sum_lists_its_rows(page):
    page.locator("#line-1").get_by_role("button").first.click()
    lines = card(page).locator("li").all_inner_texts()
    assert any(line.startswith("Le 2018: 31/45") for line in lines)
    assert len(lines) == 6


def test_a_finger_shows_the_source_and_stays_in_the_plot(open_page):
    page = open_page(has_touch=True, is_mobile=True, viewport={"width": 400, "height": 800}).page
    mark(page, "R0003").locator("text").first.tap()
    assert "Liu 2018" in card(page).inner_text()
    assert "#" not in page.url
    box = card(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    card(page).get_by_role("link", name="Show its row").tap()
    assert page.url.endswith("#row-R0003")
    assert not card(page).is_visible()


def test_every_row_of_the_plot_and_of_the_tables_has_facts(page):
    missing = page.evaluate(
        """() => {
            const { of, at } = JSON.parse(document.getElementById('report-data').textContent).facts;
            const keys = [...document.querySelectorAll('#forest-plot svg a [data-key]')]
                .map(mark => mark.dataset.key).filter(key => !of[key]);
            const cells = [...document.querySelectorAll('[data-cells]')]
                .flatMap(one => one.dataset.cells.split(', '))
                .filter(cell => !of[at[cell.replace(/![A-Z]+(\\d+).*/, '!$1')]]);
            return [...keys, ...cells];
        }"""
    )
    assert missing == []


def test_numbers_that_tell_their_source_read_as_they_did(page):
    """An interval stays one space away from its estimate, as in the page without scripts."""
    shown = page.locator("td:has(.from .whole)").all_inner_texts()
    assert shown
    assert all(" (" in text or " [" in text for text in shown)
