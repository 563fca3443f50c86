"""What a funnel plot shows, and where: studies, axes, region."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from metasyn.effects.effects import Effects
from metasyn.errors import SpecError
from metasyn.figures.analysis_axis import Range, analysis_scale, page_axis, spaced, value_of
from metasyn.figures.funnel_axis import VerticalAxis, vertical_axis
from metasyn.figures.panel import Panel, tick_room
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style
from metasyn.models.results import Pooled

__all__ = ["WIDTH", "Asked", "Funnel", "funnel_panel"]

WIDTH, HEIGHT = 330.0, 230.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a funnel plot is to show; ``adjusted`` is the estimate with the filled studies."""

    pooled: Pooled
    filled: tuple[tuple[float, float], ...]
    vertical: VerticalAxis
    adjusted: Pooled | None = None

    @property
    def data(self) -> Effects:
        """The studies."""
        if not isinstance(self.pooled.data, Effects):
            raise SpecError("A funnel plot needs estimates with variances (Effects), not counts.")
        return self.pooled.data


@dataclass(frozen=True, slots=True)
class Funnel:
    """Panel and data of a funnel plot: estimates on the analysis scale, heights on the axis."""

    asked: Asked
    panel: Panel
    scale: Scale
    studies: tuple[tuple[float, float], ...]
    filled: tuple[tuple[float, float], ...]

    def x(self, value: float) -> float:
        """Place of a value of the analysis scale, also beyond the axis."""
        return spaced(self.panel.x, value)

    @property
    def null(self) -> float | None:
        """No effect on the analysis scale; None where shades cannot be drawn."""
        if self.scale.null is None:
            return None
        return math.log(self.scale.null) if self.panel.x.log else self.scale.null

    @property
    def shaded(self) -> bool:
        """Whether regions can be told from the vertical axis."""
        return self.asked.vertical.errors is not None


def funnel_panel(asked: Asked, style: Style, top: float) -> Funnel:
    """Axes with their upper edge at a place, and the values on them."""
    data, scale = asked.data, analysis_scale(asked.pooled.measure)
    errors = np.array([se for _, se in asked.filled])
    place = (top, top + HEIGHT)
    vertical, heights, added = vertical_axis(asked.vertical, data, errors, place)
    studies = tuple(zip(data.yi.tolist(), heights.tolist(), strict=True))
    filled = tuple((y, height) for (y, _), height in zip(asked.filled, added.tolist(), strict=True))
    left = style.margin + tick_room(vertical, style) + 6
    values = [value_of(scale, y) for y, _ in (*studies, *filled) if math.isfinite(y)]
    values += [scale.null] if scale.null is not None else []
    across = Range(scale, min(values), max(values), scale.name)
    horizontal = page_axis(across, (left, left + WIDTH))
    panel = Panel(horizontal, vertical, scale.name, asked.vertical.title)
    return Funnel(asked, panel, scale, studies, filled)
