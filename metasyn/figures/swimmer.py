"""Swimmer plot: the treatments of single patients, one lane a patient, with what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from metasyn.errors import SpecError
from metasyn.figures.axis import Axis, axis_of
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Layout, Line, Mark, Page, Rectangle
from metasyn.figures.paging import pages_of_rows
from metasyn.figures.panel import TICK, heading, key_line, notes
from metasyn.figures.scales import scale_of
from metasyn.figures.styles import Style
from metasyn.figures.swimmer_signs import (
    TINTS,
    description,
    harm_sign,
    outcome_sign,
    sentences,
    signs,
)
from metasyn.figures.text_metrics import Face, clean, placed, text_width, wrap
from metasyn.records import Codes, Result
from metasyn.records.treatment_course import LINES, Course, Step

__all__ = ["swimmer_layout"]

PLOT, LANE_GAP, ROW_GAP, BAR = 230.0, 7.0, 3.5, 7.0
PATIENT, TREATMENT, OUTCOME = 120.0, 190.0, 130.0
"""Largest widths of the columns of words."""


def swimmer_layout(
    courses: Sequence[Course],
    codes: Codes | None = None,
    *,
    title: str | None = None,
    page_height: float | None = None,
) -> Layout:
    """Places of a swimmer plot.

    Parameters
    ----------
    courses
        Patients.
    codes
        Code lists of the registry, for labels.
    title
        Stands above.
    page_height
        Patients are dealt out to pages of this height; None for one page.

    Raises
    ------
    SpecError
        If there is no patient.
    """
    if not courses:
        raise SpecError("There is no single patient with a treatment to draw.")
    style = style_of("plain")
    lanes = _Lanes(tuple(courses), codes or {}, style)
    name = title or "Treatment courses of single patients"
    ordered = sorted(courses, key=lambda course: not course.has_days)
    pages = pages_of_rows(len(ordered), lambda rows: _page(lanes, name, ordered, rows), page_height)
    return Layout(pages, name, description(courses), tuple(c.patient for c in ordered))


def _page(lanes: _Lanes, name: str, ordered: Sequence[Course], rows: range) -> Page:
    """A page with some of the patients, all on the same axes."""
    style = lanes.style
    said = f"{name} (continued)" if rows.start else name
    marks, y = heading(said, style, lanes.right - style.margin)
    page_width = lanes.right + style.margin
    number = rows.start
    for dated in (True, False):
        own = [ordered[row] for row in rows if ordered[row].has_days is dated]
        if own:
            every = [course for course in ordered if course.has_days is dated]
            axis = _axis(every, lanes.plot) if dated else None
            drawn, y = lanes.panel(own, y, number, (axis, _lines(every)))
            marks += drawn
            y += style.pitch
            number += len(own)
    key, y = key_line(signs(), style, page_width, y - style.pitch)
    foot, y = notes(sentences(ordered), style, page_width - 2 * style.margin, y)
    return Page(page_width, y, (*marks, *key, *foot))


def _lines(courses: Sequence[Course]) -> list[int]:
    """Lines of treatment that occur."""
    return sorted({step.line for course in courses for step in course.steps})


def _axis(courses: Sequence[Course], place: tuple[float, float]) -> Axis:
    """Axis of days."""
    days = [step.days for course in courses for step in course.steps if step.days]
    last = max(d.first if d.last is None else d.last for d in days)
    return axis_of(scale_of("MD"), (min(0.0, *(d.first for d in days)), last + 1), place)


@dataclass(frozen=True, slots=True)
class _Span:
    """Ends of a bar; ``is_open`` where nobody says when the treatment ended."""

    left: float
    right: float
    is_open: bool


@dataclass(frozen=True)
class _Lanes:
    courses: tuple[Course, ...]
    codes: Codes
    style: Style

    def _widest(self, words: Sequence[str], most: float) -> float:
        return min(most, max(text_width(word, self.style.size) for word in words))

    @cached_property
    def treatment(self) -> float:
        """Left edge of the names of treatments."""
        patients = [word for course in self.courses for word in _patient(course)]
        return self.style.margin + self._widest([*patients, "Patient"], PATIENT) + self.style.gap

    @cached_property
    def plot(self) -> tuple[float, float]:
        """Left and right end of the plot; signs stand beyond the bars, within it."""
        names = [clean(step.arm) for course in self.courses for step in course.steps]
        left = self.treatment + self._widest([*names, "Treatment"], TREATMENT) + self.style.gap
        return left, left + PLOT

    @cached_property
    def outcome(self) -> float:
        """Left edge of the outcomes."""
        return self.plot[1] + 2 * self.style.gap

    @cached_property
    def right(self) -> float:
        """Right edge of everything."""
        words = [self._said(step) for course in self.courses for step in course.steps]
        return self.outcome + self._widest([*words, "Outcome"], OUTCOME)

    def panel(
        self,
        courses: Sequence[Course],
        y: float,
        number: int,
        scale: tuple[Axis | None, list[int]],
    ) -> tuple[list[Mark], float]:
        """Lanes above their axis: of days, or of lines of treatment where it is None."""
        style = self.style
        face = Face(style.small, "bold", style.palette.ink)
        y += 1.2 * face.size
        heads = (
            (style.margin, "Patient"),
            (self.treatment, "Treatment"),
            (self.outcome, "Outcome"),
        )
        marks: list[Mark] = [placed(words, (x, y), face, role="header") for x, words in heads]
        y += 0.7 * face.size
        marks.append(Line(style.margin, y, self.right, y, 0.8, style.palette.rule, role="rule"))
        for index, course in enumerate(courses):
            drawn, y = self._lane(course, y + LANE_GAP / 2, number + index, scale)
            marks += drawn
            y += LANE_GAP * 0.75
            marks.append(Line(style.margin, y, self.right, y, 0.4, style.palette.grid, role="grid"))
        foot, y = self._axis(y, *scale)
        return [*marks, *foot], y

    def _lane(
        self, course: Course, y: float, index: int, scale: tuple[Axis | None, list[int]]
    ) -> tuple[list[Mark], float]:
        style, marks, top = self.style, list[Mark](), y
        for step in course.steps:
            words = self._column(clean(step.arm), self.treatment, self.plot[0] - style.gap)
            said = self._column(self._said(step), self.outcome, self.right)
            height = max(len(words), len(said)) * style.leading + ROW_GAP
            for x, lines, role in (
                (self.treatment, words, "treatment"),
                (self.outcome, said, "outcome"),
            ):
                marks += self._words(lines, (x, y + height / 2), role, index)
            marks += self._bar(step, y + height / 2, index, self._span(step, scale))
            y += height
        names = [
            line
            for words in _patient(course)
            for line in self._column(words, style.margin, self.treatment - style.gap)
        ]
        bottom = max(y, top + len(names) * style.leading)
        middle = top + len(names) * style.leading / 2 + ROW_GAP / 2
        return [*self._words(names, (style.margin, middle), "label", index), *marks], bottom

    def _column(self, words: str, left: float, right: float) -> tuple[str, ...]:
        return wrap(words, right - left, self.style.size)

    def _words(
        self, lines: Sequence[str], at: tuple[float, float], role: str, index: int
    ) -> list[Mark]:
        face = Face(self.style.size, "normal", self.style.palette.ink)
        first = at[1] + 0.358 * face.size - (len(lines) - 1) * self.style.leading / 2
        return [
            placed(line, (at[0], first + i * self.style.leading), face, "start", role, index)
            for i, line in enumerate(lines)
        ]

    def _span(self, step: Step, scale: tuple[Axis | None, list[int]]) -> _Span:
        """Where a bar lies: on its days, or in the cell of its line."""
        axis, used = scale
        left, right = self.plot
        if axis is None or step.days is None:
            width = (right - left) / len(used)
            start = left + used.index(step.line) * width
            return _Span(start + 2, start + width - 22, is_open=False)
        is_open = step.days.last is None
        end = step.days.first if step.days.last is None else step.days.last
        first, last = axis.x(step.days.first), axis.x(end + 1)
        return _Span(first, min(max(last, first + 4), right), is_open=is_open)

    def _bar(self, step: Step, y: float, index: int, span: _Span) -> list[Mark]:
        left, right = span.left, span.right
        edge, tint = self.style.palette.muted, TINTS[step.outcome]
        box = Rectangle(left, y - BAR / 2, right - left, BAR, tint, edge, 0.5, "bar", index)
        marks: list[Mark] = [box]
        if span.is_open:
            marks.append(Line(right, y, right + 5, y, 0.8, edge, (1.5, 1.0), "open", index))
            right += 5
        if step.response or not step.harms:
            marks += outcome_sign(step.outcome, right + 6, y, index)
            right += 9
        return [*marks, *([harm_sign(right + 6, y, index)] if step.harms else [])]

    def _said(self, step: Step) -> str:
        """What the signs of a treatment stand for."""
        known = self.codes.get("outcome")

        def label(row: Result) -> str:
            return clean(known.label(row.outcome) if known else row.outcome.replace("_", " "))

        words = [label(step.response)] if step.response else []
        return "; ".join([*words, *(label(row) for row in step.harms)])

    def _axis(self, y: float, axis: Axis | None, used: list[int]) -> tuple[list[Mark], float]:
        """Ticks and the title that says what the axis is."""
        style = self.style
        left, right = self.plot
        face = Face(style.small, "normal", style.palette.ink)
        marks: list[Mark] = [Line(left, y, right, y, 0.7, style.palette.axis, role="axis")]
        width = (right - left) / len(used)
        known = self.codes.get("role")
        ticks: list[tuple[float, tuple[str, ...]]] = []
        if axis is not None:
            ticks += [(axis.x(tick.value), (tick.label,)) for tick in axis.ticks]
        else:
            labels = [known.label(LINES[i]) if known else LINES[i].replace("_", " ") for i in used]
            ticks += [
                (left + (i + 0.5) * width, wrap(label, width - 6, face.size))
                for i, label in enumerate(labels)
            ]
        for x, lines in ticks:
            if axis is not None:
                marks.append(Line(x, y, x, y + TICK, 0.7, style.palette.axis, role="tick-mark"))
            for i, line in enumerate(lines):
                at = (x, y + TICK + 1.15 * face.size * (i + 1))
                marks.append(placed(line, at, face, "middle", "tick"))
        deepest = max(len(lines) for _, lines in ticks)
        y += TICK + (1.15 * deepest + 1.4) * face.size
        title = "Day, as reported" if axis is not None else "Line of treatment: order, not days"
        bold = Face(face.size, "bold", face.colour)
        marks.append(placed(title, ((left + right) / 2, y), bold, "middle", "axis-title"))
        return marks, y + 0.6 * face.size


def _patient(course: Course) -> tuple[str, ...]:
    return clean(course.study.label_with_notice), clean(course.patient)
