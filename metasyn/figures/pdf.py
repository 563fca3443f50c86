"""Layouts written as PDF: text stays text, with its fonts embedded; a page of a layout, a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from metasyn.figures.letters import as_seen, is_plain, outline
from metasyn.figures.marks import Circle, Layout, Line, Mark, Polygon, Rectangle, Text
from metasyn.figures.text_metrics import drawable, face_of, font_files, unit_width

if TYPE_CHECKING:
    from fpdf import FPDF

__all__ = ["pdf_of"]

NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
"""In place of the date of making: the bytes depend on the layout alone."""


def pdf_of(layout: Layout) -> bytes:
    """A layout as a PDF; the bytes depend on the layout alone.

    Parameters
    ----------
    layout
        Places of everything.
    """
    from fpdf import FPDF
    from fpdf.enums import StrokeCapStyle

    paper = FPDF(unit="pt")
    paper.set_auto_page_break(False)
    paper.set_creation_date(NO_DATE)
    paper.set_title(layout.title)
    paper.set_subject(layout.description)
    paper.set_creator("metasyn")
    for page in layout.pages:
        paper.add_page(format=(page.width, page.height))
        with paper.local_context(stroke_cap_style=StrokeCapStyle.BUTT):
            for mark in page.marks:
                _draw(paper, mark)
    return bytes(paper.output())


def _draw(paper: FPDF, mark: Mark) -> None:
    if isinstance(mark, Text):
        _write(paper, mark)
        return
    fill = None if isinstance(mark, Line) else mark.fill
    edge = mark.colour if isinstance(mark, Line) else mark.edge
    width = mark.width if isinstance(mark, Line) else mark.edge_width
    style = ("D" if edge and width else "") + ("F" if fill else "")
    if not style:
        return
    if fill:
        paper.set_fill_color(fill)
    if edge and width:
        paper.set_draw_color(edge)
        paper.set_line_width(width)
        paper.set_dash_pattern(*(mark.dash if isinstance(mark, (Line, Polygon)) else ()))
    match mark:
        case Line():
            paper.line(mark.x1, mark.y1, mark.x2, mark.y2)
        case Rectangle():
            paper.rect(mark.x, mark.y, mark.width, mark.height, style)
        case Circle():
            paper.circle(mark.x, mark.y, mark.radius, style)
        case Polygon():
            paper.polyline(mark.points, polygon=mark.closed, style=style)


def _write(paper: FPDF, mark: Text) -> None:
    """A line of text; where letters are joined, its outlines, and over them the text unseen."""
    from fpdf.enums import TextMode

    text = drawable(mark.text, mark.weight)
    is_shown = is_plain(text)
    if not is_shown:
        _fill(paper, mark)
    x = mark.box.left
    paper.text_mode = TextMode.FILL if is_shown else TextMode.INVISIBLE
    paper.set_text_color(mark.colour)
    seen = text if is_shown else as_seen(text)
    for face, letters in groupby(seen, key=lambda letter: face_of(letter, mark.weight)):
        if face is None:
            continue
        piece = "".join(letters)
        paper.set_font(_family(paper, mark, face), size=mark.size)
        paper.text(x, mark.y, piece)
        x += unit_width(piece, mark.weight) * mark.size


def _family(paper: FPDF, mark: Text, face: int) -> str:
    """Name of a font of the chain in the file, embedded when it is first used."""
    name = f"{mark.weight}{face}"
    if name not in paper.fonts:
        file, number = font_files(mark.weight)[face]
        paper.add_font(name, fname=file, collection_font_number=number)
    return name


def _fill(paper: FPDF, mark: Text) -> None:
    """The shapes of a line of text."""
    from matplotlib.path import Path

    corners, codes = outline(mark)
    shape = Path((mark.x, mark.y) + corners * (1, -1), codes)
    with paper.new_path() as path:
        path.style.fill_color, path.style.stroke_color = mark.colour, None
        steps: dict[Any, Callable[..., object]] = {
            Path.MOVETO: path.move_to,
            Path.LINETO: path.line_to,
            Path.CURVE3: path.quadratic_curve_to,
            Path.CURVE4: path.curve_to,
            Path.CLOSEPOLY: lambda *_: path.close(),
        }
        for places, code in shape.iter_segments(curves=True, simplify=False):
            steps[code](*places.tolist())
