"""What stands in a workbook stays text: in the page, in links, in the spreadsheet."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from metasyn.errors import OutputError
from metasyn.report.assemble import assemble
from metasyn.report.document import Column, Document, Row, Section, Table, TableCell
from metasyn.report.drawing import inline_svg
from metasyn.report.html import to_html
from metasyn.report.links import doi_url, pubmed_url, web_url
from metasyn.report.xlsx import to_xlsx


class Page(HTMLParser):
    """Tags, links and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_a_study_called_script_stays_text(material):
    page = to_html(assemble(material))
    assert "<script>alert(1)" not in page
    read = Page(page)
    assert "<script>alert(1)</script> 2021" in read.text
    assert sum(tag == "script" for tag, _ in read.tags) == 1


def test_only_web_addresses_files_and_anchors_are_links(material):
    hrefs = [attrs["href"] for tag, attrs in Page(to_html(assemble(material))).tags if tag == "a"]
    files = {"forest.svg", "forest.pdf", "forest.png", "results.xlsx", "results.json"}
    for href in hrefs:
        assert href.startswith(("#", "https://")) or href in files, href


def test_nothing_is_loaded_from_elsewhere(material):
    for tag, attrs in Page(to_html(assemble(material))).tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}, tag
        assert "src" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "http://",
        "https://a b",
        'https://x"onclick="y',
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_other_addresses_are_no_links(address):
    assert web_url(address) == ""
    assert doi_url(address) == ""
    assert pubmed_url(address) == ""


@pytest.mark.parametrize(
    "drawing",
    [
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='http://x/y.png'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><use href='http://x/y.svg#a'/></svg>",
        "<svg><p></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><a href='#x'/></svg>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
        "<html/>",
        "no drawing",
    ],
)
def test_a_drawing_with_more_than_shapes_is_refused(drawing):
    with pytest.raises(OutputError):
        inline_svg(drawing)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_text_never_becomes_a_formula(text):
    table = Table("t", "T.", (Column("A"),), (Row((TableCell(text),)),))
    book = load_workbook(io.BytesIO(to_xlsx(Document("D", (Section("s", "S", (table,)),)))))
    cell = book["t"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_characters_that_a_workbook_cannot_hold_are_marked():
    table = Table("t", "T.", (Column("A"),), (Row((TableCell("a\x00b\x1f"),)),))
    book = load_workbook(io.BytesIO(to_xlsx(Document("D", (Section("s", "S", (table,)),)))))
    assert book["t"]["A2"].value == "a\ufffdb\ufffd"
