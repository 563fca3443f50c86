"""Layouts written as PDF: text stays text, with its fonts embedded; a page of a layout, a page.

Only what a figure needs of ISO 32000-1:2008: pages, a content stream each, fonts, a title.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

from metasyn.figures.marks import Layout, Page
from metasyn.figures.pdf_fonts import FontKey, PdfFont, fonts_of
from metasyn.figures.pdf_marks import operators

__all__ = ["pdf_of"]

FIXED = 4
"""Flag of a font whose letters are not only those of Latin (ISO 32000-1:2008, table 123)."""
UPRIGHT = 80
"""Width of stems that readers take to replace a font; ours are embedded."""


def pdf_of(layout: Layout) -> bytes:
    """A layout as a PDF; the bytes depend on the layout alone.

    Parameters
    ----------
    layout
        Places of everything.
    """
    objects = _Objects()
    catalog, pages, about = objects.reserve(), objects.reserve(), objects.reserve()
    fonts = fonts_of(text for page in layout.pages for text in page.texts)
    named = {key: (f"F{i}", font) for i, (key, font) in enumerate(fonts.items(), start=1)}
    resources = objects.add(_resources(objects, named))
    kids = [_page(objects, page, (pages, resources), named) for page in layout.pages]
    told = " ".join(f"{kid} 0 R" for kid in kids)
    objects.put(catalog, f"<< /Type /Catalog /Pages {pages} 0 R >>")
    objects.put(pages, f"<< /Type /Pages /Kids [{told}] /Count {len(kids)} >>")
    objects.put(
        about,
        f"<< /Title {_text(layout.title)} /Subject {_text(layout.description)} "
        f"/Creator {_text('metasyn')} >>",
    )
    return objects.file(catalog, about)


class _Objects:
    """The numbered objects of a file."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    def reserve(self) -> int:
        """Number of an object that is put later."""
        self.contents.append(b"")
        return len(self.contents)

    def put(self, number: int, content: str) -> None:
        """Fill a reserved object."""
        self.contents[number - 1] = content.encode("ascii")

    def add(self, content: str) -> int:
        """Number of a new object."""
        self.contents.append(content.encode("ascii"))
        return len(self.contents)

    def stream(self, content: bytes, entries: str = "") -> int:
        """Number of a new object that holds bytes."""
        packed = zlib.compress(content)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode{entries} >>\nstream\n"
        self.contents.append(head.encode("ascii") + packed + b"\nendstream")
        return len(self.contents)

    def file(self, catalog: int, about: int) -> bytes:
        """All of it, with the table of places."""
        parts, places, at = [b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"], [], 15
        for number, content in enumerate(self.contents, start=1):
            places.append(at)
            parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, content))
            at += len(parts[-1])
        count = len(places) + 1
        table = "".join(f"{place:010} 00000 n \n" for place in places)
        parts.append(
            f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} "
            f"/Root {catalog} 0 R /Info {about} 0 R >>\nstartxref\n{at}\n%%EOF\n".encode("ascii")
        )
        return b"".join(parts)


def _page(
    objects: _Objects,
    page: Page,
    of: tuple[int, int],
    fonts: Mapping[FontKey, tuple[str, PdfFont]],
) -> int:
    parent, resources = of
    content = objects.stream(operators(page, fonts))
    return objects.add(
        f"<< /Type /Page /Parent {parent} 0 R /Resources {resources} 0 R "
        f"/MediaBox [0 0 {page.width:.3f} {page.height:.3f}] /Contents {content} 0 R >>"
    )


def _resources(objects: _Objects, fonts: Mapping[FontKey, tuple[str, PdfFont]]) -> str:
    told = " ".join(f"/{name} {_font(objects, font)} 0 R" for name, font in fonts.values())
    return f"<< /Font << {told} >> >>"


def _font(objects: _Objects, font: PdfFont) -> int:
    """A composite font and what hangs on it."""
    kind = "CIDFontType2" if font.shapes else "CIDFontType0"
    ascent, descent, *box = font.measures
    program = _program(objects, font)
    descriptor = objects.add(
        f"<< /Type /FontDescriptor /FontName /{font.name} /Flags {FIXED} "
        f"/FontBBox [{' '.join(map(str, box))}] /ItalicAngle 0 /Ascent {ascent} "
        f"/Descent {descent} /CapHeight {ascent} /StemV {UPRIGHT} {program} >>"
    )
    widths = " ".join(f"{code} [{width}]" for code, width in sorted(font.widths.items()))
    shapes = f" /CIDToGIDMap {objects.stream(font.shapes)} 0 R" if font.shapes else ""
    inner = objects.add(
        f"<< /Type /Font /Subtype /{kind} /BaseFont /{font.name} "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {descriptor} 0 R /W [{widths}]{shapes} >>"
    )
    meanings = objects.stream(_meanings(font.codes))
    return objects.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{font.name} /Encoding /Identity-H "
        f"/DescendantFonts [{inner} 0 R] /ToUnicode {meanings} 0 R >>"
    )


def _program(objects: _Objects, font: PdfFont) -> str:
    if font.shapes:
        number = objects.stream(font.program, f" /Length1 {len(font.program)}")
        return f"/FontFile2 {number} 0 R"
    number = objects.stream(font.program, " /Subtype /CIDFontType0C")
    return f"/FontFile3 {number} 0 R"


def _meanings(codes: Mapping[str, int]) -> bytes:
    """Which letter a code means (ISO 32000-1:2008, section 9.10.3), a hundred at a time."""
    pairs = sorted((code, letter) for letter, code in codes.items())
    blocks = (pairs[i : i + 100] for i in range(0, len(pairs), 100))
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{''.join(map(_block, blocks))}"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")


def _block(pairs: Sequence[tuple[int, str]]) -> str:
    lines = "".join(
        f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>\n" for code, letter in pairs
    )
    return f"{len(pairs)} beginbfchar\n{lines}endbfchar\n"


def _text(text: str) -> str:
    """A text string in UTF-16."""
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be', 'replace').hex()}>"
