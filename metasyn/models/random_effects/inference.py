"""How the spread of an estimate is judged: normal, t, Hartung-Knapp and its guards."""

from __future__ import annotations

from typing import NamedTuple

from metasyn.errors import Note
from metasyn.models.random_effects.quantiles import critical

__all__ = ["Scale", "hartung_knapp", "scale_of"]

EXACT = 2.2e-16
"""y'Py at or below which the studies are taken to fit exactly, as metafor takes it."""


class Scale(NamedTuple):
    """What multiplies the Wald variance, and the reference distribution.

    Parameters
    ----------
    method
        Name of the method, as an interval carries it.
    factor
        Multiplies the Wald variance.
    df
        Degrees of freedom of t; None for the normal.
    notes
        What a reader has to know.
    """

    method: str
    factor: float
    df: float | None
    notes: tuple[Note, ...] = ()


def hartung_knapp(q: float, df: int) -> float:
    """Hartung and Knapp's factor y'Py / (k - p); 0 where the studies fit exactly."""
    return q / df if q > EXACT else 0.0


def scale_of(ci: str, factor: float, df: int, level: float) -> Scale:
    """Scale of a method (Hartung and Knapp 2001; Sidik and Jonkman 2002; IntHout et al. 2014).

    Parameters
    ----------
    ci
        Method, as a specification says it.
    factor
        Hartung and Knapp's q: y'Py / (k - p) at the weights of the model.
    df
        k - p.
    level
        Coverage; it decides which interval is the wider.

    Examples
    --------
    >>> scale_of("hksj-adhoc", 0.4, 5, 0.95).factor
    1.0
    """
    match ci:
        case "t":
            return Scale("t", 1.0, df)
        case "hksj":
            return Scale("hksj", factor, df, _collapse(factor))
        case "hksj-adhoc":
            return Scale("hksj-adhoc", max(1.0, factor), df)
        case "hksj-guarded":
            return _guarded(factor, df, level)
    return Scale("z", 1.0, None)


def _guarded(factor: float, df: int, level: float) -> Scale:
    """The wider of Hartung-Knapp's and the normal interval."""
    ratio = critical(level, df) * factor**0.5 / critical(level, None)
    if ratio >= 1.0:
        return Scale("hksj", factor, df)
    note = Note(
        "hksj-guarded",
        f"The normal interval is shown: Hartung and Knapp's would be {ratio:.0%} as wide, because "
        f"the studies agree better than their sampling errors predict (q = {factor:.3g}).",
    )
    return Scale("z", 1.0, None, (note,))


def _collapse(factor: float) -> tuple[Note, ...]:
    """A note where Hartung-Knapp's interval has no width."""
    if factor > 0.0:
        return ()
    message = "The studies agree exactly, so Hartung and Knapp's interval has no width and no test."
    return (Note("hksj-zero-width", message),)
