"""What stands around the rows of a forest plot: title, header, axis, key and footer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metasyn.figures.axis import Axis
from metasyn.figures.forest.bias import bias_middles
from metasyn.figures.forest.body import baseline
from metasyn.figures.forest.columns import BANDS, Columns
from metasyn.figures.forest.key import key_rows
from metasyn.figures.forest.source import ForestSource
from metasyn.figures.marks import Anchor, Line, Mark
from metasyn.figures.risk_of_bias.cells import rob_legend
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, clean, placed, text_width, wrap

__all__ = ["Frame"]

TICK = 3.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything above and below the rows, repeated on every page.

    Parameters
    ----------
    source, columns, axis, style
        What is said, where, on which axis, and how it looks.
    favours
        Words to the left and to the right of no effect.
    tall
        Whether the axis is so far down that its ticks are repeated above the rows.
    """

    source: ForestSource
    columns: Columns
    axis: Axis
    style: Style
    favours: tuple[str, str] | None
    tall: bool = False

    @property
    def width(self) -> float:
        """Width between the margins."""
        return self.columns.page_width - 2 * self.style.margin

    @property
    def height(self) -> float:
        """Height of everything but the rows, on a page of several."""
        return self.head("Page 9 of 9")[1] + self.foot(0.0)[1]

    def head(self, page: str) -> tuple[list[Mark], float]:
        """Title and header, and where the rows begin; ``page`` is its number in words."""
        style, left = self.style, self.style.margin
        marks: list[Mark] = []
        y, room = style.margin, self.width
        if page:
            at = (left + room, y + style.small)
            marks.append(placed(page, at, self._face(muted=True), "end", "page"))
            room -= text_width(page, style.small) + style.gap
        title = Face(style.title_size, "bold", style.palette.ink)
        for line in wrap(self.source.title, room, title.size, title.weight):
            if line:
                marks.append(placed(line, (left, y + 0.95 * title.size), title, role="title"))
                y += title.size * 1.2
        if marks:
            y = max(y, style.margin + style.small) + style.leading * 0.6
        header, y = self._header(y)
        return [*marks, *header], y

    def _header(self, y: float) -> tuple[list[Mark], float]:
        style, left = self.style, self.style.margin
        right, colour = left + self.width, self.style.palette.rule
        rows = max(len(place.header) for place in self.columns.places)
        bottom = y + style.pitch + (rows - 1) * style.leading + 3.0
        marks: list[Mark] = []
        if style.header_rules:
            marks = [
                Line(left, y, right, y, 1.0, colour, role="rule"),
                Line(left, bottom, right, bottom, 0.5, colour, role="rule"),
            ]
        face = Face(style.size, "bold", style.palette.ink)
        first = baseline(y + 1.5 + style.pitch / 2, face.size)
        for place in self.columns.places:
            anchor, x = place.edge
            skip = rows - len(place.header)
            marks += [
                placed(text, (x, first + (i + skip) * style.leading), face, anchor, "header")
                for i, text in enumerate(place.header)
                if text.strip()
            ]
        marks += self._bands(first, rows, face)
        marks += self._letters(first + (rows - 1) * style.leading, face)
        favours, bottom = self._favours(bottom) if style.favours_first else ([], bottom)
        marks += favours
        if self.tall:
            face = self._face(muted=True)
            bottom += face.size * 1.5
            ticks = ((tick.label, self.axis.x(tick.value)) for tick in self.axis.ticks)
            marks += [placed(text, (x, bottom), face, "middle", "tick") for text, x in ticks]
        return marks, bottom + style.pitch * 0.35

    def _bands(self, first: float, rows: int, face: Face) -> list[Mark]:
        """Names of the arms, each once over all its columns."""
        marks: list[Mark] = []
        for columns, arm in zip(BANDS, self.source.arms, strict=True):
            there = [place for place in self.columns.places if place.column in columns]
            if there and self.source.two_arms:
                y = first + (rows - len(there[0].header)) * self.style.leading
                middle = (there[0].left + there[-1].right) / 2
                marks.append(placed(arm, (middle, y), face, "middle", "header"))
        return marks

    def _letters(self, y: float, face: Face) -> list[Mark]:
        """Letters of the domains over their cells."""
        key = self.source.bias
        place = next((p for p in self.columns.places if p.column == "bias"), None)
        if key is None or place is None:
            return []
        middles = bias_middles(key, (place.left, place.width), self.style)
        return [
            placed(domain.letter, (x, y), face, "middle", "header")
            for domain, x in zip(key.domains, middles, strict=True)
        ]

    def foot(self, y: float) -> tuple[list[Mark], float]:
        """Axis, key and footer below the rows that end at y, and where they end."""
        marks, y = self._axis(y + self.style.pitch * 0.25)
        key, y = key_rows(self.source, self.style, (self.style.margin, self.width), y)
        marks += key
        face = self._face(muted=True)
        if self.source.bias is not None and any(p.column == "bias" for p in self.columns.places):
            legend, y = rob_legend(self.source.bias, (self.style.margin, self.width), y, face)
            marks, y = [*marks, *legend], y + 0.6 * face.size
        for sentence in self.source.footer:
            for line in wrap(sentence, self.width, face.size):
                y += face.size * 1.35
                marks.append(placed(line, (self.style.margin, y), face, role="footer"))
        return marks, y + self.style.margin

    def _axis(self, y: float) -> tuple[list[Mark], float]:
        axis, colour, face = self.axis, self.style.palette.axis, self._face()
        marks: list[Mark] = [Line(axis.left, y, axis.right, y, 0.7, colour, role="axis")]
        for tick in axis.ticks:
            x = axis.x(tick.value)
            marks.append(Line(x, y, x, y + TICK, 0.7, colour, role="tick-mark"))
            marks.append(placed(tick.label, (x, y + TICK + face.size), face, "middle", "tick"))
        y += TICK + face.size * 1.3
        if not self.style.favours_first:
            favours, y = self._favours(y)
            marks += favours
        title = Face(face.size, "bold", face.colour)
        middle = (axis.left + axis.right) / 2
        for line in wrap(self.source.axis_title, axis.right - axis.left + 40, title.size, "bold"):
            y += title.size * 1.25
            marks.append(placed(line, (middle, y), title, "middle", "axis-title"))
        return marks, y + title.size

    def _favours(self, y: float) -> tuple[list[Mark], float]:
        """Words on both sides of no effect, each wrapped to its side."""
        axis, margin = self.axis, self.style.margin
        middle = axis.null if axis.null is not None else self.source.reference
        if self.favours is None or middle is None:
            return [], y
        face = replace(self._face(), weight=self.style.favours_weight)
        null = axis.x(middle)
        lower, higher = map(clean, self.favours)
        sides: tuple[tuple[str, Anchor, float, float], ...] = (
            (f"←\N{NO-BREAK SPACE}{lower}", "end", null - 6, null - 6 - margin),
            (f"{higher}\N{NO-BREAK SPACE}→", "start", null + 6, self.width - null - 6),
        )
        marks: list[Mark] = []
        step, deepest = face.size * 1.25, 1
        for text, anchor, x, room in sides:
            lines = wrap(text, max(room, 40.0), face.size, face.weight)
            marks += [
                placed(line, (x, y + step * (i + 1)), face, anchor, "favours")
                for i, line in enumerate(lines)
            ]
            deepest = max(deepest, len(lines))
        return marks, y + step * deepest + face.size * 0.3

    def _face(self, *, muted: bool = False) -> Face:
        palette = self.style.palette
        return Face(self.style.small, "normal", palette.muted if muted else palette.ink)
