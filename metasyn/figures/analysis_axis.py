"""Axes for values of the analysis scale: ratios on a logarithmic axis, all else as it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from metasyn.effects.measures import measure_of
from metasyn.figures.axis import Axis, axis_of
from metasyn.figures.scales import Scale, scale_of

__all__ = ["Range", "analysis_scale", "linear", "over", "page_axis", "spaced", "value_of"]


def analysis_scale(measure: str) -> Scale:
    """Ratios on a logarithmic axis, everything else on the analysis scale itself.

    Examples
    --------
    >>> analysis_scale("RR").kind, analysis_scale("PLO").name
    ('ratio', 'Logit proportion')
    """
    scale = scale_of(measure)
    if scale.kind == "ratio":
        return scale
    found = measure_of(measure)
    return linear(found.label, found.null)


def linear(name: str = "", null: float | None = None) -> Scale:
    """A scale whose values are shown as they are."""
    return Scale("linear", name, 1.0, null, 2)


def value_of(scale: Scale, value: float) -> float:
    """A value of the analysis scale as its axis has it.

    Examples
    --------
    >>> value_of(linear(), -0.5), value_of(analysis_scale("RR"), 0.0)
    (-0.5, 1.0)
    """
    return math.exp(value) if scale.kind == "ratio" else value


@dataclass(frozen=True, slots=True)
class Range:
    """What an axis has to hold.

    Parameters
    ----------
    scale
        How values are spaced.
    low, high
        Least and largest value, as the axis has them.
    title
        What the axis shows.
    room
        Points of free room before the least and after the largest value, for the signs there.
    downwards
        Whether the least value of a vertical axis stands on top.
    """

    scale: Scale
    low: float
    high: float
    title: str
    room: tuple[float, float] = (5.0, 5.0)
    downwards: bool = False


def over(scale: Scale, values: Iterable[float], title: str, room: float = 5.0) -> Range:
    """Range of finite values of the analysis scale.

    Examples
    --------
    >>> over(linear(), [0.5, float("nan"), -1.0], "x").low
    -1.0
    """
    kept = [value for value in values if math.isfinite(value)] or [-1.0, 1.0]
    low, high = value_of(scale, min(kept)), value_of(scale, max(kept))
    return Range(scale, low, high, title, (room, room))


def page_axis(wanted: Range, place: tuple[float, float]) -> Axis:
    """An axis at a place, with its free room at both ends.

    Examples
    --------
    >>> round(page_axis(Range(linear(), 0.0, 10.0, ""), (0.0, 110.0)).x(0.0), 9)
    5.0
    """
    axis = axis_of(wanted.scale, (wanted.low, wanted.high), place)
    length = abs(place[1] - place[0])
    before, after = (room / length for room in wanted.room)
    low, high = (math.log(axis.low), math.log(axis.high)) if axis.log else (axis.low, axis.high)
    span = (high - low) / (1.0 - before - after)
    low, high = low - before * span, high + after * span
    ends = (math.exp(low), math.exp(high)) if axis.log else (low, high)
    return replace(axis, low=ends[0], high=ends[1])


def spaced(axis: Axis, value: float) -> float:
    """Place of a value of the analysis scale, also beyond the axis.

    Examples
    --------
    >>> spaced(page_axis(Range(linear(), 0.0, 1.0, "", (0.0, 0.0)), (0.0, 10.0)), 2.0)
    20.0
    """
    low, high = axis.low, axis.high
    if axis.log:
        low, high = math.log(low), math.log(high)
    return axis.left + (value - low) / (high - low) * (axis.right - axis.left)
