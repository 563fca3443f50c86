"""Counts as people read them: a number with the form of its noun that goes with it."""

from __future__ import annotations

__all__ = ["plural"]

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plural(count: float, one: str, many: str = "", *, words: bool = False) -> str:
    """Count with its noun.

    Parameters
    ----------
    count
        How many.
    one, many
        The noun for one, and for any other number (by default with an s).
    words
        Whether small whole numbers are spelt out.

    Examples
    --------
    >>> plural(1, "report"), plural(2000, "report"), plural(2, "study", "studies", words=True)
    ('1 report', '2,000 reports', 'two studies')
    """
    noun = one if count == 1 else many or f"{one}s"
    is_spelt = words and count == int(count) and 0 <= count < len(_WORDS)
    return f"{_WORDS[int(count)] if is_spelt else f'{count:,.15g}'} {noun}"
