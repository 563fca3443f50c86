"""The zip of a workbook with some parts replaced or added."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from metasyn.errors import WorkbookError
from metasyn.registry.archive import Archive, open_archive
from metasyn.registry.ods import is_ods

__all__ = ["open_excel", "with_parts"]


def open_excel(path: str | Path) -> Archive:
    """Open a workbook of the one kind that can be changed part by part.

    Raises
    ------
    WorkbookError
        If it is none, or cannot be read.
    """
    if not Path(path).is_dir():
        archive = open_archive(path)
        if not is_ods(archive):
            return archive
    raise WorkbookError(
        f"{path}: only Excel workbooks (.xlsx, .xlsm) can be changed. Save it as one first."
    )


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Replace and add parts; the content of every other part stays byte for byte.

    Parameters
    ----------
    content
        The file.
    parts
        Name to new content.
    """
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            target.writestr(part, parts.get(part.filename, source.read(part)))
        for name in sorted(parts.keys() - set(source.namelist())):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, parts[name])
    return packed.getvalue()
