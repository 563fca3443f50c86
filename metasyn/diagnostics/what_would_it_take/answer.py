"""What came back: answers in plain sentences, and their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metasyn.errors import Note
from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "Method", "WhatWouldItTake"]

Method = Literal["exact", "greedy", "searched", "formula", "not found"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Parameters
    ----------
    question
        ``removal``, ``hidden``, ``rosenthal``, ``rosenberg`` or ``selection``.
    goal
        ``sign``, ``threshold``, ``include``, ``exclude`` or ``significance``; for ``selection``
        also ``estimate``.
    number
        Studies, or the selection ratio; None where it cannot happen or was not found.
    studies
        Those to be removed.
    method
        ``exact`` (no smaller number does, or it is certain that none does), ``greedy`` (found by
        removing one study at a time: fewer may do), ``searched`` (not every smaller number was
        tried), ``formula`` or ``not found``.
    sentence
        The answer for people.
    """

    question: Literal["removal", "hidden", "rosenthal", "rosenberg", "selection"]
    goal: str
    number: float | None
    studies: tuple[str, ...]
    method: Method
    sentence: str


@dataclass(frozen=True, eq=False, slots=True)
class WhatWouldItTake:
    """What it would take to change the reading.

    Parameters
    ----------
    pooled
        All studies.
    null, threshold
        Values on the analysis scale; None where there is none.
    answers
        In the order of the questions.
    notes
        What a reader has to know.
    """

    pooled: Pooled
    null: float | None
    threshold: float | None
    answers: tuple[Answer, ...]
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row an answer: ``question goal number studies method sentence``."""
        import pandas as pd

        rows = [
            {
                "question": answer.question,
                "goal": answer.goal,
                "number": answer.number,
                "studies": "; ".join(answer.studies),
                "method": answer.method,
                "sentence": answer.sentence,
            }
            for answer in self.answers
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """The answers, one a line."""
        shown = self.pooled.transformed()
        ci = "" if shown.ci is None else f" [{shown.ci.low:.4f}, {shown.ci.high:.4f}]"
        lines = [f"What it would take, {self.pooled.k} studies: {shown.estimate:.4f}{ci}"]
        lines += [answer.sentence for answer in self.answers]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])
