"""The normal quantile plot of standardised residuals, with its simulated envelope."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.qq import NormalQQ
from metasyn.figures.analysis_axis import linear, over
from metasyn.figures.key_signs import point_sign, shade_sign, stroke_sign
from metasyn.figures.marks import Layout, Line, Mark, Polygon
from metasyn.figures.panel import Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.point_labels import Point, by_chance, names, point_labels
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["qq_layout"]

FEW = 10


def qq_layout(result: NormalQQ, style: StyleName = "plain", *, title: str | None = None) -> Layout:
    """Places of everything in a normal quantile plot.

    Parameters
    ----------
    result
        What :func:`metasyn.normal_qq` returned; its points ascend, and so do the rows of the marks.
    style, title
        House style, and what stands above the plot.
    """
    x = over(linear(), result.quantiles.tolist(), "Quantile of the normal distribution")
    heights = np.concatenate([result.residuals, result.low, result.high]).tolist()
    frame = plot_frame(Look(style, title), x, over(linear(), heights, "Standardised residual"))
    guides = _guides(frame, result)
    points = [
        Point(*frame.panel.point(q, r), frame.radius(len(result.slab)), label, i)
        for i, (q, r, label) in enumerate(
            zip(result.quantiles.tolist(), result.residuals.tolist(), result.slab, strict=True)
        )
    ]
    off = np.maximum(result.low - result.residuals, result.residuals - result.high)
    order = [int(i) for i in np.argsort(-off, kind="stable") if off[i] > 0]
    labels = point_labels(points, order, frame.box, frame.style, guides[-1:])
    dots = frame.dots(points, frame.style.palette.pooled_edge)
    marks = (*guides, *dots, *labels.marks)
    return frame.layout(marks, _signs(frame, result), _told(result, labels.sentences))


def _guides(frame: PlotFrame, result: NormalQQ) -> list[Mark]:
    """The envelope, and the line on which normal residuals lie."""
    panel, palette = frame.panel, frame.style.palette
    low = [panel.point(q, y) for q, y in zip(result.quantiles, result.low, strict=True)]
    high = [panel.point(q, y) for q, y in zip(result.quantiles, result.high, strict=True)]
    first = max(panel.x.low, panel.y.low)
    last = min(panel.x.high, panel.y.high)
    ends = (*panel.point(first, first), *panel.point(last, last))
    return [
        Polygon((*low, *reversed(high)), palette.band, role="envelope"),
        Line(*ends, 0.8, palette.rule, role="normal"),
    ]


def _signs(frame: PlotFrame, result: NormalQQ) -> list[Sign]:
    palette = frame.style.palette
    return [
        point_sign("Study", frame.style.palette.pooled_edge),
        stroke_sign("Exactly normal", palette.rule, 0.8),
        shade_sign(f"{number(100 * result.level, 0)}% of residuals of the model", palette.band),
    ]


def _told(result: NormalQQ, missing: list[str]) -> Told:
    k, outside = len(result.slab), result.outside
    chance = by_chance((1 - result.level) * k, k)
    said = [
        f"The shaded envelope holds {number(100 * result.level, 0)}% of the residuals at each "
        f"place if the model is right ({result.draws} simulated data sets, seed {result.seed}).",
        f"Outside the envelope: {names(outside)}. By chance alone {chance} would lie outside.",
        *missing,
    ]
    if k < FEW:
        said.append(f"With fewer than {FEW} studies departures from normality can hardly be seen.")
    description = (
        f"Normal quantile plot of the standardised residuals of {k} studies: {len(outside)} lie "
        f"outside the envelope: {names(outside)}."
    )
    return Told("Normal quantile plot", said, description, result.slab)
