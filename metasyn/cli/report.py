"""``metasyn report``: from a workbook to a report, without a script."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from metasyn.cli import question as asked
from metasyn.cli.question import Question, changes_since

__all__ = ["report"]


class Document(StrEnum):
    """Documents besides the page."""

    DOCX = "docx"
    PDF = "pdf"


def report(
    workbook: Annotated[Path, typer.Argument(help="The workbook (.xlsx).", show_default=False)],
    outcome: asked.Outcome,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the report; made if it is missing.")
    ],
    by: asked.By = "intervention",
    analyse: asked.Analyse = None,
    role: asked.Role = None,
    title: asked.Title = None,
    question: asked.QuestionText = None,
    case_weight: asked.CaseWeight = 0.10,
    series_weight: asked.SeriesWeight = 0.30,
    notices: asked.Notices = None,
    since: asked.Since = None,
    document: Annotated[
        list[Document] | None,
        typer.Option(help="Also write report.docx or report.pdf (repeat it)."),
    ] = None,
) -> None:
    """Pool a workbook's results by group and write the report.

    Writes index.html, forest.svg, forest.pdf, forest.png, results.xlsx and results.json.
    """
    import metasyn as ms
    from metasyn.cli.console import say
    from metasyn.report.formats import plural

    wanted = Question(
        tuple(outcome), by, analyse, role, case_weight, series_weight, title, question
    )
    say(f"Reading {workbook} ...")
    registry = ms.read_registry(workbook, notices=notices)
    registry.issues.raise_if_errors()
    say(f"Pooling {plural(len(wanted.records(registry)), 'result')} by {by} ...")
    groups = wanted.groups(registry)
    changes = None if since is None else changes_since(since, registry, groups, wanted)
    heading, text = wanted.titles(registry)
    say("Writing the report ...")
    files = ms.write_report(
        groups,
        output,
        title=heading,
        question=text,
        registry=registry,
        changes=changes,
        documents=[one.value for one in dict.fromkeys(document or ())],
    )
    say(f"Report: {files.html}")
