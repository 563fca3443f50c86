"""A p-value in a sentence of a figure."""

from __future__ import annotations

from metasyn.figures.words import number

__all__ = ["p_words"]


def p_words(p: float) -> str:
    """The sign and the number.

    Examples
    --------
    >>> p_words(0.0312), p_words(1e-5), p_words(1.0)
    ('= 0.031', '< 0.001', '> 0.999')
    """
    if p > 0.999:
        return "> 0.999"
    return "< 0.001" if p < 0.001 else f"= {number(p, 3)}"
