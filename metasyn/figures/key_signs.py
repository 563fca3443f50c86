"""Signs that keys of plots share: strokes, shades and points; and curves with their bands."""

from __future__ import annotations

from collections.abc import Iterable

from metasyn.figures.marks import Circle, Line, Polygon, Rectangle
from metasyn.figures.panel import Panel, Sign

__all__ = ["DASH", "band", "curve", "path", "point_sign", "shade_sign", "stroke_sign"]

DASH = (2.4, 1.8)


def stroke_sign(words: str, colour: str, width: float, dash: tuple[float, ...] = ()) -> Sign:
    """A line, for the key."""
    return Sign(words, lambda x, y: Line(x - 5, y, x + 5, y, width, colour, dash, "key"))


def shade_sign(words: str, fill: str) -> Sign:
    """A shaded region, for the key."""
    return Sign(words, lambda x, y: Rectangle(x - 5, y - 3.5, 10, 7, fill, role="key"))


def point_sign(words: str, colour: str, radius: float = 2.6, *, hollow: bool = False) -> Sign:
    """A point, for the key."""
    fill, edge = ("#ffffff", colour) if hollow else (colour, "#ffffff")
    width = 1.0 if hollow else 0.6
    return Sign(words, lambda x, y: Circle(x, y, radius, fill, edge, width, "key"))


def path(panel: Panel, xs: Iterable[float], ys: Iterable[float]) -> tuple[tuple[float, float], ...]:
    """Places of pairs of values, held within the panel."""
    return tuple(panel.point(float(x), float(y)) for x, y in zip(xs, ys, strict=True))


def curve(
    points: tuple[tuple[float, float], ...],
    role: str,
    colour: str,
    width: float = 1.4,
    dash: tuple[float, ...] = (),
) -> Polygon:
    """An open stroke through places."""
    return Polygon(points, None, colour, width, closed=False, role=role, dash=dash)


def band(
    low: tuple[tuple[float, float], ...],
    high: tuple[tuple[float, float], ...],
    fill: str,
    role: str = "band",
) -> Polygon:
    """The region between two strokes."""
    return Polygon((*low, *reversed(high)), fill, role=role)
