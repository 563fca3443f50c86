"""``metasyn measures``: every effect size, what it needs and where it comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli.console import print_line, print_raw

if TYPE_CHECKING:
    from metasyn.effects.measures import Measure

__all__ = ["measures"]


def measures(
    code: Annotated[
        str | None,
        typer.Argument(help="Code of one measure; all if absent.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List every effect size, with the data that it needs and its source."""
    from metasyn.effects.measures import MEASURES, measure_of

    chosen = tuple(MEASURES.values()) if code is None else (measure_of(code),)
    if as_json:
        print_raw(json.dumps([measure.to_json() for measure in chosen], indent=2))
    elif code is None:
        _print_list(chosen)
    else:
        _print_one(chosen[0])


def _print_list(chosen: tuple[Measure, ...]) -> None:
    families: dict[str, list[Measure]] = {}
    for measure in chosen:
        families.setdefault(measure.family.label, []).append(measure)
    for family, members in families.items():
        print_line(family, "bold")
        for measure in members:
            print_line(f"  {measure.code:<8}{measure.label}")


def _print_one(measure: Measure) -> None:
    print_line(f"{measure.code}: {measure.label}", "bold")
    print_line(f"  Shown as: {measure.display} ({measure.back.name})")
    for form in measure.forms:
        print_line(f"  Needs: {', '.join(form)}")
    if measure.vtypes:
        default, *others = measure.vtypes
        print_line(f"  Variance: {default} (default){''.join(f', {kind}' for kind in others)}")
    print_line(f"  Source: {measure.source}")
