"""Histograms of what draws gave, one panel a quantity, with what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.figures.analysis_axis import Range, linear, page_axis
from metasyn.figures.axis import Axis, Tick
from metasyn.figures.house_styles import style_of
from metasyn.figures.key_signs import DASH
from metasyn.figures.marks import Layout, Line, Mark, Page, Rectangle
from metasyn.figures.panel import Panel, Sign, heading, key_line, notes, tick_room
from metasyn.figures.plot_frame import Look, Told
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, clean, placed, wrap

__all__ = ["Histogram", "histograms"]

WIDTH = 330.0
HEIGHTS = (170.0, 90.0)
"""Of a single panel, and of one among several."""
BINS = 60
TAIL = 0.0005
"""Share of the draws that may lie beyond each end of the axis, in its last bins."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """A panel.

    Parameters
    ----------
    name
        What was drawn.
    words
        What it says, above the panel.
    drawn
        Values, as the axis has them.
    found
        What the studies themselves gave.
    limits
        Ends of an interval, dashed.
    scale
        Of the axis.
    chosen
        Which bars are coloured, by their middle.
    from_zero
        Whether values cannot lie below 0, where the axis begins.
    """

    name: str
    words: str
    drawn: FloatArray
    found: float
    limits: tuple[float, ...]
    scale: Scale
    chosen: Callable[[float], bool] | None = None
    from_zero: bool = False


def histograms(
    panels: Sequence[Histogram], signs: Sequence[Sign], told: Told, look: Look
) -> Layout:
    """Panels beneath each other."""
    style, name = style_of(look.style), clean(look.title or "")
    axes = [_axis(one, (0.0, WIDTH)) for one in panels]
    binned = [_bins(one, axis) for one, axis in zip(panels, axes, strict=True)]
    counts = [_counts(counted) for _, counted in binned]
    left = style.margin + max(tick_room(axis, style) for axis in counts) + 6
    width = left + WIDTH + style.margin
    top, y = heading(name, style, width - 2 * style.margin)
    marks: list[Mark] = list(top)
    height = HEIGHTS[len(panels) > 1]
    for i, (one, (edges, counted)) in enumerate(zip(panels, binned, strict=True)):
        words, y = _words(one, style, width, y, i)
        y += 2.4 * style.small
        upright = _counts(counted, (y + height, y))
        panel = Panel(_axis(one, (left, left + WIDTH)), upright, one.name, "Draws")
        marks += [*words, *panel.grid(style), *_drawn(panel, one, (edges, counted), style, i)]
        marks += panel.frame(style)
        y = panel.end(style) + 0.5 * style.small
    key, y = key_line(signs, style, width, y - 0.5 * style.small)
    foot, y = notes(told.sentences, style, width - 2 * style.margin, y)
    page = Page(width, y, (*marks, *key, *foot))
    return Layout((page,), name or told.name, told.description, told.keys)


def _words(
    one: Histogram, style: Style, width: float, y: float, row: int
) -> tuple[list[Mark], float]:
    """What a panel says, above it."""
    face = Face(style.small, "bold", style.palette.ink)
    marks: list[Mark] = []
    for text in wrap(one.words, width - 2 * style.margin, face.size, "bold") if one.words else ():
        y += 1.3 * face.size
        marks.append(placed(text, (style.margin, y), face, role="panel-title", row=row))
    return marks, y


def _axis(one: Histogram, place: tuple[float, float]) -> Axis:
    ends = np.quantile(one.drawn, [TAIL, 1.0 - TAIL]).tolist()
    values = [*ends, one.found, *one.limits]
    if one.from_zero:
        return page_axis(Range(one.scale, 0.0, max(values), one.name, (0.0, 5.0)), place)
    return page_axis(Range(one.scale, min(values), max(values), one.name), place)


def _bins(one: Histogram, axis: Axis) -> tuple[FloatArray, FloatArray]:
    """Edges on the axis, and counts; what lies beyond the axis is in the last bins."""
    edges = (np.geomspace if axis.log else np.linspace)(axis.low, axis.high, BINS + 1)
    inside = one.drawn.clip(axis.low, axis.high)
    counted, _ = np.histogram(inside, _closed(edges))
    return edges, counted.astype(float)


def _closed(edges: FloatArray) -> FloatArray:
    """Edges whose ends hold their values whatever the rounding."""
    closed = edges.copy()
    closed[0], closed[-1] = -np.inf, np.inf
    return closed


def _counts(counted: FloatArray, place: tuple[float, float] = (100.0, 0.0)) -> Axis:
    axis = page_axis(Range(linear(), 0.0, float(counted.max()), "", (0.0, 4.0)), place)
    ticks = tuple(Tick(tick.value, f"{tick.value:.0f}") for tick in axis.ticks[::2])
    return Axis(axis.low, axis.high, axis.left, axis.right, log=False, ticks=ticks)


def _drawn(
    panel: Panel,
    one: Histogram,
    bars: tuple[FloatArray, FloatArray],
    style: Style,
    row: int,
) -> list[Mark]:
    palette, (edges, counted) = style.palette, bars
    marks: list[Mark] = []
    for low, high, count in zip(edges[:-1], edges[1:], counted, strict=True):
        if not count:
            continue
        x1, x2, y = panel.x.x(float(low)), panel.x.x(float(high)), panel.y.x(float(count))
        chosen = one.chosen is not None and one.chosen(float(low + high) / 2)
        fill = palette.pooled if chosen else palette.prediction
        box = (x1, y, x2 - x1, panel.bottom - y)
        marks.append(Rectangle(*box, fill, "#ffffff", 0.3, "bar", row))
    for end in one.limits:
        x = panel.x.x(end)
        marks.append(Line(x, panel.top, x, panel.bottom, 0.8, palette.ink, DASH, "limit", row))
    x = panel.x.x(one.found)
    return [*marks, Line(x, panel.top, x, panel.bottom, 1.6, palette.case, (), "found", row)]
