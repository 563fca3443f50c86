"""What is said of measures in which no effect is not 0, or no value at all."""

from __future__ import annotations

from collections.abc import Sequence

from metasyn.effects.measures import measure_of
from metasyn.errors import Note

__all__ = ["no_null", "null_of", "withheld"]


def null_of(measure: str) -> float | None:
    """No effect on the analysis scale; None for measures of one group, which have none.

    Examples
    --------
    >>> null_of("RR"), null_of("AUC"), null_of("PLO")
    (0.0, 0.5, None)
    """
    null = measure_of(measure).null
    return None if null is None else float(null)


def no_null(measure: str) -> tuple[Note, ...]:
    """A note where significance against 0 says nothing.

    Examples
    --------
    >>> [note.code for note in no_null("PLO")], no_null("RR")
    (['no-null'], ())
    """
    null = null_of(measure)
    if null == 0.0:
        return ()
    message = (
        f"{measure} has no value of no effect, so that there are no significant or null results."
        if null is None
        else f"No effect of {measure} is {null:g}, but significance is looked at against 0: take "
        f"{null:g} off the estimates first."
    )
    return (Note("no-null", message),)


def withheld(what: str, notes: Sequence[Note]) -> str:
    """What a summary says in place of numbers that mean nothing."""
    told = f"{what}: not shown; summary(insist=True) shows it all the same"
    return "\n".join([told, *(f"Note: {note}" for note in notes if note.code == "no-null")])
