"""Checked, read-only arrays: what every estimate is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from metasyn.counting import plural
from metasyn.errors import DataError

__all__ = ["FloatArray", "as_floats", "as_labels", "read_only"]

FloatArray: TypeAlias = npt.NDArray[np.float64]


def read_only(values: npt.ArrayLike) -> FloatArray:
    """Return a float64 copy that nobody can write to."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def as_floats(name: str, values: npt.ArrayLike) -> FloatArray:
    """Turn an argument into a read-only 1-D float64 array; what is masked or missing is NaN.

    Raises
    ------
    DataError
        If the values are no numbers or have more than one dimension.

    Examples
    --------
    >>> as_floats("yi", [1, 2])
    array([1., 2.])
    """
    try:
        array = np.atleast_1d(_numbers(values))
    except (TypeError, ValueError) as error:
        raise DataError(f"{name} must hold numbers: {error}.") from None
    if array.ndim != 1:
        raise DataError(f"{name} must have one dimension, not {array.ndim}.")
    return read_only(array)


def _numbers(values: npt.ArrayLike) -> FloatArray:
    if isinstance(values, np.ma.MaskedArray):
        return np.asarray(np.ma.filled(values.astype(np.float64), np.nan))
    try:
        return np.asarray(values, dtype=np.float64)
    except TypeError:  # maybe because of pandas' NA, which is no number to numpy
        objects = np.asarray(values, dtype=np.object_)
        missing = [type(value).__name__ == "NAType" for value in objects.flat]
        return np.where(np.reshape(missing, objects.shape), np.nan, objects).astype(np.float64)


def as_labels(slab: Sequence[object] | None, size: int) -> tuple[str, ...]:
    """Return study labels: those given, or ``1``, ``2``, ...

    Raises
    ------
    DataError
        If there are more or fewer labels than studies.

    Examples
    --------
    >>> as_labels(None, 2)
    ('1', '2')
    """
    if slab is None:
        return tuple(str(i + 1) for i in range(size))
    if isinstance(slab, str) and size == 1:
        return (slab,)
    labels = tuple(str(label) for label in slab)
    if len(labels) != size:
        raise DataError(
            f"slab has {plural(len(labels), 'label')} for {plural(size, 'study', 'studies')}."
        )
    return labels
