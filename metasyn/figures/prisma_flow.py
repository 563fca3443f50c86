"""The flow diagram of PRISMA 2020, drawn from the registry's own numbers."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metasyn.figures.files import write_layout
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Layout, Line, Mark, Page, Polygon, Rectangle
from metasyn.figures.paging import pages_of_rows
from metasyn.figures.panel import heading, notes
from metasyn.figures.prisma_flow_boxes import (
    NOT_GIVEN,
    BoxLine,
    FlowBox,
    HasFlow,
    Place,
    flow_boxes,
    flow_notes,
)
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, clean, placed, wrap
from metasyn.figures.write import PAGE_HEIGHT
from metasyn.models.groups import Groups
from metasyn.records import Records

__all__ = ["prisma_flow_layout", "write_prisma_flow"]

WIDTH, PAD, BETWEEN, BELOW, RAIL, INDENT = 172.0, 6.0, 26.0, 20.0, 66.0, 8.0
PLACES: tuple[Place, ...] = ("previous", "main", "side", "other", "other-side")
BANDS: tuple[tuple[str, tuple[Place, ...]], ...] = (
    ("Previous studies", ("previous",)),
    ("Identification of studies via databases and registers", ("main", "side")),
    ("Identification of studies via other methods", ("other", "other-side")),
)
TINT, BAND = "#d9e9f3", "#f4e3c3"


def write_prisma_flow(
    registry: HasFlow,
    path: str | os.PathLike[str],
    groups: Groups | Records | None = None,
    *,
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw the flow of records, reports and results.

    Numbers of the search come from the sheet ``flow``; what it does not hold is drawn as not
    given. Without the sheet only the boxes that the registry itself knows are drawn, and the
    figure says so. Numbers that do not come out have a red edge and a note.

    Parameters
    ----------
    registry
        What :func:`metasyn.read_registry` returned.
    path
        Where to: ``.svg``, ``.png`` or ``.pdf`` (which has pages).
    groups
        What a synthesis took: pooled groups, or records that were selected; None stops at the
        registry.
    title
        Stands above.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If there is no such kind of file.
    OutputError
        If the file cannot be written.

    References
    ----------
    Page et al. 2021, BMJ 372:n71, figure 1; boxes as in Haddaway et al. 2022, Campbell Systematic
    Reviews 18:e1230.
    """
    height = PAGE_HEIGHT if Path(path).suffix.lower() == ".pdf" else None
    layout = prisma_flow_layout(registry, groups, title=title, page_height=height)
    return write_layout(layout, path, dpi=dpi)


def prisma_flow_layout(
    registry: HasFlow,
    groups: Groups | Records | None = None,
    *,
    title: str | None = None,
    page_height: float | None = None,
) -> Layout:
    """Places of the flow diagram; see :func:`write_prisma_flow`.

    Rows of boxes are dealt out to pages of at most ``page_height``, where one is given.
    """
    style = style_of("plain")
    boxes = flow_boxes(registry, groups)
    diagram = _Diagram(boxes, style)
    name = title or "Flow of reports and results"
    inner = diagram.right - style.margin

    def page(rows: range) -> Page:
        top, y = heading(f"{name} (continued)" if rows.start else name, style, inner)
        bands, y = diagram.bands(y + 2) if registry.flow else ([], y + 2)
        body, y = diagram.draw(y, rows)
        foot, y = notes(flow_notes(registry, boxes), style, inner, y)
        return Page(diagram.right + style.margin, y, (*top, *bands, *body, *foot))

    pages = pages_of_rows(len(diagram.rows), page, page_height)
    said = "; ".join(" ".join(line.words for line in box.lines) for box in boxes)
    return Layout(pages, name, f"Flow diagram. {said}.", tuple(box.code for box in boxes))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box with its place."""

    box: FlowBox
    left: float
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def centre(self) -> float:
        return self.left + WIDTH / 2


@dataclass(frozen=True, slots=True)
class _Diagram:
    boxes: tuple[FlowBox, ...]
    style: Style

    @property
    def lefts(self) -> Mapping[Place, float]:
        """Left edge of every column that is there."""
        used = [place for place in PLACES if any(box.place == place for box in self.boxes)]
        start = self.style.margin + RAIL + 12
        return {place: start + i * (WIDTH + BETWEEN) for i, place in enumerate(used)}

    @property
    def right(self) -> float:
        """Right edge of the last column."""
        return max(self.lefts.values()) + WIDTH

    def bands(self, y: float) -> tuple[list[Mark], float]:
        """Titles above the columns of the search."""
        face = Face(self.style.small, "bold", self.style.palette.ink)
        step = 1.25 * face.size
        titles = []
        for words, places in BANDS:
            there = [self.lefts[place] for place in places if place in self.lefts]
            if there:
                width = max(there) + WIDTH - min(there)
                lines = wrap(words, width - 2 * PAD, face.size, "bold")
                titles.append((min(there), width, lines))
        height = max(len(lines) for _, _, lines in titles) * step + PAD
        marks: list[Mark] = []
        for left, width, lines in titles:
            marks.append(Rectangle(left, y, width, height, BAND, role="band"))
            first = y + height / 2 - (len(lines) - 1) * step / 2 + 0.358 * face.size
            for i, line in enumerate(lines):
                at = (left + width / 2, first + i * step)
                marks.append(placed(line, at, face, "middle", "band-title"))
        return marks, y + height + BELOW * 0.7

    @property
    def rows(self) -> list[list[FlowBox]]:
        """Boxes that stand side by side, from top to bottom."""
        ordered = sorted(self.boxes, key=lambda box: box.row)
        return [list(group) for _, group in itertools.groupby(ordered, key=lambda box: box.row)]

    def draw(self, y: float, some: range) -> tuple[list[Mark], float]:
        """Boxes of some rows, arrows, and the phases beside them."""
        found: list[_Placed] = []
        phases: list[tuple[str, float, float]] = []
        for row in self.rows[some.start : some.stop]:
            height = max(self._height(box) for box in row)
            for box in row:
                own = self._height(box)
                found.append(_Placed(box, self.lefts[box.place], y + (height - own) / 2, own))
            phases.append((row[0].phase, y, y + height))
            y += height + BELOW
        marks = [mark for item in found for mark in self._box(item)]
        arrows = [*self._arrows(found), *self._onwards(found, y - BELOW)]
        drawn = [*self._rail(phases), *arrows, *marks]
        return drawn, max(mark.box.bottom for mark in drawn) + 4

    def _onwards(self, found: Sequence[_Placed], bottom: float) -> list[Mark]:
        """Arrows down to boxes of the next page."""
        marks: list[Mark] = []
        for place in ("main", "other"):
            last = [item for item in found if item.box.place == place][-1:]
            every = [box for row in self.rows for box in row if box.place == place]
            if last and every[-1] is not last[0].box:
                item = last[0]
                end = max(bottom, item.top + item.height + 12.0) + 2.0
                marks += self._arrow([(item.centre, item.top + item.height), (item.centre, end)])
        return marks

    def _lines(self, box: FlowBox) -> list[tuple[BoxLine, str, float]]:
        """Lines wrapped to the box, each with its indentation."""
        found: list[tuple[BoxLine, str, float]] = []
        for line in box.lines:
            indent = INDENT if line.is_part else 0.0
            # A number is not parted from its n.
            words = clean(line.words).replace("(n = ", "(n\u00a0=\u00a0")
            words = words.replace(NOT_GIVEN, NOT_GIVEN.replace(" ", "\u00a0"))
            lines = wrap(words, WIDTH - 2 * PAD - indent, self.style.size)
            found += [(line, piece, indent) for piece in lines]
        return found

    def _height(self, box: FlowBox) -> float:
        return len(self._lines(box)) * self.style.leading * 1.08 + 2 * PAD

    def _box(self, item: _Placed) -> list[Mark]:
        style = self.style
        index = self.boxes.index(item.box)
        edge, width = (style.palette.case, 1.6) if item.box.is_wrong else (style.palette.axis, 0.7)
        marks: list[Mark] = [
            Rectangle(item.left, item.top, WIDTH, item.height, "#ffffff", edge, width, "box", index)
        ]
        y = item.top + PAD
        for line, piece, indent in self._lines(item.box):
            colour = style.palette.muted if line.is_part else style.palette.ink
            face = Face(style.size, "normal", colour)
            y += style.leading * 1.08
            at = (item.left + PAD + indent, y - 0.26 * style.leading)
            marks.append(placed(piece, at, face, "start", "flow", index))
        return marks

    def _rail(self, phases: Sequence[tuple[str, float, float]]) -> list[Mark]:
        """Names of the phases in the margin, each beside its rows."""
        face = Face(self.style.small, "bold", self.style.palette.ink)
        marks: list[Mark] = []
        for phase, rows in itertools.groupby(phases, key=lambda row: row[0]):
            spans = list(rows)
            top, bottom = spans[0][1], spans[-1][2]
            marks.append(Rectangle(self.style.margin, top, RAIL, bottom - top, TINT, role="phase"))
            at = (self.style.margin + RAIL / 2, (top + bottom) / 2 + 0.358 * face.size)
            marks.append(placed(phase, at, face, "middle", "phase-title"))
        return marks

    def _arrows(self, found: Sequence[_Placed]) -> list[Mark]:
        """Down a column, across to what leaves it, and into the boxes of what was included."""
        marks: list[Mark] = []
        for place, side in (("main", "side"), ("other", "other-side")):
            column = [item for item in found if item.box.place == place]
            for a, b in itertools.pairwise(column):
                marks += self._arrow([(a.centre, a.top + a.height), (b.centre, b.top)])
            rows = {item.box.row: item for item in found if item.box.place == side}
            for item in column:
                if (out := rows.get(item.box.row)) is not None:
                    marks += self._arrow(
                        [(item.left + WIDTH, item.middle), (out.left, item.middle)]
                    )
        named = {item.box.code: item for item in found}
        for source, target in (("other_assessed", "included"), ("previous", "total")):
            if source in named and target in named:
                a, b = named[source], named[target]
                end = b.left + WIDTH if a.left > b.left else b.left
                marks += self._arrow(
                    [(a.centre, a.top + a.height), (a.centre, b.middle), (end, b.middle)]
                )
        return marks

    def _arrow(self, points: Sequence[tuple[float, float]]) -> list[Mark]:
        """A line of straight pieces with a head at its end."""
        colour, size = self.style.palette.axis, 4.0
        (x1, y1), (x2, y2) = points[-2:]
        dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
        base = (x2 - size * dx, y2 - size * dy)
        half = size * 0.55
        head = ((x2, y2), (base[0] - half * dy, base[1] - half * dx),
                (base[0] + half * dy, base[1] + half * dx))  # fmt: skip
        path = [*points[:-1], base]
        marks: list[Mark] = [
            Line(*a, *b, 0.8, colour, role="arrow") for a, b in itertools.pairwise(path)
        ]
        return [*marks, Polygon(head, colour, role="arrow-head")]
