"""The question that ``report``, ``bundle`` and ``watch`` ask of a workbook, and its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli.pooling import Pooling
from metasyn.errors import DataError

if TYPE_CHECKING:
    from metasyn.diagnostics.living import LivingChanges
    from metasyn.models.groups import Groups
    from metasyn.records import Records
    from metasyn.registry.registry import Registry

__all__ = [
    "Analyse",
    "By",
    "Notices",
    "Outcome",
    "Question",
    "QuestionText",
    "Role",
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
    typer.Option(help="Accepted codes of the column 'analyse'.  \\[default: primary]"),
]
Role = Annotated[
    list[str] | None, typer.Option(help="Accepted codes of the column 'role'.  \\[default: all]")
]
Title = Annotated[str | None, typer.Option(help="Title of the report.")]
QuestionText = Annotated[str | None, typer.Option("--question", help="The question it answers.")]
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
    """What is asked of a workbook, how it is pooled, under what title."""

    outcome: tuple[str, ...]
    by: str
    analyse: list[str] | None
    role: list[str] | None
    pooling: Pooling
    title: str | None
    text: str | None

    def records(self, registry: Registry) -> Records:
        """The rows that answer it."""
        return registry.select(
            outcome=self.outcome, analyse=self.analyse or ("primary",), role=self.role or None
        )

    def groups(self, registry: Registry) -> Groups:
        """The rows pooled."""
        from metasyn.models.pool_by import pool_by

        measure = self.pooling.pooled_measure.code
        return pool_by(self.records(registry), self.by, self.pooling.spec, measure=measure)

    def answered(self, registry: Registry) -> Groups:
        """The same, refused where a measure was asked for that no row gives.

        Raises
        ------
        DataError
            If every row was set aside; the message says what the first ones lack.
        """
        groups = self.groups(registry)
        is_empty = bool(groups.lines) and not any(line.studies for line in groups.lines)
        if is_empty and self.pooling.measure is not None:
            raise DataError(self._unanswered(groups))
        return groups

    def titles(self, registry: Registry) -> tuple[str, str]:
        """Title and question of the report."""
        from metasyn.report.formats import within_sentence

        labels = [registry.codes["outcome"].label(code) for code in self.outcome]
        named = " or ".join([labels[0], *map(within_sentence, labels[1:])])
        by = self.by.replace("_", " ")
        measure = self.pooling.pooled_measure
        title, text = _WORDS[measure.kind]
        return (
            self.title or title.format(named=named, by=by, measure=measure.label),
            self.text or text.format(named=named, by=by),
        )

    def _unanswered(self, groups: Groups) -> str:
        measure = self.pooling.pooled_measure
        aside = [one for line in groups.lines for one in line.set_aside]
        rows = [
            f"  {one.record.provenance.sheet} row {one.record.provenance.row}, "
            f"{one.record.study.label}: {one.reason.rstrip('.')}."
            for one in aside[:_SHOWN]
        ]
        more = [f"  and {len(aside) - _SHOWN} more."] if len(aside) > _SHOWN else []
        needs = _NEEDS[measure.kind].format(needs=measure.needs)
        head = f"No row with outcome {' or '.join(self.outcome)} gives a {measure.label}."
        return "\n".join((f"{head} {needs}", *rows, *more))


_SHOWN = 5
"""Rows of which an error says what they lack."""

_WORDS = {
    "proportion": ("{named} by {by}", "How often: {named}, for each {by}?"),
    "mean": ("{named}: mean by {by}", "How much on average: {named}, for each {by}?"),
    "comparison": (
        "{named}: {measure} by {by}",
        "{named}, for each {by}: do treated and control arms differ?",
    ),
}
"""Title and question where the person gave none, by what the measure says."""

_ONE_ARM = "It needs {needs} in the sheet results."
_NEEDS = {
    "proportion": _ONE_ARM,
    "mean": _ONE_ARM,
    "comparison": "It compares two arms: in the sheet results, the row of the treated arm names "
    "the arm of its control in the column comparator_arm; needed are {needs}.",
}


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
    before, measure = question.groups(old), question.pooling.pooled_measure.code
    return LivingChanges(changes, changed_estimates(before, groups, measure=measure))
