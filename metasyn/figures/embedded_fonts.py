"""The letters of a figure as an embedded font, so that an SVG looks the same everywhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from metasyn.figures.marks import Text, Weight
from metasyn.figures.text_metrics import FONT_FILES

__all__ = ["face_rules"]

UNUSED_TABLES = ("DSIG", "FFTM", "GDEF", "GPOS", "GSUB", "gasp", "kern")
"""Tables on kerning and substitution: letters are set as they are."""


def face_rules(texts: Iterable[Text]) -> tuple[str, str]:
    """Family name and ``@font-face`` rules with the letters that the texts use.

    Liberation Sans may be embedded in documents (SIL Open Font License 1.1). The family's name
    comes from the letters, so that two figures of one page never share half a font.
    """
    letters: dict[Weight, set[str]] = {"normal": set(), "bold": set()}
    for text in texts:
        letters[text.weight].update(text.text)
    used = {weight: "".join(sorted(found)) for weight, found in letters.items() if found}
    digest = sha256(repr(sorted(used.items())).encode("utf-8", "backslashreplace")).hexdigest()
    family = f"metasyn-{digest[:10]}"
    rules = [
        f"@font-face{{font-family:{family};font-weight:{weight};"
        f"src:url(data:font/woff;base64,{_subset(weight, found)}) format('woff')}}"
        for weight, found in used.items()
    ]
    return family, "".join(rules)


@lru_cache(maxsize=32)
def _subset(weight: Weight, letters: str) -> str:
    """WOFF of the letters, base64."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = Options(
        hinting=False,
        layout_features=[],
        notdef_outline=True,
        recalc_timestamp=False,
        name_IDs=[0, 13, 14],
    )
    font = TTFont(FONT_FILES[weight], recalcTimestamp=False)
    for table in UNUSED_TABLES:  # first: the subsetter parses whole tables before it drops them
        if table in font:
            del font[table]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(letter) for letter in letters])
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = BytesIO()
    font.save(buffer)
    return b64encode(buffer.getvalue()).decode("ascii")
