"""Leave-one-out and cumulative analyses as the content of a forest plot."""

from __future__ import annotations

import math

from metasyn.diagnostics.cumulative import Cumulative
from metasyn.diagnostics.leave_one_out import LeaveOneOut
from metasyn.errors import SpecError
from metasyn.figures.forest.content import Content, Section, Shown, fields_of
from metasyn.figures.forest.options import ForestOptions
from metasyn.models.groups import Line, StudyRow
from metasyn.models.interval import Interval
from metasyn.models.results import Pooled
from metasyn.records import Result

__all__ = ["steps_of"]

UNORDERED = ("given keys", "given order", "precision")
"""Orders of a cumulative analysis whose keys say nothing to a reader."""


def steps_of(results: LeaveOneOut | Cumulative, options: ForestOptions) -> Content:
    """A row a fit, in the analysis' own order.

    Raises
    ------
    SpecError
        If another order, further models or risk of bias are asked for.
    """
    asked = {"order": options.order, "models": options.models, "bias": options.bias}
    for name, value in asked.items():
        if value:
            raise SpecError(f"{name} belongs to studies; the rows of this plot are pooled.")
    left_out = isinstance(results, LeaveOneOut)
    whole = results.pooled if isinstance(results, LeaveOneOut) else results.fits[-1]
    records = getattr(whole.data, "records", ()) or (None,) * len(results.fits)
    rows = tuple(map(_row, results.slab, results.fits, records))
    key = "" if isinstance(results, LeaveOneOut) or results.by in UNORDERED else results.by
    keys = (None,) * len(rows) if isinstance(results, LeaveOneOut) else results.keys
    shown = tuple(
        Shown(row, {**own, key: value, "k": fit.k, "tau2": fit.tau2, "i2": fit.i2})
        for row, fit, own, value in zip(rows, results.fits, fields_of(whole), keys, strict=True)
    )
    how = "without that study" if left_out else "of the studies down to that row"
    section = Section(Line("", "", rows, whole, ()), shown, "left-out" if left_out else "added")
    return Content(
        (section,),
        whole.spec,
        study="Study left out" if left_out else "Study added",
        sentences=(
            f"Each row: the pooled estimate {how}.",
            *(note.message for note in results.notes),
        ),
        ordered="" if isinstance(results, LeaveOneOut) else _order_words(results),
        key=key,
    )


def _order_words(results: Cumulative) -> str:
    if results.by in ("given order", "given keys"):
        return ""
    return f"by {results.by.replace('_', ' ')}"


def _row(label: str, fit: Pooled, record: Result | None) -> StudyRow:
    """A pooled estimate in the place of a study."""
    values = fit.transformed()
    ci = values.ci or Interval(math.nan, math.nan, fit.spec.level)
    return StudyRow(label, values.estimate, ci, None, is_case=False, record=record)
