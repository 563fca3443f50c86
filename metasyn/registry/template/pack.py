"""A workbook as bytes that are the same every time, and onto the disk whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
import zipfile
from pathlib import Path

from openpyxl.workbook import Workbook

from metasyn.errors import OutputError

__all__ = ["to_bytes", "write_new_file"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_TIMESTAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_FIXED = rb"\g<1>2000-01-01T00:00:00Z\2"


def to_bytes(workbook: Workbook) -> bytes:
    """Serialise a workbook without a trace of when it was done."""
    raw = io.BytesIO()
    workbook.save(raw)
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":
                content = _TIMESTAMP.sub(_FIXED, content)
            entry = zipfile.ZipInfo(part.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return packed.getvalue()


def write_new_file(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet; a kill at any moment leaves all of it or nothing.

    Raises
    ------
    OutputError
        If something is there already, or it cannot be written.
    """
    if path.exists() or path.is_symlink():
        raise OutputError(f"{path} exists already and was left as it is. Choose another name.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        _publish(Path(name), path)
    except FileExistsError:
        raise OutputError(
            f"{path} exists already and was left as it is. Choose another name."
        ) from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        with contextlib.suppress(OSError):
            Path(name).unlink(missing_ok=True)


def _publish(temporary: Path, path: Path) -> None:
    """Give the file its name without ever replacing another one."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        temporary.rename(path)
