"""The tipping strip: the pooled rate against the weight of single cases, read downwards."""

from __future__ import annotations

from metasyn.figures.axis import Axis
from metasyn.figures.forest_table import Row, TippingStrip
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
    row: Row, axis: Axis, style: Style, place: tuple[float, float], index: int
) -> list[Mark]:
    """Curve and band on the axis of the plot, one step down a weight.

    Parameters
    ----------
    row
        The row with its strip; its own weight is the one that the model used.
    axis, style
        Where values stand, and how they look.
    place
        Where the rates are printed (right end), and the top of the row.
    index
        Position of the row.
    """
    strip, palette, (values, top) = row.strip, style.palette, place
    if strip is None:
        return []
    edge = palette.pooled_edge
    ys = [top + STEP * (i + 0.75) for i in range(len(strip.weights))]
    low, high, rate = (
        tuple((axis.x(value), y) for value, y in zip(ends, ys, strict=True))
        for ends in (strip.lows, strip.highs, strip.rates)
    )
    marks: list[Mark] = [
        Polygon((*low, *reversed(high)), palette.band, role="tipping-band", row=index),
        Polygon(
            rate, None, palette.pooled_edge, 1.0, closed=False, role="tipping-curve", row=index
        ),
    ]
    for (x, y), weight, value in zip(rate, strip.weights, strip.rates, strict=True):
        used = row.weight is not None and abs(weight - row.weight) < 1e-9
        face = Face(style.small - 0.5, "bold" if used else "normal", palette.muted)
        radius = 2.2 if used else 1.3
        marks.append(Circle(x, y, radius, edge, role="tipping-point", row=index))
        base = y + 0.35 * face.size
        words = number(weight, 2, style.numbers.decimal).rstrip("0").rstrip(".·")
        marks.append(placed(words, (axis.left - 5, base), face, "end", "tipping-weight", index))
        words = number(100 * value, 1, style.numbers.decimal)
        marks.append(placed(words, (values, base), face, "end", "tipping-rate", index))
    return marks
