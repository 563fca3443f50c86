"""Vertical axes of a funnel plot, and its regions, which depend on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import SpecError
from metasyn.figures.analysis_axis import linear, spaced
from metasyn.figures.axis import Axis, axis_of
from metasyn.figures.panel import Panel

__all__ = ["FunnelAxis", "VerticalAxis", "outline", "vertical_axis", "vertical_of"]

FunnelAxis = Literal["se", "precision", "1/n"]
STEPS = 121


class VerticalAxis(NamedTuple):
    """A vertical axis: its title, what stands on it, and which standard errors its values are.

    Parameters
    ----------
    title
        What it shows.
    values
        Of standard errors and sample sizes.
    errors
        Standard errors of its values; None where they cannot be told.
    upwards
        Whether larger values stand higher.
    """

    title: str
    values: Callable[[FloatArray, FloatArray | None], FloatArray]
    errors: Callable[[FloatArray], FloatArray] | None
    upwards: bool


def _inverse_sizes(se: FloatArray, ni: FloatArray | None) -> FloatArray:
    """1/n of every study."""
    if ni is None or not (np.isfinite(ni) & (ni > 0)).all() or len(ni) != len(se):
        raise SpecError("The axis '1/n' needs the sample size of every study; take 'se' instead.")
    return 1.0 / ni


AXES: Mapping[FunnelAxis, VerticalAxis] = MappingProxyType(
    {
        "se": VerticalAxis("Standard error", lambda se, ni: se, lambda y: y, upwards=False),  # noqa: ARG005
        "precision": VerticalAxis(
            "Precision (1 / standard error)",
            lambda se, ni: 1.0 / se,  # noqa: ARG005
            lambda y: 1.0 / y,
            upwards=True,
        ),
        "1/n": VerticalAxis("1 / sample size", _inverse_sizes, None, upwards=False),
    }
)


def vertical_of(code: FunnelAxis) -> VerticalAxis:
    """The axis of a code.

    Raises
    ------
    SpecError
        If there is no such axis.
    """
    if code not in AXES:
        raise SpecError(f"axis is {code!r}; it must be one of {', '.join(map(repr, AXES))}.")
    return AXES[code]


def vertical_axis(
    kind: VerticalAxis, data: Effects, filled: FloatArray, place: tuple[float, float]
) -> tuple[Axis, FloatArray, FloatArray]:
    """The axis at a place, and the values of the studies and of the filled ones.

    Parameters
    ----------
    kind
        Which axis.
    data
        The studies.
    filled
        Standard errors of the studies that were filled in.
    place
        Top and bottom.
    """
    values = kind.values(np.sqrt(data.vi), data.ni)
    added = kind.values(filled, None) if len(filled) else filled
    shown = np.concatenate([values[np.isfinite(data.yi)], added])
    low = float(shown.min()) if kind.upwards else 0.0
    found = axis_of(linear(), (low, float(shown.max())), (0.0, 1.0))
    top, bottom = place
    ends = (bottom, top) if kind.upwards else (top, bottom)
    low = found.low if kind.upwards else 0.0
    return Axis(low, found.high, *ends, log=False, ticks=found.ticks), values, added


def outline(
    panel: Panel, kind: VerticalAxis, centre: float, z: float, side: int
) -> list[tuple[float, float]]:
    """One side of the region within z standard errors of a value, from top to bottom.

    Straight over standard errors, a hyperbola over precision; along the wall where it leaves the
    panel.

    Parameters
    ----------
    panel
        Axes, the horizontal one on the analysis scale.
    kind
        Vertical axis, one whose standard errors are known.
    centre
        A value of the analysis scale.
    z
        Standard errors.
    side
        1 for the right, -1 for the left.
    """
    assert kind.errors is not None  # noqa: S101 - regions are asked for where they are known
    wall = panel.x.right if side == 1 else panel.x.left
    start = spaced(panel.x, centre)
    per_unit = spaced(panel.x, centre + z) - start
    gone = max(0.0, side * (wall - start)) / per_unit
    levels = [panel.y.low, panel.y.high]
    if kind.upwards:
        levels = np.linspace(panel.y.low, panel.y.high, STEPS).tolist()
        levels[0] = max(levels[0], 1e-9 * levels[-1])
    hit = 1.0 / gone if kind.upwards and gone > 0 else gone
    if min(levels) < hit < max(levels):
        levels.append(hit)
    heights = sorted(levels, reverse=kind.upwards)
    errors = kind.errors(np.array(heights))
    return [
        (min(max(start + side * se * per_unit, panel.x.left), panel.x.right), panel.y.x(level))
        for se, level in zip(errors.tolist(), heights, strict=True)
    ]
