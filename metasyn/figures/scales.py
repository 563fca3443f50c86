"""Display scales of forest plots: what stands on the axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from metasyn.effects.measures import measure_of

__all__ = ["Scale", "scale_of", "with_digits"]

MOST_DECIMALS = 6
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


def with_digits(scale: Scale, estimates: Iterable[float]) -> Scale:
    """The scale with two digits of the smallest estimate, where no null value rules them.

    Parameters
    ----------
    scale
        Of ratios or differences it stays as it is; rates may be small.
    estimates
        On the display scale.

    Examples
    --------
    >>> with_digits(scale_of("IRLN"), [0.0185, 0.4]).decimals, with_digits(scale_of("RR"), [0.01])
    (3, Scale(kind='ratio', name='Risk ratio', factor=1.0, null=1.0, decimals=2))
    """
    if scale.kind == "proportion" or scale.null is not None:
        return scale
    sizes = [abs(value) for value in estimates if math.isfinite(value) and value]
    if not sizes:
        return scale
    needed = 1 - math.floor(math.log10(min(sizes)))
    return replace(scale, decimals=min(max(scale.decimals, needed), MOST_DECIMALS))
