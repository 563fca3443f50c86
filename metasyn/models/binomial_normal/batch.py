"""Weighted likelihoods of several data sets side by side, and their sums over studies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.kernel import derivatives

__all__ = ["Batch", "Evaluation", "evaluate"]

Index = npt.NDArray[np.intp] | npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """P likelihoods of U studies each; a study of power 0 is not there.

    Parameters
    ----------
    events, n
        Events and patients, shape (P, U); real numbers are legal.
    power
        Weight of each study's marginal likelihood, shape (P, U).
    offset
        Shift of the study's logit, shape (P, U).
    """

    events: FloatArray
    n: FloatArray
    power: FloatArray
    offset: FloatArray

    @classmethod
    def of(
        cls,
        events: npt.ArrayLike,
        n: npt.ArrayLike,
        power: npt.ArrayLike,
        offset: npt.ArrayLike = 0.0,
    ) -> Batch:
        """Broadcast the four to one shape (P, U); one data set may come as (U,)."""
        arrays = np.broadcast_arrays(
            *(np.atleast_2d(np.asarray(a, dtype=np.float64)) for a in (events, n, power, offset))
        )
        return cls(*arrays)

    def __len__(self) -> int:
        return len(self.events)

    def take(self, index: Index) -> Batch:
        """Some of the data sets, in the order of the index."""
        return Batch(self.events[index], self.n[index], self.power[index], self.offset[index])

    def merged(self) -> Batch:
        """The same likelihoods, studies that are alike in every data set counted once.

        Examples
        --------
        >>> Batch.of([1, 0, 1], [1, 1, 1], [0.1, 0.1, 0.2]).merged().power.round(2).tolist()
        [[0.3, 0.1]]
        """
        data = np.concatenate((self.events, self.n, self.offset))
        _, first, which = np.unique(data, axis=1, return_index=True, return_inverse=True)
        if len(first) == data.shape[1]:
            return self
        order = np.argsort(first)
        place = np.argsort(order)[which.ravel()]
        power = np.zeros((len(self), len(first)))
        np.add.at(power.T, place, self.power.T)
        kept = first[order]
        return Batch(self.events[:, kept], self.n[:, kept], power, self.offset[:, kept])

    @property
    def total_events(self) -> FloatArray:
        """Weighted events of each data set, shape (P,)."""
        total: FloatArray = np.einsum("pu,pu->p", self.power, self.events)
        return total

    @property
    def total_failures(self) -> FloatArray:
        """Weighted non-events of each data set, shape (P,)."""
        total: FloatArray = np.einsum("pu,pu->p", self.power, self.n - self.events)
        return total

    @property
    def tau_is_estimable(self) -> npt.NDArray[np.bool_]:
        """Whether two studies or more count two patients or more, shape (P,)."""
        large: npt.NDArray[np.bool_] = ((self.n >= 2) & (self.power > 0)).sum(axis=1) >= 2
        return large


class Evaluation(NamedTuple):
    """Weighted log-likelihood of each data set with its derivatives, each of shape (P,)."""

    value: FloatArray
    s_mu: FloatArray
    s_tau: FloatArray
    h_mumu: FloatArray
    h_mutau: FloatArray
    h_tautau: FloatArray


def evaluate(batch: Batch, mu: FloatArray, tau: FloatArray, nodes: int | None = None) -> Evaluation:
    """Sum ``power * log L`` and its derivatives at (mu, tau), one pair a data set.

    ``nodes`` overrides the number of quadrature nodes.
    """
    shape = batch.events.shape
    parts = derivatives(
        batch.events.ravel(),
        batch.n.ravel(),
        (mu[:, None] + batch.offset).ravel(),
        np.repeat(tau, shape[1]),
        nodes,
    )
    return Evaluation(*np.einsum("kpu,pu->kp", parts.reshape(6, *shape), batch.power))
