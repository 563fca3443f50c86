"""Which removals cannot take a weighted mean across a value, whatever tau2 becomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.what_would_it_take.goals import Goal
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.models.batch.backends import IntArray

__all__ = ["MeanBound"]

FINE = 1.2
"""Ratio of neighbouring values of tau2."""
FURTHEST = 1e4
"""Largest value of tau2 over the largest variance; beyond, one stretch reaches to infinity."""
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class MeanBound:
    """What each study does at the least to hold the mean on its side of a value.

    Whatever tau2 turns out to be without some studies, the mean is on its side as long as the sum
    of (y - value) / (v + tau2) is. In a stretch of tau2 every term lies between those at its ends.

    Parameters
    ----------
    terms
        The lower end for every stretch and study, shape (stretches, k).
    """

    terms: FloatArray

    @classmethod
    def of(cls, effects: Effects, goal: Goal, *, random: bool) -> MeanBound:
        """The bound for a goal about the estimate, with tau2 estimated or 0."""
        distance = goal.side * (effects.yi - goal.value)
        if not random:
            return cls((distance / effects.vi)[None])
        terms = _terms(distance, effects.vi)
        return cls(np.where(distance > 0.0, terms[1:], terms[:-1]))

    def least_removed(self) -> int:
        """Number of studies below which no removal, whichever, takes the mean across.

        0 means that a change of tau2 alone might do it.
        """
        against = np.minimum(self.terms, 0.0).sum(axis=1, keepdims=True)
        holding = np.sort(np.maximum(self.terms, 0.0), axis=1)
        left = np.cumsum(holding, axis=1)[:, ::-1] + against
        enough = (left > self._rounding()).all(axis=0)
        return self.terms.shape[1] if enough.all() else int(np.argmin(enough))

    def possible(self, gone: IntArray) -> npt.NDArray[np.bool_]:
        """For sets of studies to remove, whether the mean may lie across without them.

        Parameters
        ----------
        gone
            Positions of the studies, shape (n, size).
        """
        left = self.terms.sum(axis=1, keepdims=True) - sum(self.terms[:, row] for row in gone.T)
        return np.asarray((left <= self._rounding()).any(axis=0))

    def _rounding(self) -> FloatArray:
        lost: FloatArray = ROUNDING * np.abs(self.terms).sum(axis=1, keepdims=True)
        return lost


def _terms(distance: FloatArray, vi: FloatArray) -> FloatArray:
    """Weighted distances over values of tau2 from 0 to infinity, one row each.

    Weights are taken relative to that of the largest variance, so that all of them fall with tau2.
    """
    low, high = float(vi.min()), float(vi.max())
    count = int(np.ceil(np.log(FURTHEST * high / (0.01 * low)) / np.log(FINE)))
    tau2 = np.concatenate([[0.0], np.geomspace(0.01 * low, FURTHEST * high, count)])[:, None]
    weights = np.vstack([(tau2 + high) / (tau2 + vi), np.ones((1, len(vi)))])
    terms: FloatArray = weights * distance
    return terms
