"""``metasyn check``: every problem of a workbook at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli.console import print_line, print_raw, say
from metasyn.counting import plural
from metasyn.errors import WorkbookError

if TYPE_CHECKING:
    from metasyn.records import Study
    from metasyn.registry.issues import Issue, Severity
    from metasyn.registry.registry import Registry

__all__ = ["check"]

_HEADINGS: tuple[tuple[Severity, str, str], ...] = (
    ("error", "Errors: these rows are kept out of every analysis", "bold red"),
    ("warning", "Warnings: somebody should look", "bold yellow"),
    ("note", "Notes: how things were read", "bold"),
)
_ALIKE = 3
"""So many notes of one kind and column are printed one by one."""


def check(
    workbook: Annotated[
        Path,
        typer.Argument(
            help="The workbook (.xlsx, .xlsm, .ods), or a folder of CSV files.", show_default=False
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    annotate: Annotated[
        Path | None,
        typer.Option(help="Write a copy with every problem marked and noted at its cell."),
    ] = None,
    notices: Annotated[
        Path | None,
        typer.Option(
            help="List of retractions, concerns and corrections (CSV with Retraction Watch's "
            "columns) to look every report up in."
        ),
    ] = None,
) -> None:
    """List every problem of a workbook: where, what, and how to mend it.

    Exits with 0 when there are no errors (warnings and notes are still shown), 1 when there are,
    and 2 when the file cannot be read as a workbook.
    """
    from datetime import date

    from metasyn.registry.registry import read_registry

    try:
        registry = read_registry(workbook, today=date.today(), notices=notices)
    except WorkbookError as error:
        if not as_json:
            raise
        print_raw(json.dumps({"file": str(workbook), "ok": False, "unreadable": str(error)}))
        raise typer.Exit(2) from None
    if as_json:
        print_raw(json.dumps(_as_json(registry), indent=2))
    else:
        _print(registry, _looked_up(registry) if notices is not None else "")
    if annotate is not None:
        _annotate(registry, annotate)
    if registry.issues.errors:
        raise typer.Exit(1)


_ONE = {"studies": "study", "results": "result", "statements": "statement", "codes": "code"}
"""What is counted, in the singular."""


def _annotate(registry: Registry, copy: Path) -> None:
    from metasyn.registry.patch import write_annotated_copy

    count = write_annotated_copy(registry, copy)
    say(f"{copy}: {plural(count, 'cell')} marked.")


def _as_json(registry: Registry) -> dict[str, object]:
    return {
        "file": registry.source.file,
        "sha256": registry.source.sha256,
        "ok": not registry.issues.errors,
        "rows": _sizes(registry),
        "notices": _notices(registry),
        "issues": registry.issues.to_json(),
    }


def _sizes(registry: Registry) -> dict[str, int]:
    return {
        "studies": len(registry.studies),
        "results": len(registry.results),
        "statements": len(registry.statements),
        "codes": sum(map(len, registry.codes.values())),
    }


def _notices(registry: Registry) -> dict[str, dict[str, str]]:
    """Reports with an editorial notice, by their ids."""
    return {
        study.study_id: {
            "notice": study.notice,
            "date": study.notice_date,
            "reason": study.notice_reason,
        }
        for study in registry.studies
        if study.notice and study.notice != "none"
    }


def _looked_up(registry: Registry) -> str:
    """How many reports could be found in a list of notices, and how many were."""
    sought = sum(bool(_ids(study)) for study in registry.studies)
    kinds = Counter(one["notice"] for one in _notices(registry).values())
    found = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none found"
    return (
        f"Notices: {sought} of {plural(len(registry.studies), 'report')} "
        f"{'has' if sought == 1 else 'have'} a DOI or PMID to look up; {found}."
    )


def _ids(study: Study) -> list[str]:
    return [
        name
        for name in ("doi", "pmid")
        if getattr(study, name) and name not in study.provenance.missing
    ]


def _print(registry: Registry, looked_up: str) -> None:

    sizes = ", ".join(plural(count, _ONE[name], name) for name, count in _sizes(registry).items())
    print_line(f"{registry.source.file}: {sizes}")
    if looked_up:
        print_line(looked_up)
    for severity, heading, style in _HEADINGS:
        found = [issue for issue in registry.issues if issue.severity == severity]
        if found:
            print_line("")
            print_line(heading, style)
            for line in _gathered(found) if severity == "note" else map(str, found):
                print_line(line)
    print_line("")
    print_line(*_verdict(registry))


def _gathered(issues: Iterable[Issue]) -> Iterator[str]:
    """Lines of issues; of many alike in one column only the first few."""
    kinds = [(i.code, i.sheet, i.cell.column if i.cell else 0) for i in issues]
    total = Counter(kinds)
    printed: Counter[tuple[str, str, int]] = Counter()
    for issue, kind in zip(issues, kinds, strict=True):
        printed[kind] += 1
        if printed[kind] <= _ALIKE:
            yield str(issue)
        elif printed[kind] == _ALIKE + 1:
            yield f"... and {total[kind] - _ALIKE} more of these in {issue.sheet}."


def _verdict(registry: Registry) -> tuple[str, str]:

    issues = registry.issues
    counts = (
        (len(issues.errors), "error"),
        (len(issues.warnings), "warning"),
        (len(issues.notes), "note"),
    )
    words = [plural(count, name) for count, name in counts if count]
    if not words:
        return "No problems found.", "green"
    return ", ".join(words) + ".", "red" if issues.errors else "green"
