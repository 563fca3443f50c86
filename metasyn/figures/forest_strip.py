"""The tipping strip: the pooled rate against the weight of single cases, read downwards."""

from __future__ import annotations

from metasyn.figures.axis import Axis
from metasyn.figures.forest_table import TippingStrip
from metasyn.figures.marks import Circle, Mark, Polygon
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed
from metasyn.figures.words import number

__all__ = ["WEIGHT_ROOM", "strip_height", "strip_marks"]

STEP = 8.0
WEIGHT_ROOM = 20.0
"""Room left of the axis for the weights."""


def strip_height(strip: TippingStrip) -> float:
    """Height of a tipping strip in points."""
    return STEP * (len(strip.weights) + 0.5)


def strip_marks(
    strip: TippingStrip, axis: Axis, style: Style, top: float, index: int
) -> list[Mark]:
    """Curve and band on the axis of the plot, one step down a weight."""
    palette = style.palette
    ys = [top + STEP * (i + 0.75) for i in range(len(strip.weights))]
    low, high, rate = (
        tuple((axis.x(value), y) for value, y in zip(values, ys, strict=True))
        for values in (strip.lows, strip.highs, strip.rates)
    )
    face = Face(style.small - 0.5, "normal", palette.muted)
    marks: list[Mark] = [
        Polygon((*low, *reversed(high)), palette.band, role="tipping-band", row=index),
        Polygon(rate, None, palette.pooled, 1.0, closed=False, role="tipping-curve", row=index),
    ]
    for (x, y), weight in zip(rate, strip.weights, strict=True):
        marks.append(Circle(x, y, 1.3, palette.pooled, role="tipping-point", row=index))
        words = number(weight, 2).rstrip("0").rstrip(".")
        at = (axis.left - 5, y + 0.35 * face.size)
        marks.append(placed(words, at, face, "end", "tipping-weight", index))
    return marks
