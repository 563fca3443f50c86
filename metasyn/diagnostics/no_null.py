"""What is said of measures in which no effect is not 0, or no value at all."""

from __future__ import annotations

from collections.abc import Sequence

from metasyn.effects.measures import measure_of
from metasyn.effects.transforms import display
from metasyn.errors import Note

__all__ = ["no_null", "null_of", "told", "withheld"]


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
    said = f"{what}: not shown; summary(insist=True) shows it all the same"
    return "\n".join([said, *(f"Note: {note}" for note in notes if note.code == "no-null")])


def told(value: float, measure: str) -> str:
    """A value of the analysis scale as readers see it: a ratio and no logarithm.

    Examples
    --------
    >>> told(0.0, "RR"), told(-0.2231, "RR"), told(0.0, "PLO"), told(-0.5, "SMD")
    ('1', '0.8', '0.5', '-0.5')
    """
    back = display(measure)
    return f"{value if back.needs_ni else float(back.apply(value, None)):.4g}"
