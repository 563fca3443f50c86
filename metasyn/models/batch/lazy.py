"""Sets that Dask holds: frames and arrays larger than memory, pooled when Dask computes them."""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.errors import DataError, SpecError
from metasyn.models.batch.backends import choose
from metasyn.models.batch.block import MeanSpec
from metasyn.models.batch.long import Names, sets_of_frame
from metasyn.models.batch.pool_many import checked, column_names
from metasyn.models.batch.run import run
from metasyn.models.batch.sources import ArraySets
from metasyn.models.batch.table import PooledTable
from metasyn.models.specs import RandomEffects, Spec

if TYPE_CHECKING:
    import dask.array as da
    import dask.dataframe as dd
    import pandas as pd

__all__ = ["pool_lazily"]

ENGINE = choose("auto", 10**9)
"""Partitions are large."""


def pool_lazily(
    yi: da.Array | str,
    vi: da.Array | str,
    spec: Spec | None = None,
    *,
    data: dd.DataFrame | str | PathLike[str] | None = None,
    by: str | None = None,
) -> dd.DataFrame:
    """Pool many sets that Dask holds, when and where Dask computes the result.

    Spilling to disk, progress, retries and the dashboard are Dask's.

    Parameters
    ----------
    yi, vi
        Dask arrays of sets x studies; or names of the columns of ``data``.
    spec
        The model, as for :func:`metasyn.pool_many`.
    data
        A Dask frame with one row a study, or the path of Parquet files (any that Dask can read).
        Rows are shuffled until the studies of a set lie in one partition.
    by
        Name of the column with the label of the set of every study.

    Returns
    -------
    dask.dataframe.DataFrame
        The columns of :meth:`PooledTable.to_frame`, one row a set; with arrays its index is the
        number of the set, with ``data`` sets come in no order. ``.compute()`` makes a frame of it,
        ``.to_parquet(folder)`` files.

    Raises
    ------
    SpecError
        If the model does not fit a batch or Dask is not installed.
    DataError
        If the arguments do not go together.

    Examples
    --------
    >>> import dask.array as da
    >>> yi, vi = da.ones((4, 3), chunks=(2, 3)), da.full((4, 3), 0.1, chunks=(2, 3))
    >>> pool_lazily(yi, vi).compute(scheduler="sync")["k"].tolist()
    [3, 3, 3, 3]
    """
    try:
        import dask.dataframe as dd
    except ModuleNotFoundError:
        raise SpecError(
            "This needs Dask, which is not installed. Install it with: "
            "pip install 'metasyn-evidence[batch]'."
        ) from None
    asked = checked(RandomEffects() if spec is None else spec)
    if data is None:
        return _of_arrays(yi, vi, asked)
    if isinstance(asked, RandomEffects) and asked.weights is not None:
        raise SpecError(
            "weights go with the columns of a two-dimensional yi, not with a long list."
        )
    names = column_names(yi, vi, by)
    frame: Any = data
    if isinstance(data, str | PathLike):
        frame = dd.read_parquet(fspath(data), columns=list(names))
    together = frame[list(names)].shuffle(names.by)
    meta = _of_partition(frame._meta[list(names)], names, asked)
    return together.map_partitions(_of_partition, names, asked, meta=meta)


def _of_arrays(yi: Any, vi: Any, spec: MeanSpec) -> dd.DataFrame:
    """One partition a block of rows."""
    import dask.dataframe as dd
    from dask import delayed

    if not (hasattr(yi, "rechunk") and hasattr(vi, "rechunk")) or yi.ndim != 2:
        raise DataError("yi and vi must be Dask arrays of sets x studies, or columns of data.")
    if yi.shape != vi.shape:
        raise DataError(f"yi has the shape {yi.shape} and vi {vi.shape}; they must agree.")
    yi = yi.rechunk({1: -1})
    vi = vi.rechunk(yi.chunks)
    starts = np.concatenate(([0], np.cumsum(yi.chunks[0]))).tolist()
    blocks = zip(yi.to_delayed().ravel(), vi.to_delayed().ravel(), starts, strict=False)
    pool = delayed(_of_block, pure=True)
    parts = [pool(y, v, spec, start) for y, v, start in blocks]
    meta = _of_block(np.empty((0, 1)), np.empty((0, 1)), spec, 0)
    divisions = (*starts[:-1], starts[-1] - 1)
    return dd.from_delayed(parts, meta=meta, divisions=divisions, verify_meta=False)


def _of_block(yi: FloatArray, vi: FloatArray, spec: MeanSpec, start: int) -> pd.DataFrame:
    columns = run(ArraySets.of(yi, vi), spec, ENGINE, cores=1)
    frame = PooledTable.of(columns, spec).to_frame()
    frame.index += start
    return _plain(frame)


def _of_partition(frame: pd.DataFrame, names: Names, spec: MeanSpec) -> pd.DataFrame:
    sets, labels = sets_of_frame(frame, names)
    columns = run(sets, spec, ENGINE, cores=1)
    return _plain(PooledTable.of(columns, spec, labels).to_frame())


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with notes as text, whose categories would differ between partitions."""
    return frame.assign(notes=frame["notes"].astype("str"))
