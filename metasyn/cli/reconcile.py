"""``metasyn reconcile``: what two extractors agree on, and what somebody has to decide."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli.consensus import take_over
from metasyn.cli.console import print_line, print_raw, say

if TYPE_CHECKING:
    from metasyn.diagnostics.agreement import FieldAgreement
    from metasyn.registry.extractions import Compared

__all__ = ["reconcile"]


def reconcile(
    workbook: Annotated[
        Path, typer.Argument(help="A workbook with the sheet 'extractions'.", show_default=False)
    ],
    tolerance: Annotated[
        float,
        typer.Option(min=0, max=1, help="Numbers agree if they differ by this share at most."),
    ] = 0.0,
    write: Annotated[
        bool,
        typer.Option("--write", help="Then do what metasyn consensus does."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Compare what people extracted, field by field, and list every difference.

    The sheet extractions has the columns result_id, field, extractor, value and note; a row whose
    extractor is 'consensus' holds the adjudicated value. Exits with 1 while differences are
    unresolved. The check of the workbook takes numbers as typed, whatever the tolerance.
    """
    from metasyn.registry.extractions import compare
    from metasyn.registry.registry import read_registry

    registry = read_registry(workbook)
    items = compare(registry.results, registry.extractions, registry.codes, tolerance=tolerance)
    fields = _agreement(items)
    unusable = [issue for issue in registry.issues.errors if issue.code == "extraction-unusable"]
    if as_json:
        told = {
            "agreement": [one.to_json() for one in fields],
            "differences": [_as_json(item) for item in items if item.agrees is False],
            "to_adopt": [_as_json(item) for item in items if item.to_adopt],
            "unusable": [issue.to_json() for issue in unusable],
        }
        print_raw(json.dumps(told, indent=2))
    else:
        for line in (*map(str, unusable), *_lines(items, fields)):
            print_line(line)
    if write:
        take_over(workbook, say if as_json else print_line)
    if unusable or any(item.is_unresolved for item in items):
        raise typer.Exit(1)


def _agreement(items: Sequence[Compared]) -> tuple[FieldAgreement, ...]:
    """Agreement by field, in the order of the sheet."""
    from metasyn.diagnostics.agreement import field_agreement

    by_field: dict[str, list[Compared]] = {}
    for item in items:
        if item.agrees is not None:
            by_field.setdefault(item.column.name, []).append(item)
    return tuple(
        field_agreement(
            name,
            "number" if rows[0].column.is_number else "code" if rows[0].column.codes else "text",
            [(row.given[0].value, row.given[1].value) for row in rows],
            sum(row.agrees is True for row in rows),
        )
        for name, rows in by_field.items()
    )


def _lines(items: Sequence[Compared], fields: Sequence[FieldAgreement]) -> Iterator[str]:
    if not fields:
        yield "No value was extracted by two people."
    for one in fields:
        yield f"{one.name}: {one.agreed} of {one.items} agree ({100 * one.share:.0f}%){_index(one)}"
    for item in items:
        if item.agrees is False:
            yield _difference(item)
    for item in items:
        if item.to_adopt is not None:
            where = item.result.cell(item.column.name)
            held = "blank" if item.current in (None, "") else item.current
            decided = f"{item.to_adopt.text} ({item.to_adopt.cell})"
            yield f"{where} says {held}; the consensus is {decided}"
    unresolved = sum(item.is_unresolved for item in items)
    if fields:
        yield f"{unresolved} unresolved." if unresolved else "Nothing is unresolved."


def _index(one: FieldAgreement) -> str:
    if one.kappa is not None:
        ci = one.kappa_ci
        ends = f" ({ci.low:.2f} to {ci.high:.2f})" if ci else ""
        return f", kappa {one.kappa:.2f}{ends}"
    if one.icc is not None:
        return f", ICC {one.icc:.3f}" + "".join(f"; {note}" for note in one.notes)
    return "".join(f"; {note}" for note in one.notes)


def _difference(item: Compared) -> str:
    said = ", ".join(f"{one.extractor} {one.text} ({one.cell})" for one in item.given)
    settled = "unresolved" if item.consensus is None else f"consensus {item.consensus.text}"
    name = f"{item.result.result_id} {item.column.name} ({item.result.cell(item.column.name)})"
    return f"{name}: {said}: {settled}"


def _as_json(item: Compared) -> dict[str, object]:
    return {
        "result_id": item.result.result_id,
        "field": item.column.name,
        "cell": str(item.result.cell(item.column.name)),
        "current": item.current
        if isinstance(item.current, (int, float))
        else str(item.current or ""),
        "given": [
            {"extractor": one.extractor, "value": one.text, "cell": str(one.cell)}
            for one in item.given
        ],
        "consensus": None if item.consensus is None else item.consensus.text,
    }
