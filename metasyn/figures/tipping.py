"""Tipping curves: how the pooled rate depends on the weight that single cases are given."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from metasyn.errors import SpecError
from metasyn.figures.axis import Axis, Tick
from metasyn.figures.files import write_layout
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page, Polygon, Rectangle
from metasyn.figures.panel import Panel, Sign, heading, key_line, notes
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import Face, clean, placed, wrap
from metasyn.figures.words import number

if TYPE_CHECKING:
    from metasyn.diagnostics.case_evidence.evidence import CaseEvidence
    from metasyn.diagnostics.case_evidence.tipping import Tipping

__all__ = ["curves_of", "tipping_layout", "write_tipping"]

WIDTH, HEIGHT, LEFT, GAP = 200.0, 120.0, 26.0, 26.0
COLUMNS = 2
DASH = (2.4, 1.8)


def write_tipping(
    tipping: Tipping | CaseEvidence | Mapping[str, Tipping | CaseEvidence],
    path: str | os.PathLike[str],
    style: StyleName = "plain",
    *,
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw tipping curves into a file, one panel a pooled line.

    Parameters
    ----------
    tipping
        Tipping curves of a pooled line, or the case evidence that holds them; or label to those of
        each line.
    path
        Where to: ``.svg``, ``.pdf`` or ``.png``.
    style
        House style.
    title
        Stands above the panels.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If there is no curve: of case evidence without single cases, say.
    OutputError
        If the file cannot be written.
    """
    return write_layout(tipping_layout(tipping, style, title=title), path, dpi=dpi)


def tipping_layout(
    tipping: Tipping | CaseEvidence | Mapping[str, Tipping | CaseEvidence],
    style: StyleName = "plain",
    *,
    title: str | None = None,
) -> Layout:
    """Places of everything in a figure of tipping curves; arguments as in :func:`write_tipping`.

    Raises
    ------
    SpecError
        If there is no curve.
    """
    named = tipping if isinstance(tipping, Mapping) else {"Pooled rate": tipping}
    if not named:
        raise SpecError("There is no tipping curve to draw.")
    curves = {label: curves_of(label, one) for label, one in named.items()}
    return _layout(curves, style_of(style), clean(title or ""))


def curves_of(label: str, given: Tipping | CaseEvidence) -> Tipping:
    """The curves themselves."""
    curves: Any = getattr(given, "tipping", given)
    if curves is None:
        raise SpecError(f"{label}: no cases here, so that there is no tipping curve to draw.")
    if not hasattr(curves, "pseudo_study"):
        raise SpecError(
            f"{label}: a tipping curve is drawn of case evidence, ms.case_evidence(...), or of its "
            f"tipping; not of a {type(given).__name__}."
        )
    found: Tipping = curves
    return found


def _layout(tipping: Mapping[str, Tipping], style: Style, name: str) -> Layout:
    """Panels in rows, the key and the sentences."""
    columns = min(COLUMNS, len(tipping))
    page_width = 2 * style.margin + columns * (LEFT + WIDTH) + (columns - 1) * GAP
    marks, y = heading(name, style, page_width - 2 * style.margin)
    items = list(tipping.items())
    for start in range(0, len(items), columns):
        row = items[start : start + columns]
        words = [_words(label, curves, style) for label, curves in row]
        y += max(len(lines) for lines in words) * style.leading + 1.6 * style.small
        for column, ((_, curves), lines) in enumerate(zip(row, words, strict=True)):
            left = style.margin + LEFT + column * (LEFT + WIDTH + GAP)
            marks += _panel(curves, lines, style, (left, y), start + column)
        y += HEIGHT + 3 * style.pitch
    key, y = key_line(_signs(tipping, style), style, page_width, y - style.pitch)
    foot, y = notes(_sentences(), style, page_width - 2 * style.margin, y)
    page = Page(page_width, y, (*marks, *key, *foot))
    described = " ".join(_described(label, curves) for label, curves in items)
    return Layout((page,), name or "Tipping curves", described, tuple(tipping))


def _words(label: str, curves: Tipping, style: Style) -> list[tuple[str, Face]]:
    """Heading of a panel: the line's label, and where it tips."""
    bold = Face(style.size, "bold", style.palette.ink)
    muted = Face(style.small, "normal", style.palette.muted)
    return [
        *((line, bold) for line in wrap(clean(label), WIDTH + LEFT, bold.size, "bold")),
        *((line, muted) for line in wrap(_verdict(curves), WIDTH + LEFT, muted.size)),
    ]


def _verdict(curves: Tipping) -> str:
    """Where the curve of the pseudo-study crosses the threshold, in words."""
    threshold = f"{number(100 * curves.threshold, 1).removesuffix('.0')}%"
    crosses = curves.pseudo_study.rate_crosses
    if not crosses:
        return f"The rate crosses {threshold} at no weight from 0 to 1."
    return f"The rate crosses {threshold} at weight {_join(crosses)}."


def _join(weights: Iterable[float]) -> str:
    return " and ".join(number(weight, 2) for weight in weights)


def _panel(
    curves: Tipping,
    words: Sequence[tuple[str, Face]],
    style: Style,
    corner: tuple[float, float],
    index: int,
) -> list[Mark]:
    left, top = corner
    ticks = tuple(Tick(i / 4, number(i / 4, 2).rstrip("0").rstrip(".")) for i in range(5))
    percents = tuple(Tick(i / 4, number(25 * i, 0)) for i in range(5))
    x = Axis(0.0, 1.0, left, left + WIDTH, log=False, ticks=ticks)
    y = Axis(0.0, 1.0, top + HEIGHT, top, log=False, ticks=percents)
    panel = Panel(x, y, "Weight of single cases", "Pooled rate, %")
    first = top - 1.6 * style.small - (len(words) - 0.3) * style.leading
    heads: list[Mark] = [
        placed(text, (left - LEFT, first + i * style.leading), face, role="panel-title", row=index)
        for i, (text, face) in enumerate(words)
    ]
    return [
        *heads,
        *panel.grid(style),
        *_curves(panel, curves, style, index),
        *_thresholds(panel, curves, style, index),
        *panel.frame(style),
    ]


def _curves(panel: Panel, curves: Tipping, style: Style, index: int) -> list[Mark]:
    """Band and curve of the cases together, and the dashed curve of the cases one by one."""
    palette, curve, single = style.palette, curves.pseudo_study, curves.individual
    low = _points(panel, curve.weight, curve.low)
    high = _points(panel, curve.weight, curve.high)
    dashed = _points(panel, single.weight, single.rate)
    rate = _points(panel, curve.weight, curve.rate)
    return [
        Polygon((*low, *reversed(high)), palette.band, role="band", row=index),
        Polygon(rate, None, palette.pooled, 1.4, closed=False, role="curve", row=index),
        Polygon(dashed, None, palette.case, 0.9, closed=False, role="individual", dash=DASH),
    ]


def _points(
    panel: Panel, weights: Iterable[float], values: Iterable[float]
) -> tuple[tuple[float, float], ...]:
    return tuple(panel.point(float(w), float(v)) for w, v in zip(weights, values, strict=True))


def _thresholds(panel: Panel, curves: Tipping, style: Style, index: int) -> list[Mark]:
    """The decision's threshold, the weight in force, and where the curve crosses."""
    palette, curve = style.palette, curves.pseudo_study
    x, level = panel.x.x(curves.weight), panel.y.x(curves.threshold)
    rate = float(np.interp(curves.weight, curve.weight, curve.rate))
    crossings = [panel.point(weight, curves.threshold) for weight in curve.rate_crosses]
    return [
        Line(panel.x.left, level, panel.x.right, level, 0.8, palette.ink, (1.2, 1.8), "threshold"),
        Line(x, panel.top, x, panel.bottom, 0.6, palette.muted, role="weight"),
        Circle(x, panel.y.x(rate), 2.4, palette.pooled, role="used", row=index),
        *(Circle(*at, 2.6, "#ffffff", palette.ink, 1.0, "crossing", index) for at in crossings),
    ]


def _signs(tipping: Mapping[str, Tipping], style: Style) -> list[Sign]:
    palette = style.palette
    signs = [
        Sign(
            "Rate, cases together as one study",
            lambda x, y: Line(x - 5, y, x + 5, y, 1.4, palette.pooled, role="key"),
        ),
        Sign(
            "Interval",
            lambda x, y: Rectangle(x - 5, y - 3.5, 10, 7, palette.band, role="key"),
        ),
        Sign(
            "Rate, cases one by one",
            lambda x, y: Line(x - 5, y, x + 5, y, 0.9, palette.case, DASH, "key"),
        ),
        Sign("Weight in force", lambda x, y: Circle(x, y, 2.4, palette.pooled, role="key")),
        Sign(
            "Threshold",
            lambda x, y: Line(x - 5, y, x + 5, y, 0.8, palette.ink, (1.2, 1.8), "key"),
        ),
    ]
    crossing = Sign("Crossing", lambda x, y: Circle(x, y, 2.6, "#ffffff", palette.ink, 1.0, "key"))
    tips = any(curves.pseudo_study.rate_crosses for curves in tipping.values())
    return [*signs, crossing] if tips else signs


def _sentences() -> list[str]:
    return [
        "At weight 0 the single cases are left out; at weight 1 they count like any study. The "
        "weight in force is a convention: a conclusion that a curve turns over rests on it."
    ]


def _described(label: str, curves: Tipping) -> str:
    curve = curves.pseudo_study
    first, last = (number(100 * float(curve.rate[i]), 1) for i in (0, -1))
    return f"{clean(label)}: from {first}% without single cases to {last}%. {_verdict(curves)}"
