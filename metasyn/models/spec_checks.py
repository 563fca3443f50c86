"""Checks that every specification makes of its arguments."""

from __future__ import annotations

from metasyn.errors import SpecError

__all__ = ["one_of", "within"]


def one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    """Refuse a value that is not in a list.

    Raises
    ------
    SpecError
        With the argument's name and the allowed values.
    """
    if value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise SpecError(f"{name} is {value!r}; it must be one of {words}.")


def within(name: str, value: float, low: float, high: float, *, open_ends: bool = False) -> None:
    """Refuse a value outside a range.

    Raises
    ------
    SpecError
        With the argument's name and the range.
    """
    inside = low < value < high if open_ends else low <= value <= high
    if not inside:
        ends = "strictly between" if open_ends else "between"
        raise SpecError(f"{name} is {value!r}; it must lie {ends} {low:g} and {high:g}.")
