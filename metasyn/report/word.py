"""The document for Word: real headings, tables, captions and drawings of the same words."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from metasyn.errors import OutputError
from metasyn.report.archive import steady
from metasyn.report.document import (
    Block,
    Bullets,
    Document,
    Entries,
    Figure,
    Listing,
    Paragraph,
    Sentence,
    Table,
)
from metasyn.report.formats import legible
from metasyn.report.lines import few_cells
from metasyn.report.widths import is_sideways
from metasyn.report.word_parts import (
    add_address,
    add_field,
    add_link,
    add_picture,
    set_font,
    shade,
)
from metasyn.report.word_table import word_table

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

__all__ = ["to_docx"]

_FONT = "Arial"


def to_docx(document: Document) -> bytes:
    """Write the document for Word; equal documents give equal bytes.

    Raises
    ------
    OutputError
        If python-docx is not installed.
    """
    try:
        import docx
    except ImportError:
        raise OutputError(
            "report.docx needs python-docx. Install it with: "
            "pip install 'metasyn-evidence[documents]'."
        ) from None
    writer = _Writer(docx.Document(), document)
    writer.write()
    content = io.BytesIO()
    writer.word.save(content)
    return steady(content.getvalue())


class _Writer:
    """One document on its way into Word."""

    def __init__(self, word: WordDocument, document: Document) -> None:
        self.word, self.document = word, document
        self.numbers = {key: i for i, key in enumerate(document.citations(), start=1)}
        self.sideways = False

    def write(self) -> None:
        """Title, then every section."""
        self._looks()
        self.word.add_heading(legible(self.document.title), level=0)
        self._words(self.word.add_paragraph(), self.document.byline)
        for section in self.document.sections:
            self._turn(is_sideways(section))
            self.word.add_heading(legible(section.title), level=1)
            for block in section.blocks:
                self._block(block)

    def _looks(self) -> None:
        from docx.shared import Cm, Pt, RGBColor

        properties = self.word.core_properties
        properties.title, properties.author = legible(self.document.title), "metasyn"
        properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)
        for name, size in (("Normal", 10), ("Title", 20), ("Heading 1", 14), ("Caption", 9)):
            style = self.word.styles[name]
            set_font(style, _FONT)
            style.font.size = Pt(size)
            style.font.color.rgb = RGBColor(0x1C, 0x1F, 0x23)
        page = self.word.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2)
        page.top_margin = page.bottom_margin = Cm(2)
        self._foot(page.footer.paragraphs[0])

    def _foot(self, paragraph: WordParagraph) -> None:
        """Title and number of the page, at the foot of every page."""
        from docx.shared import Pt, RGBColor

        font = self.word.styles["Footer"].font
        font.size, font.color.rgb = Pt(7.5), RGBColor(0x5B, 0x65, 0x70)
        self._words(paragraph, f"{self.document.title}  ·  ")
        add_field(paragraph, "PAGE")
        self._words(paragraph, " / ")
        add_field(paragraph, "NUMPAGES")

    def _turn(self, sideways: bool) -> None:
        """Start a page of the other direction, where it is needed."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        if sideways == self.sideways:
            return
        page = self.word.add_section(WD_SECTION.NEW_PAGE)
        page.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = page.page_height, page.page_width
        self.sideways = sideways

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph() if block.sentences:
                paragraph = self.word.add_paragraph()
                if block.tone == "caution":
                    shade(paragraph, "FFF6DD")
                self._run(paragraph, block)
            case Bullets():
                for item in block.items:
                    self._run(self.word.add_paragraph(style="List Bullet"), item)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case Listing():
                self._caption(block.caption)
                self._code(block.text)
            case Entries():
                for entry in block.entries:
                    paragraph = self.word.add_paragraph(style="List Number")
                    self._words(paragraph, f"{entry.text} ")
                    if entry.href:
                        doi = entry.href.replace("https://doi.org/", "doi:")
                        add_link(paragraph, entry.href, doi)

    def _run(self, paragraph: WordParagraph, part: Paragraph) -> None:
        if part.lead:
            paragraph.add_run(legible(f"{part.lead} ")).bold = True
        self._sentences(paragraph, part.sentences)

    def _sentences(self, paragraph: WordParagraph, sentences: Iterable[Sentence]) -> None:
        from docx.shared import Pt, RGBColor

        for position, one in enumerate(sentences):
            self._words(paragraph, f"{' ' if position else ''}{one.text}")
            if one.cites:
                numbers = ",".join(str(self.numbers[key]) for key in one.cites)
                paragraph.add_run(numbers).font.superscript = True
            if one.sources:
                run = paragraph.add_run(f" {few_cells(one.sources)}")
                run.font.size, run.font.color.rgb = Pt(7.5), RGBColor(0x5B, 0x65, 0x70)

    def _words(self, paragraph: WordParagraph, text: str) -> None:
        paragraph.add_run(legible(text))

    def _caption(self, text: str) -> None:
        paragraph = self.word.add_paragraph(legible(text), style="Caption")
        paragraph.paragraph_format.keep_with_next = True

    def _code(self, text: str) -> None:
        from docx.shared import Pt

        run = self.word.add_paragraph().add_run(legible(text))
        run.font.name, run.font.size = "Consolas", Pt(8)

    def _table(self, table: Table) -> None:
        from docx.shared import Pt

        self._caption(table.caption)
        made = word_table(table, self._width(), partial(add_address, self.word.part))
        self.word.element.body.insert_element_before(made, "w:sectPr")
        notes = self.word.add_paragraph()
        self._sentences(notes, table.notes)
        for run in notes.runs:
            run.font.size = Pt(8)

    def _width(self) -> int:
        """Width of the text on the current page."""
        page = self.word.sections[-1]
        paper, left, right = page.page_width, page.left_margin, page.right_margin
        return (paper or 0) - (left or 0) - (right or 0)

    def _figure(self, figure: Figure) -> None:
        for plate in figure.plates:
            paragraph = self.word.add_paragraph()
            paragraph.paragraph_format.keep_with_next = True
            add_picture(paragraph, plate, figure.alt, self._width())
        caption = self.word.add_paragraph(style="Caption")
        self._sentences(caption, figure.caption)
        for run in caption.runs:
            run.bold = False
