"""Text in CSV files that a spreadsheet program would take for a formula."""

from __future__ import annotations

from metasyn.records.formula_text import is_formula_text

__all__ = ["guarded", "unguarded"]


def guarded(text: str) -> str:
    """Text with an apostrophe before it, where a spreadsheet program would compute it.

    Text of apostrophes and then such a character gets one more, so that :func:`unguarded` gives
    back what was there.

    Examples
    --------
    >>> guarded("=HYPERLINK(1)"), guarded("'-"), guarded("treated"), guarded("'s")
    ("'=HYPERLINK(1)", "''-", 'treated', "'s")
    """
    return f"'{text}" if is_formula_text(text) else text


def unguarded(text: str) -> str:
    """What :func:`guarded` was given.

    Examples
    --------
    >>> unguarded("'=HYPERLINK(1)"), unguarded("''-"), unguarded("'s"), unguarded("-0.5")
    ('=HYPERLINK(1)', "'-", "'s", '-0.5')
    """
    return text[1:] if text.startswith("'") and is_formula_text(text) else text
