"""``metasyn assign-ids``: ids for rows that have none."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metasyn.cli.console import print_line

__all__ = ["assign_ids"]


def assign_ids(
    workbook: Annotated[Path, typer.Argument(help="The workbook (.xlsx).", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Write an id into every row that has none; all else stays byte for byte.

    The workbook as it was stays beside it as a dated backup.
    """
    from datetime import datetime

    from metasyn.registry.patch.assign_ids import assign_ids as assign

    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    assigned = assign(workbook, stamp=stamp, dry_run=dry_run)
    for cell, text in assigned.ids.items():
        print_line(f"{cell} {text}")
    if not assigned.ids:
        print_line("Every row has its id; nothing was changed.")
    elif assigned.backup is None:
        print_line("Nothing was changed.")
    else:
        print_line(f"The workbook as it was: {assigned.backup}")
