"""The rows of a forest plot as items of known height, and their marks once they have a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from metasyn.figures.axis import Axis
from metasyn.figures.forest.bias import bias_marks, bias_middles
from metasyn.figures.forest.columns import SPACE, Columns, Place, indent_of, weight_of
from metasyn.figures.forest.marks import Pen
from metasyn.figures.forest.source import ForestSource
from metasyn.figures.forest.strip import WEIGHT_ROOM, strip_height, strip_marks
from metasyn.figures.forest.table import Cell, Row
from metasyn.figures.marks import Mark
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed, wrap

__all__ = ["Body", "Item", "baseline"]

SUMMARY = ("pooled", "model", "studies-only", "prediction", "not-pooled", "tipping", "statistics")
MUTED = ("stratum", "statistics", "tipping", "not-pooled")


def baseline(middle: float, size: float) -> float:
    """Baseline of a text whose capitals stand about a middle line."""
    return middle + 0.358 * size


@dataclass(frozen=True, slots=True)
class Item:
    """A row with its height.

    Parameters
    ----------
    index
        Position of the row among all rows.
    row
        What it says.
    block
        Position of its block.
    lines
        Its label, wrapped.
    before, height
        Room above it (not at the top of a page), and its own height.
    breakable
        Whether a page may begin with it.
    """

    index: int
    row: Row
    block: int
    lines: tuple[str, ...]
    before: float
    height: float
    breakable: bool


@dataclass(frozen=True)
class Body:
    """Turns rows into items, and items into marks.

    Parameters
    ----------
    source, columns, axis, style
        What is said, where, on which axis, and how it looks.
    """

    source: ForestSource
    columns: Columns
    axis: Axis
    style: Style

    @cached_property
    def pen(self) -> Pen:
        """Draws on the axis."""
        return Pen(self.axis, self.style, self.source.heaviest)

    @cached_property
    def headed(self) -> bool:
        """Whether blocks have headings."""
        return any(block.label for block in self.source.blocks)

    def items(self) -> tuple[Item, ...]:
        """Every row as an item, in order."""
        items: list[Item] = []
        for number, block in enumerate(self.source.blocks):
            data = [row for row in block.rows if row.kind not in SUMMARY]
            for position, row in enumerate(block.rows):
                after = block.rows[position - 1].kind if position else ""
                keep = 0 < position < 3 or after == "stratum" or position == len(data) - 1
                keep = keep or row.kind in SUMMARY
                opens = position == 0 and number > 0 and self.style.between_blocks
                totals = row.kind == "pooled" and self.style.space_before_total
                before = self.style.pitch * 0.6 if opens or totals else 0.0
                items.append(self._item(row, len(items), number, before, not keep))
        return tuple(items)

    def continued(self, item: Item) -> Item | None:
        """The heading that is repeated where a page begins within a block."""
        heading = self.source.blocks[item.block].rows[0]
        if heading.kind != "heading" or item.row is heading:
            return None
        row = Row("heading", f"{heading.label} (continued)")
        index = item.index - self.source.blocks[item.block].rows.index(item.row)
        return self._item(row, index, item.block, 0.0, breakable=True)

    def _item(self, row: Row, index: int, block: int, before: float, breakable: bool) -> Item:
        style = self.style
        left = self._left(row)
        room = self.columns.room(row, left, style.gap) - (
            WEIGHT_ROOM if row.kind == "tipping" else 0.0
        )
        lines = wrap(row.label, room, self._size(row), weight_of(row))
        deepest = max([len(lines), *(len(wrapped) for _, wrapped in self._own(row))])
        height = style.pitch + (deepest - 1) * style.leading
        if row.strip is not None:
            height = max(height, strip_height(row.strip))
        return Item(index, row, block, lines, before, height, breakable)

    def _left(self, row: Row) -> float:
        return self.columns.place("label").left + indent_of(row, self.style, self.headed)

    def _size(self, row: Row) -> float:
        return self.style.small if row.kind in ("statistics", "tipping") else self.style.size

    def _middle(self, top: float) -> float:
        """Middle of a row's first line, on which its marks stand."""
        return top + self.style.pitch / 2

    def texts(self, item: Item, top: float) -> list[Mark]:
        """Label and cells of an item that begins at ``top``."""
        row, style = item.row, self.style
        colour = style.palette.muted if row.kind in MUTED else style.palette.ink
        face = Face(self._size(row), weight_of(row), colour)
        y = baseline(self._middle(top), face.size)
        left = self._left(row)
        marks: list[Mark] = [
            placed(text, (left, y + line * style.leading), face, "start", row.kind, item.index)
            for line, text in enumerate(item.lines)
        ]
        for place in self.columns.places:
            before, after = row.cells.get(place.column, ("", ""))
            if _is_whole(place, (before, after)):
                continue
            if before:
                at = (place.pivot, y)
                marks.append(placed(before, at, face, "end", place.column, item.index))
            if after:
                at = (place.pivot + SPACE.get(place.column, 0.0) * face.size, y)
                marks.append(placed(after, at, face, "start", place.column, item.index))
        for place, wrapped in self._own(row):
            anchor, x = place.edge
            marks += [
                placed(text, (x, y + i * style.leading), face, anchor, place.column, item.index)
                for i, text in enumerate(wrapped)
            ]
        return marks

    def _own(self, row: Row) -> list[tuple[Place, tuple[str, ...]]]:
        """Cells that stand as a whole at an edge or in the middle, those of the user's wrapped."""
        size, weight = self._size(row), weight_of(row)
        found = []
        for place in self.columns.places:
            before, after = row.cells.get(place.column, ("", ""))
            text = before or after
            if not text or not _is_whole(place, (before, after)):
                continue
            lines = wrap(text, place.width, size, weight) if place.wraps else (text,)
            found.append((place, lines))
        return found

    def shapes(self, item: Item, top: float) -> list[Mark]:
        """What the plot shows beside an item that begins at ``top``."""
        if item.row.strip is not None:
            values = self.columns.place("estimate").pivot
            return strip_marks(item.row, self.axis, self.style, (values, top), item.index)
        middle = self._middle(top)
        marks = self.pen.marks(item.row, middle, item.index)
        if item.row.bias and self.source.bias is not None:
            place = self.columns.place("bias")
            across = bias_middles(self.source.bias, (place.left, place.width), self.style)
            marks += bias_marks(item.row, self.source.bias, across, middle, item.index)
        return marks


def _is_whole(place: Place, cell: Cell) -> bool:
    """Whether a cell is one text, which stands at an edge of its column or in the middle."""
    return place.wraps or (place.align == "centre" and not all(cell))
