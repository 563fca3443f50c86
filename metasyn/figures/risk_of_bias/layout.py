"""Traffic light: every study by every domain of a tool of critical appraisal."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page
from metasyn.figures.panel import heading, notes
from metasyn.figures.risk_of_bias.cells import RiskOfBiasKey, rob_cell
from metasyn.figures.risk_of_bias.table import Colours, JudgedTable, appraisal_key
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed, text_width, wrap
from metasyn.records.appraisal import Appraised
from metasyn.records.appraisal_tools import OVERALL

__all__ = ["appraisal_notes", "legend", "traffic_light_layout"]

CELL, RADIUS, PITCH, GAP = 22.0, 5.6, 16.0, 8.0
LABEL_WIDTH = (70.0, 300.0)
KEY_COLUMN = 190.0
"""Least width of a column of the key of domains."""


def traffic_light_layout(
    table: JudgedTable,
    *,
    colours: Colours = "cochrane",
    title: str | None = None,
    page_height: float | None = None,
) -> Layout:
    """Places of a traffic light.

    Parameters
    ----------
    table
        What was judged.
    colours
        Cochrane's, or one hue that darkens with the risk.
    title
        Stands above; None for the name of the tool.
    page_height
        Largest height of a page, in points; None for one page of any height.
    """
    style = style_of("plain")
    name = title or f"Critical appraisal: {table.tool.label}"
    grid = _Grid(table, appraisal_key(table.tool, colours), style)
    inner = grid.right - style.margin
    top, y = heading(name, style, inner)
    head, start = grid.header(y)
    foot_height = grid.foot(0.0)[1]
    pages = [
        Page(grid.right + style.margin, end, (*top, *head, *body, *foot))
        for rows in _parts(len(table.rows), start, foot_height, grid.pitch, page_height)
        for body, bottom in [grid.body(start, rows)]
        for foot, end in [grid.foot(bottom)]
    ]
    keys = tuple(one.subject for _, one in table.rows)
    return Layout(tuple(pages), name, _description(table), keys)


def _parts(rows: int, start: float, foot: float, pitch: float, height: float | None) -> list[range]:
    """Rows of every page."""
    room = rows if height is None else max(1, int((height - start - foot) // pitch))
    return [range(first, min(first + room, rows)) for first in range(0, rows, room)]


@dataclass(frozen=True, slots=True)
class _Grid:
    table: JudgedTable
    key: RiskOfBiasKey
    style: Style

    @property
    def labels(self) -> list[tuple[str, ...]]:
        """Labels in lines."""
        room = self.left - self.style.margin - self.style.gap
        return [wrap(label, room, self.style.size) for label, _ in self.table.rows]

    @property
    def left(self) -> float:
        """Where the cells begin."""
        widest = max(text_width(label, self.style.size) for label, _ in self.table.rows)
        least, most = LABEL_WIDTH
        return self.style.margin + min(most, max(least, widest)) + self.style.gap

    @property
    def pitch(self) -> float:
        """Distance of rows, the same for all."""
        lines = max(map(len, self.labels))
        return max(PITCH, lines * self.style.leading + 3)

    @property
    def widths(self) -> list[float]:
        """Widths of the columns: a group's title has room above its questions."""
        found = []
        for group, domains in _groups(self.table):
            need = text_width(group, self.style.small, "bold") + 8 if group else 0.0
            found += [max(CELL, need / len(domains))] * len(domains)
        if self.table.tool.has_overall:
            found[-1] = text_width("Overall", self.style.small, "bold") + 2 * GAP
        return found

    @property
    def edges(self) -> list[float]:
        """Edges of the columns."""
        return list(itertools.accumulate(self.widths, initial=self.left))

    @property
    def middles(self) -> list[float]:
        """Middles of the columns."""
        return [(a + b) / 2 for a, b in itertools.pairwise(self.edges)]

    @property
    def right(self) -> float:
        """Right edge: of the cells, or of the widest part of the legend."""
        levels = [text_width(one.label, self.style.small) + 2 * RADIUS for one in self.key.levels]
        return max(self.edges[-1], self.style.margin + max(330.0, *levels))

    def header(self, y: float) -> tuple[list[Mark], float]:
        """Groups, then letters of the domains, above a rule."""
        style = self.style
        face = Face(style.small, "bold", style.palette.ink)
        marks: list[Mark] = []
        groups = _groups(self.table)
        if any(group for group, _ in groups):
            y += 1.3 * face.size
            first = 0
            for group, domains in groups:
                a, b = self.edges[first], self.edges[first + len(domains)]
                first += len(domains)
                marks.append(placed(group, ((a + b) / 2, y), face, "middle", "header"))
                under = y + 0.45 * face.size
                marks.append(
                    Line(a + 2, under, b - 2, under, 0.5, style.palette.muted, role="band")
                )
            y += 0.6 * face.size
        y += 1.3 * face.size
        marks.append(placed("Study", (style.margin, y), face, role="header"))
        for domain, x in zip(self.table.tool.columns, self.middles, strict=True):
            letter = "Overall" if domain.code == OVERALL else domain.code
            marks.append(placed(letter, (x, y), face, "middle", "header"))
        y += 0.7 * face.size
        rule = Line(style.margin, y, self.edges[-1], y, 0.8, style.palette.rule, role="rule")
        return [*marks, rule], y

    def body(self, y: float, rows: range) -> tuple[list[Mark], float]:
        """One row a study."""
        style, marks, labels = self.style, list[Mark](), self.labels
        face = Face(style.size, "normal", style.palette.ink)
        for index in rows:
            middle = y + self.pitch / 2
            lines = labels[index]
            first = middle + 0.358 * face.size - (len(lines) - 1) * style.leading / 2
            for i, line in enumerate(lines):
                at = (style.margin, first + i * style.leading)
                marks.append(placed(line, at, face, "start", "label", index))
            marks += self._cells(self.table.rows[index][1], middle, index)
            y += self.pitch
            marks.append(
                Line(style.margin, y, self.edges[-1], y, 0.4, style.palette.grid, role="grid")
            )
        return marks, y

    def _cells(self, one: Appraised, y: float, index: int) -> list[Mark]:
        marks: list[Mark] = []
        for domain, x in zip(self.table.tool.columns, self.middles, strict=True):
            row = one.rows.get(domain.code)
            if row is None:
                marks.append(_not_judged((x, y), RADIUS, index))
            else:
                marks += rob_cell(self.key.level(row.judgement), (x, y), RADIUS, index)
        return marks

    def foot(self, y: float) -> tuple[list[Mark], float]:
        """Levels, domains, notes."""
        gaps = any(one.missing for _, one in self.table.rows)
        inner = self.right - self.style.margin
        key, y = legend(self.table, self.key, self.style, (inner, y), not_judged=gaps)
        said, y = notes(appraisal_notes(self.table), self.style, inner, y)
        return [*key, *said], y


def legend(
    table: JudgedTable,
    key: RiskOfBiasKey,
    style: Style,
    place: tuple[float, float],
    *,
    not_judged: bool,
    domains: bool = True,
) -> tuple[list[Mark], float]:
    """Every level of the tool, then every domain in as many columns as there is room for.

    Parameters
    ----------
    table, key, style
        What was judged, and how it looks.
    place
        Right edge of the text, and where the legend begins.
    not_judged
        Whether a sign for what nobody judged is among them.
    domains
        Whether the domains follow.
    """
    inner, y = place
    face = Face(style.small, "normal", style.palette.ink)
    marks: list[Mark] = []
    x, y, radius = style.margin, y + 2.0 * style.small, 4.4
    signs = [(level.label, level) for level in key.levels]
    for words, level in [*signs, *([("Not judged", None)] if not_judged else [])]:
        room = 2 * radius + 4 + text_width(words, face.size)
        if x > style.margin and x + room > inner:
            x, y = style.margin, y + 1.7 * style.small
        at = (x + radius, y)
        marks += [_not_judged(at, radius, None)] if level is None else rob_cell(level, at, radius)
        middle = (x + 2 * radius + 4, y + 0.358 * face.size)
        marks.append(placed(words, middle, face, role="key"))
        x += room + style.gap
    if not domains:
        return marks, y + 1.2 * style.small
    return _domain_key(table, style, inner, (marks, y + 1.2 * style.small))


def _domain_key(
    table: JudgedTable, style: Style, inner: float, above: tuple[list[Mark], float]
) -> tuple[list[Mark], float]:
    marks, y = above
    face = Face(style.small, "normal", style.palette.muted)
    bold = Face(style.small, "bold", style.palette.muted)
    domains = table.tool.domains
    columns = max(1, int((inner - style.margin) // KEY_COLUMN))
    width = (inner - style.margin) / columns
    letter = 4 + max(text_width(domain.code, face.size, "bold") for domain in domains)
    each = -(-len(domains) // columns)
    bottom = y
    for i in range(0, len(domains), each):
        x, down = style.margin + (i // each) * width, y
        for domain in domains[i : i + each]:
            lines = wrap(domain.title, width - letter - style.gap / 2, face.size)
            marks.append(placed(domain.code, (x, down + 1.35 * face.size), bold, role="key"))
            for line in lines:
                down += 1.35 * face.size
                marks.append(placed(line, (x + letter, down), face, role="key"))
        bottom = max(bottom, down)
    return marks, bottom + 0.4 * face.size


def appraisal_notes(table: JudgedTable) -> Sequence[str]:
    """Source of the tool, what its questions are for, and who was not judged."""
    tool = table.tool
    versions = " and ".join(dict.fromkeys(one.version for _, one in table.rows))
    said = [f"Tool: {tool.label}, edition {versions} ({tool.source})."]
    if tool.code == "murad":
        said.append("Q4, Q5 and Q6 are mostly about adverse drug events.")
    if table.not_judged and table.not_judged[0]:
        lacking, all_of = table.not_judged
        verb = "has" if lacking == 1 else "have"
        said.append(f"{lacking} of {all_of} reports of the registry {verb} no judgement by it.")
    return said


def _not_judged(middle: tuple[float, float], radius: float, row: int | None) -> Circle:
    return Circle(*middle, radius * 0.45, None, "#9AA3AA", 0.8, "not-judged", row)


def _groups(table: JudgedTable) -> list[tuple[str, list[str]]]:
    """Runs of domains of one group."""
    runs = itertools.groupby(table.tool.columns, key=lambda domain: domain.group)
    return [(group, [domain.code for domain in domains]) for group, domains in runs]


def _description(table: JudgedTable) -> str:
    """How many studies are at the best level, domain by domain."""
    good = []
    for domain in table.tool.columns:
        levels = [one.level(domain.code) for _, one in table.rows]
        count = sum(level is not None and level.is_good for level in levels)
        good.append(f"{domain.title} {count}")
    best = table.tool.levels[0].label
    return (
        f"Judgements on {len(table.rows)} studies or results with {table.tool.label}. "
        f"Judged '{best}': {'; '.join(good)}."
    )
