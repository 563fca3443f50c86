"""Rows dealt out to pages that are built one by one."""

from __future__ import annotations

from collections.abc import Callable

from metasyn.figures.marks import Page

__all__ = ["pages_of_rows"]


def pages_of_rows(
    count: int, build: Callable[[range], Page], height: float | None
) -> tuple[Page, ...]:
    """Pages with as many rows as each of them holds, and at least one.

    Parameters
    ----------
    count
        Number of rows, one or more.
    build
        The page of some rows that follow each other, with all that a page repeats.
    height
        Largest height of a page; None for one page, however tall.

    Examples
    --------
    >>> pages = pages_of_rows(5, lambda rows: Page(10.0, 4.0 * len(rows), ()), 9.0)
    >>> [page.height for page in pages]
    [8.0, 8.0, 4.0]
    """
    whole = build(range(count))
    if height is None or whole.height <= height:
        return (whole,)
    pages: list[Page] = []
    first = 0
    while first < count:
        page, last = build(range(first, first + 1)), first + 1
        while last < count and (more := build(range(first, last + 1))).height <= height:
            page, last = more, last + 1
        pages.append(page)
        first = last
    return tuple(pages)
