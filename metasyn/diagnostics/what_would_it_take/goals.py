"""Readings of a pooled estimate that could change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.no_null import told
from metasyn.effects.arrays import FloatArray
from metasyn.models.results import Pooled

__all__ = ["Fits", "Goal", "goals_of"]

Bools = npt.NDArray[np.bool_]


class Fits(NamedTuple):
    """Estimates and interval limits of many fits, shape (n,)."""

    estimate: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Goal:
    """A change of the reading.

    Parameters
    ----------
    code
        ``sign``, ``threshold``, ``include`` or ``exclude``.
    value
        The null, or the threshold.
    side
        1 where the estimate of all studies lies above the value, else -1.
    told
        The value as readers see it.
    """

    code: Literal["sign", "threshold", "include", "exclude"]
    value: float
    side: float
    told: str

    @property
    def words(self) -> str:
        """What happens, after ``would``."""
        return {
            "sign": f"move the estimate to the other side of {self.told}",
            "threshold": f"move the estimate across {self.told}",
            "include": f"make the interval include {self.told}",
            "exclude": f"make the interval exclude {self.told}",
        }[self.code]

    def gap(self, fits: Fits) -> FloatArray:
        """How far each fit is from the goal; 0 or less is there, NaN where there is no fit."""
        above = self.side > 0.0
        if self.code in ("sign", "threshold"):
            return self.side * (fits.estimate - self.value)
        if self.code == "include":
            return fits.low - self.value if above else self.value - fits.high
        gap: FloatArray = -np.maximum(fits.low - self.value, self.value - fits.high)
        return gap

    def reached(self, fits: Fits) -> Bools:
        """Whether each fit is there; an interval includes its limits."""
        gap = self.gap(fits)
        reached: Bools = gap <= 0.0 if self.code == "include" else gap < 0.0
        return reached


def goals_of(pooled: Pooled, null: float | None, threshold: float | None) -> tuple[Goal, ...]:
    """The changes that can be asked for."""
    goals: list[Goal] = []
    measure = pooled.measure
    if null is not None:
        side = -1.0 if pooled.estimate < null else 1.0
        goals.append(Goal("sign", null, side, told(null, measure)))
        if pooled.ci is not None:
            inside = pooled.ci.low <= null <= pooled.ci.high
            code: Literal["exclude", "include"] = "exclude" if inside else "include"
            goals.append(Goal(code, null, side, told(null, measure)))
    if threshold is not None:
        side = -1.0 if pooled.estimate < threshold else 1.0
        goals.append(Goal("threshold", threshold, side, told(threshold, measure)))
    return tuple(goals)
