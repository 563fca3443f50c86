"""A warning for methods that take studies to estimate about one effect."""

from __future__ import annotations

from metasyn.errors import Note
from metasyn.models.results import Pooled

__all__ = ["HIGH_I2", "heterogeneity_note"]

HIGH_I2 = 0.5
"""Share of variance between studies from which corrections for selection go astray."""


def heterogeneity_note(pooled: Pooled, consequence: str) -> tuple[Note, ...]:
    """A note where at least half of the variance lies between studies.

    Parameters
    ----------
    pooled
        The usual pooled estimate.
    consequence
        What heterogeneity does to the method, one sentence.

    References
    ----------
    van Aert, Wicherts and van Assen 2016, Perspect Psychol Sci 11:713 (no correction where I2 is
    0.5 or more).

    Examples
    --------
    >>> import metasyn as ms
    >>> pooled = ms.pool(ms.effects_from([0.1, 0.9, 0.2, 1.4], [0.01] * 4))
    >>> [note.code for note in heterogeneity_note(pooled, "It misleads.")]
    ['high-heterogeneity']
    """
    if pooled.i2 is None or pooled.i2 < HIGH_I2:
        return ()
    message = f"High heterogeneity (I² {100.0 * pooled.i2:.0f}%). {consequence}"
    return (Note("high-heterogeneity", message),)
