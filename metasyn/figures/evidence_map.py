"""The evidence map: which treatment was studied for which outcome, by how many studies and how."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metasyn.errors import SpecError
from metasyn.figures.files import write_layout
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page
from metasyn.figures.panel import Sign, heading, key_line, notes
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, clean, placed, text_width, wrap
from metasyn.records import Codes, Result

__all__ = ["DesignClass", "EvidenceMap", "evidence_map", "map_layout", "write_evidence_map"]

SLOT, ROW, LARGEST = 13.6, 20.0, 6.4
LABEL_WIDTH, TOTAL_WIDTH = 190.0, 34.0


@dataclass(frozen=True, slots=True)
class DesignClass:
    """Designs that share a bubble, and how the bubble looks."""

    words: str
    designs: tuple[str, ...]
    fill: str
    edge: str


CLASSES = (
    DesignClass("Trials", ("rct", "single_arm_trial"), "#01486f", "#01486f"),
    DesignClass(
        "Cohorts and registries",
        ("prospective_cohort", "retrospective_cohort", "comparative_cohort", "registry"),
        "#4d9dc9",
        "#0173b2",
    ),
    DesignClass("Case series", ("case_series",), "#f2bf99", "#d55e00"),
    DesignClass("Case reports", ("case_report",), "#ffffff", "#d55e00"),
)
"""From the strongest to the weakest, left to right in a cell."""


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """Studies counted by row, outcome and class of design.

    Parameters
    ----------
    rows, outcomes
        Codes with their labels, in the order of the code lists.
    studies
        Row code, outcome code and position of the class to the ids of the studies.
    """

    rows: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    studies: Mapping[tuple[str, str, int], frozenset[str]]

    def count(self, row: str, outcome: str, design: int) -> int:
        """Studies of a cell in one class of design."""
        return len(self.studies.get((row, outcome, design), frozenset()))

    def total(self, *, row: str | None = None, outcome: str | None = None) -> int:
        """Different studies of a row or of an outcome."""
        found = (
            ids
            for (r, o, _), ids in self.studies.items()
            if row in (None, r) and outcome in (None, o)
        )
        return len(frozenset().union(*found))


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
        Where to: ``.svg``, ``.pdf`` or ``.png``.
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
    return write_layout(map_layout(evidence_map(results, codes, by), title=title), path, dpi=dpi)


def map_layout(found: EvidenceMap, *, title: str | None = None) -> Layout:
    """Places of everything in an evidence map."""
    style, name = style_of("plain"), clean(title or "")
    grid = _Grid(found, style)
    top, y = heading(name, style, grid.right - style.margin)
    head, y = grid.header(y)
    body, y = grid.body(y)
    page_width = grid.right + style.margin
    key, y = key_line(grid.signs(), style, page_width, y)
    foot, y = notes(grid.sentences(), style, page_width - 2 * style.margin, y)
    page = Page(page_width, y, (*top, *head, *body, *key, *foot))
    keys = tuple(code for code, _ in found.rows)
    return Layout((page,), name or "Evidence map", _description(found), keys)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells of a map: a row of slots each, one a class of design that occurs."""

    found: EvidenceMap
    style: Style

    @property
    def classes(self) -> tuple[int, ...]:
        """Classes that occur."""
        return tuple(sorted({design for _, _, design in self.found.studies}))

    @property
    def cell(self) -> float:
        """Width of a column: its slots, or the longest word of a header."""
        words = (word for _, label in self.found.outcomes for word in label.split())
        longest = max(text_width(word, self.style.small, "bold") for word in words)
        return max(len(self.classes) * SLOT, min(longest, 80.0), 44.0) + 8

    @property
    def left(self) -> float:
        """Where the columns begin."""
        widths = [text_width(label, self.style.size) for _, label in self.found.rows]
        return self.style.margin + min(LABEL_WIDTH, max(widths)) + self.style.gap

    @property
    def right(self) -> float:
        """Right edge of the column of totals."""
        return self.left + self.cell * len(self.found.outcomes) + TOTAL_WIDTH

    def header(self, y: float) -> tuple[list[Mark], float]:
        """Labels of the outcomes, wrapped, standing on the rule."""
        style = self.style
        face = Face(style.small, "bold", style.palette.ink)
        titles = [wrap(label, self.cell - 6, face.size, "bold") for _, label in self.found.outcomes]
        titles.append(("Studies",))
        step = 1.2 * face.size
        bottom = y + step * max(map(len, titles))
        marks: list[Mark] = []
        for i, lines in enumerate(titles):
            last = i == len(titles) - 1
            x = self.right if last else self.left + (i + 0.5) * self.cell
            for j, line in enumerate(reversed(lines)):
                at = (x, bottom - j * step)
                marks.append(placed(line, at, face, "end" if last else "middle", "header"))
        bottom += style.leading * 0.7
        rule = Line(style.margin, bottom, self.right, bottom, 0.8, style.palette.rule, role="rule")
        return [*marks, rule], bottom

    def body(self, y: float) -> tuple[list[Mark], float]:
        """One row a treatment, with its bubbles and its number of studies."""
        style, start = self.style, y
        face = Face(style.size, "normal", style.palette.ink)
        marks: list[Mark] = []
        for index, (code, label) in enumerate(self.found.rows):
            lines = wrap(label, self.left - style.margin - style.gap, face.size)
            height = max(ROW, len(lines) * style.leading + 6)
            middle = y + height / 2
            first = middle + 0.358 * face.size - (len(lines) - 1) * style.leading / 2
            for i, line in enumerate(lines):
                at = (style.margin, first + i * style.leading)
                marks.append(placed(line, at, face, "start", "label", index))
            marks += self._bubbles(code, middle, index)
            total = str(self.found.total(row=code))
            at = (self.right, middle + 0.358 * face.size)
            marks.append(placed(total, at, face, "end", "total", index))
            y += height
            marks.append(Line(style.margin, y, self.right, y, 0.4, style.palette.grid, role="grid"))
        columns = [self.left + i * self.cell for i in range(len(self.found.outcomes) + 1)]
        upright = [Line(x, start, x, y, 0.4, style.palette.grid, role="grid") for x in columns]
        return [*upright, *marks], y

    def _bubbles(self, row: str, y: float, index: int) -> list[Mark]:
        marks: list[Mark] = []
        classes = self.classes
        for column, (outcome, _) in enumerate(self.found.outcomes):
            centre = self.left + (column + 0.5) * self.cell
            for slot, design in enumerate(classes):
                count = self.found.count(row, outcome, design)
                if count:
                    x = centre + (slot - (len(classes) - 1) / 2) * SLOT
                    marks.append(self._bubble(x, y, count, design, index))
        return marks

    def _bubble(self, x: float, y: float, count: int, design: int, index: int | None) -> Circle:
        look = CLASSES[design]
        return Circle(x, y, self._radius(count), look.fill, look.edge, 0.8, "bubble", index)

    def _radius(self, count: int) -> float:
        """Radius of a bubble: its area is in proportion to the number of studies."""
        most = max(len(ids) for ids in self.found.studies.values())
        return LARGEST * math.sqrt(count / max(most, 4))

    def signs(self) -> list[Sign]:
        """Classes in the size of the largest, then sizes."""
        most = max(len(ids) for ids in self.found.studies.values())
        middle = max(most, 4) // 2
        signs = [self._sign(CLASSES[design].words, middle, design) for design in self.classes]
        sizes = sorted({1, max(1, round(most / 2)), most})
        return signs + [
            self._sign("1 study" if n == 1 else f"{n} studies", n, self.classes[0]) for n in sizes
        ]

    def _sign(self, words: str, count: int, design: int) -> Sign:
        radius = self._radius(count)
        return Sign(words, lambda x, y: self._bubble(x, y, count, design, None), max(4.0, radius))

    def sentences(self) -> Sequence[str]:
        """What a bubble counts."""
        return (
            "Areas are in proportion to the number of studies with a result; a study stands in "
            "every cell for which it has one.",
        )


def _description(found: EvidenceMap) -> str:
    rows = "; ".join(f"{label} {found.total(row=code)}" for code, label in found.rows)
    return (
        f"Evidence map of {len(found.rows)} rows by {len(found.outcomes)} outcomes, "
        f"{found.total()} studies. Studies by row: {rows}."
    )
