"""The L'Abbé plot: the risk with treatment over the risk without, areas by patients."""

from __future__ import annotations

import math

import numpy as np

from metasyn.diagnostics.labbe import Labbe
from metasyn.figures.analysis_axis import Range, linear
from metasyn.figures.key_signs import point_sign, stroke_sign
from metasyn.figures.marks import Layout, Line, Mark, Polygon
from metasyn.figures.panel import Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.point_labels import Point, names, point_labels
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["labbe_layout"]

SIDE = 240.0
LARGEST, SMALLEST = 8.0, 1.6
"""Radius of the largest study, and the least one, so that no study disappears."""


def labbe_layout(result: Labbe, style: StyleName = "plain", *, title: str | None = None) -> Layout:
    """Places of everything in a L'Abbé plot.

    Parameters
    ----------
    result
        What :func:`metasyn.labbe` returned.
    style, title
        House style, and what stands above the plot.
    """
    most = 100.0 * float(max(result.control.max(), result.treated.max()))
    most = min(100.0, max(most, 1.0))
    room = (LARGEST + 1, LARGEST + 1)
    x = Range(linear(), 0.0, most, "Risk in the control arm, %", room)
    y = Range(linear(), 0.0, most, "Risk in the treated arm, %", room)
    frame = plot_frame(Look(style, title), x, y, size=(SIDE, SIDE), right=70.0)
    lines = _lines(frame, result)
    points = _points(frame, result)
    gap = np.abs(result.treated - result.control)
    order = np.argsort(-gap, kind="stable").tolist()
    inside = frame.box._replace(right=frame.box.right + frame.right)
    labels = point_labels(points, order, inside, frame.style, lines)
    dots = frame.dots(points, frame.style.palette.pooled_edge)
    marks = (*lines, *dots, *labels.marks)
    return frame.layout(marks, _signs(frame, result), _told(result, labels.sentences))


def _points(frame: PlotFrame, result: Labbe) -> list[Point]:
    """Studies with areas in proportion to their patients."""
    largest = float(result.n.max())
    rows = zip(result.control.tolist(), result.treated.tolist(), result.n.tolist(), strict=True)
    return [
        Point(
            *frame.panel.point(100 * control, 100 * treated),
            max(SMALLEST, LARGEST * math.sqrt(n / largest)),
            result.slab[i],
            i,
        )
        for i, (control, treated, n) in enumerate(rows)
    ]


def _lines(frame: PlotFrame, result: Labbe) -> list[Mark]:
    """Equal risks, and the pooled effect."""
    panel, palette = frame.panel, frame.style.palette
    end = min(100.0, panel.x.high)
    pairs = 100 * np.column_stack([result.line_control, result.line_treated])
    shown = pairs[(pairs[:, 0] <= end) & (pairs[:, 1] <= end)]
    path = tuple(panel.point(x, y) for x, y in shown.tolist())
    equal = Line(*panel.point(0.0, 0.0), *panel.point(end, end), 0.8, palette.rule, role="equal")
    if len(path) < 2:
        return [equal]
    pooled = Polygon(path, None, palette.pooled_edge, 1.1, False, "pooled", dash=(3.0, 2.0))
    return [equal, pooled]


def _signs(frame: PlotFrame, result: Labbe) -> list[Sign]:
    palette = frame.style.palette
    return [
        point_sign("Study", frame.style.palette.pooled_edge),
        stroke_sign("Equal risks", palette.rule, 0.8),
        stroke_sign(f"Pooled {_EFFECTS[result.measure]}", palette.pooled_edge, 1.1, (3.0, 2.0)),
    ]


_EFFECTS = {"RR": "risk ratio", "OR": "odds ratio", "RD": "risk difference"}


def _told(result: Labbe, missing: list[str]) -> Told:
    k = len(result.slab)
    above = int((result.treated > result.control).sum())
    below = int((result.treated < result.control).sum())
    low, high = (100 * float(f(result.control)) for f in (np.min, np.max))
    spread = f"{number(low, 1)}% to {number(high, 1)}%"
    said = [
        "Areas are in proportion to the number of patients. Below the diagonal the risk is lower "
        "with treatment.",
        f"Control risks run from {spread}. A line that fits all studies speaks for one effect on "
        "this scale; points that leave it as the control risk grows do not.",
        *missing,
    ]
    widest = int(np.argmax(np.abs(result.treated - result.control)))
    description = (
        f"L'Abbé plot of {k} studies: the risk is lower with treatment in {below} and higher in "
        f"{above}; control risks from {spread}; risks differ most in "
        f"{names([result.slab[widest]])}."
    )
    return Told("L'Abbé plot", said, description, result.slab)
