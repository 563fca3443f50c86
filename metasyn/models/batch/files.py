"""Tables in Parquet and CSV files: the only place of the models that opens any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metasyn.errors import DataError, OutputError, SpecError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_long", "writer_of"]


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


def writer_of(
    path: str | PathLike[str], source: str | PathLike[str]
) -> Callable[[pd.DataFrame], None]:
    """What writes a table to a path; the path is checked before anything is computed.

    Parameters
    ----------
    path
        A ``.parquet`` or ``.csv`` file (also ``.csv.gz``) to be written.
    source
        The file that is read, which the new one must not replace.

    Raises
    ------
    OutputError
        If nothing can be written there.
    """
    file = Path(path)
    if not file.parent.is_dir():
        raise OutputError(f"{file}: there is no folder {file.parent}.")
    if file.is_dir():
        raise OutputError(f"{file} is a folder; give the name of a file.")
    if file.exists() and file.samefile(source):
        raise OutputError(f"{file} is the file that is read; give another name.")
    kinds = [suffix.lower() for suffix in file.suffixes]
    if ".csv" in kinds:
        return lambda frame: _replace(file, lambda new: frame.to_csv(new, index=False))
    if kinds[-1:] == [".parquet"]:
        _arrow()
        return lambda frame: _replace(file, lambda new: frame.to_parquet(new, index=False))
    raise OutputError(f"{file}: give a name that ends in .parquet or .csv.")


def _replace(file: Path, write: Callable[[Path], None]) -> None:
    """Write beside a file and put the whole in its place, so that no half is ever there."""
    new = file.with_name(f".new-{file.name}")
    try:
        write(new)
        new.replace(file)
    except OSError as error:
        raise OutputError(f"Cannot write {file}: {error.strerror or error}.") from None
    finally:
        new.unlink(missing_ok=True)


def _arrow() -> tuple[Any, Any]:
    """The modules that read and write Parquet."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        raise SpecError(
            "Parquet files need pyarrow, which is not installed. Install it with: "
            "pip install 'metasyn-evidence[batch]'. CSV files do without it."
        ) from None
    return pa, pq


def _read_parquet(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    pa, pq = _arrow()
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
