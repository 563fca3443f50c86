"""What it would take: each answer in words, and how much it is on the scale of its question."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from metasyn.diagnostics.what_would_it_take import WhatWouldItTake
from metasyn.diagnostics.what_would_it_take.answer import Answer
from metasyn.figures.axis import Axis, Tick
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Circle, Layout, Line, Mark, Page
from metasyn.figures.panel import Panel, heading, notes
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import Face, clean, placed, wrap
from metasyn.figures.words import number

__all__ = ["what_would_it_take_layout"]

WORDS, PLOT, GAP = 240.0, 150.0, 12.0
MIDDLE = 0.358


@dataclass(frozen=True, slots=True)
class _Question:
    """A question: its heading, what its axis shows, and whether the axis is logarithmic."""

    heading: str
    axis: str
    log: bool
    least: float


QUESTIONS = {
    "removal": _Question("Studies removed", "Studies", False, 0.0),
    "hidden": _Question("Hidden null results", "Hidden studies", True, 1.0),
    "selection": _Question("Selection of significant results", "Selection ratio", True, 1.0),
}
_MINUS = re.compile(r"(?<!\w)-(?=\d)")
CLASSICAL = ("rosenthal", "rosenberg")
"""Questions that are answered on the axis of hidden studies."""


def what_would_it_take_layout(
    result: WhatWouldItTake, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a figure of what it would take.

    Parameters
    ----------
    result
        What :func:`metasyn.what_would_it_take` returned.
    style, title
        House style, and what stands above the plot.
    """
    look, name = style_of(style), clean(title or "")
    page_width = 2 * look.margin + WORDS + GAP + PLOT + GAP + 34.0
    marks, y = heading(name, look, page_width - 2 * look.margin)
    for code, answers in groupby(result.answers, key=_question):
        drawn, y = _block(QUESTIONS[code], tuple(answers), result.pooled.k, look, y)
        marks += drawn
    told = [
        "A dot is what it would take, on the axis below it; without a dot it cannot happen or was "
        "not found, as the words say.",
        *(note.message for note in result.notes),
    ]
    foot, y = notes(told, look, page_width - 2 * look.margin, y)
    page = Page(page_width, y, (*marks, *foot))
    description = " ".join(answer.sentence for answer in result.answers)
    return Layout((page,), name or "What it would take", clean(description), ())


def _question(answer: Answer) -> str:
    return "hidden" if answer.question in CLASSICAL else answer.question


def _block(
    question: _Question, answers: Sequence[Answer], k: int, style: Style, top: float
) -> tuple[list[Mark], float]:
    """A question with its answers, and where it ends."""
    palette, left = style.palette, style.margin + WORDS + GAP
    bold = Face(style.small, "bold", palette.ink)
    y = top + 1.4 * style.small
    marks: list[Mark] = [placed(question.heading, (style.margin, y), bold, role="heading")]
    y += 0.6 * style.small
    known = [answer.number for answer in answers if answer.number is not None]
    axis = _axis(question, known, k, (left, left + PLOT))
    first, rows = y, []
    for answer in answers:
        lines = wrap(_MINUS.sub("−", clean(answer.sentence)), WORDS, style.small)
        height = (len(lines) + 0.55) * 1.25 * style.small
        rows.append((answer, lines, y, height))
        y += height
    for answer, lines, start, height in rows:
        marks += _words(lines, start, style)
        if axis is not None:
            marks += _dot(answer, axis, start + height / 2, style)
    if axis is None:
        return marks, y
    panel = Panel(axis, Axis(0.0, 1.0, y, first, log=False, ticks=()), question.axis, "")
    return [*marks, *panel.horizontal(style)], panel.end(style) + 0.4 * style.small


def _words(lines: Sequence[str], top: float, style: Style) -> list[Mark]:
    face = Face(style.small, "normal", style.palette.ink)
    return [
        placed(text, (style.margin, top + (i + 1) * 1.25 * face.size), face, role="label")
        for i, text in enumerate(lines)
    ]


def _axis(
    question: _Question, known: Sequence[float], k: int, place: tuple[float, float]
) -> Axis | None:
    """From nothing to all studies, or to the next power of ten; None where no number is known."""
    if not known:
        return None
    if not question.log:
        step = max(1, 5 * math.ceil(k / 25)) if k > 5 else 1
        ticks = tuple(Tick(float(i), str(i)) for i in range(0, k + 1, step))
        return Axis(0.0, float(k), *place, log=False, ticks=ticks)
    high = 10.0 ** max(1, math.ceil(math.log10(max(known)) - 1e-9)) if max(known) > 0 else 10.0
    last = round(math.log10(high))
    ticks = tuple(Tick(10.0**i, f"{10**i}") for i in range(0, last + 1, 1 + last // 4))
    return Axis(question.least, high, *place, log=True, ticks=ticks)


def _dot(answer: Answer, axis: Axis, y: float, style: Style) -> list[Mark]:
    """A stem from nothing to the number, and the number."""
    value, palette = answer.number, style.palette
    if value is None:
        return []
    x = axis.x(max(value, axis.low))
    face = Face(style.small, "normal", palette.ink)
    text = number(value, 2) if answer.question == "selection" else number(value, 0)
    colour = palette.case if answer.question in CLASSICAL else palette.pooled_edge
    at = (axis.right + GAP / 2, y + MIDDLE * style.small)
    return [
        Line(axis.left, y, x, y, 1.0, colour, role="stem"),
        Circle(x, y, 2.8, colour, "#ffffff", 0.6, "answer"),
        placed(text, at, face, role="numbers"),
    ]
