"""Layouts drawn by matplotlib: nothing is decided here."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from metasyn.figures.marks import Circle, Layout, Line, Mark, Page, Polygon, Rectangle, Text
from metasyn.figures.text_metrics import PLAIN_SETTING, drawable, font

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

__all__ = ["draw_forest", "draw_page", "settings"]

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
    """One page as a matplotlib figure, whose axes are the page in points, y downwards."""
    from matplotlib.figure import Figure

    size = (page.width / POINTS_PER_INCH, page.height / POINTS_PER_INCH)
    figure = Figure(figsize=size, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0, page.width), ylim=(page.height, 0))
    axes.set_axis_off()
    for order, mark in enumerate(page.marks):
        artist = _artist(mark)
        artist.set_zorder(1 + order / len(page.marks))
        artist.set_clip_on(False)
        axes.add_artist(artist)
    return figure


def settings() -> AbstractContextManager[None]:
    """Matplotlib's settings while a figure is written, whatever the user's own are.

    Without hinting a letter is as wide as it was measured, at every resolution.
    """
    from matplotlib import rc_context

    return rc_context({"text.hinting": "none", "pdf.fonttype": 42, "path.simplify": False})


def _artist(mark: Mark) -> Artist:
    from matplotlib import patches
    from matplotlib.lines import Line2D
    from matplotlib.text import Text as DrawnText

    match mark:
        case Text():
            return DrawnText(
                mark.x,
                mark.y,
                drawable(mark.text),
                color=mark.colour,
                fontproperties=font(mark.size, mark.weight),
                ha={"start": "left", "middle": "center", "end": "right"}[mark.anchor],
                va="baseline",
                parse_math=False,
                fontfeatures=PLAIN_SETTING,
            )
        case Line():
            dash = tuple(length / mark.width for length in mark.dash)
            return Line2D(
                (mark.x1, mark.x2),
                (mark.y1, mark.y2),
                linewidth=mark.width,
                color=mark.colour,
                linestyle=(0, dash) if dash else "-",
                solid_capstyle="butt",
                dash_capstyle="butt",
            )
        case Rectangle():
            return _painted(patches.Rectangle((mark.x, mark.y), mark.width, mark.height), mark)
        case Circle():
            return _painted(patches.Circle((mark.x, mark.y), mark.radius), mark)
        case Polygon():
            patch = _painted(patches.Polygon(mark.points, closed=mark.closed), mark)
            if mark.dash:
                patch.set_linestyle((0, tuple(length / mark.edge_width for length in mark.dash)))
            return patch


def _painted(patch: Patch, mark: Rectangle | Circle | Polygon) -> Patch:
    patch.set_facecolor(mark.fill or "none")
    patch.set_edgecolor(mark.edge or "none")
    patch.set_linewidth(mark.edge_width)
    patch.set_joinstyle("miter")
    patch.set_capstyle("butt")
    return patch
