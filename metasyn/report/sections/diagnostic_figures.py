"""Figures of how firm a pooled line stands: funnel, studies left out, studies that pull."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from metasyn.errors import DataError, Note, SpecError
from metasyn.models.groups import Line
from metasyn.models.results import Pooled
from metasyn.report.document import Figure, Paragraph, Sentence, Target
from metasyn.report.drawings import pages_of
from metasyn.report.lines import cell_range, line_anchor, row_cells
from metasyn.report.material import Material
from metasyn.report.sections.diagnostics_run import LineRun, is_inverse_variance
from metasyn.report.sections.small_studies import has_funnel

if TYPE_CHECKING:
    from metasyn.figures.marks import Layout

__all__ = ["diagnostic_figures"]

_PAPER = 0.87
"""Share of a page that a drawing may fill; its caption needs the rest."""


def diagnostic_figures(found: LineRun, material: Material) -> Iterator[Figure | Paragraph]:
    """Figures of a line of effects; of one that cannot be drawn, why not.

    Parameters
    ----------
    found
        The line with its diagnostics. Lines of other models than those of inverse variance
        have no figures.
    material
        The report; its figures have pages if its forest plot has them.
    """
    line = found.line
    if not is_inverse_variance(line):
        return
    position = list(material.groups).index(line.code) + 1
    figures = [_funnel(line), _adjusted(found), _left_out(found), _influence(found)]
    for name, caption, layout in (one for one in figures if one is not None):
        yield _drawn(f"{name}-{line_anchor(position)}", caption, layout, found, material)


_Asked = tuple[str, tuple[Sentence, ...], "Callable[[float | None], Layout]"]
"""First part of the id, caption, and the layout for a height of page."""


def _funnel(line: Line) -> _Asked | None:
    result = line.result
    if not has_funnel(line):
        return None
    assert isinstance(result, Pooled)  # noqa: S101 - it has a funnel

    def layout(_: float | None) -> Layout:
        from metasyn.figures.funnel import funnel_layout

        return funnel_layout(result)

    caption = (
        Sentence(f"{line.label}: funnel plot with contours of significance."),
        Sentence(
            "A lopsided funnel has many causes; studies missing where they would not have been "
            "significant speak for suppression, others for differences between studies.",
            ("sterne2011",),
        ),
    )
    return "funnel", caption, layout


def _adjusted(found: LineRun) -> _Asked | None:
    """Where any correction can be shown."""
    diagnosis = found.diagnosis
    if diagnosis is None:
        return None
    from metasyn.figures.diagnostics.diagnosis import ADJUSTING

    if all(isinstance(getattr(diagnosis, field), Note) for field in ADJUSTING):
        return None

    def layout(_: float | None) -> Layout:
        from metasyn.figures.diagnostics.diagnosis import diagnosis_layout

        return diagnosis_layout(diagnosis)

    said = f"{found.line.label}: the pooled result, and what corrections would make of it."
    return "adjusted", (Sentence(said),), layout


def _left_out(found: LineRun) -> _Asked | None:
    fits = found.fits
    if fits is None:
        return None

    def layout(height: float | None) -> Layout:
        from metasyn.figures.forest.options import ForestOptions
        from metasyn.figures.forest_layout import forest_layout

        options = ForestOptions(left=("study",))  # rows are pooled: they have no design
        return forest_layout(fits, page_height=height, options=options)

    said = f"{found.line.label}: the pooled result without each study in turn."
    return "left-out", (Sentence(said),), layout


def _influence(found: LineRun) -> _Asked | None:
    pull = found.influence
    if pull is None or not pull.flagged.any():
        return None

    def layout(_: float | None) -> Layout:
        from metasyn.figures.diagnostics.influence import influence_layout

        return influence_layout(pull)

    said = f"{found.line.label}: how far each study pulls at the result, by eight measures."
    return "influence", (Sentence(said, ("viechtbauercheung2010",)),), layout


def _drawn(
    name: str,
    caption: tuple[Sentence, ...],
    layout: Callable[[float | None], Layout],
    found: LineRun,
    material: Material,
) -> Figure | Paragraph:
    from metasyn.figures.svg import svg_of
    from metasyn.figures.write import PAGE_HEIGHT

    try:
        tall = layout(None)
        plates = pages_of(layout(_PAPER * PAGE_HEIGHT)) if material.plates else ()
    except (DataError, SpecError) as error:
        return Paragraph((Sentence(f"Not drawn – {caption[0].text} {error}"),))
    return Figure(
        id=name,
        svg=_with_own_ids(svg_of(tall), name),
        alt=f"{caption[0].text} {tall.description}",
        caption=caption,
        targets=_targets(found.line),
        plates=plates,
    )


def _with_own_ids(svg: str, name: str) -> str:
    """Ids of title and description made the figure's own.

    They come from the letters, which the figures of two lines may share.
    """
    return re.sub(r"(metasyn-[0-9a-f]{10}-[td])\b", rf"\1-{name}", svg, count=4)


def _targets(line: Line) -> tuple[Target, ...]:
    """Where the marks of studies lead: by id of the row, and by label where only one has it."""
    times = Counter(row.label for row in line.studies)
    return tuple(
        Target(
            key,
            f"#row-{row.record.result_id}",
            f"{row.label}, from {cell_range(row_cells(row))}",
        )
        for row in line.studies
        if row.record
        for key in (row.record.result_id, *((row.label,) if times[row.label] == 1 else ()))
    )
