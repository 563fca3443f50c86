"""The radial (Galbraith) plot: standardised estimates over precision, with the band and the arc."""

from __future__ import annotations

import math

import numpy as np

from metasyn.diagnostics.radial import Radial
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, spaced, value_of
from metasyn.figures.axis import Tick, axis_of, range_of
from metasyn.figures.key_signs import point_sign, stroke_sign
from metasyn.figures.marks import Box, Layout, Line, Mark, Polygon
from metasyn.figures.panel import TICK, Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.point_labels import Point, by_chance, names, point_labels
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import Face, placed, text_width
from metasyn.figures.words import number

__all__ = ["radial_layout"]

SIZE = (290.0, 230.0)
ARC = 4.0
"""Room between the corners of the panel and the arc of estimates, in points."""
BULGE = math.hypot(*SIZE) - SIZE[0] + ARC
"""How far the arc reaches beyond the panel at most."""


def radial_layout(
    result: Radial, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a radial plot.

    Parameters
    ----------
    result
        What :func:`metasyn.radial` returned.
    style, title
        House style, and what stands above the plot.
    """
    scale = analysis_scale(result.pooled.measure)
    ticks = _estimates(result, scale)
    x = Range(linear(), 0.0, float(result.x.max()), f"Precision, {_root(result, '1')}", (0.0, 5.0))
    y = Range(
        linear(),
        min(-result.band, float(result.z.min())),
        max(result.band, float(result.z.max())),
        f"Estimate over its standard error, {_root(result, 'y')}",
    )
    right = BULGE + TICK + 4 + max(text_width(tick.label, 7.0) for tick in ticks)
    frame = plot_frame(Look(style, title), x, y, size=SIZE, right=right)
    arc = _Arc(frame, scale)
    band = _band(frame, result)
    points = [
        Point(*frame.panel.point(px, pz), frame.radius(len(result.slab)), label, i)
        for i, (px, pz, label) in enumerate(
            zip(result.x.tolist(), result.z.tolist(), result.slab, strict=True)
        )
    ]
    off = np.abs(result.z - result.pooled.estimate * result.x)
    order = [i for i in np.argsort(-off, kind="stable").tolist() if off[i] > result.band]
    labels = point_labels(points, order, frame.box, frame.style, band)
    dots = frame.dots(points, frame.style.palette.pooled_edge)
    marks = (*band, *arc.marks(result, ticks), *dots, *labels.marks)
    return frame.layout(marks, _signs(frame.style, result), _told(result, scale, labels.sentences))


def _root(result: Radial, top: str) -> str:
    inside = "v + τ²" if result.pooled.tau2 is not None else "v"
    return f"{top}/√({inside})" if " " in inside else f"{top}/√{inside}"


def _estimates(result: Radial, scale: Scale) -> tuple[Tick, ...]:
    """Ticks of the arc, over the studies' estimates."""
    values = [value_of(scale, float(z / x)) for x, z in zip(result.x, result.z, strict=True)]
    return axis_of(scale, range_of(scale, values, []), (0.0, 1.0)).ticks


class _Arc:
    """A circle about the origin: where a line from the origin meets it, its slope is read."""

    def __init__(self, frame: PlotFrame, scale: Scale) -> None:
        panel = frame.panel
        self.frame, self.scale = frame, scale
        self.origin = panel.x.left, spaced(panel.y, 0.0)
        corner = max(panel.bottom - self.origin[1], self.origin[1] - panel.top)
        self.radius = math.hypot(panel.x.right - panel.x.left, corner) + ARC
        self.across = (panel.x.right - panel.x.left) / (panel.x.high - panel.x.low)
        self.up = (panel.bottom - panel.top) / (panel.y.high - panel.y.low)

    def at(self, slope: float, radius: float) -> tuple[float, float]:
        """Where a line of this slope is so far from the origin."""
        dx, dy = self.across, -self.up * slope
        length = math.hypot(dx, dy)
        return self.origin[0] + radius * dx / length, self.origin[1] + radius * dy / length

    def holds(self, slope: float) -> bool:
        """Whether a tick of this slope stands beside the panel."""
        _, y = self.at(slope, self.radius + TICK)
        return self.frame.panel.top + 4 <= y <= self.frame.panel.bottom - 4

    def marks(self, result: Radial, ticks: tuple[Tick, ...]) -> list[Mark]:
        """The arc, its ticks, and the pooled interval on it."""
        style = self.frame.style
        face = Face(style.small, "normal", style.palette.ink)
        slopes = {t: math.log(t.value) if self.scale.kind == "ratio" else t.value for t in ticks}
        shown = {tick: slope for tick, slope in slopes.items() if self.holds(slope)}
        marks: list[Mark] = [*self._stroke(*self._ends(), 0.7, style.palette.axis, "arc")]
        last: Box | None = None
        for tick, slope in shown.items():
            start, end = self.at(slope, self.radius), self.at(slope, self.radius + TICK)
            x, y = self.at(slope, self.radius + TICK + 2)
            text = placed(tick.label, (x, y + 0.358 * face.size), face, "start", "arc-tick")
            if last is not None and text.box.overlaps(last):
                continue
            last = text.box
            marks += [Line(*start, *end, 0.7, style.palette.axis, role="arc-tick-mark"), text]
        ci = result.pooled.ci
        if ci is not None:
            marks += self._stroke(ci.low, ci.high, 2.6, style.palette.pooled_edge, "arc-interval")
        return marks

    def _ends(self) -> tuple[float, float]:
        """Slopes of the lines to the right corners of the panel, on the arc."""
        panel = self.frame.panel
        found = []
        for y in (panel.bottom, panel.top):
            down = y - self.origin[1]
            along = math.sqrt(max(self.radius**2 - down**2, 1.0))
            found.append(-down / along * self.across / self.up)
        return found[0], found[1]

    def _stroke(self, low: float, high: float, width: float, colour: str, role: str) -> list[Mark]:
        least, most = self._ends()
        low, high = max(low, least), min(high, most)
        if low >= high:
            return []
        steps = np.linspace(
            math.atan(low * self.up / self.across), math.atan(high * self.up / self.across), 61
        )
        x0, y0 = self.origin
        path = tuple(
            (x0 + self.radius * math.cos(a), y0 - self.radius * math.sin(a)) for a in steps.tolist()
        )
        return [Polygon(path, None, colour, width, closed=False, role=role)]


def _band(frame: PlotFrame, result: Radial) -> list[Mark]:
    """The line of the pooled estimate and the band about it, cut at the panel."""
    panel, palette = frame.panel, frame.style.palette
    right = panel.x.high
    edges = []
    for shift, colour, dash, role in (
        (result.band, palette.pooled_edge, (3.0, 2.0), "band"),
        (0.0, palette.pooled_edge, (), "centre"),
        (-result.band, palette.pooled_edge, (3.0, 2.0), "band"),
    ):
        ends = _cut(
            (0.0, shift), (right, shift + result.pooled.estimate * right), panel.y.low, panel.y.high
        )
        if ends is not None:
            (x1, y1), (x2, y2) = ends
            edges.append(Line(*panel.point(x1, y1), *panel.point(x2, y2), 0.9, colour, dash, role))
    return [*edges]


def _cut(
    start: tuple[float, float], end: tuple[float, float], low: float, high: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The part of a line whose height lies between two values; None where there is none."""
    (x1, y1), (x2, y2) = start, end
    if y1 == y2:
        return (start, end) if low <= y1 <= high else None
    first, last = sorted(((low - y1) / (y2 - y1), (high - y1) / (y2 - y1)))
    first, last = max(first, 0.0), min(last, 1.0)
    if first >= last:
        return None
    points = [(x1 + t * (x2 - x1), y1 + t * (y2 - y1)) for t in (first, last)]
    return points[0], points[1]


def _signs(style: Style, result: Radial) -> list[Sign]:
    colour = style.palette.pooled_edge
    level = f"{100 * result.pooled.spec.level:g}%"
    return [
        point_sign("Study", style.palette.pooled_edge),
        stroke_sign("Pooled estimate", colour, 0.9),
        stroke_sign(f"Band of {level} of studies", colour, 0.9, (3.0, 2.0)),
    ]


def _told(result: Radial, scale: Scale, missing: list[str]) -> Told:
    outside, k = result.outside, len(result.slab)
    chance = by_chance((1 - result.pooled.spec.level) * k, k)
    shown = number(value_of(scale, result.pooled.estimate), 2)
    said = [
        "A line from the origin through a study meets the arc at the study's "
        f"{scale.name.lower()}; the thick part of the arc is the confidence interval of the pooled "
        "estimate. The more precise a study, the further right it stands.",
        f"Outside the band: {names(outside)}. By chance alone {chance} would lie outside.",
        *missing,
    ]
    if k < 5:
        said.append("With so few studies the plot shows the data and no pattern.")
    description = (
        f"Radial plot of {k} studies: {len(outside)} lie outside the band about the pooled "
        f"{scale.name.lower()} of {shown}: {names(outside)}."
    )
    return Told("Radial plot", said, description, result.slab)
