"""Estimates beneath each other: a label, an interval on a common axis, the numbers beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from metasyn.figures.analysis_axis import over, page_axis, value_of
from metasyn.figures.axis import Axis
from metasyn.figures.marks import Circle, Line, Mark, Polygon
from metasyn.figures.panel import Panel
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, clean, placed, text_width, wrap
from metasyn.figures.words import HUGE, number, powered
from metasyn.models.interval import Interval

__all__ = ["EstimateRow", "Place", "estimate_rows", "estimate_words", "right_edge"]

GAP = 10.0
MIDDLE = 0.358
"""Half the height of small letters, in units of the font size."""


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """A row.

    Parameters
    ----------
    label
        What was estimated, or how.
    estimate, ci
        On the analysis scale; None where there is none.
    reason
        Why there is no estimate, or what to know of it.
    colour, dash
        Of its interval and point; None: the colour of studies.
    unadjusted
        Whether it is what the others are compared with: a diamond, and a dashed line through all.
    """

    label: str
    estimate: float | None
    ci: Interval | None = None
    reason: str = ""
    colour: str | None = None
    dash: tuple[float, ...] = ()
    unadjusted: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows stand: the top, the width of their labels, and of their axis."""

    top: float
    label: float = 132.0
    plot: float = 170.0


def estimate_words(row: EstimateRow, scale: Scale) -> str:
    """Numbers of a row, as its axis has them.

    Examples
    --------
    >>> from metasyn.figures.analysis_axis import analysis_scale
    >>> estimate_words(EstimateRow("all", 0.0, Interval(-0.5, 0.5)), analysis_scale("RR"))
    '1.00 (0.61 to 1.65)'
    """
    if row.estimate is None:
        return ""
    text = _shown(scale, row.estimate)
    if row.ci is None:
        return f"{text} (no interval)"
    return f"{text} ({_shown(scale, row.ci.low)} to {_shown(scale, row.ci.high)})"


def _shown(scale: Scale, value: float) -> str:
    shown = value_of(scale, value)
    if math.isfinite(shown) and (abs(shown) >= HUGE or 0 < abs(shown) < 5e-3):
        return powered(shown)
    return number(shown, 2)


def estimate_rows(
    rows: Sequence[EstimateRow], scale: Scale, style: Style, place: Place
) -> tuple[list[Mark], float]:
    """Marks of the rows, and where they end.

    Parameters
    ----------
    rows
        From top to bottom; at least one has an estimate.
    scale
        Of the axis.
    style
        House style.
    place
        Where they stand.
    """
    left = style.margin + place.label + GAP
    words = [estimate_words(row, scale) for row in rows]
    right = right_edge(rows, scale, style, place)
    heights, texts = [], []
    for row in rows:
        label = wrap(clean(row.label), place.label, style.small)
        reason = wrap(clean(row.reason), right - left, style.small) if row.reason else ()
        texts.append((label, reason))
        lines = max(len(label), len(reason) + (row.estimate is not None))
        heights.append(max(1.15 * style.pitch, (lines + 0.8) * 1.25 * style.small))
    bottom = place.top + sum(heights)
    values = [v for row in rows for v in _values(row)]
    axis = page_axis(over(scale, values, ""), (left, left + place.plot))
    last = max(i for i, row in enumerate(rows) if row.estimate is not None)
    ends = (place.top, place.top + sum(heights[: last + 1]))
    marks = _guides(rows, axis, scale, style, ends)
    top = place.top
    for i, (row, (label, reason), height) in enumerate(zip(rows, texts, heights, strict=True)):
        marks += _row(row, (i, top), (label, reason), (axis, scale, style))
        if words[i]:
            face = Face(style.small, "bold" if row.unadjusted else "normal", style.palette.ink)
            at = (left + place.plot + GAP, top + 0.6 * style.pitch + MIDDLE * style.small)
            marks.append(placed(words[i], at, face, role="numbers", row=i))
        top += height
    name = scale.name or "Estimate"
    panel = Panel(axis, Axis(0.0, 1.0, bottom, place.top, log=False, ticks=()), name, "")
    marks += panel.horizontal(style)
    return marks, panel.end(style)


def right_edge(rows: Sequence[EstimateRow], scale: Scale, style: Style, place: Place) -> float:
    """Where the numbers of the rows end."""
    widest = max(text_width(estimate_words(row, scale), style.small, "bold") for row in rows)
    return style.margin + place.label + GAP + place.plot + GAP + widest


def _values(row: EstimateRow) -> list[float]:
    ends = [] if row.ci is None else [row.ci.low, row.ci.high]
    return ends if row.estimate is None else [row.estimate, *ends]


def _guides(
    rows: Sequence[EstimateRow],
    axis: Axis,
    scale: Scale,
    style: Style,
    ends: tuple[float, float],
) -> list[Mark]:
    """Lines at no effect and at the unadjusted estimate, behind the rows."""
    palette, (top, bottom) = style.palette, ends
    marks: list[Mark] = []
    if scale.null is not None and axis.holds(scale.null):
        x = axis.x(scale.null)
        marks.append(Line(x, top, x, bottom, 0.6, palette.axis, role="null"))
    marks += [
        Line(x, top, x, bottom, 0.8, palette.reference, (2.4, 1.8), "unadjusted-line")
        for x in (
            axis.x(value_of(scale, row.estimate))
            for row in rows
            if row.unadjusted and row.estimate is not None
        )
    ]
    return marks


def _row(
    row: EstimateRow,
    at: tuple[int, float],
    words: tuple[tuple[str, ...], tuple[str, ...]],
    look: tuple[Axis, Scale, Style],
) -> list[Mark]:
    """Label, interval and reason of a row."""
    (i, top), (label, reason), (axis, scale, style) = at, words, look
    small, palette = style.small, style.palette
    y = top + 0.6 * style.pitch
    face = Face(small, "normal", palette.ink)
    marks: list[Mark] = [
        placed(
            text, (style.margin, y + MIDDLE * small + n * 1.25 * small), face, role="label", row=i
        )
        for n, text in enumerate(label)
    ]
    marks += _interval(row, (i, y), axis, scale, style)
    first = y + MIDDLE * small + (1.25 * small if row.estimate is not None else 0.0)
    muted = Face(small, "normal", palette.muted)
    marks += [
        placed(text, (axis.left, first + n * 1.25 * small), muted, role="reason", row=i)
        for n, text in enumerate(reason)
    ]
    return marks


def _interval(
    row: EstimateRow, at: tuple[int, float], axis: Axis, scale: Scale, style: Style
) -> list[Mark]:
    if row.estimate is None:
        return []
    i, y = at
    colour = row.colour or (style.palette.pooled if row.unadjusted else style.palette.study)
    x = axis.x(value_of(scale, row.estimate))
    ends = None
    if row.ci is not None:
        ends = (axis.x(value_of(scale, row.ci.low)), axis.x(value_of(scale, row.ci.high)))
    if row.unadjusted and ends is not None and ends[1] > ends[0]:
        low, high, half = *ends, style.diamond
        points = ((low, y), (x, y - half), (high, y), (x, y + half))
        return [Polygon(points, colour, role="diamond", row=i)]
    marks: list[Mark] = []
    if ends is not None:
        marks.append(Line(ends[0], y, ends[1], y, 1.1, colour, row.dash, "interval", i))
    return [*marks, Circle(x, y, 2.8, colour, "#ffffff", 0.6, "estimate", i)]
