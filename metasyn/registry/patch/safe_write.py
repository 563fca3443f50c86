"""A file replaced whole or not at all, with a backup beside it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from metasyn.errors import OutputError

__all__ = ["replace_file"]


def replace_file(path: Path, content: bytes, *, read_sha256: str, stamp: str) -> Path:
    """Put new content in the place of a workbook.

    A kill at any moment leaves the old file or the new one, whole.

    Parameters
    ----------
    path
        The workbook.
    content
        Its new bytes.
    read_sha256
        Digest of the file when it was read; if it is another one now, somebody else changed it.
    stamp
        Date and time for the name of the backup (``20240304-1200``).

    Returns
    -------
    pathlib.Path
        The backup.

    Raises
    ------
    OutputError
        If the file is open elsewhere, was changed since it was read, or may not be written. It is
        left as it was.
    """
    path = path.resolve()
    _refuse_if_open(path)
    try:
        old = path.read_bytes()
        if hashlib.sha256(old).hexdigest() != read_sha256:
            raise OutputError(
                f"{path} was changed by somebody else since it was read, and was left as it is. "
                "Run the command again."
            )
        for place in (path, path.parent):
            _refuse_if_read_only(place)
        temporary = _written(path, content)
        try:
            backup = _backed_up(path, stamp)
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None
    _sync_folder(path.parent)
    return backup


def _refuse_if_open(path: Path) -> None:
    for lock in (f"~${path.name}", f".~lock.{path.name}#"):
        if path.with_name(lock).exists():
            raise OutputError(
                f"{path} is open in Excel or LibreOffice and was left as it is. Close it there "
                f"first (or delete {lock}, if the program has crashed)."
            )


def _refuse_if_read_only(place: Path) -> None:
    # Who may do everything is asked too: the bits say what the owner wants.
    if not os.access(place, os.W_OK) or not place.stat().st_mode & 0o222:
        raise OutputError(
            f"{place} is read-only, and everything was left as it is. Make it writable first."
        )


def _written(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _backed_up(path: Path, stamp: str) -> Path:
    """A second name for the old file, or a copy where the file system knows no second names."""
    for attempt in range(1, 1000):
        suffix = stamp if attempt == 1 else f"{stamp}-{attempt}"
        backup = path.with_name(f"{path.stem}.backup-{suffix}{path.suffix}")
        if backup.exists():
            continue
        try:
            os.link(path, backup)
        except FileExistsError:
            continue
        except OSError:
            shutil.copy2(path, backup)
        return backup
    raise OutputError(f"{path} has a thousand backups of {stamp}; move some of them away.")


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
