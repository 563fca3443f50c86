"""Many meta-analyses in one call."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from metasyn.errors import DataError, SpecError
from metasyn.models.batch.backends import choose
from metasyn.models.batch.block import Columns, MeanSpec
from metasyn.models.batch.long import Names, labelled, sets_of_frame
from metasyn.models.batch.on_dask import is_dask, run_on_dask
from metasyn.models.batch.run import Progress, run
from metasyn.models.batch.sources import ArraySets, Source
from metasyn.models.batch.table import PooledTable
from metasyn.models.specs import CommonEffect, RandomEffects, Spec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["checked", "column_names", "pool_many"]

Data = Any


def pool_many(
    yi: npt.ArrayLike | str,
    vi: npt.ArrayLike | str,
    spec: Spec | None = None,
    *,
    data: pd.DataFrame | str | PathLike[str] | None = None,
    by: npt.ArrayLike | str | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> PooledTable:
    """Pool many sets of studies, each as :func:`metasyn.pool` would.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (sets, studies); a study whose estimate or variance
        is NaN or masked is absent. One row of variances stands for all sets. With ``by``: long
        lists, one value a study. With ``data``: names of its columns.
    spec
        :class:`~metasyn.RandomEffects` (the default) or :class:`~metasyn.CommonEffect`, without
        moderators.
    data
        A long frame with one row a study, or the path of a Parquet or CSV file of one.
    by
        Label of the set of every study; with ``data``, the name of its column. Sets come back in
        order of appearance.
    engine
        ``auto`` takes ``numba`` (compiled, all cores), where installed, for large batches and,
        once it is loaded, for smaller ones; else ``numpy``. ``dask`` spreads the sets over the
        client in force, or over a cluster of processes made for the call; the address of a
        scheduler (``tcp://host:8786``) over that.
    progress
        Called with the number of sets done and of all.

    Returns
    -------
    PooledTable
        Columns with one value a set. A set that cannot be pooled has NaN there, and its ``code``
        says why. Results are those of :func:`metasyn.pool` to about 12 digits, whatever the engine.

    Raises
    ------
    SpecError
        If the model does not fit a batch or the engine is not installed.
    DataError
        If the arguments hold no numbers or do not go together.

    Examples
    --------
    >>> import metasyn as ms
    >>> nan = float("nan")
    >>> yi = [[0.1, 0.3, 0.4], [0.2, nan, nan]]
    >>> vi = [[0.02, 0.04, 0.01], [0.05, nan, nan]]
    >>> table = ms.pool_many(yi, vi, ms.RandomEffects("REML"))
    >>> table.estimate.round(3).tolist(), table.k.tolist()
    ([0.282, 0.2], [3, 1])

    A long list:

    >>> ms.pool_many([0.1, 0.3, 0.2], [0.02, 0.04, 0.05], by=["a", "a", "b"]).labels.tolist()
    ['a', 'b']
    """
    asked = checked(RandomEffects() if spec is None else spec)
    source, labels = _source(yi, vi, data, by)
    _check_weights(asked, source)
    return PooledTable.of(_pooled(source, asked, engine, progress), asked, labels)


def checked(spec: Spec) -> MeanSpec:
    """A specification that fits a batch.

    Raises
    ------
    SpecError
        With the reason why it does not.
    """
    if not isinstance(spec, RandomEffects | CommonEffect):
        raise SpecError(
            f"pool_many takes RandomEffects and CommonEffect, not {type(spec).__name__}."
        )
    if spec.moderators is not None:
        raise SpecError("pool_many estimates one mean a set; use pool for moderators.")
    if isinstance(spec, RandomEffects):
        if spec.tau2_ci == "GQ":
            raise SpecError(
                "tau2_ci 'GQ' inverts a transform for every set, which is not made for batches; "
                "choose 'QP', 'PL' or 'none', or pool the sets one by one."
            )
        if spec.prediction == "NNF":
            raise SpecError(
                "prediction 'NNF' draws 25,000 samples for every set; choose another kind, or pool "
                "the sets one by one."
            )
    return spec


def _source(
    yi: npt.ArrayLike | str, vi: npt.ArrayLike | str, data: Data, by: npt.ArrayLike | str | None
) -> tuple[Source, npt.NDArray[Any] | None]:
    """The sets, and their labels where they have some."""
    if data is None:
        if isinstance(yi, str) or isinstance(vi, str) or isinstance(by, str):
            raise DataError("yi, vi and by name columns, so data is needed: a frame or a file.")
        if by is None:
            return ArraySets.of(yi, vi), None
        return labelled(yi, vi, by)
    names = column_names(yi, vi, by)
    if isinstance(data, str | PathLike):
        from metasyn.models.batch.files import read_long

        data = read_long(data, names)
    if not hasattr(data, "columns"):
        raise DataError(f"data must be a frame or the path of a file, not {type(data).__name__}.")
    return sets_of_frame(data, names)


def column_names(yi: object, vi: object, by: object) -> Names:
    """Names of the columns of a long list.

    Raises
    ------
    DataError
        If one is not given.
    """
    if isinstance(yi, str) and isinstance(vi, str) and isinstance(by, str):
        return Names(yi, vi, by)
    raise DataError(
        "With data, yi, vi and by are names of its columns: "
        "pool_many('yi', 'vi', data=frame, by='set')."
    )


def _check_weights(spec: MeanSpec, source: Source) -> None:
    """Refuse fixed weights that do not go with the sets."""
    if not isinstance(spec, RandomEffects) or spec.weights is None:
        return
    if not isinstance(source, ArraySets):
        raise SpecError(
            "weights go with the columns of a two-dimensional yi, not with a long list."
        )
    if len(spec.weights) != source.yi.shape[1]:
        raise DataError(
            f"There are {len(spec.weights)} weights for {source.yi.shape[1]} columns of studies; "
            "give one a column."
        )


def _pooled(source: Source, spec: MeanSpec, engine: str, progress: Progress | None) -> Columns:
    """Columns of all sets."""
    if is_dask(engine):
        return run_on_dask(source, spec, engine, progress)
    return run(source, spec, choose(engine, source.studies), progress)
