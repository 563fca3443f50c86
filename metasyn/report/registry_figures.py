"""Figures of the whole registry: flow of reports, appraisal, evidence map, single patients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from metasyn.models.groups import Groups
from metasyn.records import Codes, Result, Statement, Study
from metasyn.records.appraisal import Appraisal
from metasyn.records.certainty import Judgement
from metasyn.records.search_flow import SearchFlow
from metasyn.report.document import Figure, Sentence
from metasyn.report.drawings import pages_of

if TYPE_CHECKING:
    from metasyn.figures.marks import Layout

__all__ = ["ReviewSource", "registry_figures"]


class ReviewSource(Protocol):
    """What a report asks of a registry beyond the rows that it pools."""

    @property
    def studies(self) -> tuple[Study, ...]: ...  # noqa: D102 - see Registry
    @property
    def results(self) -> tuple[Result, ...]: ...  # noqa: D102 - see Registry
    @property
    def statements(self) -> tuple[Statement, ...]: ...  # noqa: D102 - see Registry
    @property
    def codes(self) -> Codes: ...  # noqa: D102 - see Registry
    @property
    def appraisals(self) -> tuple[Appraisal, ...]: ...  # noqa: D102 - see Registry
    @property
    def flow(self) -> SearchFlow: ...  # noqa: D102 - see Registry
    @property
    def certainty(self) -> tuple[Judgement, ...]: ...  # noqa: D102 - see Registry


def registry_figures(
    source: ReviewSource, groups: Groups, *, paper: bool
) -> Mapping[str, tuple[Figure, ...]]:
    """Section to its figures; sections without any have no entry.

    Parameters
    ----------
    source
        The registry.
    groups
        The results of the report.
    paper
        Whether pages for Word and paper are wanted.
    """
    found = {
        "search-flow": tuple(_flow(source, groups, paper)),
        "risk-of-bias": tuple(_appraisals(source, paper)),
        "evidence-map": tuple(_map(source, groups, paper)),
        "case-courses": tuple(_courses(source, groups, paper)),
    }
    return {section: figures for section, figures in found.items() if figures}


def _figure(name: str, layout: Layout, caption: str, paper: bool) -> Figure:
    from metasyn.figures.svg import svg_of

    return Figure(
        id=name,
        svg=svg_of(layout),
        alt=layout.description,
        caption=(Sentence(caption),),
        plates=pages_of(layout) if paper else (),
    )


def _flow(source: ReviewSource, groups: Groups, paper: bool) -> Iterator[Figure]:
    from metasyn.figures.prisma_flow import prisma_flow_layout

    caption = "Flow of reports and results, from the search to the lines of this report."
    if not source.flow:
        caption = "Flow of reports and results, from the workbook to the lines of this report."
    yield _figure("search-flow-diagram", prisma_flow_layout(source, groups), caption, paper)


def _appraisals(source: ReviewSource, paper: bool) -> Iterator[Figure]:
    from metasyn.figures.risk_of_bias.layout import traffic_light_layout
    from metasyn.figures.risk_of_bias.summary import summary_layout
    from metasyn.figures.risk_of_bias.table import judged_table

    for tool in dict.fromkeys(row.tool for row in source.appraisals):
        table = judged_table(source, tool)
        name, said = tool.replace("_", "-"), table.tool.label
        each = f"{said}: the judgement on every domain of every study."
        yield _figure(f"appraisal-{name}", traffic_light_layout(table), each, paper)
        every = f"{said}: how the judgements on each domain are spread over the studies."
        yield _figure(f"appraisal-{name}-summary", summary_layout(table), every, paper)


def _map(source: ReviewSource, groups: Groups, paper: bool) -> Iterator[Figure]:
    from metasyn.figures.evidence_map import evidence_map, map_layout
    from metasyn.figures.evidence_map_grid import MapGrid
    from metasyn.figures.house_styles import style_of

    by = groups.by if groups.by in Result.__slots__ else "intervention"
    if source.results:
        caption = f"Studies of the workbook by {by.replace('_', ' ')} and outcome; area by number."
        found = evidence_map(source.results, source.codes, by)
        figure = _figure("evidence-map-figure", map_layout(found), caption, paper=False)
        if paper:
            bands = MapGrid(found, style_of("plain")).bands
            pages = (page for band in bands for page in pages_of(map_layout(band)))
            figure = replace(figure, plates=tuple(pages))
        yield figure


def _courses(source: ReviewSource, groups: Groups, paper: bool) -> Iterator[Figure]:
    from metasyn.figures.swimmer import swimmer_layout
    from metasyn.records.treatment_course import treatment_courses

    shown = {row.record.study_id for line in groups.lines for row in line.studies if row.record}
    rows = [row for row in source.results if row.study_id in shown]
    courses = treatment_courses(rows, groups.records.query.get("outcome", ()))
    if courses:
        caption = "What single patients were given, in order, and how it went."
        layout = swimmer_layout(courses, source.codes)
        yield _figure("case-courses-figure", layout, caption, paper)
