"""Distributions fitted to one five-number summary after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import plain, refuse
from metasyn.effects.conversions.five_numbers import FiveNumbers, MeanSD
from metasyn.errors import Note

__all__ = ["Fitted", "Summary", "fit_each"]

_NAMES = ("minimum", "q1", "median", "q3", "maximum")


class Summary(NamedTuple):
    """What one study reports: three or five numbers in rising order, with their names."""

    n: float
    names: tuple[str, ...]
    values: FloatArray

    @property
    def probabilities(self) -> FloatArray:
        """Probabilities that the numbers stand for; 1/n and 1 - 1/n at the ends of the range."""
        known = {"minimum": 1 / self.n, "q1": 0.25, "median": 0.5, "q3": 0.75}
        return np.array([known.get(name, 1 - 1 / self.n) for name in self.names])


class Fitted(NamedTuple):
    """What a fit to one summary gives."""

    mean: float
    sd: float
    detail: str
    converged: bool


def fit_each(s: FiveNumbers, fit: Callable[[Summary], Fitted]) -> MeanSD:
    """Fit every summary; incomplete ones give NaN.

    Raises
    ------
    DataError
        If all values of a summary are equal.
    """
    lowest = np.where(s.has_range, s.minimum, s.q1)
    flat = lowest == np.where(s.has_range, s.maximum, s.q3)
    refuse(flat, "all values are {low:g}; there is no spread to fit", {"low": lowest})
    fitted = [_fit_one(s, at, fit) for at in np.ndindex(s.n.shape)]
    mean = np.reshape([one.mean for one in fitted], s.n.shape)
    sd = np.reshape([one.sd for one in fitted], s.n.shape)
    largest = np.where(s.has_range, (s.maximum - s.minimum) / 2 * np.sqrt(s.n / (s.n - 1)), np.inf)
    notes = [
        Note(code, f"{problem} (element {', '.join(str(i + 1) for i in np.flatnonzero(where))}).")
        for code, problem, where in (
            ("not-converged", "The fit did not converge", [not one.converged for one in fitted]),
            ("sd-beyond-range", "The SD exceeds what the range allows", sd > largest),
        )
        if np.any(where)
    ]
    return MeanSD(plain(mean), plain(sd), tuple(one.detail for one in fitted), tuple(notes))


def _fit_one(s: FiveNumbers, at: tuple[int, ...], fit: Callable[[Summary], Fitted]) -> Fitted:
    known = {
        name: float(getattr(s, name)[at])
        for name in _NAMES
        if name == "median"
        or (name in {"q1", "q3"} and s.has_quartiles[at])
        or (name in {"minimum", "maximum"} and s.has_range[at])
    }
    if len(known) == 1 or np.isnan(s.n[at] + known["median"]):
        return Fitted(np.nan, np.nan, "", converged=True)
    return fit(Summary(float(s.n[at]), tuple(known), np.array(list(known.values()))))
