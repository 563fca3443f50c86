"""Files made in the page: no network, no formulas, and what is drawn is what is saved."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

pytestmark = pytest.mark.browser


def saved(page, button) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_every_table_is_a_csv_with_its_text_and_its_full_numbers(page, fitted):
    # What is sorted and hidden on the screen does not matter for the file.
    section = page.locator("#rows")
    section.get_by_role("searchbox").fill("no such words")
    section.locator("table").get_by_role("button", name="Weight").click()
    name, content = saved(page, section.get_by_role("button", name="Download as CSV"))
    assert name == "rows.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    studies = [row for line in fitted.lines for row in line.studies]
    assert [row["Row"] for row in rows] == [row.record.result_id for row in studies]
    for row, study in zip(rows, studies, strict=True):
        assert int(row["Events / patients: events"]) == study.events
        assert int(row["Events / patients: patients"]) == study.n
        found = [float(row[f"Proportion (exact 95% CI): {part}"]) for part in
                 ("estimate", "low", "high")]  # fmt: skip
        assert found == [study.estimate, study.ci.low, study.ci.high]
        assert (row["Weight: value"] or None) == (
            None if study.weight is None else repr(study.weight)
        )


def test_there_is_a_csv_for_every_table(page):
    tables = page.locator("main table[id]").count()
    assert tables > 8
    assert page.get_by_role("button", name="Download as CSV").count() == tables


def test_text_never_becomes_a_formula(page):
    _, content = saved(
        page, page.locator("#characteristics").get_by_role("button", name="Download as CSV")
    )
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    titles = {row["Title"] for row in rows}
    assert '\'=HYPERLINK("http://x")' in titles
    assert not any(text.startswith(("=", "+", "@")) for row in rows for text in row.values())
    assert "<script>alert(1)</script> 2021" in {row["Study"] for row in rows}


def test_the_drawing_is_saved_as_it_is_shown(page):
    figure = page.locator("#forest-plot")
    name, content = saved(page, figure.get_by_role("button", name="Download as SVG"))
    assert name == "forest-plot.svg"
    tree = fromstring(content)
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(tree.iter("{http://www.w3.org/2000/svg}a"))
    assert b"@font-face" in content
    assert b"Exploratory" not in content
    page.get_by_role("slider").press("End")
    name, content = saved(page, figure.get_by_role("button", name="Download as SVG"))
    assert name == "forest-plot-exploratory.svg"
    assert b"Exploratory, not the registered analysis: single cases at weight 1." in content
    assert b"@font-face" in content


def test_every_figure_is_saved_as_png(page):
    figures = page.locator("figure:has(svg)")
    for figure in figures.all():
        name, content = saved(page, figure.get_by_role("button", name="Download as PNG"))
        picture = Image.open(io.BytesIO(content))
        assert name == f"{figure.get_attribute('id')}.png"
        assert min(picture.size) > 600
        assert len(picture.convert("L").getcolors()) > 20


def test_the_methods_are_copied_as_text(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"]).page
    page.locator("#methods").get_by_role("button", name="Copy this text").click()
    page.locator("#methods").get_by_text("Copied.").wait_for()
    text = page.evaluate("() => navigator.clipboard.readText()")
    first = page.locator("#methods p").first.inner_text()
    assert text[:40] == first[:40]
    assert re.search(r"\. \[\d+\]", text)
    assert "results!" not in text


def test_nothing_is_asked_of_the_network(open_page):
    opened = open_page()
    page = opened.page
    page.get_by_role("slider").press("End")
    saved(page, page.locator("#forest-plot").get_by_role("button", name="Download as PNG"))
    saved(page, page.locator("#rows").get_by_role("button", name="Download as CSV"))
    asked = [url for url in opened.requests if not url.startswith(("data:", "blob:"))]
    assert asked == [page.url]
    assert opened.words == []
