"""The pooled estimate beside what each correction for selection or small studies makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from metasyn.diagnostics.diagnosis.findings import TITLES
from metasyn.diagnostics.diagnosis.result import Diagnosis
from metasyn.errors import Note
from metasyn.figures.analysis_axis import analysis_scale
from metasyn.figures.diagnostics.estimate_rows import (
    EstimateRow,
    Place,
    estimate_rows,
    estimate_words,
    right_edge,
)
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Layout, Page
from metasyn.figures.panel import heading, notes
from metasyn.figures.styles import StyleName
from metasyn.figures.text_metrics import clean
from metasyn.models.interval import Interval

__all__ = ["ADJUSTING", "diagnosis_layout"]

ADJUSTING: Mapping[str, Callable[[Any], tuple[float, Interval | None]]] = MappingProxyType(
    {
        "trim_and_fill": lambda found: (found.pooled.estimate, found.pooled.ci),
        "pet_peese": lambda found: (found.conditional.estimate, found.conditional.ci),
        "limit": lambda found: (found.adjusted.estimate, found.adjusted.ci),
        "p_uniform": lambda found: (found.estimate, found.ci),
        "selection": lambda found: (found.estimate, found.ci),
    }
)
"""Field of a diagnosis to the adjusted estimate in its result, and its interval."""


def diagnosis_layout(
    result: Diagnosis, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a figure of adjusted estimates.

    Parameters
    ----------
    result
        What :func:`metasyn.diagnose` returned. Its other results have figures of their own.
    style, title
        House style, and what stands above the plot.
    """
    look, name = style_of(style), clean(title or "")
    scale = analysis_scale(result.pooled.measure)
    adjusted = (_row(result, field) for field in ADJUSTING)
    rows = [_unadjusted(result), *sorted(adjusted, key=lambda row: row.estimate is None)]
    right = right_edge(rows, scale, look, Place(0.0))
    top, y = heading(name, look, right - look.margin)
    marks, y = estimate_rows(rows, scale, look, Place(y))
    told = [
        "Each method corrects under assumptions that the data cannot prove; estimates that agree "
        "are a sign of firmness, and no one of them is the true value."
    ]
    foot, y = notes(told, look, right - look.margin, y)
    page = Page(right + look.margin, y, (*top, *marks, *foot))
    said = "; ".join(f"{row.label} {estimate_words(row, scale) or 'none'}" for row in rows)
    description = f"Estimates of {result.pooled.k} studies, adjusted in several ways: {said}."
    return Layout((page,), name or "Adjusted estimates", description, ())


def _unadjusted(result: Diagnosis) -> EstimateRow:
    return EstimateRow("Unadjusted", result.pooled.estimate, result.pooled.ci, unadjusted=True)


def _row(result: Diagnosis, field: str) -> EstimateRow:
    """An adjusted estimate, or why there is none."""
    found = getattr(result, field)
    if isinstance(found, Note):
        return EstimateRow(TITLES[field], None, reason=found.message)
    estimate, ci = ADJUSTING[field](found)
    doubt = "" if getattr(found, "trusted", True) else "Not to be relied on."
    return EstimateRow(TITLES[field], estimate, ci, doubt)
