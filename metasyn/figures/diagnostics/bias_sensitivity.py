"""How strong selection would have to be: the corrected estimate over the selection ratio."""

from __future__ import annotations

from metasyn.diagnostics.publication_bias_sensitivity.result import (
    PublicationBiasSensitivity,
    SelectionRatio,
)
from metasyn.figures.analysis_axis import Range, analysis_scale, over, value_of
from metasyn.figures.key_signs import DASH, band, curve, path, point_sign, shade_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.scales import Scale
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["bias_sensitivity_layout"]

DOTS = (1.0, 1.8)


def bias_sensitivity_layout(
    result: PublicationBiasSensitivity, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a plot of sensitivity to publication bias.

    Parameters
    ----------
    result
        What :func:`metasyn.publication_bias_sensitivity` returned.
    style, title
        House style, and what stands above the plot.
    """
    ratio = Scale("ratio", "", 1.0, 1.0, 2)
    words = f"Times that significant {result.favoured} results are likelier to be published"
    x = Range(ratio, float(result.eta[0]), float(result.eta[-1]), words)
    worst = result.worst_case.estimate
    scale = analysis_scale(result.measure)
    heights = [*result.ci_low.tolist(), *result.ci_high.tolist(), worst, result.q]
    name = f"Corrected {scale.name.lower()}" if result.measure != "GEN" else "Corrected estimate"
    frame = plot_frame(Look(style, title), x, over(scale, heights, name))
    palette = frame.style.palette
    signs = [
        stroke_sign("Corrected estimate", palette.pooled_edge, 1.4),
        shade_sign(f"{100 * result.level:g}% interval", palette.band),
        stroke_sign(f"Threshold, {_shown(result, result.q)}", palette.ink, 0.8, DASH),
        stroke_sign("Worst case", palette.case, 1.0, DOTS),
    ]
    if result.for_estimate.value is not None or result.for_ci.value is not None:
        signs.append(point_sign("Crossing", palette.ink, hollow=True))
    return frame.layout(_drawn(frame, result), signs, _told(result))


def _drawn(frame: PlotFrame, result: PublicationBiasSensitivity) -> list[Mark]:
    """Band, curve, threshold, worst case, and where the threshold is reached."""
    panel, palette = frame.panel, frame.style.palette
    scale = analysis_scale(result.measure)
    low, high, centre = (
        path(panel, result.eta, [value_of(scale, value) for value in values.tolist()])
        for values in (result.ci_low, result.ci_high, result.estimate)
    )

    def level(value: float, colour: str, dash: tuple[float, ...], role: str) -> Line:
        y = panel.y.x(value_of(scale, value))
        return Line(panel.x.left, y, panel.x.right, y, 0.9, colour, dash, role)

    marks: list[Mark] = [
        band(low, high, palette.band),
        level(result.worst_case.estimate, palette.case, DOTS, "worst-case"),
        level(result.q, palette.ink, DASH, "threshold"),
        curve(centre, "corrected", palette.pooled_edge),
    ]
    for ratio in (result.for_estimate, result.for_ci):
        if ratio.value is not None and panel.x.holds(ratio.value):
            at = panel.point(ratio.value, value_of(scale, result.q))
            marks.append(Circle(*at, 2.8, "#ffffff", palette.ink, 1.0, "crossing"))
    return marks


def _shown(result: PublicationBiasSensitivity, value: float) -> str:
    """A value of the analysis scale as the axis shows it."""
    return number(value_of(analysis_scale(result.measure), value), 2)


def _told(result: PublicationBiasSensitivity) -> Told:
    q = _shown(result, result.q)
    verdict = (
        f"{_needed('the estimate', result.for_estimate, q)}; "
        f"{_needed('its interval', result.for_ci, q)}"
    )
    count, k = int(result.affirmative.sum()), len(result.slab)
    said = [
        f"{verdict[0].upper()}{verdict[1:]}.",
        f"{count} of {k} results are significant and {result.favoured}. The worst case pools the "
        f"others alone: {_shown(result, result.worst_case.estimate)}.",
        *(note.message for note in result.notes),
    ]
    description = f"Sensitivity of {k} studies to publication bias: {verdict}."
    return Told("Sensitivity to publication bias", said, description, result.slab)


def _needed(what: str, ratio: SelectionRatio, q: str) -> str:
    if ratio.reading == "already":
        return f"{what} reaches {q} without any selection"
    if ratio.value is None:
        return f"no selection of this kind moves {what} to {q}"
    return f"{what} reaches {q} if such results are {number(ratio.value, 1)} times likelier"
