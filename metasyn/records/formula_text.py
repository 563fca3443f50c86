"""Text that a spreadsheet program would compute instead of showing it."""

from __future__ import annotations

__all__ = ["is_formula_text"]

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula_text(text: str) -> bool:
    """Whether a text begins as formulas do, after any apostrophes that were put before it.

    One rule for all that is written to workbooks and to CSV files; the signs are those of OWASP,
    "CSV Injection", full-width ones included.

    Examples
    --------
    >>> [is_formula_text(text) for text in ("=1+1", "-5", "'=1", "＝1", "treated", "'s", "")]
    [True, True, True, True, False, False, False]
    """
    return text.lstrip("'").startswith(_STARTS)
