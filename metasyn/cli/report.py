"""``metasyn report``: from a workbook to a report, without a script."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["report"]


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
    records = registry.select(
        outcome=tuple(outcome), analyse=tuple(analyse or ("primary",)), role=role or None
    )
    say(f"Pooling {len(records)} results by {by} ...")
    groups = ms.pool_by(records, by, spec)
    labels = [registry.codes["outcome"].label(code) for code in outcome]
    named = " or ".join([labels[0], *(label[:1].lower() + label[1:] for label in labels[1:])])
    say("Writing the report ...")
    files = ms.write_report(
        groups,
        output,
        title=title or f"{named} by {by.replace('_', ' ')}",
        question=question or f"How often: {named}, for each {by.replace('_', ' ')}?",
        statements=registry.statements,
    )
    say(f"Report: {files.html}")
