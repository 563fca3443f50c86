"""Fonts cut down to the letters that a document uses."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

__all__ = ["cut_font"]

UNUSED_TABLES = ("DSIG", "FFTM", "GDEF", "GPOS", "GSUB", "gasp", "kern")
"""Tables on kerning and substitution: letters are set as they are."""


def cut_font(file: str, number: int, letters: Collection[str]) -> TTFont:
    """The face of a file with the shapes of some letters alone.

    Parameters
    ----------
    file, number
        Where the face is.
    letters
        What it keeps.
    """
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont

    options = Options(
        hinting=False,
        layout_features=[],
        notdef_outline=True,
        recalc_timestamp=False,
        name_IDs=[0, 13, 14],
    )
    font = TTFont(file, fontNumber=number, recalcTimestamp=False)
    for table in UNUSED_TABLES:  # first: the subsetter parses whole tables before it drops them
        if table in font:
            del font[table]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(letter) for letter in letters])
    subsetter.subset(font)
    return font
