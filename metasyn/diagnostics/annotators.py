"""How reliably statements were classed: agreement of two annotators, and what is left to decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.records.statement_count import CLASSES
from metasyn.records.study import Statement

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AnnotatorAgreement", "annotator_agreement", "cohen_kappa"]

LABELS = CLASSES[:3]
"""Classes that an annotator can give."""

WITH_DATA = ("own_data", "reanalysis")
"""Bases that are data of the citing report."""


@dataclass(frozen=True, slots=True)
class AnnotatorAgreement:
    """Quality of the labels of a registry's statements.

    Parameters
    ----------
    statements
        All of them.
    labelled_twice
        Those that two annotators classed.
    confusion
        Statements by class of the first annotator (rows) and of the second (columns), in the order
        supporting, contrasting, mentioning.
    agreed
        Share of the statements labelled twice with the same class; None where there are none.
    kappa, ci
        Cohen's kappa and its 95% interval; None where they do not exist, with a note.
    adjudicated, unadjudicated
        Statements on which the annotators differ, with and without an adjudicator.
    unclassified
        Statements without a class.
    judged, judged_on_data
        Statements classed as supporting or contrasting, and how many of them rest on data of the
        citing report (its own, or a re-analysis).
    own_data
        Statements of any class that rest on the citing report's own data.
    notes
        What a reader has to know.
    """

    statements: int
    labelled_twice: int
    confusion: tuple[tuple[int, ...], ...]
    agreed: float | None
    kappa: float | None
    ci: Interval | None
    adjudicated: int
    unadjudicated: int
    unclassified: int
    judged: int
    judged_on_data: int
    own_data: int
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """The confusion table: class of annotator 1 in rows, of annotator 2 in columns."""
        import pandas as pd

        return pd.DataFrame(
            np.array(self.confusion),
            index=pd.Index(LABELS, name="annotator 1"),
            columns=pd.Index(LABELS, name="annotator 2"),
        )

    def summary(self) -> str:
        """The quality of the labels in sentences."""
        return "\n".join(self.sentences())

    def sentences(self) -> tuple[str, ...]:
        """The same, one by one."""
        if not self.statements:
            return ("There are no statements.",)
        lines = [_twice(self)]
        if self.adjudicated or self.unadjudicated:
            lines.append(
                f"They differ on {self.adjudicated + self.unadjudicated}: {self.adjudicated} "
                f"decided by an adjudicator, {self.unadjudicated} undecided."
            )
        lines.append(f"Without a class: {self.unclassified} of {self.statements}.")
        lines.append(
            f"Classed as supporting or contrasting: {self.judged} of {self.statements}; resting "
            f"on data of the citing report: {self.judged_on_data} of these."
            if self.judged
            else "No statement is classed as supporting or contrasting."
        )
        lines.append(f"Own data of the citing report: {self.own_data} of {self.statements}.")
        return tuple(lines)


def _twice(found: AnnotatorAgreement) -> str:
    if found.agreed is None:
        return (
            f"No statement of {found.statements} was classed by two people: how reliable the "
            "classes are is not known."
        )
    start = (
        f"Classed by two people: {found.labelled_twice} of {found.statements}; they agree on "
        f"{100 * found.agreed:.0f}%"
    )
    if found.kappa is None:
        return f"{start}; Cohen's kappa does not exist, because both used one class alone."
    ends = f" (95% interval {found.ci.low:.2f} to {found.ci.high:.2f})" if found.ci else ""
    return f"{start}; Cohen's kappa is {found.kappa:.2f}{ends}."


def annotator_agreement(statements: Iterable[Statement]) -> AnnotatorAgreement:
    """Agreement of two annotators on the classes of statements, and what rests on data.

    Cohen's kappa and its large-sample interval (Cohen 1960; Fleiss, Cohen and Everitt 1969) are
    those of statsmodels.

    Parameters
    ----------
    statements
        Statements of a registry.

    Examples
    --------
    >>> annotator_agreement([]).kappa is None
    True
    """
    every = tuple(statements)
    twice = [one for one in every if one.class_1 in LABELS and one.class_2 in LABELS]
    table = np.zeros((len(LABELS), len(LABELS)), dtype=int)
    for one in twice:
        table[LABELS.index(one.class_1), LABELS.index(one.class_2)] += 1
    differing = [one for one in twice if one.class_1 != one.class_2]
    adjudicated = sum(bool(one.adjudicator and one.stance) for one in differing)
    judged = [one for one in every if one.stance in ("supporting", "contrasting")]
    kappa, ci, notes = cohen_kappa(table)
    return AnnotatorAgreement(
        statements=len(every),
        labelled_twice=len(twice),
        confusion=tuple(tuple(int(n) for n in row) for row in table),
        agreed=float(np.trace(table) / len(twice)) if twice else None,
        kappa=kappa,
        ci=ci,
        adjudicated=adjudicated,
        unadjudicated=len(differing) - adjudicated,
        unclassified=sum(one.stance not in LABELS for one in every),
        judged=len(judged),
        judged_on_data=sum(one.basis in WITH_DATA for one in judged),
        own_data=sum(one.basis == "own_data" for one in every),
        notes=notes,
    )


def cohen_kappa(
    table: np.ndarray[tuple[int, int], np.dtype[np.int_]],
) -> tuple[float | None, Interval | None, tuple[Note, ...]]:
    """Kappa and its interval from counts of two annotators' classes; None with a note."""
    total = int(table.sum())
    if not total:
        note = Note("no-double-labels", "No statement was classed by two people: no kappa.")
        return None, None, (note,)
    if any(table[i, i] == total for i in range(len(table))):
        note = Note("one-class", "Both annotators used one class alone: kappa does not exist.")
        return None, None, (note,)
    from statsmodels.stats.inter_rater import cohens_kappa

    with np.errstate(divide="ignore", invalid="ignore"):  # its z-value, which is not used here
        found = cohens_kappa(table)
    constant = table.any(axis=0).sum() == 1 or table.any(axis=1).sum() == 1
    if np.trace(table) == total or constant:
        note = Note("no-kappa-interval", "The standard error of kappa is 0: it has no interval.")
        return float(found.kappa), None, (note,)
    ci = Interval(float(found.kappa_low), float(found.kappa_upp), 0.95, "wald")
    return float(found.kappa), ci, ()
