"""Diagnostics of influence as small multiples: one panel a statistic, one stem a study."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metasyn.diagnostics.influence import Influence
from metasyn.effects.arrays import FloatArray
from metasyn.figures.analysis_axis import Range, linear, page_axis
from metasyn.figures.axis import Axis, Tick
from metasyn.figures.house_styles import style_of
from metasyn.figures.key_signs import DASH, point_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page
from metasyn.figures.panel import Panel, Sign, heading, key_line, notes
from metasyn.figures.point_labels import names
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import number

__all__ = ["influence_layout", "study_axis"]

WIDTH, HEIGHT, LEFT, GAP = 196.0, 64.0, 30.0, 20.0
COLUMNS = 2
MOST_NAMED = 12
CROWDED = 60
"""Studies beyond which points are smaller."""
LONGEST = 900
"""Letters that a list of all studies may have."""


@dataclass(frozen=True, slots=True)
class _Statistic:
    """A panel: its title, its values, where stems stand, and its cut-offs."""

    title: str
    values: FloatArray
    base: float
    limits: tuple[float, ...] = ()


def influence_layout(
    result: Influence, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a figure of influence diagnostics.

    Parameters
    ----------
    result
        What :func:`metasyn.influence` returned.
    style, title
        House style, and what stands above the panels.
    """
    look, name = style_of(style), clean(title or "")
    width = 2 * look.margin + COLUMNS * (LEFT + WIDTH) + (COLUMNS - 1) * GAP
    top, y = heading(name, look, width - 2 * look.margin)
    marks: list[Mark] = list(top)
    statistics = _statistics(result)
    for start in range(0, len(statistics), COLUMNS):
        y += 2 * look.small
        for column, statistic in enumerate(statistics[start : start + COLUMNS]):
            left = look.margin + LEFT + column * (LEFT + WIDTH + GAP)
            panel = _panel(statistic, (left, y), len(result.slab))
            marks += _drawn(panel, statistic, result, look)
        y += HEIGHT + 3.4 * look.small
    key, y = key_line(_signs(look), look, width, y - look.pitch / 2)
    foot, y = notes(_sentences(result), look, width - 2 * look.margin, y)
    page = Page(width, y, (*marks, *key, *foot))
    keys = tuple(clean(label) for label in result.slab)
    return Layout((page,), name or "Influence of the studies", _description(result), keys)


def _statistics(result: Influence) -> list[_Statistic]:
    """Panels with the cut-offs of Viechtbauer and Cheung 2010 (table I)."""
    from scipy.special import chdtri

    k, p = len(result.slab), len(result.terms)
    far = 3 * math.sqrt(p / (k - p))
    return [
        _Statistic("Studentised residual", result.rstudent, 0.0, (-1.96, 1.96)),
        _Statistic("Change of the fitted value (DFFITS)", result.dffits, 0.0, (-far, far)),
        _Statistic("Cook's distance", result.cook_d, 0.0, (float(chdtri(p, 0.5)),)),
        _Statistic("Covariance ratio", result.cov_r, 1.0),
        _Statistic("τ² without the study", result.tau2_del, result.tau2),
        _Statistic("Q without the study", result.q_del, result.q),
        _Statistic("Leverage", result.hat, p / k, (3 * p / k,)),
        _Statistic("Weight, %", 100 * result.weight, 100 / k),
    ]


def _panel(statistic: _Statistic, corner: tuple[float, float], k: int) -> Panel:
    left, top = corner
    known = statistic.values[np.isfinite(statistic.values)]
    values = [*known.tolist(), statistic.base]
    reach = max(abs(value - statistic.base) for value in values)
    shown = [limit for limit in statistic.limits if abs(limit - statistic.base) <= 2.5 * reach]
    low, high = min(values + shown), max(values + shown)
    y = page_axis(Range(linear(), low, high, "", (3.5, 3.5)), (top + HEIGHT, top))
    kept = Axis(y.low, y.high, y.left, y.right, log=False, ticks=_thinned(y, statistic.base))
    return Panel(study_axis(k, (left, left + WIDTH)), kept, "", statistic.title)


def _thinned(axis: Axis, base: float) -> tuple[Tick, ...]:
    """Every tick, every other or every third, the one nearest to the base among them."""
    step = 1 + len(axis.ticks) // 5
    near = min(range(len(axis.ticks)), key=lambda i: abs(axis.ticks[i].value - base))
    return axis.ticks[near % step :: step]


def study_axis(k: int, place: tuple[float, float]) -> Axis:
    """Studies by number: 1, and round numbers."""
    rough = max(1.0, k / 8)
    power = 10 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough)
    marked = sorted({1, *range(step, k + 1, step)}) if step > 1 else range(1, k + 1)
    ticks = tuple(Tick(float(i), str(i)) for i in marked if i == 1 or i - 1 >= 0.6 * step)
    room = max(0.5, (k - 1) * 0.02)
    return Axis(1 - room, k + room, *place, log=False, ticks=ticks)


def _drawn(panel: Panel, statistic: _Statistic, result: Influence, style: Style) -> list[Mark]:
    """Grid, cut-offs, stems and points, frame."""
    palette = style.palette
    base = panel.y.x(statistic.base)
    marks: list[Mark] = [*panel.grid(style)]
    marks.append(Line(panel.x.left, base, panel.x.right, base, 0.6, palette.muted, role="base"))
    for limit in statistic.limits:
        if panel.y.holds(limit):
            y = panel.y.x(limit)
            marks.append(Line(panel.x.left, y, panel.x.right, y, 0.8, palette.ink, DASH, "limit"))
    marks += [
        mark
        for i, value in enumerate(statistic.values.tolist())
        if math.isfinite(value)
        for mark in _stem(panel, i, value, base, bool(result.flagged[i]), style)
    ]
    marks += [mark for mark in panel.frame(style) if getattr(mark, "text", None) != ""]
    return marks


def _stem(
    panel: Panel, i: int, value: float, base: float, flagged: bool, style: Style
) -> list[Mark]:
    palette = style.palette
    x, y = panel.point(float(i + 1), value)
    if flagged:
        dot = Circle(x, y, 2.6, palette.case, "#ffffff", 0.5, "flagged", i)
        return [Line(x, base, x, y, 0.9, palette.case, role="stem", row=i), dot]
    radius = 1.8 if panel.x.high < CROWDED else 1.2
    dot = Circle(x, y, radius, palette.study, None, 0.0, "study", i)
    return [Line(x, base, x, y, 0.5, palette.prediction, role="stem", row=i), dot]


def _signs(style: Style) -> list[Sign]:
    palette = style.palette
    return [
        point_sign("Study, by its number", palette.study, 1.8),
        point_sign("Influential", palette.case),
        stroke_sign("Cut-off", palette.ink, 0.8, DASH),
        stroke_sign("No influence, or all studies together", palette.muted, 0.6),
    ]


def _flagged(result: Influence) -> list[str]:
    return [
        f"{i + 1} {clean(label)}"
        for i, (label, is_so) in enumerate(zip(result.slab, result.flagged, strict=True))
        if is_so
    ]


def _sentences(result: Influence) -> Sequence[str]:
    k, found = len(result.slab), _flagged(result)
    far = [
        f"{i + 1} {clean(result.slab[i])}"
        for i in np.flatnonzero(np.abs(result.rstudent) > 1.96).tolist()
    ]
    said = [
        f"Influential: {names(found, MOST_NAMED)}. A study is marked in every panel if its DFFITS, "
        "Cook's distance or leverage passes the cut-off, or a coefficient moves by more than one "
        "standard error without it. Cut-offs far beyond all studies are not drawn.",
        f"Residuals beyond 1.96: {names(far, MOST_NAMED)}. Being influential is no reason to leave "
        "a study out; it is a reason to read it again.",
    ]
    if k < 10:
        said.append(f"With {k} studies each of them is bound to matter.")
    listed = ", ".join(f"{i + 1} {clean(label)}" for i, label in enumerate(result.slab))
    numbered = "Numbers follow the order of the data"
    said.append(f"{numbered}: {listed}." if len(listed) <= LONGEST else f"{numbered}.")
    return said


def _description(result: Influence) -> str:
    far = int(np.nanargmax(np.abs(result.rstudent)))
    return (
        f"Influence diagnostics of {len(result.slab)} studies in eight panels. Influential: "
        f"{names(_flagged(result), MOST_NAMED)}. Largest studentised residual "
        f"{number(float(result.rstudent[far]), 2)} ({names([result.slab[far]])})."
    )
