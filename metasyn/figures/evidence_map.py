"""The evidence map: which treatment was studied for which outcome, by how many studies and how."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from metasyn.errors import SpecError
from metasyn.figures.evidence_map_counts import CLASSES, EvidenceMap
from metasyn.figures.evidence_map_grid import MapGrid
from metasyn.figures.files import write_layout
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Layout, Mark, Page
from metasyn.figures.paging import pages_of_rows
from metasyn.figures.panel import heading, key_line, notes
from metasyn.figures.text_metrics import clean
from metasyn.figures.write import PAGE_HEIGHT
from metasyn.records import Codes, Result

__all__ = ["evidence_map", "map_layout", "write_evidence_map"]


def evidence_map(results: Iterable[Result], codes: Codes, by: str = "intervention") -> EvidenceMap:
    """Count the studies behind results.

    Parameters
    ----------
    results
        Results of a registry, as many as the map is to cover.
    codes
        Code lists of the registry: labels and order.
    by
        Field of a result whose codes make the rows.

    Raises
    ------
    SpecError
        If there are no results, or results have no such field.
    """
    studies: dict[tuple[str, str, int], set[str]] = {}
    for result in results:
        if by not in type(result).__slots__:
            raise SpecError(f"by is {by!r}; results have no such field.")
        design = _class_of(result.study.design)
        key = str(getattr(result, by)), result.outcome, design
        studies.setdefault(key, set()).add(result.study_id)
    if not studies:
        raise SpecError("There is no result to map.")
    return EvidenceMap(
        _labelled({row for row, _, _ in studies}, codes, by),
        _labelled({outcome for _, outcome, _ in studies}, codes, "outcome"),
        {key: frozenset(ids) for key, ids in studies.items()},
    )


def _class_of(design: str) -> int:
    """Position of a design's class; unknown designs stand with the weakest."""
    known = (i for i, found in enumerate(CLASSES) if design in found.designs)
    return next(known, len(CLASSES) - 1)


def _labelled(found: set[str], codes: Codes, name: str) -> tuple[tuple[str, str], ...]:
    known = codes.get(name)
    if known is None:
        return tuple((code, clean(code)) for code in sorted(found))
    ordered = sorted(found, key=lambda code: (known.rank(code), code))
    return tuple((code, clean(known.label(code)) or "(none)") for code in ordered)


def write_evidence_map(
    results: Iterable[Result],
    path: str | os.PathLike[str],
    *,
    codes: Codes,
    by: str = "intervention",
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw an evidence map into a file.

    Parameters
    ----------
    results, codes, by
        As in :func:`evidence_map`.
    path
        Where to: ``.svg``, ``.png`` or ``.pdf`` (which has pages).
    title
        Stands above the map.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If there is nothing to map.
    OutputError
        If the file cannot be written.
    """
    height = PAGE_HEIGHT if Path(path).suffix.lower() == ".pdf" else None
    layout = map_layout(evidence_map(results, codes, by), title=title, page_height=height)
    return write_layout(layout, path, dpi=dpi)


def map_layout(
    found: EvidenceMap, *, title: str | None = None, page_height: float | None = None
) -> Layout:
    """Places of everything in an evidence map, in pages of at most a height if one is given."""
    style, name = style_of("plain"), clean(title or "")
    grid = MapGrid(found, style)
    rows = [(band, row) for band in grid.bands for row in band.rows]
    pages = pages_of_rows(len(rows), lambda some: _page(grid, name, rows, some), page_height)
    keys = tuple(code for code, _ in found.rows)
    return Layout(pages, name or "Evidence map", _description(found), keys)


_Rows = list[tuple[EvidenceMap, tuple[str, str]]]
"""Rows of the map, each with the part of the outcomes in which it stands."""


def _page(grid: MapGrid, name: str, rows: _Rows, some: range) -> Page:
    """Some of the rows, under the outcomes of their part."""
    style = grid.style
    said = f"{name} (continued)" if name and some.start else name
    top, y = heading(said, style, grid.right - style.margin)
    body: list[Mark] = []
    for number, band in enumerate(grid.bands):
        own = tuple(row for part, row in (rows[i] for i in some) if part.outcomes == band.outcomes)
        if own:
            head, y = grid.header(band, y + (2 * style.leading if body and number else 0.0))
            drawn, y = grid.body(replace(band, rows=own), y)
            body += [*head, *drawn]
    page_width = grid.right + style.margin
    key, y = key_line(grid.signs(), style, page_width, y)
    foot, y = notes(grid.sentences(), style, page_width - 2 * style.margin, y)
    return Page(page_width, y, (*top, *body, *key, *foot))


def _description(found: EvidenceMap) -> str:
    rows = "; ".join(f"{label} {found.total(row=code)}" for code, label in found.rows)
    return (
        f"Evidence map of {len(found.rows)} rows by {len(found.outcomes)} outcomes, "
        f"{found.total()} studies. Studies by row: {rows}."
    )
