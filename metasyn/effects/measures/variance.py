"""Choice among the kinds of sampling variance, one for all rows or one a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from metasyn.effects.arrays import FloatArray

__all__ = ["Vtype", "choose", "weighted_mean"]

Vtype: TypeAlias = "str | np.ndarray"
"""A kind of variance, or one a row."""


def choose(vtype: Vtype, kinds: Mapping[str, Callable[[], FloatArray]]) -> FloatArray:
    """Variances of the kind that every row asks for; only kinds that are asked for are computed."""
    if isinstance(vtype, str):
        return kinds[vtype]()
    asked = [kind for kind in kinds if (vtype == kind).any()]
    return np.asarray(
        np.select([vtype == kind for kind in asked], [kinds[kind]() for kind in asked], np.nan)
    )


def weighted_mean(values: FloatArray, weights: FloatArray) -> float:
    """Mean weighted by sample size; rows with NaN are passed over (NaN if none is left)."""
    known = ~(np.isnan(values) | np.isnan(weights))
    total = np.sum(weights, where=known)
    return float(np.sum(values * weights, where=known) / total) if total > 0 else float("nan")
