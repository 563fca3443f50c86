"""What the command line prints: plain lines, safe for every terminal."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["plain", "print_line", "print_raw", "say", "survive_any_terminal"]


def plain(text: str) -> str:
    r"""Text without characters that move the cursor, ring the bell or turn the line around.

    Examples
    --------
    >>> print(plain("a\x1b[2Jb\nc"))
    a\x1b[2Jb\nc
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def say(text: str) -> None:
    """Tell the person at the terminal how far things are (standard error)."""
    print_line(text, error=True)


def print_line(text: str, style: str = "", *, error: bool = False) -> None:
    """Print one line; what looks like markup is printed as it is, never obeyed.

    Parameters
    ----------
    text
        The line.
    style
        A rich style for all of it.
    error
        Whether it goes to standard error.
    """
    from rich.text import Text

    line = Text(plain(text), style=style)
    _console(sys.stderr if error else sys.stdout).print(line, soft_wrap=True, highlight=False)


def print_raw(text: str) -> None:
    """Print text for programs, byte for byte."""
    sys.stdout.write(f"{text}\n")


def survive_any_terminal() -> None:
    """Escape what the terminal's encoding cannot show instead of stopping."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _console(file: TextIO) -> Console:
    from rich.console import Console

    return Console(file=file, markup=False, emoji=False)
