"""p-uniform*: whether p-values, given which side of significance they fell on, are uniform."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.p_uniform import PUniform
from metasyn.diagnostics.p_words import p_words
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, value_of
from metasyn.figures.key_signs import DASH, point_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["conditional_p", "p_uniform_layout"]

SIZE = (250.0, 230.0)


def p_uniform_layout(
    result: PUniform, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a plot of conditional p-values.

    Parameters
    ----------
    result
        What :func:`metasyn.p_uniform` returned.
    style, title
        House style, and what stands above the plot.
    """
    x = Range(linear(), 0.0, 1.0, "Expected if the estimate is right (uniform)", (4.0, 4.0))
    y = Range(linear(), 0.0, 1.0, "Conditional p-value of the study", (4.0, 4.0))
    frame = plot_frame(Look(style, title), x, y, size=SIZE)
    panel, palette = frame.panel, frame.style.palette
    ends = (*panel.point(0.0, 0.0), *panel.point(1.0, 1.0))
    even = Line(*ends, 0.8, palette.ink, DASH, "uniform")
    after, significant = conditional_p(result, result.estimate, result.tau2)
    marks = (even, *_points(frame, after, significant))
    signs = [point_sign("Significant study", palette.pooled_edge)]
    if not significant.all():
        signs.append(point_sign("Other study", palette.case, hollow=True))
    signs.append(stroke_sign("Uniform", palette.ink, 0.8, DASH))
    return frame.layout(marks, signs, _told(result))


def conditional_p(
    result: PUniform, mean: float, tau2: float
) -> tuple[FloatArray, np.typing.NDArray[np.bool_]]:
    """Chance of a result at least as far on the favoured side, among results of its kind.

    Uniform between 0 and 1 if mean and tau2 are right (van Aert and van Assen 2018).

    Returns
    -------
    tuple
        The chances, and whether each study is significant on the favoured side; shapes (k,).
    """
    from scipy.special import log_ndtr, ndtri

    data = result.pooled.data
    assert isinstance(data, Effects)  # noqa: S101 - p-uniform* is of effects
    sign = -1.0 if result.side == "left" else 1.0
    yi, mean = sign * data.yi, sign * mean
    cut = float(ndtri(1.0 - result.alpha / 2.0)) * np.sqrt(data.vi)
    spread = np.sqrt(data.vi + tau2)
    significant = yi > cut
    beyond = log_ndtr((mean - np.maximum(yi, cut)) / spread)
    seen = np.exp(beyond - log_ndtr((mean - cut) / spread))
    below = log_ndtr((np.minimum(yi, cut) - mean) / spread) - log_ndtr((cut - mean) / spread)
    return np.where(significant, seen, 1.0 - np.exp(below)), significant


def _points(
    frame: PlotFrame, chances: FloatArray, significant: np.typing.NDArray[np.bool_]
) -> list[Mark]:
    """Studies in the order of their chance, over the even steps of that many; by kind."""
    palette, radius = frame.style.palette, frame.radius(len(chances))
    marks: list[Mark] = []
    for kind, fill, edge in (
        (False, "#ffffff", palette.case),
        (True, palette.pooled_edge, "#ffffff"),
    ):
        rows = np.flatnonzero(significant == kind)
        ordered = rows[np.argsort(chances[rows], kind="stable")]
        for place, row in enumerate(ordered.tolist(), 1):
            x, y = frame.panel.point(place / (len(rows) + 1), float(chances[row]))
            marks.append(Circle(x, y, radius, fill, edge, 0.8, "study", row))
    return marks


def _told(result: PUniform) -> Told:
    scale = analysis_scale(result.pooled.measure)
    name = scale.name.lower() or "estimate"
    after, before = (
        number(value_of(scale, v), 2) for v in (result.estimate, result.pooled.estimate)
    )
    ends = " (open interval)"
    if result.ci is not None:
        low, high = (number(value_of(scale, end), 2) for end in (result.ci.low, result.ci.high))
        ends = f" ({low} to {high})"
    verdict = f"adjusted {name} {after}{ends}, {before} unadjusted"
    said = [
        f"{result.significant} of {result.k} studies are significant: {verdict}. No effect: "
        f"{p_words(result.p_value, 3)}.",
        "Points near the dashed line: the estimate explains how far the studies lie from the limit "
        "of significance, whatever was published of either kind.",
        *(note.message for note in result.notes),
    ]
    data = result.pooled.data
    keys = data.slab if isinstance(data, Effects) else ()
    return Told("p-uniform*", said, f"p-uniform* of {result.k} studies: {verdict}.", keys)
