"""A Copas model: funnel, plane of selection, and along its fan the estimate and what is left."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.copas.result import Copas
from metasyn.effects.arrays import FloatArray
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, over, page_axis, value_of
from metasyn.figures.diagnostics.copas_plane import (
    funnel_marks,
    funnel_panel,
    plane_marks,
    plane_panel,
)
from metasyn.figures.house_styles import style_of
from metasyn.figures.key_signs import DASH, band, curve, path, point_sign, shade_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page
from metasyn.figures.panel import Panel, heading, key_line, notes
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import number

__all__ = ["copas_layout"]

WIDTH, HEIGHT, GAP = 236.0, 170.0, 18.0
LEFT = 30.0
"""Room for the ticks of a panel."""


def copas_layout(result: Copas, style: StyleName = "plain", *, title: str | None = None) -> Layout:
    """Places of everything in the fan of a Copas model.

    Parameters
    ----------
    result
        What :func:`metasyn.copas` returned.
    style, title
        House style, and what stands above the plot.
    """
    look, name = style_of(style), clean(title or "")
    scale = analysis_scale(result.pooled.measure)
    page_width = 2 * (look.margin + WIDTH) + LEFT + GAP + LEFT
    top, y = heading(name, look, page_width - 2 * look.margin)
    panels = _panels(result, scale, look, y + 2 * look.small)
    funnel, upper, plane, lower = panels
    frames = [m for panel in panels for m in (*panel.grid(look), *panel.frame(look))]
    marks = [
        *(*top, *frames),
        *funnel_marks(funnel, result, scale, look),
        *_estimates(upper, result, scale, look),
        *plane_marks(plane, result, scale, look),
        *_tests(lower, result, look),
    ]
    palette = look.palette
    level = f"{100 * result.level:g}%"
    signs = [
        point_sign("Estimate under so much selection", palette.pooled_edge),
        shade_sign(f"{level} interval", palette.band),
        stroke_sign("Unadjusted", palette.ink, 0.8, DASH),
        point_sign("First that explains all selection", palette.case, 3.4, hollow=True),
    ]
    key, y = key_line(signs[: 3 + (result.adjusted is not None)], look, page_width, lower.end(look))
    foot, y = notes(_sentences(result, scale), look, page_width - 2 * look.margin, y)
    page = Page(page_width, y, (*marks, *key, *foot))
    return Layout((page,), name or "Copas selection model", _description(result, scale), ())


def _panels(result: Copas, scale: Scale, style: Style, top: float) -> tuple[Panel, ...]:
    """Funnel and estimates above, plane and tests below."""
    first, second = (style.margin + LEFT, style.margin + LEFT + WIDTH + GAP + LEFT)
    left, right = (first, first + WIDTH), (second, second + WIDTH)
    start = top + HEIGHT + 6.6 * style.small
    above, below = (top + HEIGHT, top), (start + HEIGHT, start)
    values = [*result.estimate, *result.ci_low, *result.ci_high, result.pooled.estimate]
    name = scale.name or "Estimate"
    upper = page_axis(over(scale, map(float, values), name), above)
    tests = page_axis(Range(linear(), 0.0, 1.0, "", (3.0, 3.0)), below)
    low = min(0.9, float(result.probability.min()))
    x = page_axis(Range(linear(), low, 1.0, ""), right)
    words = "P(publish the study with the largest standard error)"
    return (
        funnel_panel(result, scale, left, above[::-1]),
        Panel(x, upper, words, name),
        plane_panel(result, left, below),
        Panel(x, tests, words, "p of selection left unexplained"),
    )


def _estimates(panel: Panel, result: Copas, scale: Scale, style: Style) -> list[Mark]:
    palette = style.palette

    def places(values: FloatArray) -> tuple[tuple[float, float], ...]:
        known = np.isfinite(values) & np.isfinite(result.se)
        shown = [value_of(scale, v) for v in values[known].tolist()]
        return path(panel, result.probability[known], shown)

    marks: list[Mark] = []
    low, high = places(result.ci_low), places(result.ci_high)
    if len(low) > 1:
        marks.append(band(low, high, palette.band))
    level = panel.y.x(value_of(scale, result.pooled.estimate))
    line = Line(panel.x.left, level, panel.x.right, level, 0.8, palette.ink, DASH, "unadjusted")
    points = path(panel, result.probability, [value_of(scale, v) for v in result.estimate.tolist()])
    marks += [line, curve(points, "fan", palette.pooled_edge)]
    marks += [Circle(x, y, 2.4, palette.pooled_edge, "#ffffff", 0.6, "estimate") for x, y in points]
    found = result.adjusted
    if found is not None:
        at = panel.point(found.probability, value_of(scale, found.estimate))
        marks.append(Circle(*at, 4.0, None, palette.case, 1.2, "adjusted"))
    return marks


def _tests(panel: Panel, result: Copas, style: Style) -> list[Mark]:
    palette = style.palette
    level = panel.y.x(result.alpha)
    points = path(panel, result.probability, result.residual_p)
    return [
        Line(panel.x.left, level, panel.x.right, level, 0.8, palette.ink, DASH, "alpha"),
        curve(points, "residual", palette.pooled_edge),
        *(Circle(x, y, 2.0, palette.pooled_edge, "#ffffff", 0.5, "residual-p") for x, y in points),
    ]


def _verdict(result: Copas, scale: Scale) -> str:
    before = number(value_of(scale, result.pooled.estimate), 2)
    found = result.adjusted
    if found is None:
        return f"no point explains all selection ({before} unadjusted)"
    if found.probability == 1.0:
        return f"none has to be assumed ({before} unadjusted): nothing is left unexplained"
    after = number(value_of(scale, found.estimate), 2)
    return (
        f"the least selection that leaves none unexplained gives {after} ({before} unadjusted), "
        f"with about {number(found.unpublished, 0)} studies unpublished"
    )


def _sentences(result: Copas, scale: Scale) -> list[str]:
    return [
        "Funnel: the dashed line is the unadjusted estimate. Plane: lines of equal estimates over "
        "the parameters of selection; the points lead from little selection to much.",
        "Estimate: at the right all studies are published; the further left, the stronger the "
        f"selection that is assumed. Here {_verdict(result, scale)}.",
        f"Below it: a p-value over {result.alpha:g} (dashed) means that the selection assumed "
        "there is enough for the asymmetry of the funnel.",
        *(note.message for note in result.notes),
    ]


def _description(result: Copas, scale: Scale) -> str:
    return f"Fan of a Copas selection model, {result.k} studies: {_verdict(result, scale)}."
