"""The file of a workbook: checked before anything in it is opened."""

from __future__ import annotations

import hashlib
import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from metasyn.errors import WorkbookError
from metasyn.records import Source

__all__ = ["Archive", "open_archive"]

MAX_BYTES = 400 * 2**20
MAX_PARTS = 10_000
MAX_RATIO = 200
RATIO_FLOOR = 8 * 2**20
"""Parts below this size may be compressed as well as they can be."""

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "Save it as an Excel workbook (.xlsx)"


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts of a workbook, in memory.

    Parameters
    ----------
    source
        Path and digest of the file.
    names
        Names of the parts.
    """

    source: Source
    names: frozenset[str]
    _zip: zipfile.ZipFile

    def part(self, name: str) -> bytes:
        """Bytes of one part.

        Raises
        ------
        WorkbookError
            If the part is missing or damaged.
        """
        try:
            return self._zip.read(name)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            NotImplementedError,
            RuntimeError,
            OSError,
            EOFError,
            ValueError,
        ) as error:
            raise _damaged(self.source.file, f"part {name}") from error


def open_archive(path: str | Path) -> Archive:
    """Read a workbook's file whole, and refuse what is no safe zip.

    Raises
    ------
    WorkbookError
        If the file is missing, no zip, password-protected, truncated, or unpacks to more
        than is reasonable. The message says which.
    """
    shown = str(path)
    content = _content(Path(path), shown)
    if content.startswith(_OLE2):
        raise _not_xlsx(shown, content)
    if not content.startswith(b"PK"):
        raise WorkbookError(
            f"{shown} is not an Excel workbook{_hint(content)}. {_SAVE_AS} and try again."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(shown, "its end is missing") from error
    _check_sizes(shown, archive)
    source = Source(shown, hashlib.sha256(content).hexdigest())
    return Archive(source, frozenset(archive.namelist()), archive)


def _content(path: Path, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise WorkbookError(f"{shown} does not exist. {_nearby(path)}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WorkbookError(f"{shown} cannot be read: {reason}.") from None


def _nearby(path: Path) -> str:
    import difflib

    try:
        names = [other.name for other in path.parent.glob("*.xlsx") if other.exists()]
    except (OSError, ValueError):
        return "Check the path."
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.8)
    return f"Did you mean {path.parent / close[0]}?" if close else "Check the path."


def _not_xlsx(shown: str, content: bytes) -> WorkbookError:
    if _ENCRYPTED in content:
        return WorkbookError(
            f"{shown} is protected by a password. Open it, remove the password "
            "(File > Info > Protect Workbook) and save it."
        )
    return WorkbookError(f"{shown} is an old Excel file (.xls). {_SAVE_AS} and try again.")


def _hint(content: bytes) -> str:
    if not content:
        return ": the file is empty"
    head = content[:512].lstrip()
    if head[:1] == b"<":
        return ": it holds HTML or XML"
    if b"\0" not in head:
        return ": it holds plain text (of CSV files, name the folder)"
    return ""


def _check_sizes(shown: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > MAX_BYTES or len(parts) > MAX_PARTS:
        raise WorkbookError(
            f"{shown} would unpack to {total / 2**20:,.0f} MB in {len(parts):,} parts, more than a "
            "workbook of studies can need, and was not opened. Make sure that it is the right file."
        )
    for part in parts:
        if part.flag_bits & 1:
            raise WorkbookError(
                f"{shown} is protected by a password. Open it, remove the password and save it."
            )
        if part.file_size > max(RATIO_FLOOR, MAX_RATIO * part.compress_size):
            raise WorkbookError(
                f"{shown} was not opened: its part {part.filename} unpacks to "
                f"{part.file_size / max(part.compress_size, 1):,.0f} times its size, which no "
                "workbook of studies does. Make sure that it is the right file."
            )


def _damaged(shown: str, where: str) -> WorkbookError:
    return WorkbookError(
        f"{shown} is damaged or was cut short ({where}). Copy it again, or open it in Excel or "
        "LibreOffice, let it be repaired, and save it."
    )
