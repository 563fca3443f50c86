"""``metasyn rules``: what is checked, and why."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from metasyn.cli.console import print_line, print_raw

__all__ = ["rules"]

_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold"}


def rules(
    code: Annotated[
        str | None, typer.Argument(help="Code of one rule; all if absent.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List every rule that a workbook is checked by, with its reason and an example."""
    from metasyn.errors import SpecError
    from metasyn.registry.near_miss import did_you_mean
    from metasyn.registry.rules import RULES

    chosen = [rule for rule in RULES if code in (None, rule.code)]
    if not chosen:
        known = [rule.code for rule in RULES]
        raise SpecError(f"No rule is called '{code}'. {did_you_mean(str(code), known)}")
    if as_json:
        print_raw(json.dumps([rule.to_json() for rule in chosen], indent=2))
        return
    for rule in chosen:
        print_line(f"{rule.code} ({rule.severity})", _STYLES[rule.severity])
        print_line(f"  {rule.why}")
        print_line(f"  For example: {rule.example}")
