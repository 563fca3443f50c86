"""Layouts drawn by matplotlib: nothing is decided here."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from metasyn.figures.letters import outline
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page, Polygon, Rectangle, Text
from metasyn.figures.png import png_of

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from matplotlib.figure import Figure
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D, Transform

__all__ = ["draw_forest", "draw_page", "picture_of"]

POINTS_PER_INCH = 72.0


def draw_forest(layout: Layout, page: int = 0) -> Figure:
    """A page of a layout as a matplotlib figure of the same size.

    Parameters
    ----------
    layout
        Places of everything.
    page
        Which page, from 0.
    """
    return draw_page(layout.pages[page])


def draw_page(page: Page) -> Figure:
    """One page as a matplotlib figure with one artist, which paints all marks.

    Texts are painted as the outlines of their letters, where the layout measured them.
    """
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    figure = Figure(
        figsize=(page.width / POINTS_PER_INCH, page.height / POINTS_PER_INCH), facecolor="white"
    )
    to_pixels = _upright(page) + figure.dpi_scale_trans

    class Marks(Artist):
        def draw(self, renderer: RendererBase) -> None:
            for mark in page.marks:
                _paint(renderer, mark, to_pixels)

    figure.add_artist(Marks())
    return figure


def picture_of(page: Page, dpi: float) -> bytes:
    """A page as PNG; the bytes depend on the page alone, whatever the user's settings."""
    from matplotlib.backends.backend_agg import RendererAgg

    width, height = (int(side / POINTS_PER_INCH * dpi) for side in (page.width, page.height))
    to_pixels = _upright(page).scale(dpi)
    paper = Rectangle(0, 0, page.width, page.height, "#ffffff")
    with _settings():
        renderer = RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]
        for mark in (paper, *page.marks):
            _paint(renderer, mark, to_pixels)
        dots = np.asarray(renderer.buffer_rgba())  # type: ignore[no-untyped-call]
    return png_of(dots[..., :3], dpi)


def _upright(page: Page) -> Affine2D:
    """From points, y downwards, to inches, y upwards."""
    from matplotlib.transforms import Affine2D

    return Affine2D().scale(1, -1).translate(0, page.height).scale(1 / POINTS_PER_INCH)


def _settings() -> AbstractContextManager[None]:
    from matplotlib import rc_context

    return rc_context({"path.simplify": False, "path.snap": True, "path.sketch": None})


def _paint(renderer: RendererBase, mark: Mark, to_pixels: Transform) -> None:
    context = renderer.new_gc()
    context.set_capstyle("butt")
    context.set_joinstyle("miter")
    match mark:
        case Text():
            _write(renderer, context, mark, to_pixels)
        case Line():
            _stroke(context, mark.colour, mark.width, mark.dash)
            renderer.draw_path(context, _path(mark), to_pixels)
        case Circle():
            _stroke(context, mark.edge, mark.edge_width)
            place = _scaled(mark.radius, mark.x, mark.y) + to_pixels
            renderer.draw_path(context, _path(mark), place, _filled(mark.fill))
        case Rectangle() | Polygon():
            dash = mark.dash if isinstance(mark, Polygon) else ()
            _stroke(context, mark.edge, mark.edge_width, dash)
            renderer.draw_path(context, _path(mark), to_pixels, _filled(mark.fill))
    context.restore()


def _write(
    renderer: RendererBase, context: GraphicsContextBase, mark: Text, to_pixels: Transform
) -> None:
    from matplotlib.path import Path

    corners, codes = outline(mark)
    if not len(codes):
        return
    context.set_linewidth(0)
    context.set_snap(False)
    place = (mark.x, mark.y) + corners * (1, -1)
    renderer.draw_path(context, Path(place, codes), to_pixels, _filled(mark.colour))


def _stroke(
    context: GraphicsContextBase, colour: str | None, width: float, dash: tuple[float, ...] = ()
) -> None:
    if colour is None:
        context.set_linewidth(0)
        return
    context.set_foreground(colour)
    context.set_linewidth(width)
    if dash:
        context.set_dashes(0, list(dash))


@lru_cache(maxsize=256)
def _filled(colour: str | None) -> tuple[float, float, float] | None:
    from matplotlib.colors import to_rgb

    return None if colour is None else to_rgb(colour)


def _scaled(size: float, x: float, y: float) -> Transform:
    from matplotlib.transforms import Affine2D

    return Affine2D().scale(size).translate(x, y)


def _path(mark: Line | Rectangle | Circle | Polygon) -> Path:
    from matplotlib.path import Path

    match mark:
        case Line():
            return Path([(mark.x1, mark.y1), (mark.x2, mark.y2)])
        case Circle():
            return Path.unit_circle()
        case Rectangle():
            left, top, right, bottom = mark.box
            corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            return Path(corners, closed=True)
        case Polygon() if mark.closed:
            return Path([*mark.points, mark.points[0]], closed=True)
        case Polygon():
            return Path(mark.points)
