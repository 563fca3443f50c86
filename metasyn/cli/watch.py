"""``metasyn watch``: the report again after every save of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli import pooling
from metasyn.cli import question as asked
from metasyn.cli.console import print_line, say
from metasyn.cli.pooling import Pooling
from metasyn.cli.question import Question, changes_since
from metasyn.errors import OutputError, WorkbookError

if TYPE_CHECKING:
    from metasyn.cli.watch_page import State

__all__ = ["saves_of", "watch"]


def watch(
    workbook: Annotated[
        Path,
        typer.Argument(
            help="The workbook (.xlsx, .xlsm, .ods), or a folder of CSV files.", show_default=False
        ),
    ],
    outcome: asked.Outcome,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the page; made if it is missing.")
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
) -> None:
    """Render the report, and again after every save in Excel or LibreOffice, until Ctrl+C.

    Open index.html of the folder in a browser once: it renews itself. While the workbook has
    errors the page lists them with their cells, above the last good report. Nothing is served over
    the network.
    """
    from time import perf_counter, sleep

    import metasyn as ms
    from metasyn.cli.watch_loop import follow

    if not workbook.exists():
        raise WorkbookError(f"{workbook} does not exist. Check the path.")
    how = Pooling(measure, case_weight, series_weight, baseline_risk)
    wanted = Question(tuple(outcome), by, analyse, role, how, title, question)
    started = 0.0

    def render(folder: Path) -> None:
        nonlocal started
        started = perf_counter()
        registry = ms.read_registry(workbook, notices=notices)
        registry.issues.raise_if_errors()
        groups = wanted.answered(registry)
        changes = None if since is None else changes_since(since, registry, groups, wanted)
        heading, text = wanted.titles(registry)
        ms.write_report(
            groups,
            folder,
            title=heading,
            question=text,
            registry=registry,
            changes=changes,
            baseline_risk=wanted.pooling.baseline_risk,
            pictures=False,
        )

    def tell(state: State) -> None:
        if state.problems:
            for line in state.problems:
                print_line(line, "red")
        else:
            print_line(f"{workbook}: rendered in {perf_counter() - started:.1f} s.")

    say(f"Watching {workbook}. Open {output / 'index.html'} in a browser; Ctrl+C ends it.")
    with suppress(KeyboardInterrupt):
        follow(workbook, output, render, saves_of(workbook), tell, sleep)
    say("Stopped.")


def saves_of(workbook: Path) -> Iterator[object]:
    """Yield after every save: the file written, or another one renamed into its place.

    It yields every second too: network drives tell of no saves.

    Parameters
    ----------
    workbook
        The workbook, or a folder of CSV files.

    Raises
    ------
    OutputError
        If the package that watches files is missing.
    """
    try:
        from watchfiles import Change
        from watchfiles import watch as watch_files
    except ImportError:
        raise OutputError(
            "Watching needs the package watchfiles: pip install watchfiles."
        ) from None

    place = workbook.resolve()

    def is_meant(_change: Change, path: str) -> bool:
        if place.is_dir():
            return path.lower().endswith(".csv")
        return Path(path).name == place.name

    folder = place if place.is_dir() else place.parent
    yield from watch_files(
        folder,
        watch_filter=is_meant,
        debounce=400,
        step=50,
        rust_timeout=1000,
        yield_on_timeout=True,
        recursive=False,
        raise_interrupt=False,
    )
