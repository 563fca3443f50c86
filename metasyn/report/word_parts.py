"""Parts of a Word file that python-docx has no words for: links, rules, vector drawings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from metasyn.report.document import Plate
from metasyn.report.formats import legible

if TYPE_CHECKING:
    from docx.shared import Length
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph

__all__ = ["add_link", "add_picture", "repeat_heading", "rule_table", "set_widths", "shade"]

_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def add_link(paragraph: WordParagraph, href: str, text: str, size: Length | None = None) -> None:
    """Words that lead to an address."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    key = paragraph.part.relate_to(href, _LINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run = paragraph.add_run(legible(text))
    run.font.underline, run.font.size = True, size
    link.append(run._r)
    paragraph._p.append(link)


def shade(paragraph: WordParagraph, colour: str) -> None:
    """Colour behind a paragraph."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fill = OxmlElement("w:shd")
    fill.set(qn("w:val"), "clear")
    fill.set(qn("w:fill"), colour)
    paragraph.paragraph_format.element.get_or_add_pPr().insert_element_before(
        fill, "w:tabs", "w:spacing", "w:ind", "w:jc"
    )


def rule_table(table: WordTable) -> None:
    """Rules above, below and between rows; none at the sides."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side, width in (("top", 8), ("bottom", 8), ("insideH", 2)):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(width)), ("color", "808890")):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    properties = table._tbl.tblPr
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def set_widths(table: WordTable, shares: list[float], width: int) -> None:
    """Widths of the columns by their shares of a width; no row is parted by a page."""
    from docx.oxml import OxmlElement
    from docx.shared import Emu

    table.autofit = False
    parts = [Emu(int(width * share / sum(shares))) for share in shares]
    for column, part in zip(table.columns, parts, strict=True):
        column.width = part
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, part in zip(row.cells, parts, strict=True):
            cell.width = part


def repeat_heading(row: Any) -> None:
    """Let the row of headings stand at the top of every page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def add_picture(paragraph: WordParagraph, plate: Plate, alt: str) -> None:
    """A drawing as SVG, with the same in dots for programs that draw no SVG."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.shared import Cm, Emu

    if not plate.png:
        return
    picture = paragraph.add_run().add_picture(io.BytesIO(plate.png))
    scale = min(1.0, Cm(17) / picture.width, Cm(23.5) / picture.height)
    picture.width, picture.height = Emu(picture.width * scale), Emu(picture.height * scale)
    package = paragraph.part.package
    number = sum(str(part.partname).endswith(".svg") for part in package.iter_parts()) + 1
    place = PackURI(f"/word/media/drawing{number}.svg")
    key = paragraph.part.relate_to(
        Part(place, "image/svg+xml", plate.svg.encode(), package), _IMAGE
    )
    inline = picture._inline
    inline.docPr.set("descr", legible(alt))
    blip = next(inline.iter(f"{_DRAWING}blip"))
    blip.append(
        parse_xml(
            f'<a:extLst xmlns:a="{_DRAWING[1:-1]}"><a:ext uri="{_SVG_EXTENSION}">'
            f'<asvg:svgBlip xmlns:asvg="{_SVG}" xmlns:r="{_RELATION[1:-1]}" r:embed="{key}"/>'
            "</a:ext></a:extLst>"
        )
    )
