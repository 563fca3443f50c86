"""The profile likelihood of tau2 with its interval."""

from __future__ import annotations

from metasyn.diagnostics.profile_likelihood import ProfileLikelihood
from metasyn.figures.analysis_axis import Range, linear
from metasyn.figures.key_signs import DASH, point_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark, Polygon
from metasyn.figures.panel import Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["profile_layout"]

DEEPEST = 5.0
"""How far below its top the curve is followed, at most."""


def profile_layout(
    result: ProfileLikelihood, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a plot of a profile likelihood.

    Parameters
    ----------
    result
        What :func:`metasyn.profile_likelihood` returned.
    style, title
        House style, and what stands above the plot.
    """
    lowest = min(max(min(result.log_likelihood), result.highest - DEEPEST), result.limit)
    lowest = min(lowest, result.at_estimate)
    kind = "Restricted log-likelihood" if result.restricted else "Log-likelihood"
    right = float(max(result.tau2[-1], result.ci.high, result.estimate))
    x = Range(linear(), float(min(result.tau2[0], result.ci.low)), right, "τ²")
    y = Range(linear(), lowest, result.highest, kind)
    frame = plot_frame(Look(style, title), x, y)
    return frame.layout(_drawn(frame, result), _signs(frame, result), _told(result))


def _drawn(frame: PlotFrame, result: ProfileLikelihood) -> list[Mark]:
    """Curve, interval, and the estimate on the curve."""
    panel, palette = frame.panel, frame.style.palette
    values = zip(result.tau2.tolist(), result.log_likelihood.tolist(), strict=True)
    path = tuple(panel.point(t, height) for t, height in values if panel.y.holds(height))
    level = panel.y.x(result.limit)
    marks: list[Mark] = [
        Line(panel.x.left, level, panel.x.right, level, 0.8, palette.ink, DASH, "limit")
    ]
    for end in (result.ci.low, result.ci.high):
        x = panel.x.x(end)
        marks.append(Line(x, panel.bottom, x, level, 0.8, palette.ink, DASH, "interval"))
    if len(path) > 1:
        marks.append(Polygon(path, None, palette.pooled_edge, 1.4, closed=False, role="curve"))
    at = panel.point(result.estimate, result.at_estimate)
    marks.append(Circle(*at, 2.8, palette.pooled_edge, "#ffffff", 0.6, "estimate"))
    if result.estimate != result.maximum:
        top = panel.point(result.maximum, result.highest)
        marks.append(Circle(*top, 2.8, "#ffffff", palette.pooled_edge, 1.0, "maximum"))
    return marks


def _signs(frame: PlotFrame, result: ProfileLikelihood) -> list[Sign]:
    palette = frame.style.palette
    level = number(100 * result.ci.level, 1).removesuffix(".0")
    signs = [
        point_sign("Estimate", palette.pooled_edge, 2.8),
        stroke_sign(f"{level}% interval", palette.ink, 0.8, DASH),
    ]
    if result.estimate != result.maximum:
        signs.insert(1, point_sign("Highest likelihood", palette.pooled_edge, 2.8, hollow=True))
    return signs


def _told(result: ProfileLikelihood) -> Told:
    low, high = number(result.ci.low, 3), number(result.ci.high, 3)
    said = [
        f"Estimate of τ² {number(result.estimate, 3)}; interval {low} to {high}. Values of τ² "
        "whose likelihood lies above the dashed line are compatible with the data."
    ]
    if result.ci.low == 0.0:
        said.append("No variance between the studies (τ² = 0) is among them.")
    if result.k < 10:
        said.append(f"{result.k} studies tell little of τ²: the curve is flat and its end far.")
    said += [note.message for note in result.notes if note.code == "tau2-ci-gap"]
    description = (
        f"Profile likelihood of τ² from {result.k} studies: highest at "
        f"{number(result.maximum, 3)}, interval from {low} to {high}."
    )
    return Told("Profile likelihood of τ²", said, description)
