"""Columns of a forest plot: how wide each is and where it stands."""

from __future__ import annotations

import math
from dataclasses import dataclass

from metasyn.figures.forest.arrangement import header_lines
from metasyn.figures.forest.bias import cell_width
from metasyn.figures.forest.source import ForestSource
from metasyn.figures.forest.table import Row
from metasyn.figures.marks import Anchor, Weight
from metasyn.figures.styles import CONTROL, Align, Column, Style
from metasyn.figures.text_metrics import text_width

__all__ = ["BANDS", "Columns", "Place", "columns_of", "indent_of", "weight_of"]

BOLD = ("heading", "pooled")
RIGHT = ("events", "count", "total", *CONTROL, "weight", "k", "tau2", "i2")
"""Columns aligned on the right."""
BANDS: tuple[tuple[Column, ...], ...] = (("count", "total"), ("control_count", "control_total"))
"""Columns of one arm, over which its name stands once."""

WIDEST_TEXT = 150.0
"""Width at which texts of the user's data are wrapped."""
SPACE = {"estimate": 0.3}
"""Room between the parts of a cell, in units of the font size."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the page.

    Parameters
    ----------
    column
        Its code.
    left, width
        Where it stands, in points.
    pivot
        Where the parts of its cells meet.
    header
        Lines of its header.
    align
        Where its header and its cells stand.
    """

    column: Column
    left: float
    width: float
    pivot: float
    header: tuple[str, ...]
    align: Align = "left"

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def edge(self) -> tuple[Anchor, float]:
        """Where its texts are aligned."""
        if self.align == "right":
            return "end", self.right
        if self.align == "centre":
            return "middle", (self.left + self.right) / 2
        return "start", self.left

    @property
    def wraps(self) -> bool:
        """Whether it holds texts of the user's data, which may be long."""
        return self.column.startswith("own:")


@dataclass(frozen=True, slots=True)
class Columns:
    """Every column from left to right, and the width of the page."""

    places: tuple[Place, ...]
    page_width: float

    def place(self, column: Column) -> Place:
        """Place of a column that the figure has."""
        return next(place for place in self.places if place.column == column)

    def room(self, row: Row, left: float, gap: float) -> float:
        """Room for the label of a row: up to the next column in which the row says something."""
        for place in self.places:
            if place.left > left and (place.column == "plot" or place.column in row.cells):
                return place.left - gap - left
        return self.page_width - left - gap


def weight_of(row: Row) -> Weight:
    """Whether a row is printed in bold."""
    return "bold" if row.kind in BOLD else "normal"


def indent_of(row: Row, style: Style, headed: bool) -> float:
    """How far a row's label stands in."""
    if row.flush:
        return 0.0
    if not headed:
        return 0.0 if row.kind != "case" else style.indent
    steps = 0 if row.kind == "heading" else 2 if row.kind in ("case", "cases-together") else 1
    return steps * style.indent


def columns_of(source: ForestSource, style: Style) -> Columns:
    """Columns as wide as what they say."""
    sizes: dict[Column, tuple[float, float]] = {}
    headers = {column: _header(source, style, column) for column in style.columns}
    for column in style.columns:
        size = _size(source, style, column, headers[column])
        if size is not None:
            sizes[column] = size
    _widen_bands(sizes, source, style)
    left_of_plot = list(sizes)[: list(sizes).index("plot")]
    taken = sum(sizes[column][0] + style.gap for column in left_of_plot) - style.gap
    missing = max(0.0, style.left_width - taken)
    sizes["label"] = sizes["label"][0] + missing, 0.0
    places = []
    left = style.margin
    for column, (width, pivot) in sizes.items():
        align = _align(column, style)
        places.append(Place(column, left, width, left + pivot, headers[column], align))
        left += width + style.gap
    return Columns(tuple(places), left - style.gap + style.margin)


def _size(
    source: ForestSource, style: Style, column: Column, header: tuple[str, ...]
) -> tuple[float, float] | None:
    """Width of a column and where its cells are aligned; None where it says nothing."""
    if column == "plot":
        return style.plot_width, 0.0
    if column == "label":
        return _label_width(source, style, header), 0.0
    if column == "bias":
        if source.bias is None:
            return None
        cells = len(source.bias.domains) * cell_width(source.bias, style)
        return max(cells, _header_width(header, style)), 0.0
    return _cell_width(source, style, column, header)


def _align(column: Column, style: Style) -> Align:
    if column in ("plot", "bias"):
        return "centre"
    numbers = column in RIGHT or column.startswith("weight:")
    return style.align.get(column, "right" if numbers else "left")


def _widen_bands(
    sizes: dict[Column, tuple[float, float]], source: ForestSource, style: Style
) -> None:
    """Columns of an arm are together as wide as its name."""
    if not source.two_arms:
        return
    for columns, arm in zip(BANDS, source.arms, strict=True):
        there = [column for column in columns if column in sizes]
        if there:
            taken = sum(sizes[column][0] + style.gap for column in there) - style.gap
            more = max(0.0, text_width(arm, style.size, "bold") - taken) / len(there)
            for column in there:
                width, pivot = sizes[column]
                shift = more if _align(column, style) == "right" else 0.0
                sizes[column] = width + more, pivot + shift


def _header(source: ForestSource, style: Style, column: Column) -> tuple[str, ...]:
    scale, percent = source.scale, source.scale.kind == "proportion"
    name = f"{scale.name}, %" if percent else scale.name
    words = {
        "measure": name,
        "Measure": _capitalised(name),
        "unit": "%" if percent else scale.name,
        "level": source.percent,
        "method": source.method,
        "Method": _capitalised(source.method),
    }
    text = style.headers.get(CONTROL.get(column, column), "").format(**words)
    lines = tuple(text.split("\n")) if text else ()
    if source.two_arms and column in ("events", "control"):
        return (*header_lines(source.arms[column == "control"], style), *lines)
    if source.two_arms and any(column in band for band in BANDS):
        return ("", *lines)
    return lines


def _capitalised(text: str) -> str:
    """Every word with a capital."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def _header_width(header: tuple[str, ...], style: Style) -> float:
    return max((text_width(line, style.size, "bold") for line in header), default=0.0)


def _label_width(source: ForestSource, style: Style, header: tuple[str, ...]) -> float:
    headed = any(block.label for block in source.blocks)
    natural = [
        indent_of(row, style, headed) + text_width(row.label, style.size, weight_of(row))
        for row in source.rows
        if row.kind in ("study", "case", "step", "stratum", "cases-together")
    ]
    least, most = style.label_width
    return min(most, max([least, _header_width(header, style), *natural]))


def _cell_width(
    source: ForestSource, style: Style, column: Column, header: tuple[str, ...]
) -> tuple[float, float] | None:
    """Width of a column and where its cells are aligned; None where it would be empty."""
    cells = [(row.cells[column], weight_of(row)) for row in source.rows if column in row.cells]
    if not cells:
        return None
    most = WIDEST_TEXT if column.startswith("own:") else math.inf
    before, after = (
        min(most, max(text_width(cell[part], style.size, weight) for cell, weight in cells))
        for part in (0, 1)
    )
    space = SPACE.get(column, 0.0) * style.size if after else 0.0
    content = before + space + after
    width = max(content, _header_width(header, style))
    align = _align(column, style)
    shift = {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * (width - content)
    return width, shift + before
