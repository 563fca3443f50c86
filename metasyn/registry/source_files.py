"""Whatever file a registry is kept in, as cells."""

from __future__ import annotations

from pathlib import Path

from metasyn.records import Source
from metasyn.registry.archive import open_archive
from metasyn.registry.csv_folder import read_csv_folder
from metasyn.registry.grid import Grid
from metasyn.registry.ods import is_ods, read_ods
from metasyn.registry.xlsx import read_xlsx

__all__ = ["read_grids"]


def read_grids(path: str | Path) -> tuple[Source, tuple[Grid, ...]]:
    """Cells of a workbook (.xlsx, .xlsm, .ods) or of a folder of .csv files.

    Raises
    ------
    WorkbookError
        If nothing can be read; the message says why.
    """
    if Path(path).is_dir():
        return read_csv_folder(Path(path), str(path))
    archive = open_archive(path)
    read = read_ods if is_ods(archive) else read_xlsx
    return archive.source, read(archive)
