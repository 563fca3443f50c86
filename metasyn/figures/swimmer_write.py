"""A swimmer plot as a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from metasyn.figures.files import write_layout
from metasyn.figures.swimmer import swimmer_layout
from metasyn.figures.write import PAGE_HEIGHT
from metasyn.records import Codes, Result
from metasyn.records.treatment_course import treatment_courses

__all__ = ["write_swimmer"]


class HasResults(Protocol):
    """What is drawn: a registry."""

    @property
    def results(self) -> tuple[Result, ...]: ...
    @property
    def codes(self) -> Codes: ...


def write_swimmer(
    registry: HasResults,
    path: str | os.PathLike[str],
    *,
    outcomes: Sequence[str] = (),
    studies: Sequence[str] = (),
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw the courses of single patients.

    Patients whose treatments all have days stand on an axis of days, the others on an axis of the
    lines of treatment; the axes say which. Days come from columns of the user's own, ``day_start``
    and ``day_end``, else from the words of the arm ("emapalumab from day 11").

    Parameters
    ----------
    registry
        What :func:`metasyn.read_registry` returned.
    path
        Where to: ``.svg``, ``.png`` or ``.pdf`` (which has pages).
    outcomes
        Outcomes that tell whether a treatment helped, in order of preference; empty: the first
        row of benefit of each treatment.
    studies
        Ids of the reports to draw; empty: all.
    title
        Stands above.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If there is no single patient to draw.
    DataError
        If a day is no number, or days run backwards; the row is named.
    OutputError
        If the file cannot be written.
    """
    rows = [row for row in registry.results if not studies or row.study_id in studies]
    courses = treatment_courses(rows, outcomes)
    height = PAGE_HEIGHT if Path(path).suffix.lower() == ".pdf" else None
    layout = swimmer_layout(courses, registry.codes, title=title, page_height=height)
    return write_layout(layout, path, dpi=dpi)
