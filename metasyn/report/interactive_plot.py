"""Where the rows of the forest plot stand, so that a page can move, hide and relabel them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from metasyn.report.lines import is_share, measure_of
from metasyn.report.material import Material

if TYPE_CHECKING:
    from metasyn.figures.forest_layout import ForestLayout
    from metasyn.figures.marks import Page

__all__ = ["plot_of"]

_GAP = 1.0
"""Room above the first letters of a block, in points; blocks stand further apart than this."""
_REGISTERED_ONLY = ("prediction", "tipping", "statistics")


def plot_of(material: Material) -> dict[str, Any] | None:
    """Axis, sizes and blocks of the drawing; None without a drawing."""
    layout = material.layout
    if layout is None:
        return None
    axis, style = layout.axis, layout.style
    heaviest = max((r.weight for r in layout.rows if r.kind == "study" and r.weight), default=1.0)
    return {
        "percent": is_share(measure_of(material.groups)),
        "axis": {
            "low": axis.low,
            "high": axis.high,
            "left": axis.left,
            "right": axis.right,
            "log": axis.log,
        },
        "square": {"side": style.square, "least": style.least_square, "heaviest": heaviest},
        "blocks": _blocks(layout, material),
    }


def _blocks(layout: ForestLayout, material: Material) -> list[dict[str, Any]]:
    """One a line drawn: its code, its rows (first, and one after the last) and their height."""
    page, first = layout.pages[0], 0
    lines = [line for line in material.groups.lines if not line.is_control]
    blocks: list[dict[str, Any]] = []
    for line, block in zip(lines, layout.blocks, strict=True):
        end = first + len(block.rows)
        kinds: list[str] = [row.kind for row in block.rows]
        top, bottom = _reach(page, first, end)
        blocks.append(
            {
                "code": line.code,
                "label": line.label,
                "first": first,
                "end": end,
                "top": top - _GAP,
                "bottom": bottom,
                "pooled": _place(kinds, first, "pooled"),
                "together": _place(kinds, first, "cases-together"),
                "fixed": [first + i for i, k in enumerate(kinds) if k in _REGISTERED_ONLY],
            }
        )
        first = end
    for here, after in pairwise(blocks):
        here["bottom"] = after["top"]
    return blocks


def _reach(page: Page, first: int, end: int) -> tuple[float, float]:
    """Top of the highest and bottom of the lowest mark of some rows."""
    boxes = [mark.box for mark in page.marks if mark.row is not None and first <= mark.row < end]
    return min(box.top for box in boxes), max(box.bottom for box in boxes)


def _place(kinds: list[str], first: int, kind: str) -> int | None:
    return first + kinds.index(kind) if kind in kinds else None
