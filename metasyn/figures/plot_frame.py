"""A figure of one panel: title above, key and sentences below, everything else inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metasyn.figures.analysis_axis import Range, page_axis
from metasyn.figures.axis import Axis
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Box, Circle, Layout, Mark, Page
from metasyn.figures.panel import Panel, Sign, heading, key_line, notes, tick_room
from metasyn.figures.point_labels import Point
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import clean

__all__ = ["Look", "PlotFrame", "Told", "plot_frame"]

WIDTH, HEIGHT = 330.0, 230.0
CROWDED = 40
"""Studies beyond which points are smaller."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a caller says of a figure: its style and its title."""

    style: StyleName = "plain"
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a figure says in words.

    Parameters
    ----------
    name
        What it is called where the caller gives no title.
    sentences
        Under the figure.
    description
        Alternative text: the figure in words, its key result first.
    keys
        Labels of the rows that marks refer to.
    """

    name: str
    sentences: Sequence[str]
    description: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlotFrame:
    """The frame of a figure, to be filled.

    Parameters
    ----------
    style
        House style.
    title
        Cleaned title, empty where there is none.
    top
        Marks of the title.
    panel
        Where the axes stand.
    right
        Room right of the panel.
    """

    style: Style
    title: str
    top: tuple[Mark, ...]
    panel: Panel
    right: float

    @property
    def box(self) -> Box:
        """The inside of the panel."""
        panel = self.panel
        return Box(panel.x.left, panel.top, panel.x.right, panel.bottom)

    def radius(self, k: int) -> float:
        """Radius of the points of so many studies."""
        return 2.6 if k <= CROWDED else 1.9

    def dots(self, points: Sequence[Point], colour: str) -> list[Mark]:
        """Points of studies, the largest first, so that none is hidden behind another."""
        edge = 0.6 if len(points) <= CROWDED else 0.3
        return [
            Circle(p.x, p.y, p.radius, colour, "#ffffff", edge, "study", p.row)
            for p in sorted(points, key=lambda p: -p.radius)
        ]

    def layout(self, marks: Sequence[Mark], signs: Sequence[Sign], told: Told) -> Layout:
        """The figure with these marks in its panel."""
        style, panel = self.style, self.panel
        width = panel.x.right + self.right + style.margin
        bottom = panel.end(style)
        key, bottom = key_line(signs, style, width, bottom) if signs else ([], bottom)
        foot, bottom = notes(told.sentences, style, width - 2 * style.margin, bottom)
        drawn = (*self.top, *panel.grid(style), *panel.frame(style), *marks, *key, *foot)
        page = Page(width, bottom, drawn)
        keys = tuple(clean(key) for key in told.keys)
        return Layout((page,), self.title or told.name, told.description, keys)


def plot_frame(
    look: Look,
    x: Range,
    y: Range,
    *,
    size: tuple[float, float] = (WIDTH, HEIGHT),
    above: float = 0.0,
    right: float = 0.0,
) -> PlotFrame:
    """Frame of a figure of one panel.

    Parameters
    ----------
    look
        Style and title.
    x, y
        What the axes hold.
    size
        Width and height of the panel.
    above, right
        Room for what stands outside the panel.
    """
    style, title = style_of(look.style), clean(look.title or "")
    top, start = heading(title, style, size[0] + right)
    upper = start + above + 2 * style.small
    ends = (upper + size[1], upper)
    vertical = page_axis(y, ends[::-1] if y.downwards else ends)
    left = style.margin + tick_room(vertical, style) + 6
    horizontal: Axis = page_axis(x, (left, left + size[0]))
    panel = Panel(horizontal, vertical, x.title, y.title)
    return PlotFrame(style, title, tuple(top), panel, right)
