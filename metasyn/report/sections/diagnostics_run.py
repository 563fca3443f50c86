"""One run of all diagnostics of a pooled line: everything that a report tells of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from metasyn.diagnostics.diagnosis import Diagnosis, diagnose
from metasyn.diagnostics.influence import Influence
from metasyn.diagnostics.leave_one_out import LeaveOneOut
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, SpecError
from metasyn.models.groups import Line
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects
from metasyn.report.material import Material

__all__ = ["ENOUGH", "LineRun", "Without", "is_inverse_variance", "line_run"]

ENOUGH = 3
"""Studies from which on leaving one out says anything."""


@dataclass(frozen=True, slots=True)
class Without:
    """A study, the estimate without it on the display scale, and its diagnostics by the check."""

    label: str
    estimate: float
    residual: float | None
    flagged: bool


@dataclass(frozen=True, eq=False, slots=True)
class LineRun:
    """Every diagnostic of a line.

    Parameters
    ----------
    line
        The line.
    rows
        The estimate without each study; empty where none is known.
    diagnosis
        Of the line itself, or of its check by inverse variance; None where there is neither.
    """

    line: Line
    rows: tuple[Without, ...]
    diagnosis: Diagnosis | None

    @property
    def fits(self) -> LeaveOneOut | None:
        """The fits without each study, of lines of inverse variance."""
        if self.diagnosis is None or not is_inverse_variance(self.line):
            return None
        found = self.diagnosis.leave_one_out
        return found if isinstance(found, LeaveOneOut) else None

    @property
    def influence(self) -> Influence | None:
        """Pull of each study, where it is known."""
        found = None if self.diagnosis is None else self.diagnosis.influence
        return found if isinstance(found, Influence) else None


def is_inverse_variance(line: Line) -> bool:
    """Whether effects were pooled by inverse variance."""
    result = line.result
    return isinstance(result, Pooled) and isinstance(result.spec, RandomEffects | CommonEffect)


def line_run(line: Line, material: Material) -> LineRun:
    """Run all diagnostics of a pooled line of three studies or more."""
    found = LineRun(line, (), _diagnosis(line, material))
    rows = _rates(line, material)
    if found.fits is not None:
        estimates = [fit.transformed().estimate for fit in found.fits.fits]
        rows = list(zip(found.fits.slab, estimates, strict=True))
    marks = _marks(found.influence)
    told = tuple(
        Without(label, estimate, *marks.get(label, (None, False))) for label, estimate in rows
    )
    return LineRun(line, told, found.diagnosis)


def _rates(line: Line, material: Material) -> list[tuple[str, float]]:
    """The rate without each study, from the evidence of the line."""
    one = material.evidence.get(line.code)
    if one is None:
        return []
    return [
        (unit.label, shift.rate)
        for unit, shift in zip(one.influence.units, one.shifts.studies, strict=False)
        if unit.kind != "cases" and not np.isnan(shift.rate)
    ]


def _diagnosis(line: Line, material: Material) -> Diagnosis | None:
    """All diagnostics by inverse variance, of the line or of its check."""
    holder = line.result
    if not is_inverse_variance(line) and material.check is not None:
        holder = material.check.get(line.code, holder)
    if (
        not isinstance(holder, Pooled)
        or not isinstance(holder.data, Effects)
        or holder.k < ENOUGH
        or not isinstance(holder.spec, RandomEffects | CommonEffect)
    ):
        return None
    one = material.evidence.get(line.code)
    logits = one is not None and holder.measure == "PLO"
    threshold = math.log(one.threshold / (1 - one.threshold)) if one and logits else None
    try:
        return diagnose(holder.data, holder.spec, threshold)
    except (DataError, SpecError):
        return None


def _marks(pull: Influence | None) -> dict[str, tuple[float | None, bool]]:
    """Study to its residual and whether it is influential."""
    if pull is None:
        return {}
    rows = zip(pull.slab, pull.rstudent, pull.flagged, strict=True)
    return {label: (float(residual), bool(flagged)) for label, residual, flagged in rows}
