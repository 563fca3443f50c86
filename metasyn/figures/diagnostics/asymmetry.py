"""Lines through a funnel: Egger's test and its variants, and PET-PEESE."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metasyn.diagnostics.funnel_notes import UNTRUSTED
from metasyn.diagnostics.funnel_tests import FunnelTest
from metasyn.diagnostics.funnel_variants import VARIANTS
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.pet_peese import PetPeese
from metasyn.effects.arrays import FloatArray
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, over, value_of
from metasyn.figures.key_signs import DASH, curve, path, point_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.scales import Scale
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["asymmetry_layout", "pet_peese_layout"]

STEPS = 61
PREDICTORS = {
    "sei": "Standard error",
    "vi": "Sampling variance",
    "ni": "Sample size",
    "ninv": "1 / sample size",
    "sqrtni": "Root of the sample size",
    "sqrtninv": "1 / root of the sample size",
}
"""Predictors of the user's; the variants name their own."""
GROWING = ("ni", "sqrtni", "n")
"""Predictors that are larger for larger studies, which stand on top of a funnel."""


def asymmetry_layout(
    result: FunnelTest, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in the plot of a test of funnel asymmetry.

    Studies stand over what they were regressed on, large ones on top; the line is not drawn where
    the test should not be trusted.

    Parameters
    ----------
    result
        What :func:`metasyn.egger` returned.
    style, title
        House style, and what stands above the plot.
    """
    scale = analysis_scale(result.measure)
    upwards = result.predictor in GROWING
    low = float(result.x.min()) if upwards or result.limit is None else 0.0
    grid = np.linspace(low, float(result.x.max()), STEPS)
    line = result.intercept + result.slope * grid if result.trusted else grid[:0]
    name = scale.name if result.measure != "GEN" else ""
    x = over(scale, [*result.y, *line], name or _own_name(result))
    words = PREDICTORS.get(result.predictor, result.predictor)
    y = Range(linear(), low, float(grid[-1]), words, (8.0, 4.0), downwards=not upwards)
    frame = plot_frame(Look(style, title), x, y)
    palette = frame.style.palette
    signs = [point_sign("Study", palette.pooled_edge)]
    marks: list[Mark] = []
    if result.trusted:
        marks.append(_line(frame, scale, line, grid, palette.case, "regression"))
        signs.append(stroke_sign("Regression line", palette.case, 1.4))
    marks += _studies(frame, scale, result.y, result.x)
    return frame.layout(marks, signs, _told(result, scale))


def _own_name(result: FunnelTest) -> str:
    return "Score over its variance" if result.variant == "harbord" else "Estimate"


def pet_peese_layout(
    result: PetPeese, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in the funnel of PET-PEESE: both lines, the chosen one drawn through.

    Parameters
    ----------
    result
        What :func:`metasyn.pet_peese` returned.
    style, title
        House style, and what stands above the plot.
    """
    scale = analysis_scale(result.measure)
    grid = np.linspace(0.0, float(result.sei.max()), STEPS)
    lines = {
        "PET": result.pet.intercept.estimate + result.pet.slope.estimate * grid,
        "PEESE": result.peese.intercept.estimate + result.peese.slope.estimate * grid**2,
    }
    if not result.trusted:
        lines = {}
    values = [*result.yi, *(value for line in lines.values() for value in line)]
    x = over(scale, values, scale.name or "Estimate")
    y = Range(linear(), 0.0, float(grid[-1]), "Standard error", (8.0, 4.0), downwards=True)
    frame = plot_frame(Look(style, title), x, y)
    palette = frame.style.palette
    signs = [point_sign("Study", palette.pooled_edge)]
    marks: list[Mark] = []
    for name, line in lines.items():
        chosen = name == result.chosen
        dash = () if chosen else DASH
        marks.append(_line(frame, scale, line, grid, palette.case, name.lower(), dash))
        words = f"{name}{', chosen' if chosen else ''}"
        signs.append(stroke_sign(words, palette.case, 1.4, dash))
    marks += _studies(frame, scale, result.yi, result.sei)
    if lines:
        at = frame.panel.point(value_of(scale, result.conditional.estimate), 0.0)
        marks.append(Circle(*at, 3.4, palette.case, "#ffffff", 0.8, "adjusted"))
    return frame.layout(marks, signs, _pet_told(result, scale))


def _line(
    frame: PlotFrame,
    scale: Scale,
    values: FloatArray,
    heights: FloatArray,
    colour: str,
    role: str,
    dash: tuple[float, ...] = (),
) -> Mark:
    """A line of expected effects over a predictor."""
    shown = [value_of(scale, value) for value in values.tolist()]
    return curve(path(frame.panel, shown, heights.tolist()), role, colour, dash=dash)


def _studies(frame: PlotFrame, scale: Scale, y: FloatArray, x: FloatArray) -> list[Mark]:
    """Line of no effect where the scale has one, and the studies."""
    palette, panel, radius = frame.style.palette, frame.panel, frame.radius(len(y))
    marks: list[Mark] = []
    if scale.null is not None and panel.x.holds(scale.null):
        at = panel.x.x(scale.null)
        marks.append(Line(at, panel.top, at, panel.bottom, 0.8, palette.rule, role="null"))
    places = (
        panel.point(value_of(scale, v), h) for v, h in zip(y.tolist(), x.tolist(), strict=True)
    )
    return marks + [
        Circle(*place, radius, palette.pooled_edge, "#ffffff", 0.6, "study", i)
        for i, place in enumerate(places)
    ]


def _against(result: FunnelTest | PetPeese) -> Sequence[str]:
    """Notes, those for which no line is drawn in front."""
    first = [note.message for note in result.notes if note.code in UNTRUSTED]
    return [*first, *(n.message for n in result.notes if n.code not in UNTRUSTED)]


def _told(result: FunnelTest, scale: Scale) -> Told:
    name = VARIANTS[result.variant].name
    said = list(_against(result))
    verdict = "not shown, because it should not be trusted"
    if result.trusted:
        verdict = p_words(result.p_value, 3)
        said.insert(0, f"{name}: {verdict}.")
        if result.limit is not None and result.measure != "GEN":
            ends = (result.intercept, result.limit.low, result.limit.high)
            at, low, high = (number(value_of(scale, end), 2) for end in ends)
            said.insert(1, f"The line ends at {at} ({low} to {high}), for unlimited precision.")
    description = f"{name} of {result.k} studies: {verdict}."
    return Told("Funnel asymmetry", said, description, result.slab)


def _pet_told(result: PetPeese, scale: Scale) -> Told:
    said = list(_against(result))
    verdict = "not shown, because it should not be trusted"
    if result.trusted:
        term = result.conditional
        ends = (term.estimate, term.ci.low, term.ci.high)
        at, low, high = (number(value_of(scale, end), 2) for end in ends)
        verdict = f"{result.chosen} is chosen, {at} ({low} to {high})"
        said.insert(0, f"Expected of a study without sampling error: {verdict}.")
    description = f"PET-PEESE of {result.k} studies: {verdict}."
    return Told("PET-PEESE", said, description, result.slab)
