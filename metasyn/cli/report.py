"""``metasyn report``: from a workbook to a report, without a script."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from metasyn.cli import pooling
from metasyn.cli import question as asked
from metasyn.cli.pooling import Pooling
from metasyn.cli.question import Question, changes_since
from metasyn.counting import plural

__all__ = ["report"]


class Document(StrEnum):
    """Documents besides the page."""

    DOCX = "docx"
    PDF = "pdf"


def report(
    workbook: Annotated[
        Path,
        typer.Argument(
            help="The workbook (.xlsx, .xlsm, .ods), or a folder of CSV files.", show_default=False
        ),
    ],
    outcome: asked.Outcome,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the report; made if it is missing.")
    ],
    by: asked.By = "intervention",
    measure: pooling.Measure = None,
    case_weight: pooling.CaseWeight = None,
    series_weight: pooling.SeriesWeight = None,
    baseline_risk: pooling.BaselineRisk = None,
    analyse: asked.Analyse = None,
    role: asked.Role = None,
    title: asked.Title = None,
    question: asked.QuestionText = None,
    notices: asked.Notices = None,
    since: asked.Since = None,
    document: Annotated[
        list[Document] | None,
        typer.Option(help="Also write report.docx or report.pdf (repeat it)."),
    ] = None,
) -> None:
    """Pool a workbook's results by group and write the report.

    By default proportions of single arms are pooled, single cases as low-weight evidence; with
    --measure RR and its like, trials' treated arms against their controls.

    Writes index.html, forest.svg, forest.pdf, forest.png, results.xlsx, results.json,
    references.ris and references.csl.json.
    """
    import metasyn as ms
    from metasyn.cli.console import say

    how = Pooling(measure, case_weight, series_weight, baseline_risk)
    wanted = Question(tuple(outcome), by, analyse, role, how, title, question)
    say(f"Reading {workbook} ...")
    registry = ms.read_registry(workbook, notices=notices)
    registry.issues.raise_if_errors()
    say(f"Pooling {plural(len(wanted.records(registry)), 'result')} by {by} ...")
    groups = wanted.answered(registry)
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
        baseline_risk=wanted.pooling.baseline_risk,
        documents=[one.value for one in dict.fromkeys(document or ())],
    )
    say(f"Report: {files.html}")
