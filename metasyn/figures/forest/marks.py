"""What the plot shows beside each row: squares, circles, diamonds, bars, brackets, arrows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from metasyn.figures.axis import Axis
from metasyn.figures.forest.table import Row
from metasyn.figures.marks import Circle, Line, Mark, Polygon, Rectangle
from metasyn.figures.styles import Style

__all__ = ["Pen"]

ARROW = 3.4


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws rows on an axis.

    Parameters
    ----------
    axis, style
        Where values stand, and how they look.
    heaviest
        Largest weight of a study in the figure: its square has the full size.
    """

    axis: Axis
    style: Style
    heaviest: float

    def marks(self, row: Row, y: float, index: int) -> list[Mark]:
        """Marks of a row whose middle is at y."""
        if row.low is None and row.estimate is None:
            return []
        draw = {
            "study": self._study,
            "case": self._case,
            "cases-together": self._together,
            "step": self._step,
            "pooled": self._diamond,
            "model": self._diamond,
            "studies-only": self._diamond,
            "prediction": self._prediction,
            "not-pooled": self._bracket,
        }[row.kind]
        return draw(row, y, index)

    def side(self, weight: float | None) -> float:
        """Side of a square: its area is in proportion to the weight."""
        style = self.style
        if weight is None:
            return style.least_square + 1
        if style.percent_square:
            return max(style.least_square, (2 + 16 * weight) * style.size / 14)
        full = style.square * math.sqrt(max(weight, 0.0) / self.heaviest)
        return max(style.least_square, full)

    def _study(self, row: Row, y: float, index: int) -> list[Mark]:
        palette = self.style.palette
        marks = self._whisker(row, y, index, palette.whisker, 0.9)
        if row.estimate is None or not self.axis.holds(row.estimate):
            return marks
        fill = palette.study if row.weight is not None else palette.muted
        width = 0.6 if palette.study_edge else 0.0
        square = self._square(row, y)
        return [*marks, Rectangle(*square, fill, palette.study_edge, width, "square", index)]

    def _case(self, row: Row, y: float, index: int) -> list[Mark]:
        palette = self.style.palette
        marks = self._whisker(row, y, index, palette.case_whisker, 0.6)
        if row.estimate is None or not self.axis.holds(row.estimate):
            return marks
        x = self.axis.x(row.estimate)
        return [*marks, Circle(x, y, 2.1, "#ffffff", palette.case, 0.9, "case", index)]

    def _together(self, row: Row, y: float, index: int) -> list[Mark]:
        """The pseudo-study of all single cases: a hollow square with the area of its weight."""
        case = self.style.palette.case
        if row.estimate is None or not self.axis.holds(row.estimate):
            value = row.estimate or 0.0
            return self._arrows(value, value, y, index, case)
        square = self._square(row, y)
        return [Rectangle(*square, "#ffffff", case, 1.0, "cases-together", index)]

    def _step(self, row: Row, y: float, index: int) -> list[Mark]:
        """A pooled estimate on a row of its own: a small diamond on its interval."""
        edge = self.style.palette.pooled_edge
        marks = self._whisker(row, y, index, edge, 0.9)
        if row.estimate is None or not self.axis.holds(row.estimate):
            return marks
        x, half = self.axis.x(row.estimate), 0.75 * self.style.diamond
        points = ((x - half, y), (x, y - half), (x + half, y), (x, y + half))
        fill = self.style.palette.pooled
        return [*marks, Polygon(points, fill, edge, 0.6, role="step", row=index)]

    def _square(self, row: Row, y: float) -> tuple[float, float, float, float]:
        """Left, top, width and height of a row's square."""
        side = self.side(row.weight)
        return self.axis.x(row.estimate or 0.0) - side / 2, y - side / 2, side, side

    def _whisker(self, row: Row, y: float, index: int, colour: str, width: float) -> list[Mark]:
        """The interval, with an arrow at each end that lies beyond the axis."""
        if row.low is None or row.high is None:
            return []
        left, right = self.axis.x(row.low), self.axis.x(row.high)
        line = Line(left, y, right, y, width, colour, role="interval", row=index)
        return [line, *self._arrows(row.low, row.high, y, index, colour)]

    def _arrows(self, low: float, high: float, y: float, index: int, colour: str) -> list[Mark]:
        """An arrow at each end of the axis beyond which a limit lies."""
        axis = self.axis
        ends = ((low < axis.low, axis.left, 1), (high > axis.high, axis.right, -1))
        return [
            Polygon(
                (
                    (tip, y),
                    (tip + sign * ARROW, y - 0.55 * ARROW),
                    (tip + sign * ARROW, y + 0.55 * ARROW),
                ),
                colour,
                role="arrow",
                row=index,
            )
            for beyond, tip, sign in ends
            if beyond
        ]

    def _diamond(self, row: Row, y: float, index: int) -> list[Mark]:
        if row.estimate is None:
            return []
        axis, palette = self.axis, self.style.palette
        low = row.estimate if row.low is None else row.low
        high = row.estimate if row.high is None else row.high
        if not axis.holds(row.estimate):
            return self._whisker(replace(row, low=low, high=high), y, index, palette.pooled_edge, 1)
        left, middle, right = axis.x(low), axis.x(row.estimate), axis.x(high)
        if right - left < 2:
            left, right = middle - 1.0, middle + 1.0
        points = (
            (left, y),
            (middle, y - self.style.diamond),
            (right, y),
            (middle, y + self.style.diamond),
        )
        fills = {"pooled": palette.pooled, "model": palette.band}
        fill = fills.get(row.kind, "#ffffff")
        edge = palette.pooled_edge
        diamond = Polygon(points, fill, edge, 0.9, role="diamond", row=index)
        return [diamond, *self._arrows(low, high, y, index, edge)]

    def _prediction(self, row: Row, y: float, index: int) -> list[Mark]:
        if row.low is None or row.high is None:
            return []
        left, right = self.axis.x(row.low), self.axis.x(row.high)
        palette, height = self.style.palette, 3.2
        bar = Rectangle(
            left,
            y - height / 2,
            right - left,
            height,
            palette.prediction,
            role="prediction",
            row=index,
        )
        return [bar, *self._arrows(row.low, row.high, y, index, palette.pooled_edge)]

    def _bracket(self, row: Row, y: float, index: int) -> list[Mark]:
        """An interval without a pooled estimate: dashes between square brackets, and a tick."""
        if row.low is None or row.high is None or row.estimate is None:
            return []
        colour = self.style.palette.muted
        left, right, x = (self.axis.x(v) for v in (row.low, row.high, row.estimate))
        half = 3.2
        brackets = [
            Polygon(
                (
                    (end + inward, y - half),
                    (end, y - half),
                    (end, y + half),
                    (end + inward, y + half),
                ),
                None,
                colour,
                0.8,
                closed=False,
                role="bracket",
                row=index,
            )
            for end, inward in ((left, 2.0), (right, -2.0))
        ]
        line = Line(left, y, right, y, 0.8, colour, (1.6, 1.6), role="not-pooled", row=index)
        if not self.axis.holds(row.estimate):
            return [line, *self._arrows(row.low, row.high, y, index, colour)]
        tick = Line(x, y - half, x, y + half, 1.6, colour, role="sum", row=index)
        return [line, *brackets, tick]
