"""The weight function of a selection model: how likely a result is seen, by its p-value."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.selection_models.result import SelectionModel
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, value_of
from metasyn.figures.key_signs import DASH, curve, path, stroke_sign
from metasyn.figures.marks import Layout, Line, Mark
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["BESIDE", "selection_layout"]

SIZE = (330.0, 190.0)
STEPS = 401
HIGHEST = 5.0
"""Relative probabilities beyond are cut; a weight without a bound would flatten all else."""
RUG = 6.0
BESIDE = 1e-9
"""How near a step its two sides are drawn; the step itself belongs to one of them."""
SIDES = {
    "greater": "p-value, one-sided, small for high estimates",
    "less": "p-value, one-sided, small for low estimates",
    "two-sided": "p-value, two-sided",
}


def selection_layout(
    result: SelectionModel, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a plot of a weight function.

    Parameters
    ----------
    result
        What :func:`metasyn.selection_model` returned.
    style, title
        House style, and what stands above the plot.
    """
    p = _grid(result)
    weight = result.selection_probability(p)
    highest = float(np.max(weight[np.isfinite(weight)], initial=1.0))
    x = Range(linear(), 0.0, 1.0, SIDES[result.alternative], (4.0, 4.0))
    y = Range(linear(), 0.0, min(highest, HIGHEST), "Relative probability of being seen", (RUG, 4))
    frame = plot_frame(Look(style, title), x, y, size=SIZE)
    palette, panel = frame.style.palette, frame.panel
    drawn = curve(path(panel, p, weight), "weight", palette.pooled_edge, 1.6)
    level = panel.y.x(1.0)
    even = Line(panel.x.left, level, panel.x.right, level, 0.8, palette.ink, DASH, "even")
    signs = [
        stroke_sign("Weight function", palette.pooled_edge, 1.6),
        stroke_sign("No selection", palette.ink, 0.8, DASH),
        stroke_sign("Study (stroke at the foot)", palette.study, 0.8),
    ]
    cut = highest > panel.y.high
    return frame.layout((even, *_rug(frame, result), drawn), signs, _told(result, cut=cut))


def _grid(result: SelectionModel) -> FloatArray:
    """P-values from 0 to 1, both sides of every step among them."""
    steps = np.array(result.function.steps[:-1], dtype=float)
    both = np.concatenate([steps - BESIDE, steps + BESIDE])
    return np.sort(np.concatenate([np.linspace(0.0, 1.0, STEPS), both]))


def _rug(frame: PlotFrame, result: SelectionModel) -> list[Mark]:
    """The studies' own p-values."""
    from scipy.special import ndtr

    data = result.unadjusted.data
    assert isinstance(data, Effects)  # noqa: S101 - selection models are of effects
    z = data.yi / np.sqrt(data.vi)
    tail = {"greater": -z, "less": z, "two-sided": -np.abs(z)}[result.alternative]
    p = ndtr(tail) * (2 if result.alternative == "two-sided" else 1)
    panel, colour = frame.panel, frame.style.palette.study
    top, bottom = panel.bottom - RUG + 1, panel.bottom
    return [
        Line(x, top, x, bottom, 0.6, colour, role="rug", row=i)
        for i, x in enumerate(panel.x.x(value) for value in p.tolist())
    ]


def _told(result: SelectionModel, *, cut: bool) -> Told:
    scale = analysis_scale(result.unadjusted.measure)
    after, before = (
        number(value_of(scale, v), 2) for v in (result.estimate, result.unadjusted.estimate)
    )
    ends = ""
    if result.ci is not None:
        low, high = (number(value_of(scale, end), 2) for end in (result.ci.low, result.ci.high))
        ends = f" ({low} to {high})"
    name = scale.name.lower() or "estimate"
    verdict = f"adjusted {name} {after}{ends}, {before} unadjusted"
    said = [f"Studies as seen through this function: {verdict}."]
    if result.lrt is not None:
        p = p_words(result.lrt.p_value, 3)
        said.append(f"Test of no selection: {p}; few studies rarely tell.")
    if result.precision != "none":
        said.append("Drawn for the least precise study; selection is weaker for more precise ones.")
    if result.type == "beta":
        said.append("A beta weight is relative to no p-value: read its shape, not its height.")
    if cut:
        said.append("The function is cut where it leaves the axis.")
    said += [note.message for note in result.notes]
    data = result.unadjusted.data
    keys = data.slab if isinstance(data, Effects) else ()
    description = f"Selection model ({result.type}) of {result.k} studies: {verdict}."
    return Told("Selection by p-values", said, description, keys)
