"""Rows dealt out to pages: a heading never stands last, a pooled line never stands alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from metasyn.figures.forest.body import Item

__all__ = ["Sheet", "split_pages"]

Sheet = tuple[Item, ...]


def split_pages(
    items: Sequence[Item], room: float | None, continued: Callable[[Item], Item | None]
) -> tuple[Sheet, ...]:
    """Items of each page.

    Parameters
    ----------
    items
        All rows.
    room
        Height that the rows of a page may take; None for one page.
    continued
        The heading to repeat where a page begins with a given item.
    """
    if room is None:
        return (tuple(items),)
    sheets: list[list[Item]] = [[]]
    used = 0.0
    for group in _groups(items):
        height = sum(item.before + item.height for item in group)
        if sheets[-1] and used + height > room:
            heading = continued(group[0])
            sheets.append([heading] if heading else [])
            used = sum(item.height for item in sheets[-1]) - group[0].before
        sheets[-1] += group
        used += height
    return tuple(tuple(sheet) for sheet in sheets)


def _groups(items: Sequence[Item]) -> list[list[Item]]:
    """Items that must stay together."""
    groups: list[list[Item]] = []
    for item in items:
        if item.breakable or not groups:
            groups.append([])
        groups[-1].append(item)
    return groups
