"""Marks as drawing operators of a PDF (ISO 32000-1:2008, sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise

from metasyn.figures.letters import as_seen, is_plain, outline
from metasyn.figures.marks import Circle, Line, Mark, Page, Polygon, Rectangle, Text
from metasyn.figures.pdf_fonts import FontKey, PdfFont
from metasyn.figures.text_metrics import drawable, face_of

__all__ = ["operators"]

ROUND = 0.5522847498
"""Distance of the handles of a cubic curve that goes round a quarter of a circle."""
_MOVE, _LINE, _QUADRATIC, _CUBIC = 1, 2, 3, 4
"""Matplotlib's codes of a path."""


def operators(page: Page, fonts: Mapping[FontKey, tuple[str, PdfFont]]) -> bytes:
    """What draws a page.

    Parameters
    ----------
    page
        Marks, y downwards.
    fonts
        Name of every font on the page, and the font.
    """
    parts = ["0 J 0 j 10 M"]
    for mark in page.marks:
        parts += _drawn(mark, page.height, fonts)
    return "\n".join(parts).encode("ascii")


def _drawn(
    mark: Mark, height: float, fonts: Mapping[FontKey, tuple[str, PdfFont]]
) -> Iterator[str]:
    if isinstance(mark, Text):
        yield from _written(mark, height, fonts)
        return
    fill = None if isinstance(mark, Line) else mark.fill
    edge = mark.colour if isinstance(mark, Line) else mark.edge
    width = mark.width if isinstance(mark, Line) else mark.edge_width
    is_stroked = edge is not None and width > 0
    if not (is_stroked or fill):
        return
    yield "q"
    if fill:
        yield f"{_colour(fill)} rg"
    if edge is not None and is_stroked:
        yield f"{_colour(edge)} RG {_n(width)} w"
    if isinstance(mark, (Line, Polygon)) and mark.dash:
        yield f"[{' '.join(map(_n, mark.dash))}] 0 d"
    yield _path(mark, height)
    yield "B" if fill and is_stroked else "f" if fill else "S"
    yield "Q"


def _path(mark: Line | Rectangle | Circle | Polygon, height: float) -> str:
    match mark:
        case Line():
            return _run(((mark.x1, mark.y1), (mark.x2, mark.y2)), height)
        case Rectangle():
            place = mark.x, height - mark.y - mark.height, mark.width, mark.height
            return f"{' '.join(map(_n, place))} re"
        case Circle():
            return _circle(mark.x, height - mark.y, mark.radius)
        case Polygon():
            return _run(mark.points, height) + (" h" if mark.closed else "")


def _run(points: tuple[tuple[float, float], ...], height: float) -> str:
    (x, y), *others = points
    lines = "".join(f" {_n(x)} {_n(height - y)} l" for x, y in others)
    return f"{_n(x)} {_n(height - y)} m{lines}"


def _circle(x: float, y: float, r: float) -> str:
    ends = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))
    parts = [f"{_n(x + r)} {_n(y)} m"]
    for (a, b), (c, d) in pairwise(ends):
        curve = (a + ROUND * c, b + ROUND * d, c + ROUND * a, d + ROUND * b, c, d)
        places = (x + r * u if i % 2 == 0 else y + r * u for i, u in enumerate(curve))
        parts.append(f"{' '.join(map(_n, places))} c")
    return " ".join((*parts, "h"))


def _written(
    mark: Text, height: float, fonts: Mapping[FontKey, tuple[str, PdfFont]]
) -> Iterator[str]:
    """A line of text; where letters are joined, its outlines, and over them the text unseen."""
    text = drawable(mark.text, mark.weight)
    x, y = mark.box.left, height - mark.y
    yield f"{_colour(mark.colour)} rg"
    is_shown = is_plain(text)
    if not is_shown:
        yield _outlines(mark, height)
    yield f"BT {'' if is_shown else '3 Tr '}{_n(x)} {_n(y)} Td"
    seen = text if is_shown else as_seen(text)
    for face, letters in groupby(seen, key=lambda letter: face_of(letter, mark.weight)):
        if face is None:
            continue
        name, font = fonts[mark.weight, face]
        codes = "".join(f"{font.codes[letter]:04x}" for letter in letters)
        yield f"/{name} {_n(mark.size)} Tf <{codes}> Tj"
    yield "ET" if is_shown else "0 Tr ET"


def _outlines(mark: Text, height: float) -> str:
    """The shapes of a line of text, filled."""
    corners, codes = outline(mark)
    places = [(mark.x + x, height - mark.y + y) for x, y in corners.tolist()]
    parts, i = [], 0
    while i < len(codes):
        code = int(codes[i])
        if code == _QUADRATIC:
            (x0, y0), (xc, yc), (x, y) = places[i - 1 : i + 2]
            curve = [(x0 + 2 * xc) / 3, (y0 + 2 * yc) / 3, (x + 2 * xc) / 3, (y + 2 * yc) / 3, x, y]
            parts.append(f"{' '.join(map(_n, curve))} c")
            i += 2
        elif code == _CUBIC:
            curve = [value for place in places[i : i + 3] for value in place]
            parts.append(f"{' '.join(map(_n, curve))} c")
            i += 3
        else:
            x, y = places[i]
            parts.append({_MOVE: f"{_n(x)} {_n(y)} m", _LINE: f"{_n(x)} {_n(y)} l"}.get(code, "h"))
            i += 1
    return " ".join((*parts, "f"))


def _colour(code: str) -> str:
    """Red, green and blue from 0 to 1, of ``#rrggbb``."""
    return " ".join(_n(int(code[i : i + 2], 16) / 255) for i in (1, 3, 5))


def _n(value: float) -> str:
    """A number with three decimals at most."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
