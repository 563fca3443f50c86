"""Weights by design: a table that a reader can read, print and change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metasyn.effects.counts import DESIGNS
from metasyn.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEFAULT_RULES", "DesignRule", "DesignWeights", "Kind"]

Kind = Literal["anchor", "series", "cases"]


@dataclass(frozen=True, slots=True)
class DesignRule:
    """One row of the table of weights.

    Parameters
    ----------
    kind
        ``anchor`` and ``series`` are studies of their own, ``cases`` go into the pseudo-study.
    designs
        Design codes that the rule is for; empty: every design, also where none is given.
    n_low, n_high
        Smallest and largest number of patients; ``n_high`` None: no limit.
    power
        Weight of the study's likelihood (0 to 1). None: the specification's ``case_weight`` for
        cases, its ``series_weight`` for series, 1 for anchors.
    reason
        Why, for the report.
    """

    kind: Kind
    designs: tuple[str, ...] = ()
    n_low: int = 0
    n_high: int | None = None
    power: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        unknown = [code for code in self.designs if code not in DESIGNS]
        if unknown:
            raise SpecError(f"Unknown design {unknown[0]!r}; known are {', '.join(DESIGNS)}.")
        if self.power is not None and not 0 <= self.power <= 1:
            raise SpecError(f"power is {self.power!r}; it must lie between 0 and 1.")
        if self.kind == "cases" and self.power is not None:
            raise SpecError("Single cases share one weight: the specification's case_weight.")

    def holds(self, design: str | None, n: float) -> bool:
        """Whether the rule is for a study of this design and size."""
        fits_design = not self.designs or design in self.designs
        return fits_design and n >= self.n_low and (self.n_high is None or n <= self.n_high)


DEFAULT_RULES = (
    DesignRule(
        "cases",
        n_high=2,
        reason="One or two patients: all of them together are one pseudo-study of low weight.",
    ),
    DesignRule(
        "series",
        designs=("case_series",),
        n_low=3,
        n_high=9,
        reason="Small series are seldom consecutive; success is published more readily.",
    ),
    DesignRule(
        "series",
        designs=("case_report",),
        n_low=3,
        reason="A case report of several patients is a small series, whatever its size.",
    ),
    DesignRule("anchor", reason="Trials, cohorts, registries and larger series count in full."),
)
"""Rules in force unless others are given; the first that holds decides."""


@dataclass(frozen=True, slots=True)
class DesignWeights:
    """Table of weights by design; the first rule that holds decides.

    Parameters
    ----------
    rules
        From the most particular to the most general. Every study must meet one.

    References
    ----------
    Case evidence, section 2.4. Without design codes, studies of one or two patients are single
    cases and all others anchors.

    Examples
    --------
    >>> table = DesignWeights().with_power("registry", 0.5, reason="Overlaps with trials.")
    >>> table.rule("registry", 80).power, table.rule("rct", 80).kind, table.rule(None, 1).kind
    (0.5, 'anchor', 'cases')
    """

    rules: tuple[DesignRule, ...] = DEFAULT_RULES

    def rule(self, design: str | None, n: float) -> DesignRule:
        """The rule for a study.

        Raises
        ------
        SpecError
            If no rule holds.
        """
        for rule in self.rules:
            if rule.holds(design, n):
                return rule
        raise SpecError(
            f"No rule of the table of weights holds for design {design!r} with n = {n:g}; "
            "add one for every design as the last rule."
        )

    def with_power(self, design: str, power: float, *, reason: str = "") -> DesignWeights:
        """The table with another weight for studies of a design that count three patients or more.

        Parameters
        ----------
        design
            Design code.
        power
            Weight of the study's likelihood, 0 to 1.
        reason
            Why, for the report.
        """
        kind: Kind = "series" if design in ("case_series", "case_report") else "anchor"
        rule = DesignRule(kind, (design,), n_low=3, power=power, reason=reason)
        return DesignWeights((rule, *self.rules))

    def to_frame(self, powers: Sequence[float | None] | None = None) -> pd.DataFrame:
        """One row a rule, in order.

        Parameters
        ----------
        powers
            Weights in force, one a rule, where a specification fills in those left open.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "kind": [rule.kind for rule in self.rules],
                "designs": [", ".join(rule.designs) or "any" for rule in self.rules],
                "n_low": [rule.n_low for rule in self.rules],
                "n_high": pd.array([rule.n_high for rule in self.rules], dtype="Int64"),
                "power": powers if powers is not None else [rule.power for rule in self.rules],
                "reason": [rule.reason for rule in self.rules],
            }
        )
