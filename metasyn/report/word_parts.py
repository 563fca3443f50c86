"""Parts of a Word file that python-docx has no words for: links, rules, vector drawings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from metasyn.report.document import Plate
from metasyn.report.formats import legible

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.text.paragraph import Paragraph as WordParagraph

__all__ = [
    "add_address",
    "add_field",
    "add_link",
    "add_picture",
    "set_font",
    "shade",
]

_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def add_address(part: Part, href: str) -> str:
    """Key of an address that a part of the file leads to."""
    return str(part.relate_to(href, _LINK, is_external=True))


def add_link(paragraph: WordParagraph, href: str, text: str) -> None:
    """Words that lead to an address."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    key = add_address(paragraph.part, href)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run = paragraph.add_run(legible(text))
    run.font.underline = True
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
