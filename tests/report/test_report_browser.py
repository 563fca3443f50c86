"""The page in a real browser: quiet, complete, usable with and without scripts."""

from __future__ import annotations

from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page

import metasyn as ms
from metasyn.report import write
from metasyn.report.assemble import assemble

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(groups, tmp_path_factory) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "inverse_variance", lambda _: None)
        patch.setattr(write, "alternatives", lambda _: {"Otherwise": groups})
        folder = tmp_path_factory.mktemp("report")
        files = ms.write_report(groups, folder, title="Severe CRS", question="How often?")
    return files.html.as_uri()


def opened(browser: Browser, address: str, **context: object) -> Page:
    page = browser.new_page(**context)
    page.goto(address)
    return page


def test_no_request_and_no_word_on_the_console(browser, report):
    page = browser.new_page()
    requests: list[str] = []
    words: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: words.append(message.text))
    page.on("pageerror", lambda error: words.append(str(error)))
    page.goto(report)
    page.get_by_role("searchbox").first.fill("liu")
    page.get_by_role("button", name="Weight").first.click()
    assert [url for url in requests if not url.startswith("data:")] == [report]
    assert words == []


@pytest.mark.parametrize("scripts", [True, False])
def test_every_section_is_there_with_and_without_scripts(browser, report, material, scripts):
    page = opened(browser, report, java_script_enabled=scripts)
    sections = [section.id for section in assemble(material).sections]
    assert page.locator("main > section").count() == len(sections)
    for name in sections:
        assert page.locator(f"section#{name}").is_visible(), name
        assert page.locator(f"nav a[href='#{name}']").count() == 1, name
    for table in page.locator("main table[id]").all():
        assert table.is_visible()
    assert page.locator("#forest-plot svg text").count() > 20


def test_without_scripts_nothing_is_offered_that_needs_them(browser, report):
    page = opened(browser, report, java_script_enabled=False)
    assert page.locator("input").count() == 0
    assert page.locator("button").count() == 0


def test_every_link_inside_the_page_leads_somewhere(browser, report):
    page = opened(browser, report)
    broken = page.evaluate(
        """() => [...document.querySelectorAll('a[href^="#"]')]
            .map(a => a.getAttribute('href'))
            .filter(href => !document.getElementById(decodeURIComponent(href.slice(1))))"""
    )
    assert broken == []


def test_every_id_stands_once(browser, report):
    page = opened(browser, report)
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert sorted(ids) == sorted(set(ids))


def test_a_column_is_sorted_by_its_numbers(browser, report):
    page = opened(browser, report)
    table = page.locator("#table-rows")
    button = table.get_by_role("button", name="Events / patients")
    first = table.locator("tbody tr td:nth-child(6)")
    button.click()
    assert first.all_inner_texts() == ["0/1", "1/1", "4/4", "6/6", "8/15", "11/14", "31/45"]
    button.press("Enter")
    assert first.first.inner_text() == "31/45"
    assert table.locator("th[aria-sort='descending']").count() == 1


def test_the_sum_stays_the_last_line(browser, report):
    page = opened(browser, report)
    table = page.locator("#table-flow")
    for _ in range(2):
        table.get_by_role("button", name="Rows found").click()
        assert table.locator("tbody tr").last.inner_text().startswith("All")


def test_rows_are_found_by_their_words(browser, report):
    page = opened(browser, report)
    section = page.locator("#rows")
    section.get_by_role("searchbox").fill("le 2018 computed cohort 31/45")
    visible = section.locator("tbody tr:visible")
    assert visible.count() == 0
    section.get_by_role("searchbox").fill("LE 2018 31/45")
    assert visible.count() == 1
    assert section.locator("output").inner_text() == "Showing 1 of 7"


def test_the_seed_case_leads_from_sentence_to_cell(browser, report):
    page = opened(browser, report)
    source = page.locator("#cases li", has_text="Hemofiltration").locator(".src").first
    assert source.inner_text() == "results!M4:N4"
    assert page.locator("#row-R0003 td small").last.inner_text() == "results!M4:N4"


def test_everything_can_be_reached_by_keyboard(browser, report):
    page = opened(browser, report)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    for region in page.locator(".scroll, .paper, pre").all():
        assert region.get_attribute("tabindex") == "0"


@pytest.mark.parametrize("width", [360, 820, 1400])
def test_the_page_itself_never_scrolls_sideways(browser, report, width):
    page = opened(browser, report, viewport={"width": width, "height": 900})
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper(browser, report, scheme):
    """Contrast of text of at least 4.5, the level AA of WCAG 2.2."""
    page = opened(browser, report, color_scheme=scheme)
    pairs = page.evaluate(
        """() => ['main p', 'caption', 'td.code', 'tbody th', '.byline', '.caution', 'nav a',
                  'main a.cite', '.src', 'figcaption'].map(selector => {
            const element = document.querySelector(selector);
            let under = element;
            while (getComputedStyle(under).backgroundColor === 'rgba(0, 0, 0, 0)') {
                under = under.parentElement;
            }
            return [selector, getComputedStyle(element).color,
                    getComputedStyle(under).backgroundColor];
        })"""
    )
    for selector, ink, paper in pairs:
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours given as ``rgb(r, g, b)``."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in colour[4:-1].split(",")]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_words_of_the_forest_plot_do_not_overlap(browser, report):
    page = opened(browser, report, viewport={"width": 1400, "height": 900})
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('#forest-plot svg text')]
            .filter(text => text.textContent.trim())
            .map(text => [text.textContent, text.getBoundingClientRect()])
            .map(([words, box]) => [words, box.left, box.top, box.right, box.bottom])"""
    )
    assert len(boxes) > 20
    for one, other in combinations(boxes, 2):
        across = min(one[3], other[3]) - max(one[1], other[1])
        down = min(one[4], other[4]) - max(one[2], other[2])
        # Boxes hold the font's full line height, so neighbouring lines may touch by a pixel.
        assert across <= 1 or down <= 2, (one[0], other[0])


def test_a_mark_of_the_plot_leads_to_its_row_and_its_cells(browser, report):
    page = opened(browser, report)
    mark = page.locator("#forest-plot a", has=page.locator("[data-key='R0003']")).first
    assert mark.locator("title").text_content() == "Liu 2018: 1/1, from results!M4:N4"
    mark.locator("text, circle").first.click()
    assert page.url.endswith("#row-R0003")
    pooled = page.locator("#forest-plot a", has=page.locator("[data-key='tocilizumab']")).first
    assert pooled.get_attribute("href") == "#line-1"
    assert page.locator("#line-1 th").inner_text().startswith("Tocilizumab")


def test_print_shows_no_controls(browser, report):
    page = opened(browser, report)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".filter").first.is_visible()
    assert page.locator("#results table").is_visible()
