"""Signs and words of a swimmer plot."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from metasyn.figures.marks import Circle, Line, Mark, Polygon
from metasyn.figures.panel import Sign
from metasyn.records.treatment_course import Course

__all__ = ["TINTS", "description", "harm_sign", "outcome_sign", "sentences", "signs"]

TINTS = {"helped": "#bcdcee", "did not help": "#f7d3bd", "not given": "#eceff1"}
"""What came of a treatment: the tint of its bar."""


def outcome_sign(outcome: str, x: float, y: float, row: int | None) -> list[Mark]:
    """What came of a treatment, about a point."""
    if outcome == "did not help":
        half, colour = 2.8, "#b84f00"
        return [
            Line(x - half, y - half, x + half, y + half, 1.5, colour, role="sign", row=row),
            Line(x - half, y + half, x + half, y - half, 1.5, colour, role="sign", row=row),
        ]
    fill = "#0173b2" if outcome == "helped" else None
    edge = "#0173b2" if outcome == "helped" else "#5b6770"
    return [Circle(x, y, 3.2, fill, edge, 0.9, "sign", row)]


def harm_sign(x: float, y: float, row: int | None) -> Polygon:
    """A harm, about a point."""
    half = 3.6
    points = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    return Polygon(points, "#16202a", role="harm", row=row)


def _cross(x: float, y: float) -> Polygon:
    """The sign of no help as one shape, for the key."""
    half, thin = 3.0, 0.8
    ends = ((1, 1), (1, -1), (-1, -1), (-1, 1))
    points = []
    for (a, b), (c, d) in itertools.pairwise((*ends, ends[0])):
        points += [(x + half * a, y + half * b), (x + thin * (a + c) / 2, y + thin * (b + d) / 2)]
    return Polygon(tuple(points), "#b84f00", role="key")


def signs() -> list[Sign]:
    """The key."""
    return [
        Sign("Helped", lambda x, y: Circle(x, y, 3.2, "#0173b2", "#0173b2", 0.9, "key"), 4.0),
        Sign("Did not help", _cross, 4.0),
        Sign(
            "Response not given", lambda x, y: Circle(x, y, 3.2, None, "#5b6770", 0.9, "key"), 4.0
        ),
        Sign("A harm occurred", lambda x, y: harm_sign(x, y, None), 4.0),
    ]


def sentences(courses: Sequence[Course]) -> Sequence[str]:
    """What the reader must not read into the order, and what is not drawn."""
    said = []
    unsure = sum(not course.order_is_known for course in courses)
    if unsure:
        verb = "has" if unsure == 1 else "have"
        who = "1 patient" if unsure == 1 else f"{unsure} patients"
        said.append(
            f"{who} {verb} several treatments in one line; their order among themselves is not "
            "given."
        )
    partly = [c for c in courses if not c.has_days and any(s.days for s in c.steps)]
    if partly:
        count = "1 patient" if len(partly) == 1 else f"{len(partly)} patients"
        said.append(f"Days are given for some treatments only in {count}: they stand in order.")
    parts = [part for course in courses for part in course.parts]
    if parts:
        said.append(f"Not drawn, being components of a combination: {', '.join(parts)}.")
    said.append("What helped is what the reports say; published cases are selected.")
    return said


def description(courses: Sequence[Course]) -> str:
    """The plot in words."""
    told: Mapping[str, int] = {
        outcome: sum(step.outcome == outcome for course in courses for step in course.steps)
        for outcome in TINTS
    }
    steps = ", ".join(f"{outcome} {count}" for outcome, count in told.items())
    return f"Treatment courses of {len(courses)} single patients. Treatments: {steps}."
