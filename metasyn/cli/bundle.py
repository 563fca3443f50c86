"""``metasyn bundle``: a zip for the supplement of a journal."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli import pooling
from metasyn.cli import question as asked
from metasyn.cli.console import print_line, say
from metasyn.cli.pooling import Pooling
from metasyn.cli.question import Question, changes_since
from metasyn.counting import plural
from metasyn.errors import SpecError

if TYPE_CHECKING:
    from metasyn.exchange.bundle import Bundle

__all__ = ["bundle"]


_OF_FOLDER = ("workbook", "script")
_OF_WORKBOOK = (
    *("outcome", "by", "measure", "case_weight", "series_weight", "baseline_risk", "analyse"),
    *("role", "title", "question", "notices", "since"),
)
"""Options that go with a folder, and with a workbook."""


def bundle(
    ctx: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            help="The workbook (.xlsx, .xlsm, .ods), a folder of CSV files, or a folder with a "
            "report.",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Name of the zip.")],
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            help="With a workbook: code of the outcome; repeat it, the preferred one first."
        ),
    ] = None,
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
    workbook: Annotated[
        Path | None, typer.Option(help="With a folder: the workbook that its report is about.")
    ] = None,
    script: Annotated[
        Path | None, typer.Option(help="With a folder: the script that made its report.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a zip of this name.")] = False,
) -> None:
    """Pack a report with its data, figures, references and checksums into one zip.

    From a workbook, the report is made first (html, docx, pdf, xlsx, json), with the script that
    repeats it. From a folder, its report is packed as it is.
    """
    from metasyn.exchange.bundle import write_bundle

    if (source / "index.html").is_file():
        _refuse(ctx, _OF_WORKBOOK, "the report of a folder is packed as it is")
        found = write_bundle(source, output, workbook=workbook, script=script, force=force)
    elif not outcome:
        raise SpecError("Say which results to pool: --outcome CODE (see the sheet lists).")
    else:
        _refuse(ctx, _OF_FOLDER, f"{source} is no folder with a report: one is made of it")
        how = Pooling(measure, case_weight, series_weight, baseline_risk)
        wanted = Question(tuple(outcome), by, analyse, role, how, title, question)
        with tempfile.TemporaryDirectory(prefix="metasyn-") as folder:
            found = _of_workbook(
                source, output, wanted, Path(folder), (notices, since), force=force
            )
    for name in found.checksums:
        print_line(f"  {name}")
    for note in found.notes:
        print_line(note.message)
    print_line(
        f"{output}: {plural(len(found.checksums), 'file')}; sha256sum -c manifest-sha256.txt"
    )


def _refuse(ctx: typer.Context, names: Iterable[str], why: str) -> None:
    """Refuse options that would have no effect."""
    for name in names:
        source = ctx.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise SpecError(f"--{name.replace('_', '-')} has no effect: {why}.")


def _of_workbook(
    source: Path,
    output: Path,
    wanted: Question,
    folder: Path,
    lists: tuple[Path | None, Path | None],
    *,
    force: bool,
) -> Bundle:
    """The report made from a copy of the workbook, in the folders that the zip has."""
    import metasyn as ms
    from metasyn.exchange.bundle import write_bundle
    from metasyn.exchange.bundle_script import script_text

    notices, since = lists
    ms.read_registry(source)  # says what is wrong with the file under its own name
    book = folder / "data"
    if source.is_dir():
        shutil.copytree(source, book)
    else:
        book.mkdir()
        book = Path(shutil.copy(source, book))
    say(f"Reading {source} ...")
    registry = ms.read_registry(book, notices=notices)
    registry.issues.raise_if_errors()
    say(f"Pooling {plural(len(wanted.records(registry)), 'result')} by {wanted.by} ...")
    groups = wanted.answered(registry)
    changes = None if since is None else changes_since(since, registry, groups, wanted)
    title, question = wanted.titles(registry)
    say("Writing the report ...")
    ms.write_report(
        groups,
        folder / "report",
        title=title,
        question=question,
        registry=registry,
        changes=changes,
        baseline_risk=wanted.pooling.baseline_risk,
        documents=("docx", "pdf"),
    )
    script = folder / "report.py"
    script.write_text(
        script_text(
            groups,
            book.relative_to(folder).as_posix(),
            title=title,
            question=question,
            changes=changes is not None,
            baseline_risk=wanted.pooling.baseline_risk,
            notices=None if notices is None else f"notices/{notices.name}",
        ),
        encoding="utf-8",
    )
    return write_bundle(
        folder / "report", output, groups=groups, script=script, notices=notices, force=force
    )
