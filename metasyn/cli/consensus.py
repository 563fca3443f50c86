"""``metasyn consensus``: adjudicated values, taken into results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from metasyn.cli.console import print_line, say

__all__ = ["consensus", "take_over"]


def consensus(
    workbook: Annotated[
        Path, typer.Argument(help="A workbook with the sheet 'extractions'.", show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take every adjudicated value of the sheet extractions into results; all else stays.

    A row of extractions whose extractor is 'consensus' holds the adjudicated value. The workbook
    as it was stays beside it as a dated backup. Exits with 1 while differences are unresolved:
    metasyn reconcile lists them.
    """
    from metasyn.registry.extractions import compare
    from metasyn.registry.registry import read_registry

    registry = read_registry(workbook)
    take_over(workbook, print_line, dry_run=dry_run)
    items = compare(registry.results, registry.extractions, registry.codes)
    unresolved = sum(item.is_unresolved for item in items)
    unusable = [issue for issue in registry.issues.errors if issue.code == "extraction-unusable"]
    for issue in unusable:
        say(str(issue))
    if unresolved:
        say(f"{unresolved} unresolved; metasyn reconcile lists what has to be decided.")
    if unusable or unresolved:
        raise typer.Exit(1)


def take_over(workbook: Path, tell: Callable[[str], None], *, dry_run: bool = False) -> None:
    """Write the adjudicated values that results does not hold, and say which."""
    from datetime import datetime

    from metasyn.registry.patch.consensus import adopt_consensus

    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    adopted = adopt_consensus(workbook, stamp=stamp, dry_run=dry_run)
    for cell, text in adopted.values.items():
        tell(f"{cell} {text}")
    if not adopted.values:
        tell("No adjudicated value was missing in results; nothing was changed.")
    elif adopted.backup is None:
        tell("Nothing was changed.")
    else:
        tell(f"The workbook as it was: {adopted.backup}")
