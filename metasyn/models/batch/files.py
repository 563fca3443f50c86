"""Long lists of studies in Parquet and CSV files: the only place of the models that opens any."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from metasyn.errors import DataError, SpecError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_long"]


def read_long(path: str | PathLike[str], columns: Sequence[str]) -> pd.DataFrame:
    """Some columns of a file.

    Parameters
    ----------
    path
        A ``.parquet`` or ``.csv`` file (also ``.csv.gz``), or a folder of Parquet files.
    columns
        Names of the columns.

    Raises
    ------
    DataError
        If the file is of another kind, cannot be read, or lacks a column.
    OSError
        If there is no such file.
    """
    file = Path(path)
    file.stat()
    kinds = [suffix.lower() for suffix in file.suffixes]
    if ".csv" in kinds:
        return _read_csv(file, columns)
    if ".parquet" in kinds or file.is_dir():
        return _read_parquet(file, columns)
    raise DataError(f"{file}: give a .parquet or a .csv file.")


def _read_parquet(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        raise SpecError(
            "Parquet files need pyarrow, which is not installed: pip install pyarrow. A .csv file "
            "can be read without it."
        ) from None
    try:
        names = pq.ParquetDataset(file).schema.names
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError(f"{file} is no Parquet file: {error}") from None
    _check(file, columns, names)
    frame: pd.DataFrame = pq.read_table(file, columns=list(columns)).to_pandas(split_blocks=True)
    return frame


def _read_csv(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    try:
        names = list(pd.read_csv(file, nrows=0).columns)
        _check(file, columns, names)
        return pd.read_csv(file, usecols=list(columns), low_memory=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise DataError(f"{file} is no table of comma-separated values: {error}") from None


def _check(file: Path, columns: Sequence[str], names: Sequence[str]) -> None:
    """Refuse a file without the columns."""
    absent = [name for name in columns if name not in names]
    if absent:
        raise DataError(
            f"{file} has no column {', '.join(absent)}; its columns are {', '.join(names)}."
        )
