"""How many statements of each class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from metasyn.records.study import Statement

__all__ = ["CLASSES", "Count", "count_of"]

CLASSES = ("supporting", "contrasting", "mentioning", "unclassified")
"""Classes in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Count:
    """Statements of each class.

    Parameters
    ----------
    supporting, contrasting, mentioning
        Statements of each class.
    unclassified
        Statements that nobody has classed, or whose class is none of the three.
    citing_reports
        Distinct reports that make the statements.
    self_citations
        Statements that are marked as self-citations.
    self_unknown
        Statements of which nobody has said whether they are.

    Examples
    --------
    >>> print(Count(2, 0, 1, 0, citing_reports=2))
    2 supporting, 0 contrasting, 1 mentioning (3 statements in 2 reports)
    >>> print(Count())
    no statements
    """

    supporting: int = 0
    contrasting: int = 0
    mentioning: int = 0
    unclassified: int = 0
    citing_reports: int = 0
    self_citations: int = 0
    self_unknown: int = 0

    @property
    def statements(self) -> int:
        """All of them."""
        return self.supporting + self.contrasting + self.mentioning + self.unclassified

    @property
    def classes(self) -> Iterator[tuple[str, int]]:
        """Class and number; the three classes always, unclassified where there are any."""
        for name in CLASSES:
            if name != "unclassified" or self.unclassified:
                yield name, getattr(self, name)

    def __str__(self) -> str:
        if not self.statements:
            return "no statements"
        words = ", ".join(f"{number} {name}" for name, number in self.classes)
        statements = "1 statement" if self.statements == 1 else f"{self.statements} statements"
        reports = "1 report" if self.citing_reports == 1 else f"{self.citing_reports} reports"
        return f"{words} ({statements} in {reports})"


def count_of(statements: Sequence[Statement]) -> Count:
    """Count statements.

    Reports are told apart by their labels, which a registry keeps distinct; where the label is
    missing, by the address of the page.
    """
    classes = Counter(one.stance if one.stance in CLASSES else "unclassified" for one in statements)
    selves = Counter(one.self_citation for one in statements)
    return Count(
        supporting=classes["supporting"],
        contrasting=classes["contrasting"],
        mentioning=classes["mentioning"],
        unclassified=classes["unclassified"],
        citing_reports=len({_citing(one) for one in statements}),
        self_citations=selves["yes"],
        self_unknown=len(statements) - selves["yes"] - selves["no"],
    )


def _citing(one: Statement) -> str:
    if one.citing_label and "citing_label" not in one.provenance.missing:
        return one.citing_label.casefold()
    return one.citing_study_id or one.source_url or one.statement_id
