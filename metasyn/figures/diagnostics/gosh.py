"""GOSH: estimates of all subsets over their I², coloured by one study's part in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.gosh import Gosh
from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, over, spaced, value_of
from metasyn.figures.axis import Axis
from metasyn.figures.hexagons import corners, hexagons
from metasyn.figures.marks import Circle, Layout, Line, Mark, Polygon, Rectangle
from metasyn.figures.panel import Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.point_labels import names
from metasyn.figures.scales import Scale
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["SHADES", "gosh_layout"]

SIZE = (330.0, 210.0)
BARS, STRIP, LIFT = 48, 44.0, 5.0
"""Bars of a histogram, its height, and its distance from the panel."""
RADIUS = 3.3
FEW = 400
"""Subsets up to which every one is a point."""
SHADES = ("#a9d3ec", "#8fb0bd", "#8f8a80", "#a06236", "#8a3c00")
"""By the share of a cell's subsets that hold the study; from light to dark, also in grey."""


@dataclass(frozen=True, slots=True)
class _Subsets:
    """Subsets of two or more studies, with and without the study of interest."""

    study: str
    estimate: FloatArray
    i2: FloatArray
    chosen: npt.NDArray[np.bool_]


def gosh_layout(
    result: Gosh,
    style: StyleName = "plain",
    *,
    title: str | None = None,
    study: str | None = None,
) -> Layout:
    """Places of everything in a GOSH plot.

    Parameters
    ----------
    result
        What :func:`metasyn.gosh` returned.
    style, title
        House style, and what stands above the plot.
    study
        Label of the study whose subsets are coloured; None: the one that splits the estimates most.

    Raises
    ------
    SpecError
        If there is no such study, or no subset of two studies.
    """
    subsets = _subsets(result, study)
    scale = analysis_scale(result.measure)
    x = over(scale, subsets.estimate.tolist(), f"Pooled {_lower(scale)} of the subset", 7.0)
    most = max(1.0, 100 * float(subsets.i2.max()))
    y = Range(linear(), 0.0, most, "I², %", (7.0, 7.0))
    room = STRIP + LIFT
    frame = plot_frame(Look(style, title), x, y, size=SIZE, above=room, right=room)
    across, up = _place(frame.panel.x, subsets.estimate), _place(frame.panel.y, 100 * subsets.i2)
    cloud = _points if len(across) <= FEW else _cells
    marks = [
        *cloud(across, up, subsets.chosen),
        *_histograms(frame, across, up, subsets.chosen),
    ]
    return frame.layout(marks, _signs(len(across)), _told(result, subsets, scale))


def _subsets(result: Gosh, study: str | None) -> _Subsets:
    several = (result.size > 1) & np.isfinite(result.estimate) & np.isfinite(result.i2)
    if not several.any():
        raise SpecError("A GOSH plot needs subsets of two or more studies.")
    label = study if study is not None else str(result.splits()["slab"].iloc[0])
    chosen = result.including(label)[several]
    return _Subsets(label, result.estimate[several], result.i2[several], chosen)


def _place(axis: Axis, values: FloatArray) -> FloatArray:
    """Places of many values of the analysis scale at once."""
    start, step = spaced(axis, 0.0), spaced(axis, 1.0) - spaced(axis, 0.0)
    return start + step * values


def _lower(scale: Scale) -> str:
    return scale.name.lower() or "estimate"


def _points(x: FloatArray, y: FloatArray, chosen: npt.NDArray[np.bool_]) -> list[Mark]:
    """One point a subset, those without the study first."""
    order = np.argsort(chosen, kind="stable").tolist()
    fills = SHADES[0], SHADES[-1]
    return [
        Circle(float(x[i]), float(y[i]), 2.2, fills[bool(chosen[i])], "#ffffff", 0.4, "subset")
        for i in order
    ]


def _cells(x: FloatArray, y: FloatArray, chosen: npt.NDArray[np.bool_]) -> list[Mark]:
    """Hexagons: the larger the more subsets, the darker the more of them hold the study."""
    found = hexagons(x, y, chosen, RADIUS)
    full = math.log1p(max(cell.total for cell in found))
    marks: list[Mark] = []
    for cell in found:
        size = RADIUS * (0.4 + 0.6 * math.log1p(cell.total) / full)
        shade = SHADES[min(4, int(5 * cell.chosen / cell.total))]
        marks.append(Polygon(corners(cell.x, cell.y, size), shade, role="cell"))
    return marks


def _histograms(
    frame: PlotFrame, x: FloatArray, y: FloatArray, chosen: npt.NDArray[np.bool_]
) -> list[Mark]:
    """Bars above the panel for estimates and beside it for I², with and without the study."""
    panel = frame.panel
    top, right = panel.top - LIFT - 2 * frame.style.small, panel.x.right + LIFT
    marks: list[Mark] = []
    for values, ends, along in (
        (x, (panel.x.left, panel.x.right), True),
        (y, (panel.top, panel.bottom), False),
    ):
        edges = np.linspace(*ends, BARS + 1)
        without = np.histogram(values[~chosen], edges)[0]
        including = np.histogram(values[chosen], edges)[0]
        height = (STRIP - 2 * frame.style.small) / max(1, int((without + including).max()))
        width = float(edges[1] - edges[0])
        for start, low, more in zip(
            edges.tolist(), without.tolist(), including.tolist(), strict=False
        ):
            spans = ((0, low, SHADES[0], "bar-without"), (low, more, SHADES[-1], "bar-with"))
            for base, count, fill, role in spans:
                if not count:
                    continue
                long, off = count * height, base * height
                marks.append(
                    Rectangle(start, top - off - long, width, long, fill, role=role)
                    if along
                    else Rectangle(right + off, start, long, width, fill, role=role)
                )
    base = Line(panel.x.left, top, panel.x.right, top, 0.5, frame.style.palette.muted, role="base")
    wall = (right, panel.top, right, panel.bottom)
    return [*marks, base, Line(*wall, 0.5, frame.style.palette.muted, role="base")]


def _signs(n: int) -> list[Sign]:
    def shape(shade: str) -> Sign:
        words = {SHADES[0]: "Subsets without it", SHADES[-1]: "Subsets with the study"}
        return Sign(
            words.get(shade, "Some of each"),
            lambda x, y: Polygon(corners(x, y, 4.2), shade, role="key"),
        )

    chosen: Sequence[str] = SHADES[::-4] if n <= FEW else SHADES[::-2]
    return [shape(shade) for shade in chosen]


def _told(result: Gosh, subsets: _Subsets, scale: Scale) -> Told:
    k, n = len(result.slab), len(subsets.estimate)
    ends = np.quantile(subsets.estimate, (0.025, 0.5, 0.975))
    low, middle, high = (number(value_of(scale, float(v)), 2) for v in ends)
    split = _split(subsets, scale)
    kind = f"all {n} subsets" if result.exhaustive else f"a random sample of {n} subsets"
    cells = (
        ""
        if n <= FEW
        else " Hexagons: the larger, the more subsets; the darker, the more of them hold the study."
    )
    said = [
        f"The study is {names([subsets.study])}: {split}.{cells}",
        f"Pooled: {kind} of two or more of the {k} studies; 95% of their estimates lie between "
        f"{low} and {high} (median {middle}). Two clouds speak for studies that should not be "
        "pooled together.",
        *(note.message for note in result.notes),
    ]
    if k < 5:
        said.append("With so few studies there are too few subsets to show a pattern.")
    description = f"GOSH plot of {kind} of {k} studies. {names([subsets.study])}: {split}."
    return Told("GOSH plot", said, description, result.slab)


def _split(subsets: _Subsets, scale: Scale) -> str:
    """Median estimates with and without the study."""
    groups = (subsets.estimate[subsets.chosen], subsets.estimate[~subsets.chosen])
    shown = [number(value_of(scale, float(np.median(g))), 2) if len(g) else "none" for g in groups]
    return f"median {_lower(scale)} {shown[0]} with it and {shown[1]} without"
