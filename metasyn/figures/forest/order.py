"""Studies of a forest plot in the order that the user asks for."""

from __future__ import annotations

import math
from dataclasses import replace

from metasyn.effects.counts import DESIGNS
from metasyn.figures.forest.content import Content, Shown
from metasyn.figures.forest.options import ForestOrder

__all__ = ["reordered"]

ORDERS: dict[ForestOrder, str] = {
    "weight": "by weight, the heaviest first",
    "effect": "by estimate, the smallest first",
    "year": "by year, the oldest first",
    "name": "by name",
    "design": "by design, the strongest first",
}
"""What the footer says of an order."""


def reordered(content: Content, order: ForestOrder) -> Content:
    """The content with the studies of every line in an order.

    What is not known stands last, and ties stay as they were.
    """
    sections = tuple(
        replace(section, shown=tuple(sorted(section.shown, key=lambda one: _rank(one, order))))
        for section in content.sections
    )
    return replace(content, sections=sections, ordered=ORDERS[order])


def _rank(one: Shown, order: ForestOrder) -> tuple[bool, float, str]:
    row = one.row
    study = row.record.study if row.record else None
    value: float | None = None
    match order:
        case "name":
            return False, 0.0, row.label.casefold()
        case "weight":
            value = None if row.weight is None else -row.weight
        case "effect":
            value = row.estimate if math.isfinite(row.estimate) else None
        case "year":
            value = _number(one.fields["year"]) if study is None and "year" in one.fields else None
            value = study.year if study else value
        case "design":
            code = study.design if study else str(one.fields.get("design", ""))
            value = DESIGNS.index(code) if code in DESIGNS else None
    return value is None, value or 0.0, ""


def _number(value: object) -> float | None:
    """A number that a table holds; None for anything else."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None
