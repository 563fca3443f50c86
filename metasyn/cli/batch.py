"""``metasyn batch``: every set of a long table pooled."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from metasyn.cli.console import print_line, say

if TYPE_CHECKING:
    import pandas as pd

    from metasyn.models.batch.run import Progress
    from metasyn.models.specs import (
        Ci,
        CommonEffect,
        Prediction,
        RandomEffects,
        Tau2,
        Tau2Ci,
    )

__all__ = ["batch"]


def batch(
    file: Annotated[
        Path,
        typer.Argument(help="Long table, one row a study (.parquet or .csv).", show_default=False),
    ],
    by: Annotated[str, typer.Option(help="Column with the set of every study.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Table to write (.parquet or .csv).")
    ],
    yi: Annotated[str, typer.Option(help="Column of estimates.")] = "yi",
    vi: Annotated[str, typer.Option(help="Column of sampling variances.")] = "vi",
    tau2: Annotated[
        str, typer.Option(help="Estimator of tau2 (REML, DL, PM, ...), or 'none': common effect.")
    ] = "REML",
    ci: Annotated[str, typer.Option(help="Confidence interval.")] = "hksj-guarded",
    prediction: Annotated[str, typer.Option(help="Prediction interval.")] = "auto",
    tau2_ci: Annotated[str, typer.Option(help="Interval of tau2: QP, PL or none.")] = "QP",
    level: Annotated[float, typer.Option(help="Coverage of every interval.")] = 0.95,
    engine: Annotated[
        str,
        typer.Option(help="auto, numpy, numba, dask, or the address of a Dask scheduler."),
    ] = "auto",
) -> None:
    """Pool every set of a long table, and write one row a set.

    A set that cannot be pooled keeps its row: the columns 'code' and 'notes' say why.
    """
    from metasyn.models.batch.files import writer_of
    from metasyn.models.batch.pool_many import pool_many
    from metasyn.models.specs import CommonEffect, RandomEffects

    spec: RandomEffects | CommonEffect = CommonEffect(level)
    if tau2 != "none":
        spec = RandomEffects(
            cast("Tau2", tau2),
            ci=cast("Ci", ci),
            level=level,
            prediction=cast("Prediction", prediction),
            tau2_ci=cast("Tau2Ci", tau2_ci),
        )
    write = writer_of(output, file)
    say(f"Reading {file} ...")
    with _bar() as progress:
        table = pool_many(yi, vi, spec, data=file, by=by, engine=engine, progress=progress)
    say(f"Writing {output} ...")
    write(_named(table.to_frame(), by, guard=".csv" in output.suffixes))
    first, *rest = table.summary().splitlines()
    print_line(f"{first}: {output}")
    for line in rest:
        print_line(line)


def _named(frame: pd.DataFrame, by: str, *, guard: bool) -> pd.DataFrame:
    """The table with the sets under their own column's name, their texts safe in a CSV file."""
    from metasyn.registry.csv_text import guarded

    if guard:
        labels = frame["set"].tolist()
        frame["set"] = [guarded(label) if isinstance(label, str) else label for label in labels]
    return frame if by in frame.columns else frame.rename(columns={"set": by})


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar on standard error that shows how many sets are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(file=sys.stderr)
    columns = ("Pooling", BarColumn(), MofNCompleteColumn(), "sets", TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Pooling", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
