"""Display scales of forest plots: what stands on the axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metasyn.effects.measures import measure_of

__all__ = ["Scale", "scale_of"]

PROPORTIONS = ("PR", "PLN", "PLO", "PRZ", "PAS", "PFT")


@dataclass(frozen=True, slots=True)
class Scale:
    """How values of a measure are shown.

    Parameters
    ----------
    kind
        ``proportion`` (axis 0 to 100%), ``ratio`` (logarithmic axis) or ``linear``.
    name
        What the values are called.
    factor
        100 where values are shown in percent.
    null
        Value of no effect, None where there is none.
    decimals
        Digits after the decimal mark.
    """

    kind: Literal["proportion", "ratio", "linear"]
    name: str
    factor: float
    null: float | None
    decimals: int


def scale_of(measure: str) -> Scale:
    """Scale of a measure.

    Examples
    --------
    >>> scale_of("PLO").kind, scale_of("RR").null, scale_of("MD").null
    ('proportion', 1.0, 0.0)
    """
    found = measure_of(measure)
    if measure in PROPORTIONS:
        return Scale("proportion", "Proportion", 100.0, None, 1)
    kind: Literal["ratio", "linear"] = "ratio" if found.axis == "log" else "linear"
    return Scale(kind, found.display, 1.0, found.display_null, 2)
