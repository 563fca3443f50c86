"""Parts of a Word file that python-docx has no words for: links, rules, vector drawings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from metasyn.report.document import Plate
from metasyn.report.formats import legible

if TYPE_CHECKING:
    from docx.shared import Length
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph

__all__ = [
    "add_field",
    "add_link",
    "add_picture",
    "repeat_heading",
    "rule_table",
    "set_font",
    "set_widths",
    "shade",
]

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


def add_field(paragraph: WordParagraph, code: str) -> None:
    """A number that Word counts itself (``PAGE``, ``NUMPAGES``)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(paragraph.add_run("1")._r)
    paragraph._p.append(field)


def set_font(style: Any, name: str) -> None:
    """One family for every script; the theme's fonts, which few machines have, give way."""
    from docx.oxml.ns import qn

    style.font.name = name
    fonts = style.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)
    fonts.attrib.pop(qn("w:cstheme"), None)


def rule_table(table: WordTable) -> None:
    """Rules above, below and between rows, none at the sides; a little room in every cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side, width in (("top", 8), ("bottom", 8), ("insideH", 2)):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(width)), ("color", "808890")):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 30), ("left", 60), ("bottom", 30), ("right", 60)):
        room = OxmlElement(f"w:{side}")
        room.set(qn("w:w"), str(width))
        room.set(qn("w:type"), "dxa")
        margins.append(room)
    properties = table._tbl.tblPr
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    properties.insert_element_before(margins, "w:tblLook")


def set_widths(table: WordTable, shares: Sequence[float], width: int) -> None:
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


def add_picture(paragraph: WordParagraph, plate: Plate, alt: str, width: int) -> None:
    """A drawing as SVG, with the same in dots for programs that draw no SVG."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.shared import Cm, Emu

    if not plate.png:
        return
    picture = paragraph.add_run().add_picture(io.BytesIO(plate.png))
    high = Cm(23) if width < Cm(20) else Cm(14)
    scale = min(1.0, width / picture.width, high / picture.height)
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
