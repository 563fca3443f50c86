"""Intervals, and what kind of interval they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A lower and an upper limit.

    Parameters
    ----------
    low, high
        The limits, on the scale of the estimate that they belong to.
    level
        Coverage aimed at.
    method
        Standard name of the method (``"hksj"``, ``"HTS"``, ``"wald-t"``, ``"clopper-pearson"``).
    df
        Degrees of freedom of the method, None where it has none.

    Examples
    --------
    >>> low, high = Interval(0.2, 0.4)
    >>> low, high
    (0.2, 0.4)
    """

    low: float
    high: float
    level: float = 0.95
    method: str = ""
    df: float | None = None

    def __iter__(self) -> Iterator[float]:
        yield self.low
        yield self.high
