"""Arguments of conversions: broadcast, checked; results as plain floats or read-only arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.errors import DataError

__all__ = ["BoolArray", "Estimate", "Floats", "normal_quantile", "numbers", "plain", "refuse"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = float | FloatArray
"""A float where every argument was a scalar, else a read-only array."""


class Estimate(NamedTuple):
    """An estimate on the analysis scale and its sampling variance."""

    yi: Floats
    vi: Floats


def numbers(given: Mapping[str, npt.ArrayLike]) -> list[FloatArray]:
    """Arguments as float64 arrays of one shape; NaN stands for a missing value.

    Raises
    ------
    DataError
        If an argument holds no numbers, is infinite, or shapes do not fit together.

    Examples
    --------
    >>> numbers({"n": [10, 20], "level": 0.95})
    [array([10., 20.]), array([0.95, 0.95])]
    """
    arrays = [_floats(name, values) for name, values in given.items()]
    try:
        return list(np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(f"{name} {a.shape}" for name, a in zip(given, arrays, strict=True))
        raise DataError(f"Shapes do not fit together: {shapes}.") from None


def _floats(name: str, values: npt.ArrayLike) -> FloatArray:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name} must hold numbers: {error}.") from None
    if np.isinf(array).any():
        raise DataError(f"{name} is infinite; give NaN where a value is missing.")
    return array


def refuse(wrong: npt.ArrayLike, problem: str, values: Mapping[str, FloatArray]) -> None:
    """Raise for the first wrong element; ``problem`` is a format string over ``values``.

    Raises
    ------
    DataError
        If any element is wrong; in arrays, its position (from 1) is named.

    Examples
    --------
    >>> refuse([False, True], "n is {n:g}", {"n": np.array([10.0, -1.0])})
    Traceback (most recent call last):
    metasyn.errors.DataError: Element 2: n is -1.
    """
    mask = np.asarray(wrong, dtype=bool)
    if not mask.any():
        return
    at = int(np.argmax(mask.ravel()))
    shown = {
        name: float(np.broadcast_to(value, mask.shape).ravel()[at])
        for name, value in values.items()
    }
    where = f"Element {at + 1}: " if mask.ndim else ""
    raise DataError(f"{where}{problem.format(**shown)}.")


def plain(values: npt.ArrayLike) -> Floats:
    """A float for a scalar, else a read-only array.

    Examples
    --------
    >>> plain(np.float64(0.5))
    0.5
    """
    array = np.asarray(values, dtype=np.float64)
    return float(array) if array.ndim == 0 else read_only(array)


def normal_quantile(probability: npt.ArrayLike) -> FloatArray:
    """Quantile of the standard normal distribution.

    Examples
    --------
    >>> float(normal_quantile(0.975))
    1.959963984540054
    """
    from scipy.special import ndtri

    return np.asarray(ndtri(np.asarray(probability, dtype=np.float64)))
