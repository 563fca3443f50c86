"""Columns of a forest plot: how wide each is and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from metasyn.figures.forest_source import ForestSource
from metasyn.figures.forest_table import Row
from metasyn.figures.marks import Weight
from metasyn.figures.styles import CONTROL, Column, Style
from metasyn.figures.text_metrics import text_width

__all__ = ["RIGHT", "Columns", "Place", "columns_of", "indent_of", "weight_of"]

BOLD = ("heading", "pooled")
FLUSH = ("heading", "pooled", "studies-only", "prediction", "not-pooled", "statistics", "tipping")
RIGHT = ("events", "count", "total", *CONTROL, "weight")
"""Columns aligned on the right."""

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
    """

    column: Column
    left: float
    width: float
    pivot: float
    header: tuple[str, ...]

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width


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
    if not headed:
        return 0.0 if row.kind != "case" else style.indent
    steps = 0 if row.kind == "heading" else 2 if row.kind in ("case", "cases-together") else 1
    return steps * style.indent


def columns_of(source: ForestSource, style: Style) -> Columns:
    """Columns as wide as what they say."""
    sizes: dict[Column, tuple[float, float]] = {}
    headers = {column: _header(source, style, column) for column in style.columns}
    for column in style.columns:
        if column == "plot":
            sizes[column] = style.plot_width, 0.0
        elif column == "label":
            sizes[column] = _label_width(source, style, headers[column]), 0.0
        else:
            size = _cell_width(source, style, column, headers[column])
            if size is not None:
                sizes[column] = size
    left_of_plot = list(sizes)[: list(sizes).index("plot")]
    taken = sum(sizes[column][0] + style.gap for column in left_of_plot) - style.gap
    missing = max(0.0, style.left_width - taken)
    sizes["label"] = sizes["label"][0] + missing, 0.0
    places = []
    left = style.margin
    for column, (width, pivot) in sizes.items():
        places.append(Place(column, left, width, left + pivot, headers[column]))
        left += width + style.gap
    return Columns(tuple(places), left - style.gap + style.margin)


def _header(source: ForestSource, style: Style, column: Column) -> tuple[str, ...]:
    scale, model = source.scale, source.model
    percent = scale.kind == "proportion"
    words = {
        "measure": f"{scale.name}, %" if percent else scale.name,
        "unit": "%" if percent else scale.name,
        "level": source.percent,
        "model": model[:1].upper() + model[1:] if style.name == "revman" else model,
    }
    text = style.headers.get(CONTROL.get(column, column), "").format(**words)
    lines = tuple(text.split("\n")) if text else ()
    if source.two_arms and column in (*CONTROL, *CONTROL.values()):
        return ("Control" if column in CONTROL else "Treated", *lines)
    return lines


def _header_width(header: tuple[str, ...], style: Style) -> float:
    return max((text_width(line, style.size, "bold") for line in header), default=0.0)


def _label_width(source: ForestSource, style: Style, header: tuple[str, ...]) -> float:
    headed = any(block.label for block in source.blocks)
    natural = [
        indent_of(row, style, headed) + text_width(row.label, style.size, weight_of(row))
        for row in source.rows
        if row.kind in ("study", "case", "stratum", "cases-together")
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
    before = max(text_width(cell[0], style.size, weight) for cell, weight in cells)
    after = max(text_width(cell[1], style.size, weight) for cell, weight in cells)
    space = SPACE.get(column, 0.0) * style.size if after else 0.0
    content = before + space + after
    width = max(content, _header_width(header, style))
    shift = width - content if column in RIGHT else 0.0
    return width, shift + before
