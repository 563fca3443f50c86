"""A forest plot as data: every text and shape with its place.

Positions come from measured text, so that nothing overlaps whatever the labels and however many the
rows; the distance of rows is constant and the page grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.figures.axis import Axis
from metasyn.figures.forest_body import Body
from metasyn.figures.forest_columns import columns_of
from metasyn.figures.forest_frame import Frame
from metasyn.figures.forest_guides import guides
from metasyn.figures.forest_pages import Sheet, split_pages
from metasyn.figures.forest_source import source_of
from metasyn.figures.forest_strip import strip_of
from metasyn.figures.forest_table import Block, Row, TippingStrip
from metasyn.figures.house_styles import style_of, with_statements
from metasyn.figures.marks import Layout, Page
from metasyn.figures.styles import Style, StyleName
from metasyn.models.groups import Groups
from metasyn.models.results import Pooled
from metasyn.records.tallies import Tallies

if TYPE_CHECKING:
    from metasyn.diagnostics.case_evidence.tipping import Tipping

__all__ = ["ForestLayout", "forest_layout"]

TALL = 700.0
"""Height of the rows beyond which the ticks stand above them too."""


@dataclass(frozen=True, slots=True)
class ForestLayout(Layout):
    """A forest plot with every place computed.

    Parameters
    ----------
    style
        The house style.
    blocks
        What the rows say, before they had places.
    axis
        Range, ticks and place of the axis, the same on every page.
    """

    style: Style
    blocks: tuple[Block, ...]
    axis: Axis

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row in order; marks refer to them by position."""
        return tuple(row for block in self.blocks for row in block.rows)


def forest_layout(  # noqa: PLR0913 - one result and its looks; the rest can be left out
    results: Groups | Pooled,
    style: StyleName = "plain",
    *,
    title: str | None = None,
    tipping: Mapping[str, TippingStrip | Tipping] | None = None,
    favours: tuple[str, str] | None = None,
    limits: tuple[float, float] | None = None,
    page_height: float | None = None,
    statements: Tallies | None = None,
) -> ForestLayout:
    """Places of everything in a forest plot.

    Parameters
    ----------
    results
        Pooled lines by group, or one pooled result of effects or counts.
    style
        House style.
    title
        Stands above the plot.
    tipping
        Group code to the strip under its pooled line: a strip, or the tipping curves of
        :func:`metasyn.case_evidence`.
    favours
        What lies to the left and to the right of no effect.
    limits
        Range of the axis on the display scale; chosen from the data if None.
    page_height
        Height of every page in points; one page that holds everything if None.
    statements
        What :func:`metasyn.tally` counted, for a last column; no column if None.

    Returns
    -------
    ForestLayout
        Pure data; :func:`metasyn.figures.draw.draw_forest` draws it.
    """
    chosen = style_of(style) if statements is None else with_statements(style_of(style))
    strips = {
        code: curve if isinstance(curve, TippingStrip) else strip_of(curve)
        for code, curve in (tipping or {}).items()
    }
    source = source_of(results, chosen, strips, title, statements)
    columns = columns_of(source, chosen)
    plot = columns.place("plot")
    axis = source.axis((plot.left, plot.right), limits, symmetric=chosen.symmetric_axis)
    body = Body(source, columns, axis, chosen)
    tall = page_height is None and sum(item.height for item in body.items()) > TALL
    frame = Frame(source, columns, axis, chosen, favours, tall)
    room = None if page_height is None else page_height - frame.height
    sheets = split_pages(body.items(), room, body.continued)
    several = len(sheets) > 1
    pages = tuple(
        _page(
            frame,
            body,
            sheet,
            f"Page {i + 1} of {len(sheets)}" if several else "",
            page_height if several else None,
        )
        for i, sheet in enumerate(sheets)
    )
    name = source.title or f"Forest plot: {source.axis_title}"
    keys = tuple(row.key for row in source.rows)
    return ForestLayout(pages, name, source.description, keys, chosen, source.blocks, axis)


def _page(frame: Frame, body: Body, sheet: Sheet, number: str, height: float | None) -> Page:
    head, top = frame.head(number)
    tops, y = [], top
    for position, item in enumerate(sheet):
        y += item.before if position else 0.0
        tops.append(y)
        y += item.height
    foot, bottom = frame.foot(y)
    placed = tuple(zip(sheet, tops, strict=True))
    marks = [*guides(body, placed, (top - 2, y + body.style.pitch * 0.25))]
    for item, at in placed:
        marks += body.shapes(item, at)
    for item, at in placed:
        marks += body.texts(item, at)
    return Page(frame.columns.page_width, max(height or 0.0, bottom), (*marks, *head, *foot))
