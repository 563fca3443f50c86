"""Weights that a user fixes, and weights as shares."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.errors import DataError
from metasyn.models.specs import RandomEffects

__all__ = ["shares", "user_weights"]


def user_weights(spec: RandomEffects, k: int) -> FloatArray | None:
    """The specification's fixed weights as an array.

    Raises
    ------
    DataError
        If there is not one for every study.
    """
    if spec.weights is None:
        return None
    if len(spec.weights) != k:
        raise DataError(f"There are {len(spec.weights)} weights for {k} studies; give one a study.")
    return np.array(spec.weights)


def shares(weights: FloatArray) -> FloatArray:
    """Weights that sum to 1, read-only."""
    shares: FloatArray = weights / weights.sum()
    shares.setflags(write=False)
    return shares
