"""A forest plot as a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from metasyn.figures.files import write_layout
from metasyn.figures.forest.options import ForestOptions
from metasyn.figures.forest.table import TippingStrip
from metasyn.figures.forest_layout import ForestResults, forest_layout
from metasyn.figures.styles import StyleName
from metasyn.records.tallies import Tallies

if TYPE_CHECKING:
    from metasyn.diagnostics.case_evidence.evidence import CaseEvidence
    from metasyn.diagnostics.case_evidence.tipping import Tipping

__all__ = ["PAGE_HEIGHT", "write_forest"]

PAGE_HEIGHT = 792.0
"""Largest height of a page of a PDF, in points: fits A4 and letter."""


def write_forest(  # noqa: PLR0913 - one result, a place and its looks
    results: ForestResults,
    path: str | os.PathLike[str],
    style: StyleName = "plain",
    *,
    title: str | None = None,
    tipping: Mapping[str, TippingStrip | Tipping | CaseEvidence] | None = None,
    favours: tuple[str, str] | None = None,
    dpi: float = 300,
    statements: Tallies | None = None,
    options: ForestOptions | None = None,
) -> Path:
    """Draw a forest plot into a file.

    Parameters
    ----------
    results
        Pooled lines by group, subgroups, one pooled result of effects or counts, or a
        leave-one-out or cumulative analysis.
    path
        Where to; ``.svg`` and ``.png`` hold one picture as tall as it needs to be, ``.pdf`` pages.
    style
        House style.
    title
        Stands above the plot.
    tipping
        Group code to the strip under its pooled line: a strip, or what
        :func:`metasyn.case_evidence` returned or its tipping curves.
    favours
        What lies to the left and to the right of no effect.
    dpi
        Resolution of a PNG.
    statements
        What :func:`metasyn.tally` counted, for a last column that tells what other publications
        say of each study; no column if None.
    options
        Columns, order, further models, risk of bias and whatever else a user may choose.

    Returns
    -------
    Path
        The file; the first one where an SVG or PNG came in pages (``forest-1.svg``, ...).

    Raises
    ------
    SpecError
        If there is no such style or kind of file, nothing to draw, or a choice does not fit.
    OutputError
        If the file cannot be written, or a PNG would be too tall at this resolution.
    """
    file = Path(path)
    is_pdf = file.suffix.lower() == ".pdf"
    paged = is_pdf or (options is not None and options.paged)
    layout = forest_layout(
        results,
        style,
        title=title,
        tipping=tipping,
        favours=favours,
        page_height=PAGE_HEIGHT if paged else None,
        statements=statements,
        options=options,
    )
    if is_pdf or len(layout.pages) == 1:
        return write_layout(layout, file, dpi=dpi)
    files = [
        write_layout(
            replace(layout, pages=(page,)), file.with_stem(f"{file.stem}-{number}"), dpi=dpi
        )
        for number, page in enumerate(layout.pages, start=1)
    ]
    return files[0]
