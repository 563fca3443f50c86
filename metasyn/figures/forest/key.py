"""The key under a forest plot: what each sign means, for the signs that occur."""

from __future__ import annotations

from metasyn.figures.axis import Axis
from metasyn.figures.forest.body import baseline
from metasyn.figures.forest.marks import Pen
from metasyn.figures.forest.source import ForestSource
from metasyn.figures.forest.table import Row, RowKind
from metasyn.figures.marks import Line, Mark
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed, text_width
from metasyn.figures.words import shown

__all__ = ["key_rows"]

SIGN = 22.0
WORDS: tuple[tuple[RowKind, str], ...] = (
    ("study", "Study"),
    ("case", "Single case"),
    ("cases-together", "Single cases together"),
    ("step", "Pooled estimate of some of the studies"),
    ("pooled", "Pooled estimate"),
    ("model", "Another model"),
    ("studies-only", "Without single cases"),
    ("prediction", "Prediction interval"),
    ("not-pooled", "Sum, not pooled (exact interval)"),
)


def key_rows(
    source: ForestSource, style: Style, place: tuple[float, float], y: float
) -> tuple[list[Mark], float]:
    """Signs with their words, in as many lines as they need; place is left and width."""
    left, width = place
    kinds = {row.kind for row in source.rows if row.estimate is not None or row.low is not None}
    marks: list[Mark] = []
    x = left
    size = style.small
    y += style.pitch * 0.8
    entries: list[tuple[RowKind | None, str]] = [pair for pair in WORDS if pair[0] in kinds]
    if source.reference is not None:
        value = shown(source.reference, source.scale, style.numbers)
        unit = "%" if source.scale.kind == "proportion" else ""
        entries.append((None, f"Reference, {value}{unit}"))
    for kind, words in entries:
        taken = SIGN + 4 + text_width(words, size)
        if x > left and x + taken > left + width:
            x, y = left, y + style.pitch * 0.9
        marks += _reference(style, x, y) if kind is None else _sign(kind, style, x, y)
        at = (x + SIGN + 4, baseline(y, size))
        marks.append(placed(words, at, Face(size, "normal", style.palette.muted), role="key"))
        x += taken + style.gap
    return marks, y + style.pitch * 0.75


def _reference(style: Style, x: float, y: float) -> list[Mark]:
    """The dashed line at a value of the user's."""
    middle, half = x + SIGN / 2, style.pitch * 0.4
    return [
        Line(middle, y - half, middle, y + half, 0.8, style.palette.muted, (3, 2), "reference", -1)
    ]


def _sign(kind: RowKind, style: Style, x: float, y: float) -> list[Mark]:
    """The sign of a kind of row, drawn by the same pen as in the plot."""
    axis = Axis(0.0, 1.0, x, x + SIGN, log=False, ticks=())
    low, high = (0.1, 0.9) if kind != "case" else (0.5, 0.5)
    weight = 0.6 if kind in ("study", "cases-together") else None
    row = Row(kind, "", {}, 0.5, low, high, weight)
    return Pen(axis, style, 1.0).marks(row, y, -1)
