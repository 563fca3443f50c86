"""Text as it was meant: without stray blanks, control and look-alike characters."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["tidy_prose", "tidy_token"]

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
"""What no file can hold, and the two marks that make letters read in another order."""
_SPACES = re.compile(r"[^\S\n]+")


def tidy_prose(text: str) -> tuple[str, str]:
    r"""Free text without blanks at its ends, odd blanks inside, and what cannot be shown.

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
    >>> tidy_prose("early\x07")
    ('early', 'control characters')
    """
    shown = _UNSHOWN.sub("", text)
    changes = ["control characters"] if shown != text else []
    if shown.isascii() and shown == shown.strip():
        return shown, "".join(changes)
    tidied = "\n".join(
        "".join(" " if unicodedata.category(c) == "Zs" else c for c in line)
        for line in shown.translate(_INVISIBLE).split("\n")
    ).strip()
    changes += ["odd blanks"] if tidied != shown else []
    return tidied, " and ".join(changes)


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
    if text.isascii() and text.isprintable() and text == text.strip():
        return text, ""
    prose, blanks = tidy_prose(text)
    tidied = unicodedata.normalize("NFKC", prose.translate(_DASHES)).strip()
    tidied = _SPACES.sub(" ", tidied)
    changes = (blanks, "look-alike characters" if tidied != prose else "")
    return tidied, " and ".join(change for change in changes if change)
