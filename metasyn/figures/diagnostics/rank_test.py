"""Begg's test: ranks of the standardised estimates against ranks of the variances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.rank_test import RankTest
from metasyn.figures.analysis_axis import Range, linear
from metasyn.figures.diagnostics.influence import study_axis
from metasyn.figures.key_signs import DASH, point_sign, stroke_sign
from metasyn.figures.marks import Layout, Line
from metasyn.figures.panel import Panel
from metasyn.figures.plot_frame import Look, Told, plot_frame
from metasyn.figures.point_labels import Point, point_labels
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["rank_test_layout"]

SIZE = (250.0, 230.0)


def rank_test_layout(
    result: RankTest, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a plot of ranks.

    Parameters
    ----------
    result
        What :func:`metasyn.begg` returned.
    style, title
        House style, and what stands above the plot.
    """
    from scipy.stats import rankdata

    k = result.k
    x = Range(linear(), 1.0, float(k), "Rank of the sampling variance (1: the most precise)")
    y = Range(linear(), 1.0, float(k), "Rank of the standardised estimate (1: the lowest)")
    frame = plot_frame(Look(style, title), x, y, size=SIZE)
    panel, palette = _counted(frame.panel, k), frame.style.palette
    frame = replace(frame, panel=panel)
    places = [
        panel.point(float(a), float(b))
        for a, b in zip(rankdata(result.vi), rankdata(result.standardised), strict=True)
    ]
    radius = frame.radius(k)
    points = [
        Point(px, py, radius, label, i)
        for i, ((px, py), label) in enumerate(zip(places, result.slab, strict=True))
    ]
    middle = panel.y.x((k + 1) / 2)
    even = Line(panel.x.left, middle, panel.x.right, middle, 0.8, palette.ink, DASH, "no-trend")
    wanted = np.argsort(-result.vi, kind="stable").tolist()
    labels = point_labels(points, wanted, frame.box, frame.style, (even,))
    marks = (even, *frame.dots(points, palette.pooled_edge), *labels.marks)
    signs = [
        point_sign("Study", palette.pooled_edge),
        stroke_sign("Expected without small-study effects", palette.ink, 0.8, DASH),
    ]
    return frame.layout(marks, signs, _told(result, labels.sentences))


def _counted(panel: Panel, k: int) -> Panel:
    """Ranks are whole numbers."""
    x = study_axis(k, (panel.x.left, panel.x.right))
    return replace(panel, x=x, y=study_axis(k, (panel.y.left, panel.y.right)))


def _told(result: RankTest, labelled: list[str]) -> Told:
    how = "exact" if result.exact else "normal approximation"
    found = f"Kendall's tau {number(result.tau, 2)}, {p_words(result.p_value, 3)} ({how})"
    said = [
        f"{found}. A trend upwards or downwards means that imprecise studies differ from precise "
        "ones; the test is weak.",
        *(note.message for note in result.notes),
        *labelled,
    ]
    return Told("Begg's test", said, f"Begg's test, {result.k} studies: {found}.", result.slab)
