"""Baujat's plot: what each study adds to heterogeneity, and how far it moves the estimate."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.baujat import Baujat
from metasyn.figures.analysis_axis import Range, linear
from metasyn.figures.marks import Layout
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.point_labels import Point, names, point_labels
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["baujat_layout"]

FEW = 5


def baujat_layout(
    result: Baujat, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in Baujat's plot.

    Parameters
    ----------
    result
        What :func:`metasyn.baujat` returned.
    style, title
        House style, and what stands above the plot.
    """
    x = Range(linear(), 0.0, _top(result.heterogeneity), "Contribution to heterogeneity")
    y = Range(linear(), 0.0, _top(result.influence), "Influence on the pooled estimate")
    frame = plot_frame(Look(style, title), x, y)
    points = _points(frame, result)
    order = _order(result)
    labels = point_labels(points, order, frame.box, frame.style)
    dots = frame.dots(points, frame.style.palette.pooled_edge)
    return frame.layout((*dots, *labels.marks), [], _told(result, labels.sentences))


def _top(values: np.ndarray) -> float:
    """Largest finite value; 1 where all are 0."""
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) and known.max() > 0 else 1.0


def _points(frame: PlotFrame, result: Baujat) -> list[Point]:
    pairs = zip(result.heterogeneity.tolist(), result.influence.tolist(), strict=True)
    return [
        Point(*frame.panel.point(x, y), frame.radius(len(result.slab)), result.slab[i], i)
        for i, (x, y) in enumerate(pairs)
        if np.isfinite(x) and np.isfinite(y)
    ]


def _order(result: Baujat) -> list[int]:
    """Positions of the points, the furthest from the origin first."""
    both = zip(result.heterogeneity, result.influence, strict=True)
    known = [(x, y) for x, y in both if np.isfinite(x) and np.isfinite(y)]
    across, up = _top(result.heterogeneity), _top(result.influence)
    far = [-np.hypot(x / across, y / up) for x, y in known]
    return [int(i) for i in np.argsort(far, kind="stable")]


def _told(result: Baujat, missing: list[str]) -> Told:
    k, total = len(result.slab), float(np.nansum(result.heterogeneity))
    far = int(np.nanargmax(result.heterogeneity))
    share = 100 * float(result.heterogeneity[far]) / total if total else 0.0
    strong = _strongest(result, far)
    result_said = (
        f"{names([result.slab[far]])} adds most to heterogeneity ({number(share, 0)}% of it)"
        f"{strong}."
        if total
        else f"The studies agree exactly: none adds to heterogeneity{strong}."
    )
    said = [
        "Right: the study lies far from the pooled estimate for its precision. Top: without it the "
        "estimate moves far. A study at the top right deserves a second look; that it stands there "
        "is no reason to leave it out.",
        result_said,
        *missing,
    ]
    lost = int((~np.isfinite(result.influence)).sum())
    if lost:
        said.append(f"{lost} of {k} studies have no measure of influence and are not drawn.")
    if k < FEW:
        said.append("With so few studies one of them always stands apart.")
    return Told("Baujat plot", said, f"Baujat plot of {k} studies. {result_said}", result.slab)


def _strongest(result: Baujat, far: int) -> str:
    """Which study moves the estimate most, as the end of a sentence."""
    if not np.isfinite(result.influence).any() or not np.nanmax(result.influence):
        return "; no study moves the estimate"
    strong = int(np.nanargmax(result.influence))
    if strong == far:
        return " and moves the estimate most"
    return f"; {names([result.slab[strong]])} moves the estimate most"
