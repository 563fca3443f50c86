"""What happens after every save of a workbook that is watched."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from metasyn.cli.watch_page import State, live_report, page, state_script
from metasyn.errors import MetasynError

__all__ = ["digest_of", "follow"]

_TRIES = 20
_PAUSE = 0.1


def follow(
    workbook: Path,
    folder: Path,
    render: Callable[[Path], None],
    changes: Iterable[object],
    tell: Callable[[State], None],
    wait: Callable[[float], None],
) -> None:
    """Render once, and again after every change that gave the workbook another content.

    A save that is under way (a file that is missing for a moment, grows, or is no whole zip) is
    waited for. What goes wrong is told in the page; the last good report stays where it is.

    Parameters
    ----------
    workbook
        The workbook, or a folder of CSV files.
    folder
        Where the page (``index.html``) and the report (``report/``) go.
    render
        Writes the report into a folder, or raises what is wrong.
    changes
        Yields whenever the workbook may have changed; the loop ends with it.
    tell
        Is given the state after every round.
    wait
        Sleeps for so many seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known: str | None = None
    rounds = 0
    for _ in chain((None,), changes):
        if known is not None and digest_of(workbook) == known:
            continue
        digest = _settled(workbook, wait)
        if digest == known:
            continue
        known = digest
        rounds += 1
        problems: tuple[str, ...] = ()
        try:
            render(folder / "report")
            live = live_report((folder / "report" / "index.html").read_text(encoding="utf-8"))
            _put(folder / "report" / "live.html", live)
        except (MetasynError, OSError) as error:
            problems = _lines(error)
        has_report = (folder / "report" / "live.html").is_file()
        state = State(f"{rounds}-{digest[:12]}", workbook.name, problems, has_report)
        _put(folder / "index.html", page(state))
        _put(folder / "state.js", state_script(state))
        tell(state)


def digest_of(workbook: Path) -> str:
    """SHA-256 of a workbook, or of the CSV files of a folder; empty where nothing can be read."""
    try:
        if not workbook.is_dir():
            return hashlib.sha256(workbook.read_bytes()).hexdigest()
        files = sorted(path for path in workbook.iterdir() if path.suffix.lower() == ".csv")
        parts = b"".join(path.name.encode() + path.read_bytes() for path in files)
        return hashlib.sha256(parts).hexdigest()
    except OSError:
        return ""


def _settled(workbook: Path, wait: Callable[[float], None]) -> str:
    """Digest of the workbook once its save is over, or of what is there after two seconds."""
    last = ""
    for _ in range(_TRIES):
        digest = digest_of(workbook)
        whole = workbook.is_dir() or (digest and zipfile.is_zipfile(workbook))
        if digest and digest == last and whole:
            return digest
        last = digest
        wait(_PAUSE)
    return last


def _lines(error: MetasynError | OSError) -> tuple[str, ...]:
    """An error as single lines, without the heading of a list of problems."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    listed = len(lines) > 1 and lines[0].endswith(":")
    return tuple(lines[1:] if listed else lines)


def _put(path: Path, text: str) -> None:
    """Replace a file at once, so that a browser never reads half of it."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
