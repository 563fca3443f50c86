"""``metasyn import``: a new workbook from the references of a search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metasyn.cli.console import print_line

__all__ = ["import_references"]


def import_references(
    references: Annotated[Path, typer.Argument(help="A .ris or .bib file.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Name of the new workbook.")],
    title: Annotated[str, typer.Option(help="Title of the registry.")] = "Study registry",
) -> None:
    """Write a new workbook whose sheet studies holds the references, one a row.

    What a reference does not say stays blank, and metasyn check lists it. A file that exists is
    never overwritten.
    """
    from metasyn.exchange.references import study_rows
    from metasyn.registry.template import Contents, write_workbook

    rows = study_rows(references)
    write_workbook(output, Contents(title=title, studies=rows))
    print_line(f"{output}: {len(rows)} {'study' if len(rows) == 1 else 'studies'}.")
