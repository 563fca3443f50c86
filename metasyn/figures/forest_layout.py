"""A forest plot as data: every text and shape with its place.

Positions come from measured text, so that nothing overlaps whatever the labels and however many the
rows; the distance of rows is constant and the page grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.diagnostics.cumulative import Cumulative
from metasyn.diagnostics.leave_one_out import LeaveOneOut
from metasyn.errors import SpecError
from metasyn.figures.axis import Axis
from metasyn.figures.forest.arrangement import arranged, code_of
from metasyn.figures.forest.body import Body
from metasyn.figures.forest.columns import Columns, columns_of
from metasyn.figures.forest.content import Content, content_of
from metasyn.figures.forest.frame import Frame
from metasyn.figures.forest.guides import guides
from metasyn.figures.forest.options import ForestOptions
from metasyn.figures.forest.order import reordered
from metasyn.figures.forest.pages import Sheet, split_pages
from metasyn.figures.forest.rows import Extras
from metasyn.figures.forest.source import source_of
from metasyn.figures.forest.steps import steps_of
from metasyn.figures.forest.strip import strip_of
from metasyn.figures.forest.table import Block, Row, TippingStrip
from metasyn.figures.house_styles import style_of, with_statements
from metasyn.figures.marks import Layout, Page
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.tipping import curves_of
from metasyn.models.groups import Groups
from metasyn.models.random_effects.subgroups import Subgroups
from metasyn.models.results import Pooled
from metasyn.records.tallies import Tallies

if TYPE_CHECKING:
    from metasyn.diagnostics.case_evidence.evidence import CaseEvidence
    from metasyn.diagnostics.case_evidence.tipping import Tipping

__all__ = ["ForestLayout", "ForestResults", "forest_layout"]

ForestResults = Groups | Subgroups | Pooled | LeaveOneOut | Cumulative
"""What a forest plot can show."""

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
    results: ForestResults,
    style: StyleName = "plain",
    *,
    title: str | None = None,
    tipping: Mapping[str, TippingStrip | Tipping | CaseEvidence] | None = None,
    favours: tuple[str, str] | None = None,
    page_height: float | None = None,
    statements: Tallies | None = None,
    options: ForestOptions | None = None,
) -> ForestLayout:
    """Places of everything in a forest plot.

    Parameters
    ----------
    results
        Pooled lines by group, subgroups, one pooled result of effects or counts, or a
        leave-one-out or cumulative analysis.
    style
        House style.
    title
        Stands above the plot.
    tipping
        Group code to the strip under its pooled line: a strip, or what
        :func:`metasyn.case_evidence` returned or its tipping curves.
    favours
        What lies to the left and to the right of no effect.
    page_height
        Height of every page in points; one page that holds everything if None.
    statements
        What :func:`metasyn.tally` counted, for a last column; no column if None.
    options
        Columns, order, further models, risk of bias and whatever else a user may choose.

    Returns
    -------
    ForestLayout
        Pure data; :func:`metasyn.figures.draw.draw_forest` draws it.

    Raises
    ------
    SpecError
        If there is nothing to draw, or a choice does not fit the results.
    """
    _refuse_other(results, favours)
    chosen = style_of(style) if statements is None else with_statements(style_of(style))
    options = options or ForestOptions()
    strips = {
        code: curve if isinstance(curve, TippingStrip) else strip_of(curves_of(code, curve))
        for code, curve in (tipping or {}).items()
    }
    content = _content(results, options)
    arrangement = arranged(chosen, content, options)
    extras = Extras(strips, statements)
    source = source_of(content, arrangement, extras, options, title or "")
    chosen = arrangement.style
    columns = columns_of(source, chosen)
    _refuse_empty(columns, options, chosen)
    plot = columns.place("plot")
    axis = source.axis((plot.left, plot.right), options.limits, chosen)
    if favours is not None and axis.null is None and options.reference is None:
        raise SpecError(
            "favours stand on both sides of no effect, and a proportion has none; leave them out "
            "or give a reference."
        )
    body = Body(source, columns, axis, chosen)
    items = body.items()
    tall = page_height is None and sum(item.height for item in items) > TALL
    frame = Frame(source, columns, axis, chosen, favours, tall)
    room = None if page_height is None else page_height - frame.height
    sheets = split_pages(items, room, body.continued)
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


def _refuse_other(results: object, favours: object) -> None:
    """Refuse what is no pooled result, and favours that are not two."""
    if not isinstance(results, ForestResults):
        raise SpecError(
            f"A forest plot shows pooled results, not {type(results).__name__}: pass what pool(), "
            "pool_by(), subgroups(), leave_one_out() or cumulative() returned, one at a time."
        )
    pair = isinstance(favours, tuple | list) and len(favours) == 2
    if favours is not None and not pair:
        raise SpecError(
            f"favours is {favours!r}; it must be two texts, what lies to the left and to the right "
            "of no effect."
        )


def _content(results: ForestResults, options: ForestOptions) -> Content:
    """Content of any result, its studies in the order that was asked for."""
    if isinstance(results, LeaveOneOut | Cumulative):
        return steps_of(results, options)
    content = content_of(results, options)
    if not content.sections:
        raise SpecError("There is no line to draw: the result has no groups.")
    return content if options.order is None else reordered(content, options.order)


def _refuse_empty(columns: Columns, options: ForestOptions, style: Style) -> None:
    """Refuse a column that the user chose and no row can fill."""
    if options.left is None and options.right is None:
        return
    there = [place.column for place in columns.places]
    given = (*(options.left or ()), *(options.right or ()))
    names = {code_of(one if isinstance(one, str) else one.name): one for one in given}
    empty = [code for code in style.columns if code in names and code not in there]
    if empty:
        raise SpecError(f"Nothing is known for the column {', '.join(map(repr, empty))}.")


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
