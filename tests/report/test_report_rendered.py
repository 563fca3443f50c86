"""Word and PDF as people see them: opened, set in pages, and looked at."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import docx
import numpy as np
import pytest
from openpyxl import load_workbook
from PIL import Image

from metasyn.report.assemble import assemble
from metasyn.report.document import (
    Column,
    Document,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.drawings import draw, plates
from metasyn.report.formats import legible
from metasyn.report.html import to_html
from metasyn.report.paper import to_pdf
from metasyn.report.word import to_docx
from metasyn.report.xlsx import to_xlsx

SIGNS = "⊕⊕○○ τ² I² ≤ ≥ − × → – µ ½ é ß Ł"
SCRIPTS = "细胞因子释放综合征 Синдром выброса цитокинов σύνδρομο"
ATTACKS = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    '#import "x": *',
    "$x$ *bold* _em_ `raw` @ref <label>",
    r"\input{x} \\ //comment /* c */",
    "</w:t></w:r><w:p>",
    "{{ 7 * 7 }} {% raw %} &amp; ]]>",
    "\u202eevil\u202c",
)
CONTROL = "bell\x07end"
DPI = 50
EDGE = 0.24
"""Inches above and below in which no ink may stand; twice that at the sides.

Margins are at least 15 mm; the foot of a page stands lower.
"""


@pytest.fixture(scope="module")
def document(material, tmp_path_factory) -> Document:
    """The whole report, with a table of hard words and one too wide for an upright page."""
    made = assemble(plates(draw(material, tmp_path_factory.mktemp("drawings"))))
    columns = tuple(Column(f"Heading number {i}", "percent") for i in range(14))
    wide = Table("wide", "Wide.", columns, (_row("68% (49% to 83%)", 14),) * 60)
    names = tuple(Row((TableCell(one), TableCell(one, detail=one))) for one in (SIGNS, SCRIPTS))
    told = tuple(Row((TableCell(one), TableCell(one, detail=one))) for one in (*ATTACKS, CONTROL))
    hard = Table("hard", "Hard.", (Column("Study"), Column("Note", "prose")), (*names, *told))
    said = Paragraph(tuple(Sentence(one) for one in (SIGNS, SCRIPTS, *ATTACKS, CONTROL)))
    section = Section("hard", ATTACKS[0], (said, hard))
    return replace(made, sections=(*made.sections, section, Section("wide", "Wide", (wide,))))


def _row(text: str, columns: int) -> Row:
    return Row((TableCell(text),) * columns)


@pytest.fixture(scope="module")
def paper(document, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "report.pdf"
    path.write_bytes(to_pdf(document))
    return path


@pytest.fixture(scope="module")
def word(document, tmp_path_factory) -> Path:
    """The Word file as LibreOffice sets it."""
    folder = tmp_path_factory.mktemp("word")
    (folder / "report.docx").write_bytes(to_docx(document))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "report.docx"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / "report.pdf"


@pytest.fixture(params=["paper", "word"])
def pages(request) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def said_by(path: Path) -> str:
    told = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True)
    return told.stdout.decode()


def bare(text: str) -> str:
    """Letters alone: lines, spaces and marks of direction depend on the page."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(one for one in text if not one.isspace() and unicodedata.category(one) != "Cf")


@pytest.mark.slow
def test_no_ink_touches_the_edge_of_a_page(pages, tmp_path):
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", pages, tmp_path / "p"], check=True)
    drawn = sorted(tmp_path.glob("p-*.pgm"))
    assert len(drawn) > 10
    edge = int(EDGE * DPI)
    sideways = set()
    for path in drawn:
        with Image.open(path) as image:
            ink = np.asarray(image) < 200
        frame = [ink[:edge], ink[-edge:], ink[:, : 2 * edge], ink[:, -2 * edge :]]
        assert not any(side.any() for side in frame), path.name
        sideways.add(ink.shape[1] > ink.shape[0])
    assert sideways == {True, False}


@pytest.mark.slow
def test_every_letter_is_drawn_and_can_be_read_back(pages, document):
    text = bare(said_by(pages))
    for line in (SIGNS, SCRIPTS):
        for letter in bare(line):
            assert letter in text, f"{letter} is missing"
    assert "\u25a1" not in text
    fonts = subprocess.run(["pdffonts", pages], check=True, capture_output=True).stdout.decode()
    rows = fonts.splitlines()[2:]
    assert rows
    assert all(row.split()[-5] == "yes" for row in rows), "a font is not embedded"


@pytest.mark.slow
def test_cells_of_a_wide_table_stay_whole(pages):
    text = bare(said_by(pages))
    assert text.count("68%(49%to83%)") >= 60 * 14


@pytest.mark.slow
def test_headings_of_a_table_stand_on_every_page_of_it(pages):
    sheets = [bare(sheet) for sheet in said_by(pages).split("\f")]
    wide = [sheet for sheet in sheets if sheet.count("68%(49%to83%)") >= 14]
    assert len(wide) > 1
    assert all(sheet.count("Heading") >= 14 for sheet in wide)


class Words(HTMLParser):
    """What a page says: its text and its titles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, _attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def _in_word(document: Document) -> str:
    read = docx.Document(io.BytesIO(to_docx(document)))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in read.paragraphs), *cells])


def _in_excel(document: Document) -> str:
    book = load_workbook(io.BytesIO(to_xlsx(document)))
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    return "\n".join(cells)


def _texts(document: Document) -> dict[str, str]:
    return {
        "page": Words(to_html(document)).text,
        "word": _in_word(document),
        "excel": _in_excel(document),
        "paper": "",
    }


@pytest.mark.slow
def test_every_sentence_stands_in_all_four(document, paper):
    texts = {**_texts(document), "paper": said_by(paper)}
    found = {name: bare(text) for name, text in texts.items()}
    # Marks of references and cells stand between the sentences of a page, never inside one; what
    # parts a sentence on paper is the foot of a page.
    foot = re.compile(re.escape(bare(document.title)) + r"\d+/\d+")
    found["paper"] = foot.sub("", found["paper"])
    for sentence in document.sentences():
        for name, text in found.items():
            assert _readable(sentence.text) in text, f"{name} lacks: {sentence.text}"


@pytest.mark.slow
def test_every_cell_stands_in_word_page_and_paper(document, paper):
    texts = {**_texts(document), "paper": said_by(paper)}
    found = {name: bare(text) for name, text in texts.items() if name != "excel"}
    for table in document.tables():
        for row in table.rows:
            for cell in row.cells:
                # A cell may run over two lines or two pages: its words are looked for one by one.
                for word in cell.text.split():
                    for name, text in found.items():
                        assert _readable(word) in text, f"{name} lacks {word!r} of {table.id}"


def _readable(text: str) -> str:
    return bare(legible(text))


def _value(value: object) -> object:
    """Text as it can be shown; numbers to the 16 digits that the workbook's writer keeps."""
    if isinstance(value, str):
        return legible(value) or None
    return float(f"{value:.16g}") if isinstance(value, float) else value


def test_excel_holds_every_cell_as_its_text_or_its_number(document):
    book = load_workbook(io.BytesIO(to_xlsx(document)))
    for table in document.tables():
        cells = [cell.value for row in book[table.id].iter_rows() for cell in row]
        values = {one if isinstance(one, float) else _value(one) for one in cells}
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                if isinstance(cell.value, tuple):
                    assert {_value(one) for one in cell.value if one is not None} <= values
                elif not column.parts:
                    told = cell.text if cell.value is None else cell.value
                    assert _value(told) in values


@pytest.mark.parametrize("attack", [*ATTACKS, CONTROL])
def test_names_stay_text_in_all_four(attack, tmp_path):
    table = Table("t", f"T {attack}", (Column(attack),), (Row((TableCell(attack),)),))
    said = Paragraph((Sentence(attack),), lead=attack)
    document = Document(attack, (Section("s", attack, (said, table)),), attack)
    page = Words(to_html(document))
    assert page.tags.count("script") == 1
    (tmp_path / "a.pdf").write_bytes(to_pdf(document))
    texts = {**_texts(document), "paper": said_by(tmp_path / "a.pdf")}
    for name, text in texts.items():
        assert bare(text).count(_readable(attack)) >= 5, name
