"""The grid of an evidence map: header, rows, bubbles, in bands that fit a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from metasyn.figures.evidence_map_counts import CLASSES, EvidenceMap
from metasyn.figures.marks import Circle, Line, Mark
from metasyn.figures.panel import Sign
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed, text_width, wrap

__all__ = ["MapGrid"]

SLOT, ROW, LARGEST = 13.6, 20.0, 6.4
LABEL_WIDTH, TOTAL_WIDTH = 190.0, 34.0
WIDTH = 860.0
"""Width of a band, in points: letters stay readable where a page is as wide as a screen."""


@dataclass(frozen=True)
class MapGrid:
    """Cells of a map: a row of slots each, one a class of design that occurs.

    Parameters
    ----------
    found
        What was counted.
    style
        Letters and colours.
    """

    found: EvidenceMap
    style: Style

    @cached_property
    def bands(self) -> tuple[EvidenceMap, ...]:
        """The map in parts of as many outcomes as a page is wide, one below the other."""
        outcomes = self.found.outcomes
        room = max(1, int((WIDTH - self.left - TOTAL_WIDTH) / self.cell))
        count = math.ceil(len(outcomes) / room)
        size = math.ceil(len(outcomes) / count)
        starts = range(0, len(outcomes), size)
        return tuple(self.found.part(outcomes[start : start + size]) for start in starts)

    @cached_property
    def right(self) -> float:
        """Right edge of the widest band."""
        return self._end(max((band.outcomes for band in self.bands), key=len))

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """Classes that occur."""
        return tuple(sorted({design for _, _, design in self.found.studies}))

    @cached_property
    def cell(self) -> float:
        """Width of a column: its slots, or the longest word of a header."""
        words = (word for _, label in self.found.outcomes for word in label.split())
        longest = max(text_width(word, self.style.small, "bold") for word in words)
        return max(len(self.classes) * SLOT, min(longest, 80.0), 44.0) + 8

    @cached_property
    def left(self) -> float:
        """Where the columns begin."""
        widths = [text_width(label, self.style.size) for _, label in self.found.rows]
        return self.style.margin + min(LABEL_WIDTH, max(widths)) + self.style.gap

    def _end(self, outcomes: tuple[tuple[str, str], ...]) -> float:
        """Right edge of the column of totals beside these outcomes."""
        return self.left + self.cell * len(outcomes) + TOTAL_WIDTH

    def header(self, band: EvidenceMap, y: float) -> tuple[list[Mark], float]:
        """Labels of the outcomes, wrapped, standing on the rule."""
        style, right = self.style, self._end(band.outcomes)
        face = Face(style.small, "bold", style.palette.ink)
        titles = [wrap(label, self.cell - 6, face.size, "bold") for _, label in band.outcomes]
        titles.append(("Studies",))
        step = 1.2 * face.size
        bottom = y + step * max(map(len, titles))
        marks: list[Mark] = []
        for i, lines in enumerate(titles):
            last = i == len(titles) - 1
            x = right if last else self.left + (i + 0.5) * self.cell
            for j, line in enumerate(reversed(lines)):
                at = (x, bottom - j * step)
                marks.append(placed(line, at, face, "end" if last else "middle", "header"))
        bottom += style.leading * 0.7
        rule = Line(style.margin, bottom, right, bottom, 0.8, style.palette.rule, role="rule")
        return [*marks, rule], bottom

    def body(self, band: EvidenceMap, y: float) -> tuple[list[Mark], float]:
        """One row a treatment, with its bubbles and its number of studies."""
        style, start, right = self.style, y, self._end(band.outcomes)
        order = {code: index for index, (code, _) in enumerate(self.found.rows)}
        face = Face(style.size, "normal", style.palette.ink)
        marks: list[Mark] = []
        for code, label in band.rows:
            index = order[code]
            lines = wrap(label, self.left - style.margin - style.gap, face.size)
            height = max(ROW, len(lines) * style.leading + 6)
            middle = y + height / 2
            first = middle + 0.358 * face.size - (len(lines) - 1) * style.leading / 2
            for i, line in enumerate(lines):
                at = (style.margin, first + i * style.leading)
                marks.append(placed(line, at, face, "start", "label", index))
            marks += self._bubbles(band, code, middle, index)
            total = str(band.total(row=code))
            at = (right, middle + 0.358 * face.size)
            marks.append(placed(total, at, face, "end", "total", index))
            y += height
            marks.append(Line(style.margin, y, right, y, 0.4, style.palette.grid, role="grid"))
        columns = [self.left + i * self.cell for i in range(len(band.outcomes) + 1)]
        upright = [Line(x, start, x, y, 0.4, style.palette.grid, role="grid") for x in columns]
        return [*upright, *marks], y

    def _bubbles(self, band: EvidenceMap, row: str, y: float, index: int) -> list[Mark]:
        marks: list[Mark] = []
        classes = self.classes
        for column, (outcome, _) in enumerate(band.outcomes):
            centre = self.left + (column + 0.5) * self.cell
            for slot, design in enumerate(classes):
                count = band.count(row, outcome, design)
                if count:
                    x = centre + (slot - (len(classes) - 1) / 2) * SLOT
                    marks.append(self._bubble(x, y, count, design, index))
        return marks

    def _bubble(self, x: float, y: float, count: int, design: int, index: int | None) -> Circle:
        look = CLASSES[design]
        return Circle(x, y, self._radius(count), look.fill, look.edge, 0.8, "bubble", index)

    def _radius(self, count: int) -> float:
        """Radius of a bubble: its area is in proportion to the number of studies."""
        most = max(len(ids) for ids in self.found.studies.values())
        return LARGEST * math.sqrt(count / max(most, 4))

    def signs(self) -> list[Sign]:
        """Classes in the size of the largest, then sizes."""
        most = max(len(ids) for ids in self.found.studies.values())
        middle = max(most, 4) // 2
        signs = [self._sign(CLASSES[design].words, middle, design) for design in self.classes]
        sizes = sorted({1, max(1, round(most / 2)), most})
        return signs + [
            self._sign("1 study" if n == 1 else f"{n} studies", n, self.classes[0]) for n in sizes
        ]

    def _sign(self, words: str, count: int, design: int) -> Sign:
        radius = self._radius(count)
        return Sign(words, lambda x, y: self._bubble(x, y, count, design, None), max(4.0, radius))

    def sentences(self) -> Sequence[str]:
        """What a bubble counts."""
        parts = (
            "The outcomes stand in parts, one below the other; each has the rows with a study of "
            "its outcomes, and counts these studies."
        )
        return (
            "Areas are in proportion to the number of studies with a result; a study stands in "
            "every cell for which it has one.",
            *((parts,) if len(self.bands) > 1 else ()),
        )
