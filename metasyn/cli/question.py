"""The question that ``report``, ``bundle`` and ``watch`` ask of a workbook, and its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from metasyn.diagnostics.living import LivingChanges
    from metasyn.models.groups import Groups
    from metasyn.models.specs import BinomialNormal
    from metasyn.records import Records
    from metasyn.registry.registry import Registry

__all__ = [
    "Analyse",
    "By",
    "CaseWeight",
    "Notices",
    "Outcome",
    "Question",
    "QuestionText",
    "Role",
    "SeriesWeight",
    "Since",
    "Title",
    "changes_since",
]

Outcome = Annotated[
    list[str], typer.Option(help="Code of the outcome; repeat it, the preferred one first.")
]
By = Annotated[str, typer.Option(help="Column that makes the groups.")]
Analyse = Annotated[
    list[str] | None,
    typer.Option(help="Accepted codes of the column 'analyse'.  [default: primary]"),
]
Role = Annotated[
    list[str] | None, typer.Option(help="Accepted codes of the column 'role'.  [default: all]")
]
Title = Annotated[str | None, typer.Option(help="Title of the report.")]
QuestionText = Annotated[str | None, typer.Option("--question", help="The question it answers.")]
CaseWeight = Annotated[float, typer.Option(help="Weight of all single cases together, 0 to 1.")]
SeriesWeight = Annotated[
    float, typer.Option(help="Weight of each small case series (n = 3 to 9), 0 to 1.")
]
Notices = Annotated[
    Path | None,
    typer.Option(
        help="List of retractions, concerns and corrections (CSV with Retraction Watch's "
        "columns); retracted reports are set aside."
    ),
]
Since = Annotated[
    Path | None,
    typer.Option(
        metavar="OLDER", help="Earlier version of the workbook: the report says what changed."
    ),
]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a workbook, by what model, under what title."""

    outcome: tuple[str, ...]
    by: str
    analyse: list[str] | None
    role: list[str] | None
    case_weight: float
    series_weight: float
    title: str | None
    text: str | None

    @property
    def spec(self) -> BinomialNormal:
        """The model."""
        from metasyn.models.specs import BinomialNormal

        return BinomialNormal(case_weight=self.case_weight, series_weight=self.series_weight)

    def records(self, registry: Registry) -> Records:
        """The rows that answer it."""
        return registry.select(
            outcome=self.outcome, analyse=self.analyse or ("primary",), role=self.role or None
        )

    def groups(self, registry: Registry) -> Groups:
        """The rows pooled."""
        from metasyn.models.pool_by import pool_by

        return pool_by(self.records(registry), self.by, self.spec)

    def titles(self, registry: Registry) -> tuple[str, str]:
        """Title and question of the report."""
        from metasyn.report.formats import within_sentence

        labels = [registry.codes["outcome"].label(code) for code in self.outcome]
        named = " or ".join([labels[0], *map(within_sentence, labels[1:])])
        by = self.by.replace("_", " ")
        title = self.title or f"{named} by {by}"
        return title, self.text or f"How often: {named}, for each {by}?"


def changes_since(
    since: Path, registry: Registry, groups: Groups, question: Question
) -> LivingChanges:
    """What differs from an earlier version, and what that did to the estimates of the report."""
    from metasyn.cli.console import say
    from metasyn.diagnostics.living import LivingChanges, changed_estimates
    from metasyn.registry.diff import diff_registries
    from metasyn.registry.registry import read_registry

    say(f"Comparing with {since} ...")
    old = read_registry(since)
    changes = diff_registries(old, registry)
    if not set(question.outcome) <= set(old.codes.get("outcome", {})):
        say(f"{since} does not know every outcome that was asked for: no estimates to compare.")
        return LivingChanges(changes, ())
    return LivingChanges(changes, changed_estimates(question.groups(old), groups))
