"""A p-value in a sentence."""

from __future__ import annotations

__all__ = ["p_words"]


def p_words(p: float | None, digits: int = 4) -> str:
    """The p-value to some digits, or beyond what; ``no test`` where there is none.

    Examples
    --------
    >>> p_words(0.03124), p_words(1e-9), p_words(1.0), p_words(None)
    ('p = 0.0312', 'p < 0.0001', 'p > 0.9999', 'no test')
    >>> p_words(0.03124, 3), p_words(1e-9, 3)
    ('p = 0.031', 'p < 0.001')
    """
    if p is None:
        return "no test"
    least = 10.0**-digits
    if p < least:
        return f"p < {least:.{digits}f}"
    return f"p > {1.0 - least:.{digits}f}" if p > 1.0 - least else f"p = {p:.{digits}f}"
