"""The bubble plot of a meta-regression: effects over a moderator, areas by weight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.p_words import p_words
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import SpecError
from metasyn.figures.analysis_axis import Range, analysis_scale, linear, over, value_of
from metasyn.figures.key_signs import DASH, point_sign, shade_sign, stroke_sign
from metasyn.figures.marks import Layout, Line, Mark, Polygon
from metasyn.figures.panel import Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.point_labels import Point, point_labels
from metasyn.figures.scales import Scale
from metasyn.figures.styles import StyleName
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import number
from metasyn.models.random_effects.design import moderators_of
from metasyn.models.regression import Regression

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["bubble_layout"]

LARGEST, SMALLEST = 9.0, 1.4
"""Radius of the heaviest study, and the least one, so that no study disappears."""
MANY, SMALLER = 40, 5.5
"""Studies beyond which the heaviest is smaller, and its radius then."""
STEPS = 81
PER_MODERATOR = 10
"""Studies that a moderator takes (Cochrane Handbook, section 10.11.4)."""


@dataclass(frozen=True, slots=True)
class _Curve:
    """Expected effects over the moderator on the analysis scale; the last two may be None."""

    x: FloatArray
    centre: FloatArray
    low: FloatArray
    high: FloatArray
    future_low: FloatArray | None
    future_high: FloatArray | None

    @property
    def ends(self) -> list[float]:
        """Every limit."""
        bands = (self.low, self.high, self.future_low, self.future_high)
        return [float(v) for band in bands if band is not None for v in (band.min(), band.max())]


def bubble_layout(
    result: Regression,
    style: StyleName = "plain",
    *,
    title: str | None = None,
    moderator: str | None = None,
) -> Layout:
    """Places of everything in a bubble plot.

    Parameters
    ----------
    result
        A meta-regression.
    style, title
        House style, and what stands above the plot.
    moderator
        Numeric moderator along the horizontal axis; None: the only one. Others are held at their
        mean, or at their most frequent category.

    Raises
    ------
    SpecError
        If there is no such moderator, there are several to choose from, or it is not numeric.
    """
    assert isinstance(result.data, Effects)  # noqa: S101 - regressions are of effects
    frame_of = moderators_of(result.data)
    name = _moderator(result, frame_of, moderator)
    x = frame_of[name].to_numpy(dtype=float)
    curve, held = _curve(result, frame_of, name)
    scale = analysis_scale(result.measure)
    yi = result.data.yi
    room = (LARGEST + 1, LARGEST + 1)
    across = Range(linear(), float(x.min()), float(x.max()), clean(name), room)
    up = over(scale, _heights(yi, curve), scale.name or "Effect", LARGEST + 1)
    plot = plot_frame(Look(style, title), across, up)
    points = [
        Point(*plot.panel.point(float(x[i]), value_of(scale, float(yi[i]))), radius, label, i)
        for i, (radius, label) in enumerate(
            zip(_radii(result.weights), result.data.slab, strict=True)
        )
    ]
    lines = _lines(plot, curve, scale)
    ink = [mark for mark in lines if mark.role != "band"]
    labels = point_labels(points, _furthest(result), plot.box, plot.style, ink)
    dots = plot.dots(points, plot.style.palette.study)
    told = _told(result, name, held, labels.sentences)
    if any(not plot.panel.y.holds(value_of(scale, end)) for end in curve.ends):
        told = replace(
            told, sentences=[*told.sentences, "Bands that reach beyond the axis are cut."]
        )
    return plot.layout((*lines, *dots, *labels.marks), _signs(plot, result, curve), told)


def _furthest(result: Regression) -> list[int]:
    """The tenth of the studies that lies furthest from the line, three at least."""
    assert isinstance(result.data, Effects)  # noqa: S101 - regressions are of effects
    residual = np.abs(result.data.yi - result.fitted)
    off = residual / np.sqrt(result.data.vi + (result.tau2 or 0.0))
    order = [int(i) for i in np.argsort(-off, kind="stable")]
    return order[: max(3, len(order) // 10)]


def _radii(weights: FloatArray) -> list[float]:
    """Radii whose squares are in proportion to the weights."""
    most = LARGEST if len(weights) <= MANY else SMALLER
    shares = (weights / weights.max()).tolist()
    return [max(SMALLEST, most * math.sqrt(share)) for share in shares]


def _heights(yi: FloatArray, curve: _Curve) -> list[float]:
    """Estimates and limits; bands count up to twice the reach of the estimates."""
    low, high = float(yi.min()), float(yi.max())
    reach = max(high - low, 1e-9)
    ends = [min(max(end, low - reach / 2), high + reach / 2) for end in curve.ends]
    return [low, high, *ends]


def _moderator(result: Regression, frame: pd.DataFrame, asked: str | None) -> str:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    columns = result.design.columns
    numeric = [c for c in columns if is_numeric_dtype(frame[c]) and not is_bool_dtype(frame[c])]
    if asked is not None and asked not in columns:
        raise SpecError(
            f"There is no moderator {asked!r}; there are {', '.join(columns) or 'none'}."
        )
    if asked is not None and asked not in numeric:
        raise SpecError(f"{asked} is not numeric; draw a forest plot by {asked} instead.")
    if asked is not None:
        return asked
    if len(numeric) != 1:
        found = ", ".join(numeric) or "none"
        raise SpecError(f"A bubble plot shows one numeric moderator; there are: {found}. Name one.")
    return numeric[0]


def _curve(result: Regression, frame: pd.DataFrame, name: str) -> tuple[_Curve, dict[str, object]]:
    """Predictions along the moderator, and the values at which the others are held."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    grid = np.linspace(float(frame[name].min()), float(frame[name].max()), STEPS)
    held: dict[str, object] = {}
    for other in result.design.columns:
        if other == name:
            continue
        values = frame[other]
        mean = is_numeric_dtype(values) and not is_bool_dtype(values)
        held[other] = float(values.mean()) if mean else values.mode().iloc[0]
    new = {name: grid.tolist(), **{other: [value] * STEPS for other, value in held.items()}}
    found = result.predict(new)
    column = {key: found[key].to_numpy(dtype=float) for key in found.columns}
    future = column.get("pi_low"), column.get("pi_high")
    return _Curve(grid, column["estimate"], column["ci_low"], column["ci_high"], *future), held


def _lines(plot: PlotFrame, curve: _Curve, scale: Scale) -> list[Mark]:
    """Prediction and confidence bands, no effect, and the line."""
    panel, palette = plot.panel, plot.style.palette

    def path(values: FloatArray) -> list[tuple[float, float]]:
        return [
            panel.point(x, value_of(scale, y))
            for x, y in zip(curve.x.tolist(), values.tolist(), strict=True)
        ]

    marks: list[Mark] = []
    if curve.future_low is not None and curve.future_high is not None:
        marks += [
            Polygon(
                tuple(path(band)), None, palette.pooled_edge, 0.7, False, "prediction", dash=DASH
            )
            for band in (curve.future_low, curve.future_high)
        ]
    band = (*path(curve.low), *reversed(path(curve.high)))
    marks.append(Polygon(band, palette.band, role="band"))
    if scale.null is not None and panel.y.holds(scale.null):
        y = panel.y.x(scale.null)
        marks.append(Line(panel.x.left, y, panel.x.right, y, 0.8, palette.rule, role="null"))
    line = Polygon(tuple(path(curve.centre)), None, palette.pooled_edge, 1.4, False, "line")
    return [*marks, line]


def _signs(plot: PlotFrame, result: Regression, curve: _Curve) -> list[Sign]:
    palette, level = plot.style.palette, f"{100 * result.spec.level:g}%"
    signs = [
        point_sign("Study, area by weight", palette.study, 3.2),
        stroke_sign("Expected effect", palette.pooled_edge, 1.4),
        shade_sign(f"{level} confidence", palette.band),
    ]
    if curve.future_low is None:
        return signs
    return [
        *signs,
        stroke_sign(f"{level} prediction for a new study", palette.pooled_edge, 0.7, DASH),
    ]


def _told(result: Regression, name: str, held: dict[str, object], missing: Sequence[str]) -> Told:
    verdict = _verdict(result, name)
    said = [f"{verdict}. An association across studies need not hold within them.", *missing]
    if held:
        said.append(f"Other moderators are held at {_held(held)}.")
    moderators = max(1, len(result.rows) - 1)
    if result.k < PER_MODERATOR * moderators:
        said.append(
            f"There are {result.k} studies, and coefficients besides the intercept: {moderators}. "
            f"With fewer than {PER_MODERATOR} studies for each, the line is a description only."
        )
    description = f"Bubble plot of {result.k} studies over {clean(name)}. {verdict}."
    keys = result.data.slab
    return Told(f"Bubble plot: {clean(name)}", said, description, keys)


def _verdict(result: Regression, name: str) -> str:
    """The slope, where one term alone tells it."""
    terms = [row for row in result.rows if name in row.term]
    if len(terms) != 1 or terms[0].term != name:
        formula = clean(result.design.formula).removeprefix("~").strip()
        return f"The model has more than a straight line: {formula}"
    slope = terms[0]
    decimals = 3 if slope.se <= 0 else min(12, max(0, 1 - math.floor(math.log10(slope.se))))
    change, low, high = (number(v, decimals) for v in (slope.estimate, slope.ci_low, slope.ci_high))
    p = "" if slope.p_value is None else f", {p_words(slope.p_value, 3)}"
    return (
        f"Per unit of {clean(name)} the effect on the analysis scale changes by {change} "
        f"({low} to {high}{p})"
    )


def _held(held: dict[str, object]) -> str:
    return ", ".join(
        f"{clean(other)} {_short(value) if isinstance(value, float) else clean(value)}"
        for other, value in held.items()
    )


def _short(value: float) -> str:
    """Three significant digits."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
