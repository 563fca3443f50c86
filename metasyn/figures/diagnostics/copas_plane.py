"""Left half of a Copas figure: the funnel, and the estimate over the parameters of selection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from metasyn.diagnostics.copas.result import Copas
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.figures.analysis_axis import Range, linear, over, page_axis, value_of
from metasyn.figures.key_signs import DASH, curve, path
from metasyn.figures.marks import Box, Circle, Line, Mark, Rectangle, Text
from metasyn.figures.panel import Panel
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed
from metasyn.figures.words import number

__all__ = ["funnel_marks", "funnel_panel", "plane_marks", "plane_panel"]

Place = tuple[float, float]
ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
"""Where on a contour its label is tried."""


def funnel_panel(result: Copas, scale: Scale, across: Place, down: Place) -> Panel:
    """Estimates over standard errors, the precise studies on top."""
    data = _effects(result)
    yi, sei = data.yi.tolist(), np.sqrt(data.vi)
    x = over(scale, [*yi, result.pooled.estimate], scale.name or "Estimate")
    y = Range(linear(), 0.0, float(sei.max()), "Standard error", (3.0, 5.0), downwards=True)
    return Panel(page_axis(x, across), page_axis(y, down), x.title, y.title)


def funnel_marks(panel: Panel, result: Copas, scale: Scale, style: Style) -> list[Mark]:
    """Studies, and the estimates without and with selection."""
    data, palette = _effects(result), style.palette
    found = result.adjusted
    marks = [_upright(panel, value_of(scale, result.pooled.estimate), palette.ink, DASH)]
    if found is not None and found.probability < 1.0:
        marks.append(_upright(panel, value_of(scale, found.estimate), palette.case, ()))
    studies = zip(data.yi.tolist(), np.sqrt(data.vi).tolist(), strict=True)
    for i, (yi, se) in enumerate(studies):
        at = panel.point(value_of(scale, yi), se)
        marks.append(Circle(*at, 2.0, palette.study, "#ffffff", 0.5, "study", i))
    return marks


def _upright(panel: Panel, value: float, colour: str, dash: tuple[float, ...]) -> Mark:
    x = panel.x.x(value)
    role = "funnel-unadjusted" if dash else "funnel-adjusted"
    return Line(x, panel.top, x, panel.bottom, 0.8, colour, dash, role)


def plane_panel(result: Copas, across: Place, down: Place) -> Panel:
    """Parameters of selection: of a study of no precision, and of more precise ones."""
    first, second = result.grid_gamma0, result.grid_gamma1
    x = Range(linear(), float(first[0]), float(first[-1]), "γ₀: publication whatever the precision")
    y = Range(linear(), float(second[0]), float(second[-1]), "γ₁: gain by precision", (3.0, 3.0))
    return Panel(page_axis(x, across), page_axis(y, down), x.title, y.title)


def plane_marks(panel: Panel, result: Copas, scale: Scale, style: Style) -> list[Mark]:
    """Contours of the estimate, the points of the fan on them, and the first that explains."""
    palette = style.palette
    at = _fan(panel, result)
    points: list[Mark] = [
        Circle(x, y, 2.4, palette.pooled_edge, "#ffffff", 0.6, "plane-point") for x, y in at
    ]
    marks: list[Mark] = []
    found = result.adjusted
    if found is not None and found.probability < 1.0:
        i = int(np.flatnonzero(result.probability == found.probability)[0])
        place = panel.point(float(result.gamma0[i]), float(result.gamma1[i]))
        points.append(Circle(*place, 4.0, None, palette.case, 1.2, "plane-adjusted"))
    taken = [mark.box for mark in points]
    labels: list[Mark] = []
    for value, line in _contours(panel, result, scale):
        marks.append(curve(line, "contour", palette.muted, 0.6))
        label = _label(value, line, taken, panel, style)
        if label is not None:
            taken.append(label.box)
            box = label.box
            room = (box.left, box.top, box.right - box.left, box.bottom - box.top)
            labels += [Rectangle(*room, "#ffffff", role="label-room"), label]
    if len(at) > 1:
        marks.append(curve(at, "plane-fan", palette.pooled_edge, 1.0))
    return [*marks, *labels, *points]


def _effects(result: Copas) -> Effects:
    data = result.pooled.data
    assert isinstance(data, Effects)  # noqa: S101 - a Copas model is of effects
    return data


def _fan(panel: Panel, result: Copas) -> tuple[Place, ...]:
    """Points of the fan on the plane; that where all is published lies at no place of it."""
    return tuple(
        panel.point(x, y)
        for x, y in zip(result.gamma0.tolist(), result.gamma1.tolist(), strict=True)
        if result.grid_gamma0[0] <= x <= result.grid_gamma0[-1]
    )


def _contours(
    panel: Panel, result: Copas, scale: Scale
) -> Iterable[tuple[float, tuple[Place, ...]]]:
    """Lines of equal estimates at round values, as the axis of the estimate has them."""
    from contourpy import contour_generator

    shown = np.exp(result.contour) if scale.kind == "ratio" else result.contour
    heights = np.ma.masked_invalid(shown.T)
    if heights.count() < 4 or np.ptp(heights) <= 0.0:
        return
    found = contour_generator(result.grid_gamma0, result.grid_gamma1, heights)
    for value in _levels(heights):
        for line in found.lines(value):
            assert isinstance(line, np.ndarray)  # noqa: S101 - lines without codes
            yield value, path(panel, line[:, 0].tolist(), line[:, 1].tolist())


def _levels(heights: FloatArray) -> list[float]:
    """Round values between the least and the greatest height."""
    low, high = float(heights.min()), float(heights.max())
    rough = (high - low) / 8
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(s * power for s in (1.0, 2.0, 5.0, 10.0) if s * power >= rough)
    return [i * step for i in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _label(
    value: float, line: Sequence[Place], taken: Sequence[Box], panel: Panel, style: Style
) -> Text | None:
    """The value on its line, where it covers nothing; None where there is no such place."""
    face = Face(style.small - 0.5, "normal", style.palette.ink)
    text = number(float(f"{value:.3g}"), 3).rstrip("0").rstrip(".")
    inside = Box(panel.x.left, panel.top, panel.x.right, panel.bottom)
    for share in ALONG:
        x, y = line[int(share * (len(line) - 1))]
        label = placed(text, (x, y + 0.358 * face.size), face, "middle", "contour-label")
        box = label.box
        held = (
            inside.left < box.left
            and box.right < inside.right
            and inside.top < box.top
            and box.bottom < inside.bottom
        )
        if held and not any(box.overlaps(other) for other in taken):
            return label
    return None
