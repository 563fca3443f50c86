"""What is said of measures in which no value means no effect."""

from __future__ import annotations

from collections.abc import Sequence

from metasyn.diagnostics.effect_direction import WITHOUT_NULL
from metasyn.errors import Note

__all__ = ["no_null", "withheld"]


def no_null(measure: str) -> tuple[Note, ...]:
    """A note where significance against 0 says nothing.

    Examples
    --------
    >>> [note.code for note in no_null("PLO")], no_null("RR")
    (['no-null'], ())
    """
    if measure not in WITHOUT_NULL:
        return ()
    message = (
        f"{measure} has no value of no effect, so that there are no significant or null results."
    )
    return (Note("no-null", message),)


def withheld(what: str, notes: Sequence[Note]) -> str:
    """What a summary says in place of numbers that mean nothing."""
    told = f"{what}: not shown; summary(insist=True) shows it all the same"
    return "\n".join([told, *(f"Note: {note}" for note in notes if note.code == "no-null")])
