"""A pooled line with each study left out in turn, and how far each study pulls at it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from metasyn.diagnostics.influence import Influence, influence
from metasyn.diagnostics.leave_one_out import LeaveOneOut, leave_one_out
from metasyn.effects.effects import Effects
from metasyn.models.groups import Line
from metasyn.models.rate import PooledRate
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects
from metasyn.report.material import Material

__all__ = ["ENOUGH", "LeftOut", "Without", "is_inverse_variance", "left_out"]

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
class LeftOut:
    """Every study of a line left out once.

    Parameters
    ----------
    line
        The line.
    rows
        The estimate without each study; empty where none is known.
    fits
        The same with all of each fit, by inverse variance; None for other models.
    influence
        Pull of each study, of the line itself or of its check; None where it is not known.
    """

    line: Line
    rows: tuple[Without, ...]
    fits: LeaveOneOut | None = None
    influence: Influence | None = None


def is_inverse_variance(line: Line) -> bool:
    """Whether effects were pooled by inverse variance."""
    result = line.result
    return isinstance(result, Pooled) and isinstance(result.spec, RandomEffects | CommonEffect)


def left_out(line: Line, material: Material) -> LeftOut:
    """Leave out each study of a pooled line of three studies or more."""
    pull = _influence(line, material)
    marks = _marks(pull)
    fits = None
    if isinstance(line.result, PooledRate):
        rows = _rates(line, material)
    else:
        assert isinstance(line.result, Pooled)  # noqa: S101 - chosen by the caller
        assert isinstance(line.result.data, Effects)  # noqa: S101 - inverse variance pools effects
        fits = leave_one_out(line.result.data, _without_prediction(line.result.spec))
        estimates = [fit.transformed().estimate for fit in fits.fits]
        rows = list(zip(line.result.data.slab, estimates, strict=True))
    told = tuple(
        Without(label, estimate, *marks.get(label, (None, False))) for label, estimate in rows
    )
    return LeftOut(line, told, fits, pull)


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


def _without_prediction(spec: object) -> RandomEffects | CommonEffect:
    """The same without what nobody shows of a fit that leaves a study out."""
    assert isinstance(spec, RandomEffects | CommonEffect)  # noqa: S101 - chosen by the caller
    if isinstance(spec, CommonEffect):
        return spec
    return replace(spec, prediction="none", tau2_ci="none")


def _influence(line: Line, material: Material) -> Influence | None:
    """Pull of each study, by inverse variance."""
    holder = line.result
    if material.check is not None and line.code in material.check:
        holder = material.check[line.code]
    if (
        not isinstance(holder, Pooled)
        or not isinstance(holder.data, Effects)
        or holder.k < ENOUGH
        or not isinstance(holder.spec, RandomEffects | CommonEffect)
    ):
        return None
    return influence(holder.data, holder.spec)


def _marks(pull: Influence | None) -> dict[str, tuple[float | None, bool]]:
    """Study to its residual and whether it is influential."""
    if pull is None:
        return {}
    rows = zip(pull.slab, pull.rstudent, pull.flagged, strict=True)
    return {label: (float(residual), bool(flagged)) for label, residual, flagged in rows}
