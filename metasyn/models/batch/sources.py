"""Where sets of studies come from: rows of two arrays, or a long list with a label a study.

A source hands out chunks: float64 arrays of sets x studies, NaN where a study is absent. Nothing
larger than a chunk is made, and what is already float64 is not copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.errors import DataError
from metasyn.models.batch.backends import IntArray, Rows

__all__ = ["CHUNK", "ArraySets", "LongSets", "Source"]

CHUNK = 65_536
"""Studies in a chunk, absent ones counted: its arrays stay in the cache."""

NARROW = 16
"""Sets are chunked as if they had so many studies at least, for the columns of results."""

Pair = tuple[FloatArray, FloatArray]


class Source(Protocol):
    """Sets of studies that come in parts."""

    @property
    def studies(self) -> int:
        """Studies of all sets, absent ones counted."""
        ...

    def __len__(self) -> int: ...

    def parts(self, size: int, even: int) -> list[Rows]:
        """All sets in parts of at most ``size`` studies, or of one set where it is larger.

        Where parts can be alike, their number is 1 or a multiple of ``even``.
        """
        ...

    def chunk(self, rows: Rows) -> Pair:
        """Estimates and variances of some sets, shape (sets, studies)."""
        ...


@dataclass(frozen=True, eq=False)
class ArraySets:
    """Rows of two arrays.

    Parameters
    ----------
    yi, vi
        Numbers of any kind, shape (sets, studies); NaN or masked where a study is absent.
    """

    yi: npt.NDArray[Any]
    vi: npt.NDArray[Any]

    @classmethod
    def of(cls, yi: npt.ArrayLike, vi: npt.ArrayLike) -> ArraySets:
        """Check shapes; one row of variances stands for all sets.

        Raises
        ------
        DataError
            If the arrays hold no numbers or do not go together.
        """
        y, v = _array("yi", yi), _array("vi", vi)
        if y.ndim != 2:
            raise DataError(f"yi must have two dimensions, sets x studies, not {y.ndim}.")
        if (
            v.ndim not in (1, 2)
            or v.shape[-1] != y.shape[1]
            or v.shape[:-1] not in ((), y.shape[:1])
        ):
            raise DataError(
                f"vi has the shape {v.shape} and yi {y.shape}; give vi the same shape, or one row "
                "for all sets."
            )
        return cls(y, np.broadcast_to(_floats(v), y.shape) if v.ndim == 1 else v)

    @property
    def studies(self) -> int:
        """Studies of all sets, absent ones counted."""
        return int(self.yi.size)

    def __len__(self) -> int:
        return len(self.yi)

    def parts(self, size: int, even: int) -> list[Rows]:
        """Slices of rows, alike in length, so that cores end together."""
        most = max(1, size // max(NARROW, self.yi.shape[1]))
        count = -(-len(self) // most)
        step = -(-len(self) // (even * -(-count // even))) if count > 1 else most
        return [slice(start, start + step) for start in range(0, len(self), step)]

    def chunk(self, rows: Rows) -> Pair:
        """Some rows, as float64."""
        return _floats(self.yi[rows]), _floats(self.vi[rows])


@dataclass(frozen=True, eq=False)
class LongSets:
    """A long list of studies, each with the number of its set.

    Parameters
    ----------
    yi, vi
        Numbers, one a study, shape (studies,).
    order
        Positions of the studies, set by set; None where they lie so.
    starts, sizes
        Where a set starts in that order, and its number of studies.
    """

    yi: npt.NDArray[Any]
    vi: npt.NDArray[Any]
    order: IntArray | None
    starts: IntArray
    sizes: IntArray

    @classmethod
    def of(cls, yi: npt.ArrayLike, vi: npt.ArrayLike, codes: IntArray) -> LongSets:
        """Gather the studies of every set.

        Parameters
        ----------
        yi, vi
            Numbers, shape (studies,).
        codes
            Number of the set of every study, from 0 on without gaps.

        Raises
        ------
        DataError
            If the arrays hold no numbers or differ in length.
        """
        y, v = _array("yi", yi), _array("vi", vi)
        if not y.shape == v.shape == codes.shape or y.ndim != 1:
            raise DataError(
                f"yi, vi and by have the shapes {y.shape}, {v.shape} and {codes.shape}; a long "
                "list has one value a study in each."
            )
        together = bool((codes[1:] >= codes[:-1]).all())
        sizes = np.bincount(codes)
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1])) if len(sizes) else sizes
        return cls(y, v, None if together else np.argsort(codes, kind="stable"), starts, sizes)

    @property
    def studies(self) -> int:
        """Studies of all sets."""
        return len(self.yi)

    def __len__(self) -> int:
        return len(self.sizes)

    def parts(self, size: int, even: int) -> list[Rows]:
        """Sets of like size together, so that few cells of a chunk are empty."""
        del even
        by_size = np.argsort(self.sizes, kind="stable")
        widths = np.maximum(NARROW, self.sizes[by_size])
        parts: list[Rows] = []
        end = len(by_size)
        while end:
            # the last set of a part is its largest, and as wide as the part
            count = max(1, size // int(widths[end - 1]))
            parts.append(by_size[max(0, end - count) : end])
            end = max(0, end - count)
        return parts

    def chunk(self, rows: Rows) -> Pair:
        """Some sets, filled up with NaN to the size of the largest."""
        sizes, starts = self.sizes[rows], self.starts[rows]
        number = np.arange(int(sizes.max(initial=0)))
        present = number < sizes[:, None]
        at = (starts[:, None] + number)[present]
        if self.order is not None:
            at = self.order[at]
        yi, vi = np.full((2, *present.shape), np.nan)
        yi[present], vi[present] = _floats(self.yi[at]), _floats(self.vi[at])
        return yi, vi


def _array(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    """An array of numbers of any kind, masked where it was."""
    array: npt.NDArray[Any] = np.asanyarray(values)
    if array.dtype == object:
        try:
            array = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise DataError(f"{name} must hold numbers: {error}.") from None
    if array.dtype.kind not in "fiu":
        raise DataError(f"{name} must hold real numbers, not {array.dtype}.")
    return array


def _floats(values: npt.NDArray[Any]) -> FloatArray:
    """A part as contiguous float64, NaN where it is masked."""
    if isinstance(values, np.ma.MaskedArray):
        return np.ascontiguousarray(np.ma.filled(values.astype(np.float64), np.nan))
    return np.ascontiguousarray(values, dtype=np.float64)
