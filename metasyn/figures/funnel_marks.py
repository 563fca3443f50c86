"""What is drawn in a funnel plot: shades, lines, points, and the signs of the key."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from metasyn.figures.funnel_axis import outline
from metasyn.figures.funnel_panel import Funnel
from metasyn.figures.marks import Circle, Line, Mark, Polygon, Rectangle
from metasyn.figures.panel import Panel, Sign
from metasyn.figures.styles import Style

__all__ = ["CONTOURS", "OUTSIDE", "Contour", "contours", "lines", "points", "signs"]


@dataclass(frozen=True, slots=True)
class Contour:
    """A region of the funnel plot: p-values below ``p``, in this colour."""

    p: float
    fill: str
    words: str


CONTOURS = (
    Contour(0.01, "#dbe0e5", "0.01 < p < 0.05"),
    Contour(0.05, "#edf0f3", "0.05 < p < 0.10"),
    Contour(0.10, "#ffffff", "p > 0.10"),
)
"""From the outermost to the innermost; beyond the first p < 0.01."""

OUTSIDE = Contour(0.0, "#c9d1d7", "p < 0.01")


def _wedge(funnel: Funnel, centre: float, z: float) -> tuple[tuple[float, float], ...]:
    """Outline of the region within z standard errors of a value."""
    right, left = (outline(funnel.panel, funnel.asked.vertical, centre, z, s) for s in (1, -1))
    return (*right, *reversed(left))


def contours(funnel: Funnel) -> list[Mark]:
    """Shades of significance about no effect; none where the measure has no such value."""
    panel, null = funnel.panel, funnel.null
    if null is None or not funnel.shaded:
        return []
    x, y = panel.x.left, panel.top
    marks: list[Mark] = [
        Rectangle(x, y, panel.x.right - x, panel.bottom - y, OUTSIDE.fill, role="contour")
    ]
    return marks + [
        Polygon(_wedge(funnel, null, normal_quantile(contour.p)), contour.fill, role="contour")
        for contour in CONTOURS
    ]


def normal_quantile(p: float) -> float:
    """Two-sided quantile of the normal distribution.

    Examples
    --------
    >>> round(normal_quantile(0.05), 3)
    1.96
    """
    return NormalDist().inv_cdf(1 - p / 2)


def lines(funnel: Funnel, style: Style) -> list[Mark]:
    """Line of no effect, the pooled estimate, and the region of 95% of studies about it."""
    panel, palette = funnel.panel, style.palette
    marks: list[Mark] = []
    if funnel.null is not None:
        x = funnel.x(funnel.null)
        marks.append(Line(x, panel.top, x, panel.bottom, 0.8, palette.rule, role="null"))
    dash, centre = (3.0, 2.0), funnel.asked.pooled.estimate
    x = funnel.x(centre)
    marks.append(Line(x, panel.top, x, panel.bottom, 0.8, palette.pooled_edge, dash, role="centre"))
    if funnel.asked.adjusted is not None and funnel.filled:
        x = min(max(funnel.x(funnel.asked.adjusted.estimate), panel.x.left), panel.x.right)
        marks.append(Line(x, panel.top, x, panel.bottom, 1.0, palette.case, role="adjusted"))
    if not funnel.shaded:
        return marks
    sides = [
        outline(panel, funnel.asked.vertical, centre, normal_quantile(0.05), s) for s in (1, -1)
    ]
    return marks + [
        Polygon(
            _until_wall(side, panel),
            None,
            palette.pooled_edge,
            0.8,
            False,
            "pseudo-interval",
            dash=dash,
        )
        for side in sides
    ]


def _until_wall(side: list[tuple[float, float]], panel: Panel) -> tuple[tuple[float, float], ...]:
    """The part of an outline that is no wall."""
    walls = (panel.x.left, panel.x.right)
    last = next((i for i, (x, _) in enumerate(side) if i and x in walls), len(side) - 1)
    return tuple(side[: last + 1])


def points(funnel: Funnel, style: Style) -> list[Mark]:
    """Studies, and hollow those that were filled in."""
    palette, point = style.palette, funnel.panel.y.x
    marks: list[Mark] = [
        Circle(funnel.x(y), point(height), 2.6, "#ffffff", palette.case, 1.0, "filled", None)
        for y, height in funnel.filled
    ]
    return marks + [
        Circle(funnel.x(y), point(height), 2.6, palette.pooled_edge, "#ffffff", 0.6, "study", i)
        for i, (y, height) in enumerate(funnel.studies)
        if math.isfinite(y)
    ]


def signs(funnel: Funnel, style: Style) -> list[Sign]:
    """Signs and shades with their words."""
    palette = style.palette
    signs = [
        Sign("Study", lambda x, y: Circle(x, y, 2.6, palette.pooled_edge, "#ffffff", 0.6, "key"))
    ]
    if funnel.filled:
        words = "Added by trim and fill"
        signs.append(Sign(words, lambda x, y: Circle(x, y, 2.6, "#ffffff", palette.case, 1, "key")))
    if funnel.filled and funnel.asked.adjusted is not None:
        signs.append(
            Sign(
                "Estimate with them",
                lambda x, y: Line(x - 5, y, x + 5, y, 1.0, palette.case, role="key"),
            )
        )
    if funnel.null is not None and funnel.shaded:
        signs += [Sign(c.words, _swatch(c.fill, style)) for c in (*CONTOURS[::-1], OUTSIDE)]
    return signs


def _swatch(fill: str, style: Style) -> Callable[[float, float], Mark]:
    edge = style.palette.muted
    return lambda x, y: Rectangle(x - 4, y - 3.5, 8, 7, fill, edge, 0.4, "key")
