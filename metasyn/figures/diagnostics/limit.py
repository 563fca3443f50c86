"""The funnel of a limit meta-analysis: the expected estimate as studies grow without end."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.limit_meta_analysis import LimitMetaAnalysis
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, over, value_of
from metasyn.figures.key_signs import DASH, curve, path, point_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark
from metasyn.figures.panel import Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.scales import Scale
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["limit_layout"]

STEPS = 61


def limit_layout(
    result: LimitMetaAnalysis, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in the funnel of a limit meta-analysis.

    Parameters
    ----------
    result
        What :func:`metasyn.limit_meta_analysis` returned.
    style, title
        House style, and what stands above the plot.
    """
    scale = analysis_scale(result.pooled.measure)
    errors = np.linspace(0.0, float(result.sei.max()), STEPS)
    line = result.line(errors)
    ci = result.adjusted.ci
    x = over(scale, [*result.yi, *result.limits, *line, ci.low, ci.high], scale.name or "Estimate")
    y = Range(linear(), 0.0, float(result.sei.max()), "Standard error", (8.0, 4.0), downwards=True)
    frame = plot_frame(Look(style, title), x, y)
    values = [value_of(scale, v) for v in line.tolist()]
    drawn = path(frame.panel, values, errors.tolist())
    guides: list[Mark] = [
        _upright(frame, value_of(scale, result.pooled.estimate)),
        curve(drawn, "expected", frame.style.palette.case),
    ]
    marks = (*guides, *_studies(frame, result, scale), *_adjusted(frame, result, scale))
    return frame.layout(marks, _signs(frame, result), _told(result, scale))


def _upright(frame: PlotFrame, value: float) -> Line:
    panel, colour = frame.panel, frame.style.palette.pooled_edge
    x = panel.x.x(value)
    return Line(x, panel.top, x, panel.bottom, 0.8, colour, DASH, role="centre")


def _studies(frame: PlotFrame, result: LimitMetaAnalysis, scale: Scale) -> list[Mark]:
    """Studies, with the shrunken estimates that the limit makes of them."""
    palette, radius = frame.style.palette, frame.radius(result.k)
    marks: list[Mark] = []
    rows = zip(result.yi.tolist(), result.limits.tolist(), result.sei.tolist(), strict=True)
    for i, (yi, limit, se) in enumerate(rows):
        seen = frame.panel.point(value_of(scale, yi), se)
        shrunken = frame.panel.point(value_of(scale, limit), se)
        marks += [
            Line(*seen, *shrunken, 0.4, palette.prediction, role="shrinkage", row=i),
            Circle(*shrunken, 0.7 * radius, "#ffffff", palette.case, 0.8, "limit", i),
            Circle(*seen, radius, palette.pooled_edge, "#ffffff", 0.6, "study", i),
        ]
    return marks


def _adjusted(frame: PlotFrame, result: LimitMetaAnalysis, scale: Scale) -> list[Mark]:
    """The adjusted estimate and its interval, where the standard error is 0."""
    panel, colour = frame.panel, frame.style.palette.case
    found = result.adjusted
    low, high = (panel.point(value_of(scale, end), 0.0) for end in (found.ci.low, found.ci.high))
    at = panel.point(value_of(scale, found.estimate), 0.0)
    return [
        Line(*low, *high, 2.0, colour, role="adjusted-interval"),
        Circle(*at, 3.4, colour, "#ffffff", 0.8, "adjusted"),
    ]


def _signs(frame: PlotFrame, result: LimitMetaAnalysis) -> list[Sign]:
    palette = frame.style.palette
    level = f"{100 * result.adjusted.ci.level:g}%"
    return [
        point_sign("Study", palette.pooled_edge),
        point_sign("Study, shrunken", palette.case, 1.8, hollow=True),
        stroke_sign("Pooled estimate", palette.pooled_edge, 0.8, DASH),
        stroke_sign("Expected at each standard error", palette.case, 1.4),
        point_sign(f"Adjusted estimate, {level} interval", palette.case, 3.4),
    ]


def _told(result: LimitMetaAnalysis, scale: Scale) -> Told:
    found, name = result.adjusted, scale.name.lower() or "estimate"
    ends = (found.estimate, found.ci.low, found.ci.high, result.pooled.estimate)
    after, low, high, before = (number(value_of(scale, end), 2) for end in ends)
    verdict = f"adjusted {name} {after} ({low} to {high}), {before} unadjusted"
    said = [
        f"The curve ends where a study of unlimited size would lie: {verdict}.",
        *(note.message for note in result.notes),
    ]
    description = f"Limit meta-analysis of {result.k} studies: {verdict}."
    return Told("Limit meta-analysis", said, description, result.slab)
