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
) -> None:
    """Write an empty workbook with guide, dropdowns and dictionary.

    A file that exists is never overwritten.
    """
    from metasyn.registry.template import Contents, write_workbook

    write_workbook(workbook, Contents(title=title))
    print_line(f"{workbook} is ready. Open it and read its sheet 'guide', then:")
    print_line(f"  metasyn check {workbook}")
