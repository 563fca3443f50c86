"""From data to estimates: checks, zero counts, formula, and what has to be said about the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.measure import Inputs, Measure, ZeroCells
from metasyn.effects.measures.variance import Vtype
from metasyn.errors import DataError, Note, SpecError

__all__ = ["Options", "To", "compute"]

To: TypeAlias = Literal["only0", "if0all", "all", "none"]
_NAMED = 10  # rows a note names before it only counts them


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
        Whether biases are corrected, where the measure knows how.
    """

    add: float | None = None
    to: To = "only0"
    drop00: bool = False
    vtype: Vtype | None = None
    correct: bool = True

    def __post_init__(self) -> None:
        if self.to not in ("only0", "if0all", "all", "none"):
            raise SpecError(f"to is {self.to!r}; it must be only0, if0all, all or none.")
        if self.add is not None and not 0 <= self.add < np.inf:
            raise SpecError(f"add is {self.add!r}; it must be zero or more.")


def compute(
    measure: Measure, given: Inputs, labels: tuple[str, ...], options: Options
) -> tuple[FloatArray, FloatArray, FloatArray, tuple[Note, ...]]:
    """Estimates, variances, sizes and notes of a measure.

    Parameters
    ----------
    measure
        What to compute.
    given
        Argument name to values, all of shape (k,), as the measure's family knows them.
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
    data = measure.family.prepare(given)
    _refuse_impossible(measure, data, labels)
    size = measure.family.size(data)
    notes: list[Note] = []
    if measure.family.zero is not None:
        add = measure.add if options.add is None else options.add
        data, said = _add_to_zeros(measure.family.zero, data, add, labels, options)
        notes += said
    arguments = [data[name] for name in measure.takes]
    assert measure.function is not None  # noqa: S101 - label-only codes take GEN's function
    with np.errstate(all="ignore"):
        yi, vi = measure.function(*arguments, **_keywords(measure, options, len(labels)))
    yi, vi = np.broadcast_arrays(yi, vi)
    unknown = ~(np.isfinite(yi) & np.isfinite(vi) & (vi >= 0))
    notes += _not_computable_note(measure, unknown, labels)
    return np.where(unknown, np.nan, yi), np.where(unknown, np.nan, vi), size, tuple(notes)


def _refuse_impossible(measure: Measure, data: Inputs, labels: tuple[str, ...]) -> None:
    for check in measure.family.checks:
        if any(name not in data for name in check.names):
            continue
        broken = check.broken(*(data[name] for name in check.names))
        if broken.any():
            row = int(np.argmax(broken))
            values = ", ".join(f"{name} is {data[name][row]:g}" for name in check.names)
            raise DataError(f"{labels[row]}: {values}: {check.message}.")


def _add_to_zeros(
    zero: ZeroCells, data: Inputs, add: float, labels: tuple[str, ...], options: Options
) -> tuple[Inputs, list[Note]]:
    counts = [data[name] for name in zero.cells]
    has_zero = np.logical_or.reduce([count == 0 for count in counts])
    empty = np.zeros_like(has_zero) if zero.uninformative is None else zero.uninformative(data)
    dropped = empty & options.drop00
    raised = _raised(has_zero & ~dropped, add, options) & ~dropped
    changed = dict(data)
    for name, count in zip(zero.cells, counts, strict=True):
        changed[name] = np.where(dropped, np.nan, np.where(raised, count + add, count))
    cells = ", ".join(zero.cells)
    notes = []
    if raised.any():
        message = f"{add:g} was added to {cells} (to={options.to}) of {_named(raised, labels)}."
        notes.append(Note("zero-cells", message))
    if empty.any():
        fate = "left without an estimate (drop00)" if options.drop00 else "kept"
        message = f"No events, or nothing but events, in both groups of {_named(empty, labels)}"
        notes.append(Note("double-zero", f"{message}: {fate}."))
    return changed, notes


def _raised(has_zero: np.ndarray, add: float, options: Options) -> np.ndarray:
    """Rows whose counts get the constant."""
    if add == 0 or options.to == "none":
        return np.zeros_like(has_zero)
    if options.to == "only0":
        return has_zero
    return np.full_like(has_zero, options.to == "all" or has_zero.any())


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
        raise SpecError(f"vtype has {kinds.size} entries for {rows} studies.")
    wrong = sorted(set(kinds.ravel().tolist()) - set(measure.vtypes))
    if wrong:
        known = ", ".join(measure.vtypes)
        raise SpecError(f"vtype '{wrong[0]}' is not one of {measure.code}'s ({known}).")
    return kinds if kinds.ndim else str(kinds)


def _not_computable_note(
    measure: Measure, unknown: np.ndarray, labels: tuple[str, ...]
) -> list[Note]:
    if not unknown.any():
        return []
    message = f"{measure.code} cannot be computed, no estimate: {_named(unknown, labels)}."
    return [Note("no-estimate", message)]


def _named(rows: np.ndarray, labels: tuple[str, ...]) -> str:
    positions = np.flatnonzero(rows)
    names = ", ".join(labels[i] for i in positions[:_NAMED])
    rest = len(positions) - _NAMED
    return f"{names} and {rest} more" if rest > 0 else names
