"""Plots with two axes as data: frame, ticks, titles, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from metasyn.figures.axis import Axis
from metasyn.figures.marks import Line, Mark
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed, text_width, wrap

__all__ = ["Panel", "Sign", "heading", "key_line", "notes", "tick_room"]

TICK = 3.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot with a horizontal and a vertical axis.

    Parameters
    ----------
    x
        Horizontal axis.
    y
        Vertical axis: its ``left`` is the place of its low end, its ``right`` of its high end.
    x_title, y_title
        What the axes show; the vertical one's title stands above it, so that it can be read.
    """

    x: Axis
    y: Axis
    x_title: str
    y_title: str

    @property
    def top(self) -> float:
        """Upper edge on the page."""
        return min(self.y.left, self.y.right)

    @property
    def bottom(self) -> float:
        """Lower edge on the page."""
        return max(self.y.left, self.y.right)

    def end(self, style: Style) -> float:
        """Where the title of the horizontal axis ends."""
        return self.bottom + TICK + 3.05 * style.small

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Place of a pair of values, held within the panel."""
        return self.x.x(x), self.y.x(y)

    def grid(self, style: Style) -> list[Mark]:
        """Faint lines from the ticks of the vertical axis."""
        return [
            Line(self.x.left, y, self.x.right, y, 0.5, style.palette.grid, role="grid")
            for y in (self.y.x(tick.value) for tick in self.y.ticks)
        ]

    def frame(self, style: Style) -> list[Mark]:
        """Axis lines, ticks and titles."""
        return [*self.horizontal(style), *self._vertical(style)]

    def horizontal(self, style: Style) -> list[Mark]:
        """Line, ticks and title of the horizontal axis."""
        axis, bottom, colour = self.x, self.bottom, style.palette.axis
        face = Face(style.small, "normal", style.palette.ink)
        marks: list[Mark] = [Line(axis.left, bottom, axis.right, bottom, 0.7, colour, role="axis")]
        for tick in axis.ticks:
            x = axis.x(tick.value)
            marks.append(Line(x, bottom, x, bottom + TICK, 0.7, colour, role="tick-mark"))
            at = (x, bottom + TICK + 1.15 * face.size)
            marks.append(placed(tick.label, at, face, "middle", "tick"))
        title = Face(style.small, "bold", style.palette.ink)
        at = ((axis.left + axis.right) / 2, bottom + TICK + 2.55 * face.size)
        return [*marks, placed(self.x_title, at, title, "middle", "axis-title")]

    def _vertical(self, style: Style) -> list[Mark]:
        axis, left, colour = self.y, self.x.left, style.palette.axis
        face = Face(style.small, "normal", style.palette.ink)
        marks: list[Mark] = [Line(left, axis.left, left, axis.right, 0.7, colour, role="axis")]
        for tick in axis.ticks:
            y = axis.x(tick.value)
            marks.append(Line(left - TICK, y, left, y, 0.7, colour, role="tick-mark"))
            at = (left - TICK - 2, y + 0.358 * face.size)
            marks.append(placed(tick.label, at, face, "end", "tick"))
        title = Face(style.small, "bold", style.palette.ink)
        top = self.top - 0.9 * style.small
        outermost = left - TICK - 2 - tick_room(axis, style)
        marks.append(placed(self.y_title, (outermost, top), title, "start", "axis-title"))
        return marks


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of the key: what it means, how it is drawn about a point, and half its width."""

    words: str
    draw: Callable[[float, float], Mark]
    half: float = 5.0


def key_line(
    signs: Sequence[Sign], style: Style, page_width: float, y: float
) -> tuple[list[Mark], float]:
    """Signs with their words, in as many lines as they need, and where they end."""
    face = Face(style.small, "normal", style.palette.muted)
    marks: list[Mark] = []
    x, y = style.margin, y + style.pitch
    for sign in signs:
        room = 2 * sign.half + 4
        taken = room + text_width(sign.words, face.size)
        if x > style.margin and x + taken > page_width - style.margin:
            x, y = style.margin, y + style.pitch * 0.9
        at = (x + room, y + 0.358 * face.size)
        marks += [sign.draw(x + sign.half, y), placed(sign.words, at, face, role="key")]
        x += taken + style.gap
    return marks, y + style.pitch * 0.6


def tick_room(axis: Axis, style: Style) -> float:
    """Width of the widest tick label."""
    return max(text_width(tick.label, style.small) for tick in axis.ticks)


def heading(title: str, style: Style, width: float) -> tuple[list[Mark], float]:
    """A title above a figure, wrapped to its width, and where the figure may begin."""
    face = Face(style.title_size, "bold", style.palette.ink)
    y = style.margin
    marks: list[Mark] = []
    for line in wrap(title, width, face.size, face.weight) if title else ():
        marks.append(placed(line, (style.margin, y + 0.95 * face.size), face, role="title"))
        y += 1.2 * face.size
    return marks, y + (style.leading if title else 0.0)


def notes(
    sentences: Sequence[str], style: Style, width: float, y: float
) -> tuple[list[Mark], float]:
    """Sentences under a figure, wrapped to its width, and where the page ends."""
    face = Face(style.small, "normal", style.palette.muted)
    marks: list[Mark] = []
    for sentence in sentences:
        for line in wrap(sentence, width, face.size):
            y += 1.35 * face.size
            marks.append(placed(line, (style.margin, y), face, role="footer"))
    return marks, y + style.margin
