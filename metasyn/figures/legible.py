"""Letters that no document may hold, or that turn a line round, shown as a box."""

from __future__ import annotations

import re

__all__ = ["MISSING", "legible"]

MISSING = "\N{WHITE SQUARE}"
_REFUSED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202d\u202e]")
"""Control characters, halves of surrogate pairs, no characters at all (XML 1.0, section 2.2), and
the two marks that make the letters after them stand in another order."""


def legible(text: str) -> str:
    r"""Text that every kind of file can hold: white space as spaces, a box for what it may not.

    Examples
    --------
    >>> legible("a\x07b\tc\ud800")
    'a□b c□'
    """
    return _REFUSED.sub(lambda found: " " if found[0].isspace() else MISSING, text)
