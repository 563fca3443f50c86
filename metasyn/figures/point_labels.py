"""Labels of points: put where they cover nothing, left out where there is no such place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metasyn.figures.marks import Box, Line, Mark, Polygon, Text
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, clean, placed, text_width, wrap

__all__ = ["Labelled", "Point", "by_chance", "names", "place_labels", "point_labels"]

WIDEST = 112.0
"""Width at which a label is wrapped, in points."""
MOST = 14
"""Labels that a figure carries at most: more hide the points."""
GAP = 1.8
DIRECTIONS = (
    *((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0)),
    *((1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
    *((0.5, -1.0), (-0.5, -1.0), (0.5, 1.0), (-0.5, 1.0)),
)
"""Sides of the point that are tried, in this order."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point that may be labelled: its place, its radius, its label and its row."""

    x: float
    y: float
    radius: float
    label: str
    row: int

    @property
    def box(self) -> Box:
        """The room that the point takes."""
        r = self.radius
        return Box(self.x - r, self.y - r, self.x + r, self.y + r)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labels that found a place, and how many were wanted."""

    marks: tuple[Text, ...]
    found: int
    wanted: int

    @property
    def sentences(self) -> list[str]:
        """A sentence where labels are missing."""
        if self.found == self.wanted:
            return []
        return [
            f"Labelled: {self.found} of {self.wanted} studies; more labels would cover each other."
        ]


def point_labels(
    points: Sequence[Point],
    wanted: Iterable[int],
    inside: Box,
    style: Style,
    around: Sequence[Mark] = (),
) -> Labelled:
    """Labels beside points, the first wanted first.

    Parameters
    ----------
    points
        All points: no label covers one.
    wanted
        Positions in ``points``, the most important first.
    inside
        What no label leaves.
    style
        House style.
    around
        Further marks that no label covers; lines and open strokes only along their ink.
    """
    order = list(wanted)
    marks, found = place_labels([points[i] for i in order], points, inside, style, around)
    return Labelled(tuple(marks), found, len(order))


def place_labels(
    chosen: Sequence[Point],
    points: Sequence[Point],
    inside: Box,
    style: Style,
    around: Sequence[Mark],
) -> tuple[list[Text], int]:
    """Lines of text, and how many labels found a place."""
    face = Face(style.small, "normal", style.palette.ink)
    taken = [_grown(point.box, GAP - 0.1) for point in points]
    taken += [mark.box for mark in around if not isinstance(mark, Line | Polygon)]
    ink = [segment for mark in around for segment in _segments(mark)]
    marks: list[Text] = []
    found = 0
    for point in chosen:
        if found == MOST:
            break
        lines = wrap(clean(point.label), WIDEST, face.size)
        boxes = (box for box in _places(point, lines, face) if _within(box, inside))
        free = (box for box in boxes if not _covers(box, taken, ink))
        box = next(free, None)
        if box is None:
            continue
        taken.append(box)
        found += 1
        for i, line in enumerate(lines):
            at = (box.left, box.top + (0.905 + 1.12 * i) * face.size)
            marks.append(placed(line, at, face, "start", "point-label", point.row))
    return marks, found


def _places(point: Point, lines: Sequence[str], face: Face) -> Iterable[Box]:
    """Boxes beside a point, the best first."""
    width = max(text_width(line, face.size) for line in lines)
    height = (1.12 * (len(lines) - 1) + 1.117) * face.size
    for across, down in DIRECTIONS:
        reach = point.radius + GAP
        slant = 0.0 if 0 in (across, down) else -point.radius
        x = point.x + across * (reach + slant + width / 2)
        y = point.y + down * (reach + height / 2)
        yield Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _within(box: Box, outer: Box) -> bool:
    return (
        box.left >= outer.left
        and box.right <= outer.right
        and box.top >= outer.top
        and box.bottom <= outer.bottom
    )


def _grown(box: Box, by: float) -> Box:
    """A box with free room about it, so that a label stands nearest to its own point."""
    return Box(box.left - by, box.top - by, box.right + by, box.bottom + by)


Segment = tuple[tuple[float, float], tuple[float, float]]


def _segments(mark: Mark) -> list[Segment]:
    """The ink of a line, or of the outline of a shape."""
    if isinstance(mark, Line):
        return [((mark.x1, mark.y1), (mark.x2, mark.y2))]
    if isinstance(mark, Polygon):
        return list(zip(mark.points, mark.points[1:], strict=False))
    return []


def _covers(box: Box, taken: Iterable[Box], ink: Iterable[Segment]) -> bool:
    return any(box.overlaps(other) for other in taken) or any(_meets(box, line) for line in ink)


def _meets(box: Box, segment: Segment) -> bool:
    """Whether a straight line enters a box (Liang and Barsky 1984, ACM Trans Graph 3:1)."""
    (x1, y1), (x2, y2) = segment
    first, last = 0.0, 1.0
    sides = (
        (x1 - x2, x1 - box.left),
        (x2 - x1, box.right - x1),
        (y1 - y2, y1 - box.top),
        (y2 - y1, box.bottom - y1),
    )
    for direction, room in sides:
        if direction == 0:
            if room < 0:
                return False
        elif direction < 0:
            first = max(first, room / direction)
        else:
            last = min(last, room / direction)
    return first <= last


def by_chance(expected: float, k: int) -> str:
    """How many studies would stand out by chance, in words.

    Examples
    --------
    >>> by_chance(0.65, 13), by_chance(6.0, 120)
    ('fewer than 1 of 13 studies', 'about 6 of 120 studies')
    """
    studies = "1 study" if k == 1 else f"{k} studies"
    return f"fewer than 1 of {studies}" if expected < 1 else f"about {expected:.0f} of {studies}"


def names(labels: Sequence[str], most: int = 6) -> str:
    """Labels in a sentence, the rest counted.

    Examples
    --------
    >>> names(["A", "B"]), names(["A", "B", "C", "D"], 2), names([])
    ('A and B', 'A, B and 2 more', 'none')
    """
    shown = [clean(label) for label in labels[:most]]
    if not shown:
        return "none"
    if len(labels) > most:
        return f"{', '.join(shown)} and {len(labels) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
