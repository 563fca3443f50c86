"""Faint lines behind the rows: grid, line of no effect, and the pooled estimates."""

from __future__ import annotations

from collections.abc import Sequence

from metasyn.figures.forest.body import Body, Item
from metasyn.figures.marks import Line, Mark

__all__ = ["guides"]


def guides(
    body: Body, placed: Sequence[tuple[Item, float]], reach: tuple[float, float]
) -> list[Mark]:
    """Lines behind the rows of a page.

    Parameters
    ----------
    body
        Axis and style.
    placed
        The items of the page with their tops.
    reach
        Where the rows begin and where the axis stands.
    """
    axis, style = body.axis, body.style
    top, bottom = reach
    marks: list[Mark] = []
    if style.gridlines:
        marks += [
            Line(
                axis.x(t.value), top, axis.x(t.value), bottom, 0.5, style.palette.grid, role="grid"
            )
            for t in axis.ticks
        ]
    if axis.null is not None and axis.holds(axis.null):
        x = axis.x(axis.null)
        marks.append(Line(x, top, x, bottom, 0.8, style.palette.rule, role="null"))
    reference = body.source.reference
    if reference is not None and axis.holds(reference):
        x = axis.x(reference)
        marks.append(Line(x, top, x, bottom, 0.8, style.palette.muted, (3, 2), "reference"))
    if style.pooled_line:
        marks += _pooled_lines(body, placed)
    return marks


def _pooled_lines(body: Body, placed: Sequence[tuple[Item, float]]) -> list[Mark]:
    """A dotted line through each pooled estimate, along the rows of its block on this page.

    Where the blocks divide one result there is one line only, of all studies, along all rows.
    """
    marks: list[Mark] = []
    whole = any(block.overall for block in body.source.blocks)
    for number, block in enumerate(body.source.blocks):
        pooled = block.pooled if block.overall or not whole else None
        rows = [
            (item, top)
            for item, top in placed
            if (block.overall or item.block == number)
            and item.row.kind not in ("heading", "statistics", "tipping")
        ]
        if pooled is None or pooled.estimate is None or not rows:
            continue
        if not body.axis.holds(pooled.estimate):
            continue
        x = body.axis.x(pooled.estimate)
        start = rows[0][1]
        end = rows[-1][1] + rows[-1][0].height
        marks.append(
            Line(
                x, start, x, end, 0.7, body.style.palette.reference, (1.2, 1.8), role="pooled-line"
            )
        )
    return marks
