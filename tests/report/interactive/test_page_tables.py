"""Tables in the page: sorted, searched, narrowed, and told how many rows are shown."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def rows(page):
    return page.locator("#rows")


def column(table, number: int) -> list[str]:
    cells = table.locator(f"tbody tr:visible td:nth-child({number})").all_inner_texts()
    return [text.split("\n")[0] for text in cells]


def test_a_column_goes_up_then_down_then_back_as_printed(rows):
    table = rows.locator("table")
    printed = column(table, 6)
    button = table.get_by_role("button", name="Events / patients")
    head = button.locator("xpath=..")
    button.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    up = [int(text.split("/")[0]) for text in column(table, 6)]
    assert up == sorted(up)
    button.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    down = [int(text.split("/")[0]) for text in column(table, 6)]
    assert down == sorted(down, reverse=True)
    button.press("Enter")
    assert head.get_attribute("aria-sort") is None
    assert column(table, 6) == printed


def test_rows_without_a_number_stay_below_both_ways(rows):
    table = rows.locator("table")
    button = table.get_by_role("button", name="Weight")
    for _ in range(2):
        button.click()
        weights = column(table, 8)
        blank = [text == "–" for text in weights]
        assert any(blank)
        assert blank == sorted(blank)


def test_one_sorted_column_at_a_time(rows):
    table = rows.locator("table")
    table.get_by_role("button", name="Weight").click()
    table.get_by_role("button", name="Study", exact=True).click()
    assert table.locator("th[aria-sort]").count() == 1


def test_rows_are_chosen_by_intervention_and_design(rows):
    shown = rows.locator("output")
    assert shown.inner_text() == "Showing 9 of 9"
    rows.get_by_role("combobox", name="Intervention").select_option("Tocilizumab")
    assert shown.inner_text() == "Showing 6 of 9"
    rows.get_by_role("combobox", name="Design").select_option("Case report")
    assert shown.inner_text() == "Showing 2 of 9"
    assert set(column(rows.locator("table"), 4)) == {"Case report"}
    rows.get_by_role("searchbox").fill("R0001")
    assert shown.inner_text() == "Showing 1 of 9"
    rows.get_by_role("searchbox").fill("no such words")
    assert shown.inner_text() == "Showing 0 of 9"


def test_the_chosen_rows_stay_chosen_when_sorted(rows):
    rows.get_by_role("combobox", name="Intervention").select_option("Tocilizumab")
    rows.locator("table").get_by_role("button", name="Weight").click()
    assert rows.locator("tbody tr:visible").count() == 6


def test_a_link_to_a_hidden_row_shows_it(page, rows):
    rows.get_by_role("searchbox").fill("no such words")
    page.locator("#forest-plot a", has=page.locator("[data-key='R0003']")).first.locator(
        "circle, text"
    ).first.click()
    assert rows.locator("#row-R0003").is_visible()
    assert rows.locator("output").inner_text() == "Showing 9 of 9"


def test_tables_tell_their_structure(page):
    for table in page.locator("main table[id]").all():
        assert table.locator("caption").inner_text()
        assert table.locator("thead th:not([scope=col])").count() == 0
        assert table.locator("tbody tr > :first-child:not(th[scope=row])").count() == 0
