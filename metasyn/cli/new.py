"""``metasyn new``: an empty workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metasyn.cli.console import print_line

__all__ = ["new"]


def new(
    workbook: Annotated[
        Path, typer.Argument(help="Name of the new workbook (.xlsx).", show_default=False)
    ],
    title: Annotated[str, typer.Option(help="Title of the registry.")] = "Study registry",
    optional: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="SHEET", help="Optional sheet to add (repeat it), or 'all'."
        ),
    ] = None,
) -> None:
    """Write an empty workbook with guide, dropdowns and dictionary.

    A file that exists is never overwritten. The guide names the optional sheets.
    """
    from metasyn.registry.sheets import OPTIONAL_BY_NAME
    from metasyn.registry.template import Contents, write_workbook

    names = [name.strip().casefold() for name in optional or ()]
    sheets = OPTIONAL_BY_NAME if "all" in names else names
    write_workbook(workbook, Contents(title=title, optional=dict.fromkeys(sheets, ())))
    print_line(f"{workbook} is ready. Open it and read its sheet 'guide', then:")
    print_line(f"  metasyn check {workbook}")
