"""Exported files: all of them or none, and no other file replaced unasked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from metasyn.errors import Note, OutputError
from metasyn.registry.template.pack import write_new_file

__all__ = ["Export", "write_export"]


@dataclass(frozen=True, slots=True)
class Export:
    """Files of another program.

    Parameters
    ----------
    files
        Name to content.
    notes
        What was left out or could not be said in the format.
    """

    files: Mapping[str, bytes]
    notes: tuple[Note, ...] = ()


def write_export(export: Export, folder: str | Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write the files into a folder, which is made if it is missing.

    Every file is written whole beside its place before the first gets its name.

    Parameters
    ----------
    export
        The files.
    folder
        Where to.
    force
        Whether files of the same names may be replaced.

    Returns
    -------
    tuple of pathlib.Path
        The files, in their order.

    Raises
    ------
    OutputError
        If a file exists and ``force`` is not given, or the folder cannot be written.
    """
    folder = Path(folder)
    targets = tuple(folder / name for name in export.files)
    taken = [str(path) for path in targets if path.exists() or path.is_symlink()]
    if taken and not force:
        raise OutputError(
            f"{', '.join(taken)}: exists already and was left as it is. "
            "Choose another folder, or replace it with --force."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".metasyn-", dir=folder) as staging:
            for name, content in export.files.items():
                write_new_file(Path(staging) / name, content)
            for target in targets:
                _publish(Path(staging) / target.name, target, force=force)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}.") from None
    return targets


def _publish(staged: Path, target: Path, *, force: bool) -> None:
    if force:
        staged.replace(target)
        return
    try:
        os.link(staged, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        staged.rename(target)
