"""Zero counts: where a constant is added, and which studies tell nothing."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from metasyn.effects.measures.measure import Inputs, ZeroCells
from metasyn.errors import Note

__all__ = ["To", "add_to_zeros", "named"]

To: TypeAlias = Literal["only0", "if0all", "all", "none"]
_NAMED = 10  # rows a note names before it only counts them


def add_to_zeros(
    zero: ZeroCells, data: Inputs, labels: tuple[str, ...], how: tuple[float, To, bool]
) -> tuple[Inputs, list[Note]]:
    """Data with the constant added, and notes that name the rows.

    Parameters
    ----------
    zero
        The family's rule.
    data
        Counts by name.
    labels
        Study labels.
    how
        Constant, rows that get it, and whether uninformative rows are left out (drop00).
    """
    add, to, drop00 = how
    counts = [data[name] for name in zero.cells]
    has_zero = np.logical_or.reduce([count == 0 for count in counts])
    empty = np.zeros_like(has_zero) if zero.uninformative is None else zero.uninformative(data)
    dropped = empty & drop00
    raised = _raised(has_zero & ~dropped, add, to) & ~dropped
    changed = dict(data)
    for name, count in zip(zero.cells, counts, strict=True):
        changed[name] = np.where(dropped, np.nan, np.where(raised, count + add, count))
    cells = ", ".join(zero.cells)
    notes = []
    if raised.any():
        message = f"{add:g} was added to {cells} (to={to}) of {named(raised, labels)}."
        notes.append(Note("zero-cells", message))
    if empty.any():
        fate = "left without an estimate (drop00)" if drop00 else "kept"
        message = f"No events, or nothing but events, in both groups of {named(empty, labels)}"
        notes.append(Note("double-zero", f"{message}: {fate}."))
    return changed, notes


def _raised(has_zero: np.ndarray, add: float, to: To) -> np.ndarray:
    """Rows whose counts get the constant."""
    if add == 0 or to == "none":
        return np.zeros_like(has_zero)
    if to == "only0":
        return has_zero
    return np.full_like(has_zero, to == "all" or has_zero.any())


def named(rows: np.ndarray, labels: tuple[str, ...]) -> str:
    """Labels of the rows, the first ten by name."""
    positions = np.flatnonzero(rows)
    names = ", ".join(labels[i] for i in positions[:_NAMED])
    rest = len(positions) - _NAMED
    return f"{names} and {rest} more" if rest > 0 else names
