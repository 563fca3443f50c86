"""``metasyn report``: from a workbook to a report, without a script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from metasyn.diagnostics.living import LivingChanges
    from metasyn.models.groups import Groups
    from metasyn.records import Records
    from metasyn.registry.registry import Registry

__all__ = ["report"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The codes of the rows that answer the question; no role means every role."""

    outcome: tuple[str, ...]
    analyse: tuple[str, ...]
    role: tuple[str, ...]

    def of(self, registry: Registry) -> Records:
        """The rows of a registry."""
        return registry.select(outcome=self.outcome, analyse=self.analyse, role=self.role or None)


def report(
    workbook: Annotated[Path, typer.Argument(help="The workbook (.xlsx).", show_default=False)],
    outcome: Annotated[
        list[str],
        typer.Option(help="Code of the outcome; repeat it, the preferred one first."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the report; made if it is missing.")
    ],
    by: Annotated[str, typer.Option(help="Column that makes the groups.")] = "intervention",
    analyse: Annotated[
        list[str] | None,
        typer.Option(help="Accepted codes of the column 'analyse'.  [default: primary]"),
    ] = None,
    role: Annotated[
        list[str] | None, typer.Option(help="Accepted codes of the column 'role'.  [default: all]")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the report.")] = None,
    question: Annotated[str | None, typer.Option(help="The question it answers.")] = None,
    case_weight: Annotated[
        float, typer.Option(help="Weight of all single cases together, 0 to 1.")
    ] = 0.10,
    series_weight: Annotated[
        float, typer.Option(help="Weight of each small case series (n = 3 to 9), 0 to 1.")
    ] = 0.30,
    notices: Annotated[
        Path | None,
        typer.Option(
            help="List of retractions, concerns and corrections (CSV with Retraction Watch's "
            "columns); retracted reports are set aside."
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="OLDER", help="Earlier version of the workbook: the report says what changed."
        ),
    ] = None,
) -> None:
    """Pool a workbook's results by group and write the report.

    Writes index.html, forest.svg, forest.pdf, forest.png, results.xlsx and results.json.
    """
    import metasyn as ms
    from metasyn.cli.console import say

    spec = ms.BinomialNormal(case_weight=case_weight, series_weight=series_weight)
    say(f"Reading {workbook} ...")
    registry = ms.read_registry(workbook, notices=notices)
    registry.issues.raise_if_errors()
    selection = Selection(tuple(outcome), tuple(analyse or ("primary",)), tuple(role or ()))
    records = selection.of(registry)
    say(f"Pooling {len(records)} results by {by} ...")
    groups = ms.pool_by(records, by, spec)
    labels = [registry.codes["outcome"].label(code) for code in outcome]
    named = " or ".join([labels[0], *(label[:1].lower() + label[1:] for label in labels[1:])])
    changes = None if since is None else _changes(since, registry, groups, selection)
    say("Writing the report ...")
    files = ms.write_report(
        groups,
        output,
        title=title or f"{named} by {by.replace('_', ' ')}",
        question=question or f"How often: {named}, for each {by.replace('_', ' ')}?",
        statements=registry.statements,
        changes=changes,
    )
    say(f"Report: {files.html}")


def _changes(
    since: Path, registry: Registry, groups: Groups, selection: Selection
) -> LivingChanges:
    """What differs from an earlier version, and what that did to the estimates of the report."""
    from metasyn.cli.console import say
    from metasyn.diagnostics.living import LivingChanges, changed_estimates
    from metasyn.models.pool_by import pool_by
    from metasyn.registry.diff import diff_registries
    from metasyn.registry.registry import read_registry

    say(f"Comparing with {since} ...")
    old = read_registry(since)
    changes = diff_registries(old, registry)
    if not set(selection.outcome) <= set(old.codes.get("outcome", {})):
        say(f"{since} does not know every outcome that was asked for: no estimates to compare.")
        return LivingChanges(changes, ())
    before = pool_by(selection.of(old), groups.by, groups.spec)
    return LivingChanges(changes, changed_estimates(before, groups))
