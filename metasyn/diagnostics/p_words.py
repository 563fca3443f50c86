"""A p-value in a sentence."""

from __future__ import annotations

__all__ = ["p_words"]


def p_words(p: float | None) -> str:
    """The p-value to four digits, or below what; ``no test`` where there is none.

    Examples
    --------
    >>> p_words(0.03124), p_words(1e-9), p_words(None)
    ('p = 0.0312', 'p < 0.0001', 'no test')
    """
    if p is None:
        return "no test"
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.4f}"
