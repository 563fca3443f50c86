"""What an evidence map counts: studies by row, outcome and class of design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CLASSES", "DesignClass", "EvidenceMap"]


@dataclass(frozen=True, slots=True)
class DesignClass:
    """Designs that share a bubble, and how the bubble looks."""

    words: str
    designs: tuple[str, ...]
    fill: str
    edge: str


CLASSES = (
    DesignClass("Trials", ("rct", "single_arm_trial"), "#01486f", "#01486f"),
    DesignClass(
        "Cohorts and registries",
        ("prospective_cohort", "retrospective_cohort", "comparative_cohort", "registry"),
        "#4d9dc9",
        "#0173b2",
    ),
    DesignClass("Case series", ("case_series",), "#f2bf99", "#d55e00"),
    DesignClass("Case reports", ("case_report",), "#ffffff", "#d55e00"),
)
"""From the strongest to the weakest, left to right in a cell."""


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """Studies counted by row, outcome and class of design.

    Parameters
    ----------
    rows, outcomes
        Codes with their labels, in the order of the code lists.
    studies
        Row code, outcome code and position of the class to the ids of the studies.
    """

    rows: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    studies: Mapping[tuple[str, str, int], frozenset[str]]

    def count(self, row: str, outcome: str, design: int) -> int:
        """Studies of a cell in one class of design."""
        return len(self.studies.get((row, outcome, design), frozenset()))

    def total(self, *, row: str | None = None, outcome: str | None = None) -> int:
        """Different studies of a row or of an outcome."""
        found = (
            ids
            for (r, o, _), ids in self.studies.items()
            if row in (None, r) and outcome in (None, o)
        )
        return len(frozenset().union(*found))

    def part(self, outcomes: tuple[tuple[str, str], ...]) -> EvidenceMap:
        """The map of some outcomes, with the rows that have a study of them."""
        asked = {code for code, _ in outcomes}
        studies = {key: ids for key, ids in self.studies.items() if key[1] in asked}
        known = {row for row, _, _ in studies}
        return EvidenceMap(tuple(row for row in self.rows if row[0] in known), outcomes, studies)
