"""A tally as a badge: words and numbers in one line, the same with or without a network.

Every class has its word, its number and a shape of its own, so that nothing depends on colour; a
tally of nothing says so. Notices come first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from metasyn.errors import OutputError, SpecError
from metasyn.figures.marks import Weight
from metasyn.figures.svg import FALLBACK
from metasyn.figures.text_metrics import clean, text_width
from metasyn.records.tallies import Tally

__all__ = ["badge_svg", "write_badge"]

SIZE, HEIGHT, PAD, SHAPE = 11.0, 22.0, 8.0, 8.0
INK, PAPER, EDGE, ALARM = "#16202a", "#ffffff", "#5b6770", "#a63603"
BASELINE = 15.0
SHAPES = {
    "supporting": ("M0 8 L4 0 L8 8 Z", "#027a59", "none"),
    "contrasting": ("M0 0 L8 0 L4 8 Z", "#b84f00", "none"),
    "mentioning": ("M4 1 A3 3 0 1 0 4 7 A3 3 0 1 0 4 1 Z", EDGE, "none"),
    "unclassified": ("M1 1 L7 1 L7 7 L1 7 Z", "none", EDGE),
}
"""Class to its shape in a square of 8, its fill and its outline."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One field of a badge; ``strong`` is set in bold before the rest."""

    strong: str
    text: str
    shape: str = ""
    fill: str = PAPER
    ink: str = INK

    @property
    def width(self) -> float:
        shape = SHAPE + 4 if self.shape else 0.0
        return 2 * PAD + shape + self.strong_width + text_width(self.text, SIZE)

    @property
    def strong_width(self) -> float:
        return text_width(self.strong, SIZE, "bold") + (4 if self.strong and self.text else 0)


def badge_svg(tally: Tally) -> str:
    """A tally as a standalone SVG of one line.

    Parameters
    ----------
    tally
        Statements on one target.

    Returns
    -------
    str
        Without fonts, scripts, ids or links, so that it can stand in any page, and often.
    """
    parts = tuple(_parts(tally))
    label = f"Statements on {clean(tally.label)}: {clean(' '.join(tally.notices))} {tally.count}"
    label = " ".join(label.split())
    width = sum(part.width for part in parts)
    marks = [f"<title>{escape(label)}</title>"]
    left = 0.0
    for part in parts:
        marks += _drawn(part, left)
        left += part.width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.1f}" height="{HEIGHT:g}" '
        f'viewBox="0 0 {width:.1f} {HEIGHT:g}" role="img" aria-label={quoteattr(label)} '
        f'font-family="{escape(FALLBACK)}" font-size="{SIZE:g}">'
        + "".join(marks)
        + f'<path d="M0.5 0.5 H{width - 0.5:.1f} V{HEIGHT - 0.5:g} H0.5 Z" fill="none" '
        f'stroke="{EDGE}"/></svg>\n'
    )


def write_badge(tally: Tally, path: str | os.PathLike[str]) -> Path:
    """Write a tally as a badge.

    Parameters
    ----------
    tally
        Statements on one target: ``ms.tally(registry).study("S0001")``.
    path
        Where to; the name ends in ``.svg``.

    Raises
    ------
    SpecError
        If the name does not end in ``.svg``.
    OutputError
        If the file cannot be written.
    """
    file = Path(path)
    if file.suffix.lower() != ".svg":
        raise SpecError(f"'{file.name}' must end in .svg: a badge is a drawing of one line.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(badge_svg(tally), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{file} cannot be written: {error.strerror}.") from None
    return file


def _parts(tally: Tally) -> Iterator[_Part]:
    count = tally.count
    if tally.notices:
        more = f" (+{len(tally.notices) - 1} more)" if len(tally.notices) > 1 else ""
        words = clean(tally.notices[0]).rstrip(".")
        yield _Part(f"! {words}{more}", "", fill=ALARM, ink=PAPER)
    yield _Part("", "Statements", fill=INK, ink=PAPER)
    if not count.statements:
        yield _Part("", "none recorded")
        return
    for name, number in count.classes:
        yield _Part(str(number), name, name)
    reports = "report" if count.citing_reports == 1 else "reports"
    yield _Part("", f"in {count.citing_reports} {reports}", fill="#eef1f3")


def _drawn(part: _Part, left: float) -> list[str]:
    marks = [
        f'<rect x="{left:.1f}" width="{part.width:.1f}" height="{HEIGHT:g}" fill="{part.fill}"/>'
    ]
    x = left + PAD
    if part.shape:
        path, fill, edge = SHAPES[part.shape]
        top = (HEIGHT - SHAPE) / 2
        marks.append(
            f'<path transform="translate({x:.1f} {top:g})" d="{path}" fill="{fill}" '
            f'stroke="{edge}" stroke-width="1.4"/>'
        )
        x += SHAPE + 4
    if part.strong:
        marks.append(_text(part.strong, x, "bold", part.ink))
        x += part.strong_width
    if part.text:
        marks.append(_text(part.text, x, "normal", part.ink))
    return marks


def _text(text: str, x: float, weight: Weight, ink: str) -> str:
    width = text_width(text, SIZE, weight)
    bold = ' font-weight="bold"' if weight == "bold" else ""
    return (
        f'<text x="{x:.1f}" y="{BASELINE:g}" fill="{ink}"{bold} textLength="{width:.1f}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
    )
