"""``metasyn diff``: what changed between two versions of a registry, and what it did."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli.console import print_line, print_raw, say
from metasyn.counting import plural

if TYPE_CHECKING:
    from metasyn.diagnostics.living import EstimateChange, LivingChanges, Mover
    from metasyn.models.results import NotPooled, Pooled
    from metasyn.records.changes import Kind, RegistryChanges, RowChange
    from metasyn.registry.registry import Registry

__all__ = ["diff"]

_KINDS: tuple[Kind, ...] = ("added", "changed", "removed")
_STYLES = {"added": "green", "changed": "yellow", "removed": "red"}
_NAMES = {
    "studies": "study",
    "results": "result",
    "statements": "statement",
    "extractions": "extraction",
    "lists": "code",
}
_PLURALS = {"study": "studies"}


def diff(
    old: Annotated[Path, typer.Argument(help="The earlier version.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="The later version.", show_default=False)],
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            help="Code of the outcome to pool; repeat it, the preferred one first.  "
            "\\[default: each outcome with rows that changed]"
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="Column that makes the groups.")] = "intervention",
    analyse: Annotated[
        list[str] | None,
        typer.Option(help="Accepted codes of the column 'analyse'.  \\[default: primary]"),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help="Accepted codes of the column 'role'.  \\[default: all]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List what was added, changed and removed, and what it does to each pooled estimate.

    Rows are matched by their ids, cells by their columns: sorting, formatting and saving anew
    change nothing. Estimates are those of the default model; rows with wrong cells are kept out.
    """
    from metasyn.diagnostics.living import LivingChanges
    from metasyn.registry.diff import diff_registries
    from metasyn.registry.registry import read_registry

    versions = read_registry(old), read_registry(new)
    changes = diff_registries(*versions)
    questions = [tuple(outcome)] if outcome else _touched(changes, versions)
    selection = {"analyse": tuple(analyse or ("primary",)), "role": tuple(role or ()) or None}
    estimates = _estimates(versions, questions, selection, by) if changes else ()
    found = LivingChanges(changes, estimates)
    if as_json:
        print_raw(json.dumps(found.to_json(), indent=2))
    else:
        _print(found)
    for registry in versions:
        if registry.issues.errors:
            count = len(registry.issues.errors)
            say(f"{registry.source.file} has {plural(count, 'error')}; metasyn check lists them.")


def _touched(
    changes: RegistryChanges, versions: tuple[Registry, Registry]
) -> list[tuple[str, ...]]:
    """Each outcome with a result that changed, or whose study did; alone, in the lists' order."""
    results, studies = changes.keys("results"), changes.keys("studies")
    found = {
        result.outcome
        for registry in versions
        for result in registry.results
        if result.result_id in results or result.study_id in studies
    }
    codes = [code for registry in versions[::-1] for code in registry.codes.get("outcome", {})]
    return [(code,) for code in dict.fromkeys(codes) if code in found]


def _estimates(
    versions: tuple[Registry, Registry],
    questions: Sequence[tuple[str, ...]],
    selection: dict[str, tuple[str, ...] | None],
    by: str,
) -> tuple[EstimateChange, ...]:
    """Pooled lines that differ, question by question."""
    from metasyn.diagnostics.living import changed_estimates
    from metasyn.models.pool_by import pool_by

    found: list[EstimateChange] = []
    for outcomes in questions:
        if all(_knows(registry, outcomes) for registry in versions):
            groups = [
                pool_by(registry.select(outcome=outcomes, **selection), by) for registry in versions
            ]
            found.extend(changed_estimates(*groups))
        else:
            say(f"{' or '.join(outcomes)}: no code of both versions, so nothing was compared.")
    return tuple(found)


def _knows(registry: Registry, outcomes: tuple[str, ...]) -> bool:
    return all(code in registry.codes.get("outcome", {}) for code in outcomes)


def _print(found: LivingChanges) -> None:
    changes = found.registry
    print_line(f"{changes.old.file} -> {changes.new.file}")
    if not changes:
        print_line("Nothing changed.", "green")
        return
    for kind in _KINDS:
        rows = [row for row in changes.rows if row.kind == kind]
        if rows:
            print_line("")
            print_line(kind.capitalize(), f"bold {_STYLES[kind]}")
            for line in (line for row in rows for line in _row_lines(row)):
                print_line(line)
    print_line("")
    print_line("Pooled estimates", "bold")
    if not found.estimates:
        print_line("None changed.")
    for change in found.estimates:
        for line in _estimate_lines(change):
            print_line(line)
    print_line("")
    print_line(_counts(changes))


def _row_lines(row: RowChange) -> Iterator[str]:
    place = f" (row {row.row})" if row.row is not None else ""
    yield f"{row.sheet} {row.key or 'without an id'}{place}: {row.label}"
    for cell in row.cells:
        yield f"  {cell}"


def _estimate_lines(change: EstimateChange) -> Iterator[str]:
    yield f"{' or '.join(change.outcome)}, {change.label}"
    yield f"  before: {_result(change.before)}"
    yield f"  after:  {_result(change.after)}"
    if change.mover is not None:
        yield f"  {_mover(change.mover)}"


def _result(result: Pooled | NotPooled | None) -> str:
    from metasyn.models.results import NotPooled

    if result is None:
        return "no rows"
    if isinstance(result, NotPooled):
        counts = f", {result.events} of {result.n}" if result.n is not None else ""
        return f"not pooled (k = {result.k}{counts}): {result.reason}"
    shown = result.transformed()
    interval = f" ({shown.ci.low:.3g} to {shown.ci.high:.3g})" if shown.ci else ""
    return f"{shown.label.lower()} {shown.estimate:.3g}{interval}, k = {result.k}"


def _mover(mover: Mover) -> str:
    who = f"{mover.result_id} ({mover.label}, {mover.kind})"
    if mover.without is None:
        return f"moved most by {who}: without this change nothing could be pooled"
    return f"moved most by {who}: without this change it would be {mover.without:.3g}"


def _counts(changes: RegistryChanges) -> str:
    """How many rows of each sheet were added, changed, removed."""
    parts = []
    for sheet, name in _NAMES.items():
        for kind in _KINDS:
            count = len(changes.of(sheet, kind))
            if count:
                words = name if count == 1 else _PLURALS.get(name, f"{name}s")
                parts.append(f"{count} {words} {kind}")
    return ", ".join(parts) + "."
