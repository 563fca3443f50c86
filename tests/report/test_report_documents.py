"""The report for Word and for paper: the same words, numbers and drawings."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from dataclasses import replace

import docx
import pytest

import metasyn as ms
from metasyn.errors import OutputError, SpecError
from metasyn.report import paper
from metasyn.report.assemble import assemble
from metasyn.report.document import Document, Plate
from metasyn.report.drawings import draw, plates
from metasyn.report.paper import to_pdf
from metasyn.report.word import to_docx


@pytest.fixture(scope="module")
def document(material, tmp_path_factory) -> Document:
    return assemble(plates(draw(material, tmp_path_factory.mktemp("drawings"))))


@pytest.fixture(scope="module")
def word(document):
    return docx.Document(io.BytesIO(to_docx(document)))


def body_text(word) -> str:
    return "\n".join(paragraph.text for paragraph in word.paragraphs)


def test_word_has_every_section_as_a_heading(document, word):
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings == [section.title for section in document.sections]


def test_word_has_every_sentence(document, word):
    text = body_text(word)
    for sentence in document.sentences():
        assert sentence.text in text, sentence.text


def test_word_has_every_table_cell_by_cell(document, word):
    tables = list(document.tables())
    assert len(word.tables) == len(tables)
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    for table, found in zip(tables, word.tables, strict=True):
        assert table.caption in captions
        assert [cell.text for cell in found.rows[0].cells] == [c.heading for c in table.columns]
        for row, cells in zip(table.rows, found.rows[1:], strict=True):
            for cell, written in zip(row.cells, cells.cells, strict=True):
                told = "\n".join(filter(None, (cell.text, cell.detail)))
                assert written.text.replace("\u00a0", " ") == told.replace("\u00a0", " ")


def test_word_repeats_the_headings_of_a_table(word):
    for table in word.tables:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")


def test_word_turns_wide_tables_sideways(document, word):
    sides = {section.orientation for section in word.sections}
    assert len(sides) == 2
    for section in word.sections:
        wide = section.page_width > section.page_height
        assert wide == (section.orientation == 1)


def test_word_holds_drawings_as_vectors_and_as_dots(document):
    archive = zipfile.ZipFile(io.BytesIO(to_docx(document)))
    media = [name for name in archive.namelist() if name.startswith("word/media/")]
    count = sum(len(b.plates) for s in document.sections for b in s.blocks if hasattr(b, "plates"))
    assert count >= 2
    assert sum(name.endswith(".svg") for name in media) == count
    assert sum(name.endswith(".png") for name in media) == count
    body = archive.read("word/document.xml").decode()
    assert body.count("svgBlip") == count
    assert body.count('descr="') >= count


def test_word_links_only_web_addresses(document):
    archive = zipfile.ZipFile(io.BytesIO(to_docx(document)))
    links = archive.read("word/_rels/document.xml.rels").decode()
    external = [part for part in links.split("<Relationship ") if "External" in part]
    assert external
    assert all('Target="https://' in part for part in external)


@pytest.mark.parametrize("printer", [to_docx, to_pdf])
def test_same_bytes_twice(document, printer):
    assert printer(document) == printer(document)


def test_a_study_called_script_stays_text(document, word):
    names = [row.cells[0].text for table in word.tables for row in table.rows]
    assert "<script>alert(1)</script> 2021" in names


def test_paper_reads_every_sentence_and_every_cell(document, tmp_path):
    text = json.dumps(paper.content(document, tmp_path), ensure_ascii=False)
    text = text.replace("\u00a0", " ")
    for sentence in document.sentences():
        assert json.dumps(sentence.text, ensure_ascii=False) in text
    for table in document.tables():
        for row in table.rows:
            for cell in row.cells:
                assert json.dumps(cell.text, ensure_ascii=False) in text


def test_paper_is_set_in_pages(document):
    made = to_pdf(document)
    assert made.startswith(b"%PDF-")
    assert b"CreationDate" not in made
    assert made.count(b"/Type /Page\n") + made.count(b"/Type/Page/") >= 6


def test_signs_of_the_typesetter_stay_text(document):
    hard = '# $x$ *a* _b_ @c <d> \\e #eval("1") [f] `g` // h'
    section = replace(document.sections[0], title=hard)
    assert to_pdf(replace(document, title=hard, sections=(section,))).startswith(b"%PDF-")
    read = docx.Document(io.BytesIO(to_docx(replace(document, title=hard, sections=(section,)))))
    assert read.paragraphs[0].text == hard


def test_characters_that_word_cannot_hold_are_marked(document):
    read = docx.Document(io.BytesIO(to_docx(replace(document, title="a\x00b", sections=()))))
    assert read.paragraphs[0].text == "a\ufffdb"


@pytest.mark.parametrize(
    ("printer", "module", "package"), [(to_docx, "docx", "python-docx"), (to_pdf, "typst", "typst")]
)
def test_what_is_not_installed_is_named(document, monkeypatch, printer, module, package):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OutputError, match=f"needs {package}"):
        printer(document)


def test_a_drawing_that_cannot_be_set_is_an_error(document):
    broken = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, plates=(Plate("<svg"),)) if hasattr(block, "plates") else block
                for block in section.blocks
            ),
        )
        for section in document.sections
        if section.id == "forest"
    )
    with pytest.raises(OutputError, match="could not be set"):
        to_pdf(replace(document, sections=broken))


def test_documents_are_written_where_they_are_asked_for(groups, tmp_path, monkeypatch):
    from metasyn.report import write

    monkeypatch.setattr(write, "inverse_variance", lambda _: None)
    files = ms.write_report(groups, tmp_path, title="T", question="Q?", documents=("docx", "pdf"))
    assert files.report_docx == tmp_path / "report.docx"
    assert files.report_pdf.read_bytes().startswith(b"%PDF-")
    assert len(list(tmp_path.iterdir())) == 10


def test_unknown_documents_are_refused(groups, tmp_path):
    with pytest.raises(SpecError, match="'odt'"):
        ms.write_report(groups, tmp_path, title="T", question="Q?", documents=("odt",))


def test_the_script_hands_the_registry_on_where_the_report_used_it(material):
    from metasyn.report.sections.reproduce import script

    assert "registry=" not in script(material)
    assert "registry=registry)" in script(replace(material, figures={"a": ()}))
    assert "statements=registry.statements)" in script(replace(material, statements=("said",)))
