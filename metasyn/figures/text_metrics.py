"""How wide a text is: measured with the fonts that will draw it.

Liberation Sans (the metrics of Arial and Helvetica) comes with the package, so that a figure is the
same on every machine. Letters that it lacks are taken from DejaVu Sans, which comes with
matplotlib, and then from a font for Chinese, Japanese and Korean, where the machine has one.
Letters are set without kerning: digits stand in columns, and the width of a text is the sum of its
letters wherever it is drawn.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from metasyn.figures.legible import MISSING, legible
from metasyn.figures.marks import Anchor, Text, Weight

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font

__all__ = [
    "PLAIN_SETTING",
    "Face",
    "clean",
    "drawable",
    "face_of",
    "font",
    "font_files",
    "placed",
    "text_width",
    "unit_width",
    "wrap",
]

FAMILY = "metasyn Sans"
FONT_FOLDER = Path(__file__).parent / "fonts"
FONT_FILES: dict[Weight, Path] = {
    "normal": FONT_FOLDER / "LiberationSans-Regular.ttf",
    "bold": FONT_FOLDER / "LiberationSans-Bold.ttf",
}
ASIAN = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "Arial Unicode MS",
)
PLAIN_SETTING = ("-kern", "-liga", "-clig", "-calt")
"""OpenType features switched off, so that letters keep their own widths."""


@dataclass(frozen=True, slots=True)
class Face:
    """How a text looks: font size in points, weight, colour."""

    size: float
    weight: Weight = "normal"
    colour: str = "#000000"


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Font families in the order in which a letter is looked for."""
    from matplotlib.font_manager import FontEntry, fontManager

    for weight, file in FONT_FILES.items():
        fontManager.ttflist.append(FontEntry(fname=str(file), name=FAMILY, weight=weight))
    installed = {entry.name for entry in fontManager.ttflist}
    return (FAMILY, "DejaVu Sans", *[name for name in ASIAN if name in installed][:1])


@lru_cache(maxsize=64)
def font(size: float, weight: Weight) -> FontProperties:
    """Matplotlib's name for the package's fonts, with their fallbacks."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(families()), size=size, weight=weight)


@lru_cache(maxsize=2)
def font_files(weight: Weight) -> tuple[tuple[str, int], ...]:
    """File and face number of every font of the chain."""
    from matplotlib.font_manager import FontProperties, fontManager

    found = [
        fontManager.findfont(FontProperties(family=name, weight=weight)) for name in families()
    ]
    return tuple((str(path), int(getattr(path, "face_index", 0))) for path in found)


@lru_cache(maxsize=8192)
def face_of(letter: str, weight: Weight) -> int | None:
    """Place in the chain of the first font that has a letter; None if none has it."""
    for place in range(len(font_files(weight))):
        if _face(weight, place).get_char_index(ord(letter)):
            return place
    return None


@lru_cache(maxsize=8)
def _face(weight: Weight, place: int) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    file, number = font_files(weight)[place]
    return FT2Font(file, face_index=number)


def clean(text: object) -> str:
    r"""One line of text: white space made plain, letters that no document may hold boxed.

    Examples
    --------
    >>> clean("Le\n 2018\x0b")
    'Le 2018'
    """
    return legible(" ".join(unicodedata.normalize("NFC", str(text)).split()))


def drawable(text: str, weight: Weight = "normal") -> str:
    """The text with a box for every letter that no document may hold, or no font here has."""
    text = legible(text)
    if all(face_of(letter, weight) is not None for letter in text):
        return text
    return "".join(letter if face_of(letter, weight) is not None else MISSING for letter in text)


def text_width(text: str, size: float, weight: Weight = "normal") -> float:
    """Width of a line of text in points.

    Examples
    --------
    >>> round(text_width("0", 100), 1)
    55.6
    """
    return unit_width(text, weight) * size


@lru_cache(maxsize=8192)
def unit_width(text: str, weight: Weight) -> float:
    """Width of a line of text at font size 1."""
    return sum(_advance(letter, weight) for letter in drawable(text, weight))


@lru_cache(maxsize=8192)
def _advance(letter: str, weight: Weight) -> float:
    """Advance width of a letter at size 1; marks stand on the letter before them."""
    from matplotlib.textpath import TextToPath

    if unicodedata.combining(letter):
        return 0.0
    width, _, _ = TextToPath().get_text_width_height_descent(
        letter, font(100.0, weight), ismath=False
    )
    return float(width) / 100.0


def _pieces(text: str) -> list[str]:
    """The text in pieces between which a line may break: words, and single Asian letters."""
    pieces: list[str] = []
    word = ""
    for letter in text:
        if unicodedata.east_asian_width(letter) in ("W", "F"):
            pieces += [piece for piece in (word, letter) if piece]
            word = ""
        else:
            word += letter
            if letter == " ":
                pieces.append(word)
                word = ""
    return [*pieces, word] if word else pieces


def _cut(piece: str, width: float, size: float, weight: Weight) -> list[str]:
    """A piece that is wider than the line, cut where it must be."""
    parts = [""]
    for letter in piece:
        if parts[-1] and text_width(parts[-1] + letter, size, weight) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def wrap(text: str, width: float, size: float, weight: Weight = "normal") -> tuple[str, ...]:
    """Lines of a text, none wider than asked (unless one letter is).

    Examples
    --------
    >>> wrap("Overall response", 50, 8)
    ('Overall', 'response')
    """
    width += 1e-6  # a column as wide as its widest label holds it, whatever the rounding
    lines = [""]
    for piece in _pieces(text):
        if text_width((lines[-1] + piece).rstrip(), size, weight) <= width:
            lines[-1] += piece
        elif text_width(piece.rstrip(), size, weight) <= width:
            lines.append(piece)
        else:
            parts = _cut(piece, width, size, weight)
            lines += parts
    return tuple(line.strip() for line in lines if line.strip()) or ("",)


def placed(
    text: str,
    at: tuple[float, float],
    face: Face,
    anchor: Anchor = "start",
    role: str = "",
    row: int | None = None,
) -> Text:
    """A line of text with its measured width.

    Parameters
    ----------
    text
        What it says; letters that no document may hold become boxes.
    at
        Where its anchor stands on the baseline.
    face
        How it looks.
    anchor
        Which end of the line stands there.
    role, row
        What it is for, and the row that it belongs to.

    Examples
    --------
    >>> placed("0", (10, 20), Face(10), "end").box.right
    10.0
    """
    width = text_width(text, face.size, face.weight)
    return Text(*at, legible(text), width, face.size, face.weight, face.colour, anchor, role, row)
