"""When a funnel should not be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from metasyn.effects.effects import Effects
from metasyn.effects.measures import measure_of
from metasyn.errors import Note

__all__ = ["UNTRUSTED", "built_in", "funnel_notes", "withheld"]

FEWEST = 10
"""Studies below which funnel tests have no power to speak of (Sterne et al. 2011)."""

UNTRUSTED = ("funnel-few-studies", "funnel-proportions")
"""Codes of the notes that take the ground from under a funnel test."""


def funnel_notes(effects: Effects) -> tuple[Note, ...]:
    """Why asymmetry of this funnel should not be read as bias.

    References
    ----------
    Sterne et al. 2011, BMJ 343:d4002; Hunter et al. 2014, J Clin Epidemiol 67:897 (proportions).

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> [note.code for note in funnel_notes(effects_from([0.1, 0.2], [1, 1]))]
    ['funnel-few-studies']
    """
    notes = []
    if len(effects) < FEWEST:
        count = "1 study" if len(effects) == 1 else f"{len(effects)} studies"
        message = (
            f"{count}: with fewer than {FEWEST}, chance cannot be told from real "
            "asymmetry; do not rely on this."
        )
        notes.append(Note("funnel-few-studies", message))
    if measure_of(effects.measure).family.name == "proportion":
        message = (
            "A proportion and its standard error depend on each other, and there is no null result "
            "to suppress: asymmetry says nothing of publication bias."
        )
        notes.append(Note("funnel-proportions", message))
    return tuple(notes)


def withheld(what: str, notes: Sequence[Note]) -> str:
    """What a summary says in place of numbers that should not be trusted.

    Parameters
    ----------
    what
        The test and its number of studies.
    notes
        Those of the result.

    Examples
    --------
    >>> print(withheld("Begg's test, 4 studies", [Note("funnel-few-studies", "Too few.")]))
    Begg's test, 4 studies: not shown; summary(insist=True) shows it all the same
    Note: Too few.
    """
    told = f"{what}: not shown; summary(insist=True) shows it all the same"
    against = [f"Note: {note}" for note in notes if note.code in UNTRUSTED]
    return "\n".join([told, *against])


def built_in(effects: Effects) -> tuple[Note, ...]:
    """A note where estimate and standard error are correlated by construction."""
    instead = {"OR": "peters or harbord", "SMD": "pustejovsky"}.get(effects.measure)
    if instead is None:
        return ()
    message = (
        f"{effects.measure} and its standard error are correlated even without bias, so the test "
        f"finds too much; prefer variant {instead}."
    )
    return (Note("funnel-built-in-correlation", message),)
