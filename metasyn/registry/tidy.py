"""Text as it was meant: without stray blanks and look-alike characters."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["tidy_prose", "tidy_token"]

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SPACES = re.compile(r"[^\S\n]+")


def tidy_prose(text: str) -> tuple[str, str]:
    r"""Free text without blanks at its ends and without odd blanks inside.

    Returns
    -------
    tuple
        The text, and what was changed (empty where nothing was).

    Examples
    --------
    >>> tidy_prose("resolved\u00a0early ")
    ('resolved early', 'odd blanks')
    >>> tidy_prose("3–5 days")
    ('3–5 days', '')
    """
    if text.isascii() and text == text.strip():
        return text, ""
    tidied = "\n".join(
        "".join(" " if unicodedata.category(c) == "Zs" else c for c in line)
        for line in text.translate(_INVISIBLE).split("\n")
    ).strip()
    return tidied, "odd blanks" if tidied != text else ""


def tidy_token(text: str) -> tuple[str, str]:
    """An id, a code or a number without blanks at its ends, odd dashes or full-width characters.

    Returns
    -------
    tuple
        The text, and what was changed (empty where nothing was).

    Examples
    --------
    >>> tidy_token("S0016–A")
    ('S0016-A', 'look-alike characters')
    >>> tidy_token("１２ ")
    ('12', 'odd blanks and look-alike characters')
    """
    if text.isascii() and text == text.strip():
        return text, ""
    prose, blanks = tidy_prose(text)
    tidied = unicodedata.normalize("NFKC", prose.translate(_DASHES)).strip()
    tidied = _SPACES.sub(" ", tidied)
    changes = (blanks, "look-alike characters" if tidied != prose else "")
    return tidied, " and ".join(change for change in changes if change)
