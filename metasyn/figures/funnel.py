"""The funnel plot: estimates against their standard errors, with contours of significance.

Contours stand about no effect (Peters et al. 2008, J Clin Epidemiol 61:991-996); the dashed lines
about the pooled estimate hold 95% of studies of one common effect.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from metasyn.diagnostics.funnel_notes import funnel_notes
from metasyn.diagnostics.trim_and_fill import TrimAndFill
from metasyn.effects.measures import measure_of
from metasyn.figures.files import write_layout
from metasyn.figures.funnel_axis import FunnelAxis, vertical_of
from metasyn.figures.funnel_marks import contours, lines, points, signs
from metasyn.figures.funnel_panel import WIDTH, Asked, Funnel, funnel_panel
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Layout, Page
from metasyn.figures.panel import heading, key_line, notes
from metasyn.figures.styles import StyleName
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import number
from metasyn.models.results import Pooled

__all__ = ["funnel_layout", "trim_and_fill_layout", "write_funnel"]

FEW = 10


def write_funnel(
    pooled: Pooled,
    path: str | os.PathLike[str],
    style: StyleName = "plain",
    *,
    filled: Sequence[tuple[float, float]] = (),
    axis: FunnelAxis = "se",
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw a contour-enhanced funnel plot into a file.

    Parameters
    ----------
    pooled
        A pooled result of effects (yi, vi).
    path
        Where to: ``.svg``, ``.pdf`` or ``.png``.
    style
        House style.
    filled
        Studies that trim and fill added: estimate and standard error on the analysis scale.
    axis
        What stands on the vertical axis: ``se``, ``precision`` or ``1/n``.
    title
        Stands above the plot.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If the result is not one of effects, or the axis needs sample sizes that are not there.
    OutputError
        If the file cannot be written.
    """
    layout = funnel_layout(pooled, style, filled=filled, axis=axis, title=title)
    return write_layout(layout, path, dpi=dpi)


def funnel_layout(
    pooled: Pooled,
    style: StyleName = "plain",
    *,
    filled: Sequence[tuple[float, float]] = (),
    axis: FunnelAxis = "se",
    title: str | None = None,
) -> Layout:
    """Places of everything in a funnel plot; arguments as in :func:`write_funnel`.

    Raises
    ------
    SpecError
        If the result is not one of effects, or the axis needs sample sizes that are not there.
    """
    return _layout(Asked(pooled, tuple(filled), vertical_of(axis)), style, title)


def trim_and_fill_layout(
    result: TrimAndFill, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """The funnel plot of trim and fill: hollow points are the studies that it added.

    Parameters
    ----------
    result
        What :func:`metasyn.trim_and_fill` returned.
    style, title
        House style, and what stands above the plot.
    """
    fills = result.filled
    added = tuple(zip(fills.yi.tolist(), np.sqrt(fills.vi).tolist(), strict=True))
    return _layout(Asked(result.observed, added, vertical_of("se"), result.pooled), style, title)


def _layout(asked: Asked, style_name: StyleName, title: str | None) -> Layout:
    data = asked.data
    style, name = style_of(style_name), clean(title or "")
    top, start = heading(name, style, WIDTH)
    funnel = funnel_panel(asked, style, start + 2 * style.small)
    page_width = funnel.panel.x.right + style.margin
    key, bottom = key_line(signs(funnel, style), style, page_width, funnel.panel.end(style))
    foot, bottom = notes(_sentences(funnel), style, page_width - 2 * style.margin, bottom)
    marks = (*top, *contours(funnel), *lines(funnel, style), *funnel.panel.frame(style))
    page = Page(page_width, bottom, (*marks, *points(funnel, style), *key, *foot))
    name = name or f"Funnel plot: {funnel.scale.name}"
    return Layout((page,), name, _description(funnel), data.slab)


def _sentences(funnel: Funnel) -> list[str]:
    pooled, data = funnel.asked.pooled, funnel.asked.data
    shown = pooled.transformed()
    said = [_legend(funnel, f"{shown.label.lower()} {number(shown.estimate, 2)}")]
    if funnel.asked.adjusted is not None:
        after = number(funnel.asked.adjusted.transformed().estimate, 2)
        added = len(funnel.filled)
        said.append(
            f"Trim and fill added {added} of {added + len(data)} studies; with them the estimate "
            f"is {after}. They are no data: this asks what if all asymmetry were suppression."
            if added
            else "Trim and fill added no study."
        )
    if len(data) < FEW:
        said.append(f"With fewer than {FEW} studies asymmetry can hardly be judged.")
    said += [note.message for note in funnel_notes(data) if note.code == "funnel-proportions"]
    missing = int(np.isnan(data.yi).sum())
    if missing:
        said.append(f"{missing} of {len(data)} studies have no estimate and are not drawn.")
    return said


def _legend(funnel: Funnel, estimate: str) -> str:
    """What lines and shades mean."""
    if not funnel.shaded:
        return (
            f"Dashed: pooled estimate ({estimate}). Sample sizes do not tell standard errors, so "
            "that no region of significance can be drawn."
        )
    if measure_of(funnel.asked.pooled.measure).null is None:
        return (
            "Dashed: pooled estimate and the region in which 95% of studies of one common value "
            "would lie."
        )
    return (
        f"Dashed: pooled estimate ({estimate}) and the region in which 95% of studies of one "
        "common effect would lie. Shades: two-sided p-value of each study against no effect."
    )


def _description(funnel: Funnel) -> str:
    pooled, data = funnel.asked.pooled, funnel.asked.data
    label = measure_of(pooled.measure).label
    beyond = int((data.yi[~np.isnan(data.yi)] > pooled.estimate).sum())
    text = (
        f"Funnel plot of {len(data)} studies, {label.lower()} against "
        f"{funnel.asked.vertical.title.lower()}; {beyond} of them lie above the pooled estimate of "
        f"{number(pooled.estimate, 3)}."
    )
    if funnel.asked.adjusted is None:
        return text
    after = number(funnel.asked.adjusted.estimate, 3)
    return f"{text} Trim and fill added {len(funnel.filled)} studies; with them it is {after}."
