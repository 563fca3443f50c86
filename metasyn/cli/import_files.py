"""``metasyn import``: references and foreign tables, into a new workbook or an old one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli.console import print_line, say
from metasyn.errors import SpecError

if TYPE_CHECKING:
    from metasyn.exchange.import_plan import ImportPlan
    from metasyn.exchange.mapping import ColumnMapping
    from metasyn.exchange.source_table import SourceTable
    from metasyn.records import Codes
    from metasyn.registry.patch.append_rows import Appended
    from metasyn.registry.registry import Registry

__all__ = ["import_files"]

_REFERENCES = (".ris", ".bib")
_PREVIEW = 5


def import_files(
    file: Annotated[
        Path,
        typer.Argument(
            help="References (.ris, .bib) or a table (.csv, .xlsx, .ods).", show_default=False
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Name of a new workbook.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="A workbook to add the rows to; it is backed up first.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map", help="Which column is which (.yaml, .toml, .json); else you are asked."
        ),
    ] = None,
    save_map: Annotated[
        Path | None,
        typer.Option(help="Save the mapping that was made; without a terminal, a first guess."),
    ] = None,
    sheet: Annotated[
        str, typer.Option(help="Sheet of the registry that a table's rows are for.")
    ] = "results",
    tab: Annotated[str, typer.Option(help="Sheet of the file, where several are filled.")] = "",
    title: Annotated[str, typer.Option(help="Title of a new registry.")] = "Study registry",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be added.")
    ] = False,
    with_errors: Annotated[
        bool, typer.Option("--with-errors", help="Add rows with wrong cells too, as typed.")
    ] = False,
) -> None:
    """Add references or the rows of a table to a registry.

    References become rows of the sheet studies. The columns of a table are matched by a mapping
    file, or you are asked about each; columns that match none are kept as columns of your own.
    Every cell is checked by the rules of metasyn check and told of at its place in the file: while
    there are errors nothing is written (exit 1). No file is ever overwritten; a workbook that rows
    are added to stays beside it as a dated backup.
    """
    if (output is None) == (into is None):
        raise SpecError(
            "Say where the rows go: a new workbook (-o NEW.xlsx) or one to add to (--into)."
        )
    if file.suffix.lower() in _REFERENCES:
        _references(file, output, into, title, dry_run=dry_run)
        return
    from metasyn.exchange.import_plan import plan_import
    from metasyn.exchange.source_table import read_source_table

    table = read_source_table(file, tab=tab)
    registry = _registry(into)
    chosen = _mapping(mapping, save_map, table, sheet, registry.codes)
    if chosen is None:
        return
    plan = plan_import(table, chosen, registry)
    _preview(plan)
    if plan.issues.errors and not with_errors:
        say("Nothing was written. Mend the file, or add the rows as they are with --with-errors.")
        raise typer.Exit(1)
    if dry_run or not plan.rows:
        print_line("Nothing was written.")
        return
    _written(_write(plan, registry, output, title), output or into)


def _registry(into: Path | None) -> Registry:
    """The workbook to add to; an empty one with the starter lists for a new workbook."""
    import tempfile

    from metasyn.registry.registry import read_registry
    from metasyn.registry.sheets import OPTIONAL_BY_NAME
    from metasyn.registry.template import Contents, write_workbook

    if into is not None:
        return read_registry(into)
    with tempfile.TemporaryDirectory(prefix="metasyn-") as folder:
        path = Path(folder) / "new.xlsx"
        write_workbook(path, Contents(optional=dict.fromkeys(OPTIONAL_BY_NAME, ())))
        return read_registry(path)


def _mapping(
    path: Path | None, save: Path | None, table: SourceTable, sheet: str, codes: Codes
) -> ColumnMapping | None:
    """The mapping: read, asked for, or (None) only drafted into a file."""
    from metasyn.exchange.guess import guess_mapping
    from metasyn.exchange.mapping import importable, mapping_text, read_mapping
    from metasyn.registry.template.pack import write_new_file

    if path is not None:
        return read_mapping(path)
    importable(sheet)
    if sys.stdin.isatty():
        chosen = _asked(table, sheet, codes)
    elif save is None:
        raise SpecError(
            "There is no terminal to ask at, and no mapping was given (--map). Let a first guess "
            "be written with --save-map mapping.yaml, correct it, and give it with --map."
        )
    else:
        chosen = guess_mapping(table, sheet, codes)
    if save is not None:
        write_new_file(save, mapping_text(chosen, save.suffix.lower()).encode())
        print_line(f"Mapping: {save}")
    return chosen if sys.stdin.isatty() else None


def _asked(table: SourceTable, sheet: str, codes: Codes) -> ColumnMapping:
    from rich.prompt import Prompt
    from rich.text import Text

    from metasyn.cli.ask_mapping import ask_mapping
    from metasyn.cli.console import plain

    def ask(question: str, default: str) -> str:
        return str(Prompt.ask(Text(plain(question)), default=default))

    try:
        return ask_mapping(table, sheet, codes, ask, print_line)
    except (EOFError, KeyboardInterrupt):
        raise SpecError("\nNothing was written.") from None


def _preview(plan: ImportPlan) -> None:
    count = len(plan.rows)
    print_line(f"{count} {'row' if count == 1 else 'rows'} for the sheet {plan.sheet.name}:")
    for row in plan.rows[:_PREVIEW]:
        print_line("  " + ", ".join(f"{name} {_short(value)}" for name, value in row.items()))
    if count > _PREVIEW:
        print_line(f"  ... and {count - _PREVIEW} more")
    for note in plan.notes:
        print_line(note.message)
    for issue in plan.issues:
        print_line(str(issue))


def _short(value: str | float) -> str:
    text = value if isinstance(value, str) else f"{value:.15g}"
    return text if len(text) <= 30 else f"{text[:29]}…"


def _write(plan: ImportPlan, registry: Registry, output: Path | None, title: str) -> Appended:
    from metasyn.exchange.import_files import add_plan, write_plan

    if output is not None:
        return write_plan(plan, output, title=title)
    return add_plan(plan, registry, stamp=_stamp())


def _written(where: Appended, path: Path | None) -> None:
    count = where.last - where.first + 1
    rows = f"row {where.first}" if count == 1 else f"rows {where.first} to {where.last}"
    print_line(f"{path}: {rows} of {where.tab} written.")
    if where.backup is not None:
        print_line(f"The workbook as it was: {where.backup}")
    print_line(f"  metasyn check {path}")


def _stamp() -> str:
    from datetime import datetime

    return datetime.now().strftime("%Y%m%d-%H%M%S")


def _references(
    file: Path, output: Path | None, into: Path | None, title: str, *, dry_run: bool
) -> None:
    from metasyn.exchange.import_files import new_references
    from metasyn.exchange.references import study_rows
    from metasyn.registry.patch.append_rows import append_rows
    from metasyn.registry.sheets import BY_NAME
    from metasyn.registry.template import Contents, write_workbook

    if output is not None:
        rows = study_rows(file)
        if not dry_run:
            write_workbook(output, Contents(title=title, studies=rows))
        print_line(f"{output}: {len(rows)} {'study' if len(rows) == 1 else 'studies'}.")
        return
    registry = _registry(into)
    found = new_references(file, registry)
    for label in found.known:
        print_line(f"{label}: the workbook has its DOI or PMID already; not added.")
    for row in found.rows:
        print_line(f"{row['study_id']} {row['label']}")
    if dry_run or not found.rows:
        print_line("Nothing was written.")
        return
    sheet, source = BY_NAME["studies"], registry.source
    where = append_rows(source.file, sheet, found.rows, read_sha256=source.sha256, stamp=_stamp())
    _written(where, into)
