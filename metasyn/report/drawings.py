"""The drawings of a report: files beside it, SVG inside it, pages for paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from metasyn.diagnostics.case_evidence.tipping import Tipping
from metasyn.models.results import Pooled
from metasyn.report.document import Plate
from metasyn.report.material import Material

if TYPE_CHECKING:
    from metasyn.figures.marks import Layout

__all__ = ["FOREST", "draw", "pages_of", "plates"]

FOREST = ("forest.svg", "forest.pdf", "forest.png")
_DPI = 200
_MOST_DOTS = 40e6
"""Of a picture: 160 MB while it is drawn; a plot of 150 rows has 300 dots an inch."""


def draw(material: Material, folder: Path, files: Sequence[str] = FOREST) -> Material:
    """Write the forest plot into files, and put the drawings into the material.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    from metasyn.figures.files import write_layout
    from metasyn.figures.forest_layout import forest_layout
    from metasyn.figures.svg import svg_of
    from metasyn.figures.tipping import tipping_layout
    from metasyn.figures.write import PAGE_HEIGHT

    strips, curves = _strips(material), _curves(material)
    tall = forest_layout(material.groups, tipping=strips)
    paged = forest_layout(material.groups, tipping=strips, page_height=PAGE_HEIGHT)
    for name in files:
        write_layout(paged if name.endswith(".pdf") else tall, folder / name, dpi=_dpi(tall))
    return replace(
        material,
        drawing=svg_of(tall),
        layout=tall,
        tipping=svg_of(tipping_layout(curves)) if curves else "",
    )


def plates(material: Material) -> Material:
    """The same drawings in pages, each as SVG and PNG."""
    from metasyn.figures.forest_layout import forest_layout
    from metasyn.figures.tipping import tipping_layout
    from metasyn.figures.write import PAGE_HEIGHT

    forest = forest_layout(
        material.groups, "plain", tipping=_strips(material), page_height=0.87 * PAGE_HEIGHT
    )
    curves = _curves(material)
    return replace(
        material,
        plates=pages_of(forest),
        tipping_plates=pages_of(tipping_layout(curves)) if curves else (),
    )


def pages_of(layout: Layout) -> tuple[Plate, ...]:
    """Pages of a drawing, each as SVG and PNG."""
    from metasyn.figures.draw import picture_of
    from metasyn.figures.svg import svg_of

    return tuple(
        Plate(svg_of(layout, number), picture_of(page, _DPI))
        for number, page in enumerate(layout.pages)
    )


def _dpi(layout: Layout) -> float:
    """Dots per inch of the picture: fewer where a tall plot would need too many."""
    page = layout.pages[0]
    most = math.sqrt(_MOST_DOTS / (page.width * page.height)) * 72
    return min(300, math.floor(most))


def _curves(material: Material) -> dict[str, Tipping]:
    """Label to tipping curves of the pooled lines that have single cases."""
    strips = _strips(material)
    lines = material.groups.lines
    return {line.label: strips[line.code] for line in lines if line.code in strips}


def _strips(material: Material) -> dict[str, Tipping]:
    """Code to tipping curves of the pooled lines that have single cases."""
    return {
        line.code: found.tipping
        for line in material.groups.lines
        if isinstance(line.result, Pooled)
        and (found := material.evidence.get(line.code)) is not None
        and found.tipping is not None
    }
