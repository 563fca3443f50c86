"""The tipping strip: the pooled rate against the weight of single cases, read downwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metasyn.figures.axis import Axis
from metasyn.figures.forest.table import Row, TippingStrip
from metasyn.figures.marks import Circle, Mark, Polygon
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed
from metasyn.figures.words import number

if TYPE_CHECKING:
    from metasyn.diagnostics.case_evidence.tipping import Tipping

__all__ = ["WEIGHT_ROOM", "strip_height", "strip_marks", "strip_of", "with_point"]

STEP = 8.0
SAME = 1e-9
STRIP_WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
WEIGHT_ROOM = 20.0
"""Room left of the axis for the weights."""


def strip_of(tipping: Tipping) -> TippingStrip:
    """The strip of a forest plot: the curve of the pseudo-study at seven weights.

    Parameters
    ----------
    tipping
        Tipping curves of :func:`metasyn.case_evidence`.
    """
    curve = tipping.pseudo_study
    near = [  # the curve leaves weight 0 out where nothing but cases is known
        min(range(len(curve.weight)), key=lambda i: abs(float(curve.weight[i]) - weight))
        for weight in STRIP_WEIGHTS
    ]
    chosen = [
        i for i, w in zip(near, STRIP_WEIGHTS, strict=True) if abs(curve.weight[i] - w) < 1e-9
    ]
    return TippingStrip(
        tuple(float(curve.weight[i]) for i in chosen),
        tuple(float(curve.rate[i]) for i in chosen),
        tuple(float(curve.low[i]) for i in chosen),
        tuple(float(curve.high[i]) for i in chosen),
    )


def with_point(
    strip: TippingStrip, weight: float, values: tuple[float, float, float]
) -> TippingStrip:
    """The strip with the weight in force, where it is none of its weights.

    Parameters
    ----------
    strip
        Weights from 0 to 1.
    weight
        The weight in force (the cap may have lowered it).
    values
        Pooled rate, lower and upper limit at that weight.
    """
    if any(abs(known - weight) < SAME for known in strip.weights):
        return strip
    points = zip(strip.weights, strip.rates, strip.lows, strip.highs, strict=True)
    return TippingStrip(*zip(*sorted([*points, (weight, *values)]), strict=True))


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
        used = row.weight is not None and abs(weight - row.weight) < SAME
        face = Face(style.small - 0.5, "bold" if used else "normal", palette.muted)
        radius = 2.2 if used else 1.3
        marks.append(Circle(x, y, radius, edge, role="tipping-point", row=index))
        base = y + 0.35 * face.size
        words = number(weight, 3, style.numbers.decimal).rstrip("0").rstrip(".·")
        marks.append(placed(words, (axis.left - 5, base), face, "end", "tipping-weight", index))
        words = number(100 * value, 1, style.numbers.decimal)
        marks.append(placed(words, (values, base), face, "end", "tipping-rate", index))
    return marks
