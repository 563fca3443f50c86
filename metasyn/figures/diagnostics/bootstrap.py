"""Bootstrap distributions of the estimate, tau2 and I2."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from metasyn.diagnostics.bootstrap import Bootstrap, Quantity
from metasyn.figures.analysis_axis import analysis_scale, linear, value_of
from metasyn.figures.diagnostics.histogram import Histogram, histograms
from metasyn.figures.house_styles import style_of
from metasyn.figures.key_signs import DASH, shade_sign, stroke_sign
from metasyn.figures.marks import Layout
from metasyn.figures.plot_frame import Look, Told
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["bootstrap_layout"]


def bootstrap_layout(
    result: Bootstrap, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in histograms of a bootstrap.

    Parameters
    ----------
    result
        What :func:`metasyn.bootstrap` returned.
    style, title
        House style, and what stands above the plot.
    """
    palette = style_of(style).palette
    panels = [_panel(result, quantity) for quantity in result.quantities]
    level = f"{100 * result.level:g}%"
    signs = [
        shade_sign("Draws", palette.prediction),
        stroke_sign("Found", palette.case, 1.6),
        stroke_sign(f"{level} interval, percentiles", palette.ink, 0.8, DASH),
    ]
    how = "studies drawn with replacement"
    if result.kind == "parametric":
        how = "effects drawn from the fitted model"
    found = panels[0].words
    said = [
        f"{len(result.estimate)} draws: {how}; seed {result.seed}.",
        *(note.message for note in result.notes),
    ]
    description = f"Bootstrap of {result.pooled.k} studies, {len(result.estimate)} draws: {found}."
    return histograms(panels, signs, Told("Bootstrap", said, description), Look(style, title))


def _panel(result: Bootstrap, quantity: Quantity) -> Histogram:
    """A quantity as readers know it: the estimate back-transformed, I2 in percent."""
    ci, found = result.interval(quantity), float(getattr(result.pooled, quantity) or 0.0)
    drawn = np.asarray(getattr(result, quantity))
    name, factor, decimals = _SHOWN[quantity]
    scale = linear()
    ends = [factor * value for value in (found, ci.low, ci.high)]
    if quantity == "estimate":
        scale = analysis_scale(result.pooled.measure)
        name, ends = scale.name or name, [value_of(scale, end) for end in ends]
        drawn = np.exp(drawn) if scale.kind == "ratio" else drawn
    low, high = (number(end, decimals) for end in ends[1:])
    words = f"{name} {number(ends[0], decimals)} ({low} to {high})"
    limits = (ends[1], ends[2])
    from_zero = quantity != "estimate"
    return Histogram(name, words, factor * drawn, ends[0], limits, scale, from_zero=from_zero)


_SHOWN: Mapping[Quantity, tuple[str, float, int]] = MappingProxyType(
    {"estimate": ("Estimate", 1.0, 2), "tau2": ("τ²", 1.0, 3), "i2": ("I², %", 100.0, 0)}
)
"""Quantity to its name, its factor and its decimals."""
