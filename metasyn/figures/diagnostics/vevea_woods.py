"""Sensitivity to given selection: four weight functions, and the estimate under each."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.selection_models.vevea_woods import STEPS, VeveaWoods
from metasyn.figures.analysis_axis import analysis_scale
from metasyn.figures.axis import Axis, Tick
from metasyn.figures.diagnostics.estimate_rows import (
    EstimateRow,
    Place,
    estimate_rows,
    estimate_words,
    right_edge,
)
from metasyn.figures.diagnostics.selection import BESIDE
from metasyn.figures.house_styles import style_of
from metasyn.figures.key_signs import curve, path, stroke_sign
from metasyn.figures.marks import Layout, Mark, Page
from metasyn.figures.panel import Panel, heading, key_line, notes
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import clean

__all__ = ["vevea_woods_layout"]

HEIGHT = 100.0
DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 2.0), (2.4, 1.8), (1.0, 1.6))
SIDES = {
    "greater": "p-value, one-sided, small for high estimates",
    "less": "p-value, one-sided, small for low estimates",
}


def vevea_woods_layout(
    result: VeveaWoods, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a figure of given selection.

    Parameters
    ----------
    result
        What :func:`metasyn.vevea_woods` returned.
    style, title
        House style, and what stands above the plot.
    """
    look, name = style_of(style), clean(title or "")
    rows = _rows(result, look)
    scale = analysis_scale(result.unadjusted.measure)
    right = right_edge(rows, scale, look, Place(0.0))
    top, y = heading(name, look, right - look.margin)
    panel = _panel(result, (look.margin + 24.0, right - 4.0), y + 2 * look.small)
    drawn = [*panel.grid(look), *panel.frame(look), *_curves(panel, result, look)]
    signs = [
        stroke_sign(row.label.capitalize(), str(row.colour), 1.4, row.dash) for row in rows[1:]
    ]
    page_width = right + look.margin
    key, y = key_line(signs, look, page_width, panel.end(look))
    lower, y = estimate_rows(rows, scale, look, Place(y + look.pitch / 2))
    told = [
        "Nothing of the selection is estimated: each row says what these studies would give if "
        "results had been published by that function.",
        *(note.message for note in result.notes),
    ]
    foot, y = notes(told, look, page_width - 2 * look.margin, y)
    texts = "; ".join(f"{row.label} {estimate_words(row, scale)}" for row in rows)
    description = f"Estimates of {result.unadjusted.k} studies under given selection: {texts}."
    page = Page(page_width, y, (*top, *drawn, *key, *lower, *foot))
    return Layout((page,), name or "Given selection", description, ())


def _rows(result: VeveaWoods, style: Style) -> list[EstimateRow]:
    before, palette = result.unadjusted, style.palette
    rows = [EstimateRow("No selection", before.estimate, before.ci, unadjusted=True)]
    for i, (name, fit) in enumerate(result.adjusted.items()):
        colour = palette.case if "one-sided" in name else palette.study
        rows.append(
            EstimateRow(
                name.capitalize(), fit.estimate, fit.ci, colour=colour, dash=DASHES[i % len(DASHES)]
            )
        )
    return rows


def _panel(result: VeveaWoods, ends: tuple[float, float], top: float) -> Panel:
    """Weights over p-values."""
    values = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
    ticks = tuple(Tick(v, f"{v:g}") for v in values)
    x = Axis(0.0, 1.0, *ends, log=False, ticks=ticks)
    shares = tuple(Tick(v / 4, f"{v / 4:g}") for v in range(5))
    y = Axis(0.0, 1.05, top + HEIGHT, top, log=False, ticks=shares)
    first = next(iter(result.adjusted.values()))
    return Panel(x, y, SIDES[first.alternative], "Relative probability of being published")


def _curves(panel: Panel, result: VeveaWoods, style: Style) -> list[Mark]:
    inner = np.array(STEPS[:-1])
    p = np.sort(np.concatenate([[0.0, 1.0], inner - BESIDE, inner + BESIDE]))
    palette = style.palette
    return [
        curve(
            path(panel, p, fit.selection_probability(p)),
            "weight",
            palette.case if "one-sided" in name else palette.study,
            1.4,
            DASHES[i % len(DASHES)],
        )
        for i, (name, fit) in enumerate(result.adjusted.items())
    ]
