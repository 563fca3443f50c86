"""A long list of studies with a label a study, as sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.errors import DataError
from metasyn.models.batch.sources import LongSets

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Names", "labelled", "sets_of_frame"]


class Names(NamedTuple):
    """Names of the columns of a long list: the estimates, the variances, the label of the set."""

    yi: str
    vi: str
    by: str


def sets_of_frame(frame: pd.DataFrame, names: Names) -> tuple[LongSets, npt.NDArray[Any]]:
    """The sets of a frame, in order of appearance, and their labels.

    Parameters
    ----------
    frame
        One row a study.
    names
        Its columns.

    Raises
    ------
    DataError
        If a column is absent or holds no numbers, or a study has no label.
    """
    absent = [name for name in names if name not in frame.columns]
    if absent:
        have = ", ".join(str(name) for name in frame.columns)
        raise DataError(f"data has no column {', '.join(absent)}; its columns are {have}.")
    yi, vi = (_numbers(frame[name]) for name in (names.yi, names.vi))
    return labelled(yi, vi, frame[names.by], names.by)


def labelled(
    yi: npt.ArrayLike, vi: npt.ArrayLike, by: pd.Series[Any] | npt.ArrayLike, name: str = "by"
) -> tuple[LongSets, npt.NDArray[Any]]:
    """The sets of a list with a label a study, in order of appearance, and their labels."""
    import pandas as pd

    codes, labels = pd.factorize(by if isinstance(by, pd.Series) else np.asarray(by))
    bare = np.flatnonzero(codes < 0)
    if len(bare):
        raise DataError(
            f"{name} is empty in {len(bare)} of {len(codes)} rows, first in row {bare[0] + 1}; "
            "give every study the label of its set, or leave the row out."
        )
    return LongSets.of(yi, vi, codes.astype(np.int64)), np.asarray(labels)


def _numbers(column: pd.Series[Any]) -> FloatArray:
    """A column as float64; missing values are NaN."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        raise DataError(f"{column.name} must hold numbers, not {column.dtype}.")
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        pass
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = np.flatnonzero((numbers.isna() & column.notna()).to_numpy())
    if not len(wrong):
        return numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    raise DataError(
        f"{column.name} must hold numbers: row {wrong[0] + 1} is {column.iloc[wrong[0]]!r}"
        + (f", and {len(wrong) - 1} more rows are no numbers." if len(wrong) > 1 else ".")
    )
