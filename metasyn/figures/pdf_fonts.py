"""Fonts of a PDF: the letters in use, embedded, with what they mean for whoever copies them.

Composite fonts of ISO 32000-1:2008, section 9.7: every letter has a code of two bytes, a table
leads from codes to shapes, another from codes to letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from metasyn.figures.font_subset import cut_font
from metasyn.figures.marks import Text, Weight
from metasyn.figures.text_metrics import drawable, face_of, font_files, font_name

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

__all__ = ["FontKey", "PdfFont", "fonts_of"]

UNUSED_TABLES = ("OS/2", "cmap", "name", "post")
"""A PDF says these itself."""

FontKey = tuple[Weight, int]
"""Weight, and place in the chain of fonts."""


@dataclass(frozen=True, slots=True)
class PdfFont:
    """A font as a PDF holds it.

    Parameters
    ----------
    name
        PostScript name, with six letters that tell a part of a font from others.
    codes
        Letter to its code.
    widths
        Code to its width, in thousandths of the font size.
    program
        The font file, or its PostScript outlines.
    shapes
        Number of the glyph of every code, two bytes each; empty for PostScript outlines, which
        know the codes themselves.
    measures
        Ascent, descent, and the box around all letters, in thousandths of the font size.
    """

    name: str
    codes: Mapping[str, int]
    widths: Mapping[int, int]
    program: bytes
    shapes: bytes
    measures: tuple[int, ...]


def fonts_of(texts: Iterable[Text]) -> dict[FontKey, PdfFont]:
    """The fonts that draw some texts, each with the letters that it draws."""
    letters: dict[FontKey, set[str]] = {}
    for text in texts:
        for letter in set(drawable(text.text, text.weight)):
            face = face_of(letter, text.weight)
            if face is not None:
                letters.setdefault((text.weight, face), set()).add(letter)
    return {key: _font(*key, "".join(sorted(letters[key]))) for key in sorted(letters)}


@lru_cache(maxsize=32)
def _font(weight: Weight, face: int, letters: str) -> PdfFont:
    font = cut_font(*font_files(weight)[face], letters)
    letter_to_glyph = font.getBestCmap()
    glyphs = {letter: letter_to_glyph[ord(letter)] for letter in letters}
    for table in UNUSED_TABLES:
        del font[table]
    is_postscript = "CFF " in font
    codes = _own_codes(font, glyphs) if is_postscript else _new_codes(letters)
    unit = 1000 / font["head"].unitsPerEm
    advances = font["hmtx"].metrics
    head, hhea = font["head"], font["hhea"]
    measures = (hhea.ascent, hhea.descent, head.xMin, head.yMin, head.xMax, head.yMax)
    name = font_name(weight, face)
    digest = sha256(f"{name} {letters}".encode()).digest()
    tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
    return PdfFont(
        f"{tag}+{name}",
        codes,
        {codes[one]: round(advances[glyphs[one]][0] * unit) for one in letters},
        _program(font),
        b"" if is_postscript else _shapes(font, glyphs),
        tuple(round(one * unit) for one in measures),
    )


def _new_codes(letters: str) -> dict[str, int]:
    """Codes from 1; two letters of one shape (a micro sign, a Greek mu) keep a code each."""
    return {letter: code for code, letter in enumerate(letters, start=1)}


def _shapes(font: TTFont, glyphs: Mapping[str, str]) -> bytes:
    """Number of the glyph of every new code, two bytes each."""
    numbers = (0, *(font.getGlyphID(glyph) for glyph in glyphs.values()))
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def _own_codes(font: TTFont, glyphs: Mapping[str, str]) -> dict[str, int]:
    """Codes that the outlines have already: character ids, or else the numbers of the glyphs."""
    if hasattr(font["CFF "].cff.topDictIndex[0], "ROS"):
        return {letter: int(glyph.removeprefix("cid")) for letter, glyph in glyphs.items()}
    return {letter: font.getGlyphID(glyph) for letter, glyph in glyphs.items()}


def _program(font: TTFont) -> bytes:
    """The font file, or its PostScript outlines alone."""
    from fontTools.ttLib import TTFont

    buffer = BytesIO()
    font.save(buffer)
    if "CFF " not in font:
        return buffer.getvalue()
    return bytes(TTFont(buffer).reader["CFF "])
