"""The p-curve: shares of significant p-values, against no effect and against a power of a third."""

from __future__ import annotations

from dataclasses import replace

from metasyn.diagnostics.p_curve import PCurve
from metasyn.diagnostics.p_words import p_words
from metasyn.figures.analysis_axis import Range, linear
from metasyn.figures.axis import Tick
from metasyn.figures.key_signs import DASH, curve, path, point_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Mark
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.styles import StyleName
from metasyn.figures.text_metrics import Face, placed
from metasyn.figures.words import number

__all__ = ["p_curve_layout"]

SIZE = (300.0, 200.0)
ENDS = (0.01, 0.02, 0.03, 0.04, 0.05)
DOTS = (1.0, 1.8)


def p_curve_layout(
    result: PCurve, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a p-curve.

    Parameters
    ----------
    result
        What :func:`metasyn.p_curve` returned.
    style, title
        House style, and what stands above the plot.
    """
    x = Range(linear(), ENDS[0], ENDS[-1], "p-value, up to", (20.0, 20.0))
    y = Range(linear(), 0.0, 100.0, "Share of the significant results, %", (0.0, 18.0))
    frame = plot_frame(Look(style, title), x, y, size=SIZE)
    ticks = tuple(Tick(end, f"{end:.2f}") for end in ENDS)
    panel = replace(frame.panel, x=replace(frame.panel.x, ticks=ticks))
    frame = replace(frame, panel=panel)
    palette = frame.style.palette
    lines = [
        curve(path(panel, ENDS, [20.0] * 5), "no-effect", palette.case, 1.0, DOTS),
        curve(path(panel, ENDS, 100 * result.expected_33), "expected", palette.ink, 0.9, DASH),
        curve(path(panel, ENDS, 100 * result.observed), "observed", palette.pooled_edge, 1.6),
    ]
    signs = [
        point_sign(f"Observed, {len(result.slab)} results", palette.pooled_edge),
        stroke_sign("Expected without any effect", palette.case, 1.0, DOTS),
        stroke_sign("Expected at a power of 33%", palette.ink, 0.9, DASH),
    ]
    marks = (*lines, *_points(frame, result))
    return frame.layout(marks, signs, _told(result))


def _points(frame: PlotFrame, result: PCurve) -> list[Mark]:
    """Observed shares, and their percentages in a row above all points."""
    panel, palette = frame.panel, frame.style.palette
    face = Face(frame.style.small, "bold", palette.pooled_edge)
    marks: list[Mark] = []
    for end, share in zip(ENDS, (100 * result.observed).tolist(), strict=True):
        x, y = panel.point(end, share)
        marks.append(Circle(x, y, 2.8, palette.pooled_edge, "#ffffff", 0.6, "share"))
        at = (x, panel.top + face.size)
        marks.append(placed(f"{number(share, 0)}%", at, face, "middle", "percent"))
    return marks


def _told(result: PCurve) -> Told:
    count = f"{len(result.slab)} significant of {result.k} studies"
    if result.evidential_value:
        verdict = "small p-values prevail, so that chance and selection alone do not explain them"
    elif result.inadequate:
        verdict = "the curve is flatter than that of studies with little power"
    else:
        verdict = "the curve does not tell whether there is an effect"
    low, high = (number(100 * end, 0) for end in (result.power_ci.low, result.power_ci.high))
    said = [
        f"{count}: {verdict}. Right skew: {p_words(result.right_skew.full_p, 3)}; flatter than a "
        f"power of 33%: {p_words(result.flatter.full_p, 3)}.",
        f"Power after correction for selection {number(100 * result.power, 0)}% (90% interval "
        f"{low}% to {high}%).",
        *(note.message for note in result.notes),
    ]
    return Told("p-curve", said, f"p-curve of {count}: {verdict}.")
