"""From data to estimates: checks, zero counts, formula, and what has to be said about the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from metasyn.counting import plural
from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures import given as already
from metasyn.effects.measures.correction import METAFOR_38, Correct
from metasyn.effects.measures.measure import Check, Estimates, Inputs, Measure
from metasyn.effects.measures.variance import Vtype
from metasyn.effects.measures.zero_cells import To, add_to_zeros, named
from metasyn.errors import DataError, Note, SpecError

__all__ = ["Computed", "Options", "compute"]


@dataclass(frozen=True, slots=True)
class Options:
    """How zero counts, variances and bias corrections are dealt with.

    Parameters
    ----------
    add
        Constant for zero counts; None takes the measure's own.
    to
        Rows that get it: those with a zero, all if any row has one, all, none.
    drop00
        Whether rows without information on the contrast are left without an estimate.
    vtype
        Kind of sampling variance, or one a row; None takes the measure's own.
    correct
        Which biases are corrected, where the measure knows how.
    level
        Coverage of confidence limits that are given.
    flip
        Rows whose estimates change sign.
    """

    add: float | None = None
    to: To = "only0"
    drop00: bool = False
    vtype: Vtype | None = None
    correct: Correct = True
    level: float = 0.95
    flip: bool | np.ndarray = False

    def __post_init__(self) -> None:
        if self.to not in get_args(To):
            raise SpecError(f"to is {self.to!r}; it must be one of {', '.join(get_args(To))}.")
        if self.add is not None and not 0 <= self.add < np.inf:
            raise SpecError(f"add is {self.add!r}; it must be zero or more.")
        if self.correct not in (True, False, METAFOR_38):
            raise SpecError(
                f"correct is {self.correct!r}; it must be True, False or {METAFOR_38!r}."
            )


@dataclass(frozen=True, slots=True)
class Computed:
    """Estimates, variances, sizes (NaN where not known), each of shape (k,), and notes."""

    yi: FloatArray
    vi: FloatArray
    ni: FloatArray
    notes: tuple[Note, ...]


def compute(measure: Measure, given: Inputs, labels: tuple[str, ...], options: Options) -> Computed:
    """Compute a measure.

    Parameters
    ----------
    measure
        What to compute.
    given
        Argument name to values, all of shape (k,).
    labels
        Study labels, k.
    options
        Zero counts, variances, corrections.

    Raises
    ------
    DataError
        If a value is impossible; the row is named.
    SpecError
        If an option is not one of the measure's.
    """
    estimates, size, notes = (_as_given if "yi" in given else _by_formula)(
        measure, given, labels, options
    )
    yi, vi = np.broadcast_arrays(*estimates)
    yi = np.where(_flipped(measure, options.flip, labels), -yi, yi)
    unknown = ~(np.isfinite(yi) & np.isfinite(vi) & (vi >= 0))
    if unknown.any():
        message = f"{measure.code} cannot be computed, no estimate: {named(unknown, labels)}."
        notes = (*notes, Note("no-estimate", message))
    return Computed(np.where(unknown, np.nan, yi), np.where(unknown, np.nan, vi), size, notes)


_Parts = tuple[Estimates, FloatArray, tuple[Note, ...]]


def _as_given(_: Measure, given: Inputs, labels: tuple[str, ...], options: Options) -> _Parts:
    _refuse_impossible(already.CHECKS, given, labels)
    size = given.get("ni", np.full_like(given["yi"], np.nan))
    estimates = already.given_estimates(given, options.level)
    return estimates, size, already.lopsided(given, labels)


def _by_formula(
    measure: Measure, given: Inputs, labels: tuple[str, ...], options: Options
) -> _Parts:
    family, function = measure.family, measure.function
    if function is None:
        raise DataError(f"{measure.code} only labels estimates: give yi with vi or sei.")
    with np.errstate(all="ignore"):
        data = family.prepare(given)
    _refuse_impossible(family.checks, data, labels)
    size = family.size(data)
    notes: list[Note] = []
    if family.zero is not None:
        add = measure.add if options.add is None else options.add
        how = (add, options.to, options.drop00)
        data, notes = add_to_zeros(family.zero, data, labels, how)
    keywords = _keywords(measure, options, len(labels))
    with np.errstate(all="ignore"):
        estimates = function(*(data[name] for name in measure.takes), **keywords)
    return estimates, size, tuple(notes)


def _refuse_impossible(checks: tuple[Check, ...], data: Inputs, labels: tuple[str, ...]) -> None:
    for check in checks:
        if any(name not in data for name in check.names):
            continue
        broken = check.broken(*(data[name] for name in check.names))
        if broken.any():
            row = int(np.argmax(broken))
            values = ", ".join(f"{name} is {data[name][row]:g}" for name in check.names)
            raise DataError(f"{labels[row]}: {values}: {check.message}.")


def _keywords(measure: Measure, options: Options, rows: int) -> dict[str, object]:
    keywords: dict[str, object] = {}
    if measure.vtypes:
        keywords["vtype"] = _checked_vtype(measure, options.vtype, rows)
    elif options.vtype is not None:
        raise SpecError(f"{measure.code} has one kind of sampling variance; vtype does not apply.")
    if measure.corrects:
        keywords["correct"] = options.correct
    return keywords


def _checked_vtype(measure: Measure, vtype: Vtype | None, rows: int) -> Vtype:
    if vtype is None:
        return measure.vtypes[0]
    kinds = np.asarray(vtype, dtype=np.str_)
    if kinds.ndim and kinds.shape != (rows,):
        raise SpecError(
            f"vtype has {plural(kinds.size, 'entry', 'entries')} for "
            f"{plural(rows, 'study', 'studies')}."
        )
    wrong = sorted(set(kinds.ravel().tolist()) - set(measure.vtypes))
    if wrong:
        known = ", ".join(measure.vtypes)
        raise SpecError(f"vtype '{wrong[0]}' is not one of {measure.code}'s ({known}).")
    return kinds if kinds.ndim else str(kinds)


def _flipped(measure: Measure, flip: bool | np.ndarray, labels: tuple[str, ...]) -> np.ndarray:
    rows = np.broadcast_to(np.asarray(flip, dtype=np.bool_), (len(labels),))
    if rows.any() and measure.null != 0:
        raise SpecError(f"{measure.code} has no sign to flip.")
    return rows
