"""The funnel plot: estimates against their standard errors, with contours of significance.

Contours stand about no effect (Peters et al. 2008, J Clin Epidemiol 61:991-996); the dashed lines
about the pooled estimate hold 95% of studies of one common effect.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np

from metasyn.effects.effects import Effects
from metasyn.effects.measures import measure_of
from metasyn.errors import SpecError
from metasyn.figures.axis import Axis, axis_of, range_of
from metasyn.figures.files import write_layout
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page, Polygon, Rectangle
from metasyn.figures.panel import Panel, Sign, heading, key_line, notes, tick_room
from metasyn.figures.scales import Scale, scale_of
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import number
from metasyn.models.results import Pooled

__all__ = ["Contour", "funnel_layout", "write_funnel"]

WIDTH, HEIGHT = 330.0, 230.0
FEW = 10


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


def write_funnel(
    pooled: Pooled,
    path: str | os.PathLike[str],
    *,
    filled: Sequence[tuple[float, float]] = (),
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw a contour-enhanced funnel plot into a file.

    Parameters
    ----------
    pooled
        A pooled result of effects (yi, vi).
    path
        Where to: ``.svg``, ``.pdf`` or ``.png``.
    filled
        Studies that trim and fill added: estimate and standard error on the analysis scale.
    title
        Stands above the plot.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If the result is not one of effects.
    OutputError
        If the file cannot be written.
    """
    return write_layout(funnel_layout(pooled, filled=filled, title=title), path, dpi=dpi)


def funnel_layout(
    pooled: Pooled,
    *,
    filled: Sequence[tuple[float, float]] = (),
    title: str | None = None,
) -> Layout:
    """Places of everything in a funnel plot; arguments as in :func:`write_funnel`.

    Raises
    ------
    SpecError
        If the result is not one of effects.
    """
    data = pooled.data
    if not isinstance(data, Effects):
        raise SpecError("A funnel plot needs estimates with variances (Effects), not counts.")
    style, name = style_of("plain"), clean(title or "")
    top, start = heading(name, style, WIDTH)
    funnel = _funnel(pooled, data, tuple(filled), style, start + 2 * style.small)
    page_width = funnel.panel.x.right + style.margin
    key, bottom = key_line(_signs(funnel, style), style, page_width, funnel.panel.end(style))
    foot, bottom = notes(_sentences(pooled, data), style, page_width - 2 * style.margin, bottom)
    marks = (*top, *_contours(funnel), *_lines(funnel, style), *funnel.panel.frame(style))
    page = Page(page_width, bottom, (*marks, *_points(funnel, style), *key, *foot))
    return Layout(
        (page,), name or f"Funnel plot: {funnel.scale.name}", _description(pooled, data), data.slab
    )


@dataclass(frozen=True, slots=True)
class _Funnel:
    """Panel and data of a funnel plot, estimates on the analysis scale."""

    panel: Panel
    scale: Scale
    studies: tuple[tuple[float, float], ...]
    filled: tuple[tuple[float, float], ...]
    centre: float

    def x(self, value: float) -> float:
        """Place of a value of the analysis scale, also beyond the axis."""
        axis = self.panel.x
        low, high = axis.low, axis.high
        if axis.log:
            low, high = math.log(low), math.log(high)
        return axis.left + (value - low) / (high - low) * (axis.right - axis.left)

    @property
    def null(self) -> float | None:
        """No effect on the analysis scale."""
        if self.scale.null is None:
            return None
        return math.log(self.scale.null) if self.panel.x.log else self.scale.null


def _funnel(
    pooled: Pooled,
    data: Effects,
    filled: tuple[tuple[float, float], ...],
    style: Style,
    top: float,
) -> _Funnel:
    scale = _analysis_scale(pooled.measure)
    studies = tuple(zip(data.yi.tolist(), np.sqrt(data.vi).tolist(), strict=True))
    known = [(y, se) for y, se in (*studies, *filled) if math.isfinite(y)]
    largest = max(se for _, se in known)
    errors = axis_of(Scale("linear", "", 1.0, None, 2), (0.0, largest), (0.0, 1.0))
    vertical = Axis(0.0, errors.high, top, top + HEIGHT, log=False, ticks=errors.ticks)
    left = style.margin + tick_room(vertical, style) + 6
    values = [math.exp(y) if scale.kind == "ratio" else y for y, _ in known]
    horizontal = axis_of(scale, range_of(scale, values, []), (left, left + WIDTH))
    panel = Panel(horizontal, vertical, scale.name, "Standard error")
    return _Funnel(panel, scale, studies, filled, pooled.estimate)


def _analysis_scale(measure: str) -> Scale:
    """Ratios on a logarithmic axis, everything else on the analysis scale itself."""
    scale = scale_of(measure)
    if scale.kind == "ratio":
        return scale
    found = measure_of(measure)
    return Scale("linear", found.label, 1.0, found.null, 2)


def _wedge(funnel: _Funnel, centre: float, z: float) -> tuple[tuple[float, float], ...]:
    """Corners of the region within z standard errors of a value, cut at the panel's sides."""
    panel = funnel.panel
    left, right, apex = panel.x.left, panel.x.right, funnel.x(centre)
    spread = funnel.x(centre + z * panel.y.high) - apex
    height = panel.bottom - panel.top
    corners: list[tuple[float, float]] = [(min(max(apex, left), right), panel.top)]
    for side, wall in ((1, right), (-1, left)):
        end = apex + side * spread
        inside = left <= end <= right
        hit = panel.top + max(0.0, side * (wall - apex) / spread) * height
        path = [(end, panel.bottom)] if inside else [(wall, hit), (wall, panel.bottom)]
        corners += path if side == 1 else path[::-1]
    return tuple(corners)


def _contours(funnel: _Funnel) -> list[Mark]:
    """Shades of significance about no effect; none where the measure has no such value."""
    panel, null = funnel.panel, funnel.null
    if null is None:
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


def _lines(funnel: _Funnel, style: Style) -> list[Mark]:
    """Line of no effect, the pooled estimate, and the region of 95% of studies about it."""
    panel, palette = funnel.panel, style.palette
    marks: list[Mark] = []
    if funnel.null is not None:
        x = funnel.x(funnel.null)
        marks.append(Line(x, panel.top, x, panel.bottom, 0.8, palette.rule, role="null"))
    x = funnel.x(funnel.centre)
    dash = (3.0, 2.0)
    marks.append(Line(x, panel.top, x, panel.bottom, 0.8, palette.pooled, dash, role="centre"))
    apex, *corners = _wedge(funnel, funnel.centre, normal_quantile(0.05))
    return marks + [
        Line(*apex, *end, 0.8, palette.pooled, dash, role="pseudo-interval")
        for end in (corners[0], corners[-1])
    ]


def _points(funnel: _Funnel, style: Style) -> list[Mark]:
    palette, point = style.palette, funnel.panel.y.x
    marks: list[Mark] = [
        Circle(funnel.x(y), point(se), 2.6, "#ffffff", palette.case, 1.0, "filled", None)
        for y, se in funnel.filled
    ]
    return marks + [
        Circle(funnel.x(y), point(se), 2.6, palette.pooled, "#ffffff", 0.6, "study", i)
        for i, (y, se) in enumerate(funnel.studies)
        if math.isfinite(y)
    ]


def _signs(funnel: _Funnel, style: Style) -> list[Sign]:
    """Signs and shades with their words."""
    palette = style.palette
    signs = [Sign("Study", lambda x, y: Circle(x, y, 2.6, palette.pooled, "#ffffff", 0.6, "key"))]
    if funnel.filled:
        words = "Added by trim and fill"
        signs.append(Sign(words, lambda x, y: Circle(x, y, 2.6, "#ffffff", palette.case, 1, "key")))
    if funnel.null is not None:
        signs += [Sign(c.words, _swatch(c.fill, style)) for c in (*CONTOURS[::-1], OUTSIDE)]
    return signs


def _swatch(fill: str, style: Style) -> Callable[[float, float], Mark]:
    edge = style.palette.muted
    return lambda x, y: Rectangle(x - 4, y - 3.5, 8, 7, fill, edge, 0.4, "key")


def _sentences(pooled: Pooled, data: Effects) -> list[str]:
    shown = pooled.transformed()
    said = [
        f"Dashed: pooled estimate ({shown.label.lower()} {number(shown.estimate, 2)}) and the "
        "region in which 95% of studies of one common effect would lie. Shades: two-sided p-value "
        "of each study against no effect."
        if measure_of(pooled.measure).null is not None
        else "Dashed: pooled estimate and the region in which 95% of studies of one common value "
        "would lie."
    ]
    if len(data) < FEW:
        said.append(f"With fewer than {FEW} studies asymmetry can hardly be judged.")
    missing = int(np.isnan(data.yi).sum())
    if missing:
        said.append(f"{missing} of {len(data)} studies have no estimate and are not drawn.")
    return said


def _description(pooled: Pooled, data: Effects) -> str:
    label = measure_of(pooled.measure).label
    beyond = int((data.yi[~np.isnan(data.yi)] > pooled.estimate).sum())
    return (
        f"Funnel plot of {len(data)} studies, {label.lower()} against standard error; "
        f"{beyond} of them lie above the pooled estimate of {number(pooled.estimate, 3)}."
    )
