"""What can be said of a set: one table of codes, one bit each.

A set's code is the sum of the bits that apply, so that nothing hides behind something else; 0 says
that there is nothing to say. Names are those of the notes of :func:`metasyn.pool`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType

from metasyn.errors import Note

__all__ = ["CODES", "FAILURES", "Code", "bit", "notes_of"]


@dataclass(frozen=True, slots=True)
class Code:
    """A row of the table of codes.

    Parameters
    ----------
    name
        Short and stable, in kebab case.
    bit
        What it adds to the code of a set.
    fails
        Whether the set has no results.
    message
        One sentence for people.
    """

    name: str
    bit: int
    fails: bool
    message: str


_TABLE = (
    Code("no-study", 1, True, "The set has no study."),
    Code("invalid-estimate", 2, True, "An estimate (yi) is infinite."),
    Code(
        "invalid-variance",
        4,
        True,
        "A sampling variance (vi) is zero, negative or infinite; it must be positive and finite.",
    ),
    Code(
        "out-of-range",
        8,
        True,
        "An estimate or a variance is too large or too small to compute with; use another unit.",
    ),
    Code(
        "not-settled", 16, True, "No estimate: an iteration did not settle; look at the set itself."
    ),
    Code(
        "incomplete-study",
        32,
        False,
        "A study has only one of yi and vi; it was taken as absent.",
    ),
    Code("single-study", 64, False, "One study: its own estimate and normal interval, not pooled."),
    Code(
        "hksj-guarded",
        128,
        False,
        "The normal interval is shown: Hartung and Knapp's would be narrower, because the studies "
        "agree better than their sampling errors predict.",
    ),
    Code(
        "hksj-zero-width",
        256,
        False,
        "The studies agree exactly, so Hartung and Knapp's interval has no width and no test.",
    ),
    Code(
        "prediction-few-studies",
        512,
        False,
        "No prediction interval: it takes at least three studies.",
    ),
    Code(
        "prediction-no-df",
        1024,
        False,
        "No prediction interval: its kind has no degrees of freedom here.",
    ),
    Code(
        "tau2-ci-empty",
        2048,
        False,
        "The interval of tau2 is empty: the studies agree better than sampling errors alone would "
        "let them in all but a few meta-analyses.",
    ),
    Code(
        "tau2-ci-gap",
        4096,
        False,
        "The profile likelihood of tau2 has several peaks; some values inside the interval are "
        "less likely than it suggests.",
    ),
)

CODES: Mapping[str, Code] = MappingProxyType({code.name: code for code in _TABLE})
"""Codes by name."""

FAILURES = reduce(or_, (code.bit for code in _TABLE if code.fails))
"""Bits of the codes that leave a set without results."""


def bit(name: str) -> int:
    """The bit of a code.

    Examples
    --------
    >>> bit("single-study")
    64
    """
    return CODES[name].bit


def notes_of(code: int) -> tuple[Note, ...]:
    """What a set's code says, as notes.

    Examples
    --------
    >>> [note.code for note in notes_of(128 + 512)]
    ['hksj-guarded', 'prediction-few-studies']
    """
    return tuple(Note(row.name, row.message) for row in _TABLE if code & row.bit)
