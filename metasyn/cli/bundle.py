"""``metasyn bundle``: a zip for the supplement of a journal."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli import question as asked
from metasyn.cli.console import print_line, say
from metasyn.cli.question import Question, changes_since
from metasyn.errors import SpecError

if TYPE_CHECKING:
    from metasyn.exchange.bundle import Bundle

__all__ = ["bundle"]


def bundle(
    source: Annotated[
        Path,
        typer.Argument(help="The workbook, or a folder with its report.", show_default=False),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Name of the zip.")],
    outcome: Annotated[
        list[str] | None,
        typer.Option(help="Code of the outcome; repeat it, the preferred one first."),
    ] = None,
    by: asked.By = "intervention",
    analyse: asked.Analyse = None,
    role: asked.Role = None,
    title: asked.Title = None,
    question: asked.QuestionText = None,
    case_weight: asked.CaseWeight = 0.10,
    series_weight: asked.SeriesWeight = 0.30,
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
        found = write_bundle(source, output, workbook=workbook, script=script, force=force)
    elif not outcome:
        raise SpecError("Say which results to pool: --outcome CODE (see the sheet lists).")
    else:
        wanted = Question(
            tuple(outcome), by, analyse, role, case_weight, series_weight, title, question
        )
        with tempfile.TemporaryDirectory(prefix="metasyn-") as folder:
            found = _of_workbook(
                source, output, wanted, Path(folder), (notices, since), force=force
            )
    for name in found.checksums:
        print_line(f"  {name}")
    for note in found.notes:
        print_line(note.message)
    print_line(f"{output}: {len(found.checksums)} files; sha256sum -c manifest-sha256.txt")


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
    from metasyn.report.formats import plural

    notices, since = lists
    book = folder / "data" / source.name
    book.parent.mkdir()
    ms.read_registry(source)  # says what is wrong with the file under its own name
    if source.is_dir():
        shutil.copytree(source, book)
    else:
        shutil.copyfile(source, book)
    say(f"Reading {source} ...")
    registry = ms.read_registry(book, notices=notices)
    registry.issues.raise_if_errors()
    say(f"Pooling {plural(len(wanted.records(registry)), 'result')} by {wanted.by} ...")
    groups = wanted.groups(registry)
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
        documents=("docx", "pdf"),
    )
    script = folder / "report.py"
    script.write_text(
        script_text(
            groups,
            f"data/{source.name}",
            title=title,
            question=question,
            changes=changes is not None,
        ),
        encoding="utf-8",
    )
    return write_bundle(folder / "report", output, groups=groups, script=script, force=force)
