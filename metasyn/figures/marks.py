"""What a page is made of: texts and shapes with their places, in points, y downwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from metasyn.figures.legible import legible

__all__ = [
    "Anchor",
    "Box",
    "Circle",
    "Layout",
    "Line",
    "Mark",
    "Page",
    "Polygon",
    "Rectangle",
    "Text",
    "Weight",
]

Anchor = Literal["start", "middle", "end"]
Weight = Literal["normal", "bold"]

ASCENT = 0.905
DESCENT = 0.212
"""Liberation Sans, in units of the font size (its hhea table)."""


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = 1e-6) -> bool:
        """Whether two boxes share more than an edge.

        Examples
        --------
        >>> Box(0, 0, 2, 1).overlaps(Box(1, 0, 3, 1)), Box(0, 0, 1, 1).overlaps(Box(1, 0, 2, 1))
        (True, False)
        """
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text.

    Parameters
    ----------
    x, y
        Where its anchor stands on the baseline.
    text
        What it says.
    width
        Measured with the fonts that draw it.
    size, weight, colour
        Font size in points, weight, and colour.
    anchor
        Which end of the line stands at x.
    role
        What the text is for (``"label"``, ``"estimate"``, ``"tick"``, ...).
    row
        Position of its row in the table, None outside the table.
    """

    x: float
    y: float
    text: str
    width: float
    size: float
    weight: Weight = "normal"
    colour: str = "#000000"
    anchor: Anchor = "start"
    role: str = ""
    row: int | None = None

    @property
    def box(self) -> Box:
        """The room that the text takes: its measured width, the font's ascent and descent."""
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width
        left = self.x - shift
        return Box(
            left, self.y - ASCENT * self.size, left + self.width, self.y + DESCENT * self.size
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line; ``dash`` gives the lengths of ink and gap."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    colour: str
    dash: tuple[float, ...] = ()
    role: str = ""
    row: int | None = None

    @property
    def box(self) -> Box:
        """The room that the line takes."""
        return Box(
            min(self.x1, self.x2),
            min(self.y1, self.y2),
            max(self.x1, self.x2),
            max(self.y1, self.y2),
        )


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle by its left upper corner; ``edge`` None means no outline."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None
    edge: str | None = None
    edge_width: float = 0.0
    role: str = ""
    row: int | None = None

    @property
    def box(self) -> Box:
        """The room that the rectangle takes."""
        return Box(self.x, self.y, self.x + self.width, self.y + self.height)


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle by its centre."""

    x: float
    y: float
    radius: float
    fill: str | None
    edge: str | None = None
    edge_width: float = 0.0
    role: str = ""
    row: int | None = None

    @property
    def box(self) -> Box:
        """The room that the circle takes."""
        r = self.radius
        return Box(self.x - r, self.y - r, self.x + r, self.y + r)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed shape (``closed=False``: an open stroke through the points, dashed or not)."""

    points: tuple[tuple[float, float], ...]
    fill: str | None
    edge: str | None = None
    edge_width: float = 0.0
    closed: bool = True
    role: str = ""
    row: int | None = None
    dash: tuple[float, ...] = ()

    @property
    def box(self) -> Box:
        """The room that the shape takes."""
        xs, ys = zip(*self.points, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


Mark = Text | Line | Rectangle | Circle | Polygon


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points and its marks, in the order in which they are drawn."""

    width: float
    height: float
    marks: tuple[Mark, ...]

    def of(self, role: str) -> tuple[Mark, ...]:
        """The marks of one role."""
        return tuple(mark for mark in self.marks if mark.role == role)

    @property
    def texts(self) -> tuple[Text, ...]:
        """Every text of the page."""
        return tuple(mark for mark in self.marks if isinstance(mark, Text))


@dataclass(frozen=True, slots=True)
class Layout:
    """A figure as data.

    Parameters
    ----------
    pages
        What is drawn.
    title
        Short name of the figure, for programs that read it aloud.
    description
        What the figure shows, in words: its alternative text.
    keys
        What stands behind each row (the id of a result, the code of a group), by the position
        that marks refer to.
    """

    pages: tuple[Page, ...]
    title: str
    description: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Make legible what no mark shows: programs read it in the file."""
        object.__setattr__(self, "title", legible(self.title))
        object.__setattr__(self, "description", legible(self.description))
        object.__setattr__(self, "keys", tuple(map(legible, self.keys)))
