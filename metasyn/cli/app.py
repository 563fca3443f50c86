"""The command ``metasyn``: its verbs, and how it ends."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from metasyn._version import __version__
from metasyn.cli.assign_ids import assign_ids
from metasyn.cli.batch import batch
from metasyn.cli.bundle import bundle
from metasyn.cli.check import check
from metasyn.cli.consensus import consensus
from metasyn.cli.console import print_line, survive_any_terminal
from metasyn.cli.diff import diff
from metasyn.cli.export import export
from metasyn.cli.import_files import import_files
from metasyn.cli.measures import measures
from metasyn.cli.new import new
from metasyn.cli.plain_help import PlainCommand, PlainGroup, flowing
from metasyn.cli.reconcile import reconcile
from metasyn.cli.report import report
from metasyn.cli.rules import rules
from metasyn.cli.watch import watch
from metasyn.errors import MetasynError, OutputError, SpecError, WorkbookError

__all__ = ["app", "main"]

app = typer.Typer(
    help="Evidence synthesis from a spreadsheet of study records.",
    cls=PlainGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_VERBS = (
    *(check, report, watch, bundle, new, assign_ids, diff, reconcile, consensus, export),
    *(rules, measures, batch),
)
for verb in _VERBS:
    app.command(cls=PlainCommand, help=flowing(verb.__doc__))(verb)
app.command("import", cls=PlainCommand, help=flowing(import_files.__doc__))(import_files)


def _print_version(asked: bool) -> None:
    if asked:
        print_line(f"metasyn {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Evidence synthesis from a spreadsheet of study records."""


def main() -> None:
    """Run the command line.

    Exits with 0 when all is well, 1 when the data have problems, and 2 when the command could not
    do what it was asked for. What goes wrong is one clear line, never a traceback.
    """
    survive_any_terminal()
    try:
        app()
    except MetasynError as error:
        for line in str(error).splitlines():
            print_line(line, "red", error=True)
        misuse = isinstance(error, (WorkbookError, SpecError, OutputError))
        sys.exit(2 if misuse else 1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print_line(f"{place}{error.strerror or error}.", "red", error=True)
        sys.exit(2)
