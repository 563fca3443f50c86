"""What changed since the last version of a living review."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.diagnostics.living import EstimateChange, LivingChanges, Mover
from metasyn.models.results import NotPooled, Pooled
from metasyn.records import Codes
from metasyn.records.changes import CellChange, Kind, RegistryChanges, RowChange
from metasyn.report.document import (
    Block,
    Bullets,
    Column,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.formats import counted, join_words, plural, sentence_case
from metasyn.report.lines import estimate_text, limits_text, shown

__all__ = ["changes_section"]

_KINDS: tuple[Kind, ...] = ("added", "changed", "removed")
_SHEETS = {
    "studies": ("report", "reports"),
    "results": ("row of results", "rows of results"),
    "statements": ("statement", "statements"),
    "extractions": ("extraction", "extractions"),
    "lists": ("code", "codes"),
}
_FINGERPRINT = 12
"""Letters of a SHA-256 that are enough to tell two versions apart."""


def changes_section(changes: LivingChanges, codes: Codes | None = None) -> Section:
    """Changes to the data and to the results, for the report of the later version.

    Parameters
    ----------
    changes
        What differs between the versions, as ``metasyn diff`` finds it.
    codes
        Code lists that name the outcomes; without them their codes are shown.
    """
    registry = changes.registry
    blocks: list[Block] = [Paragraph(_story(registry), lead="The data.")]
    if registry:
        blocks.append(Paragraph(_moved(changes), lead="The results."))
    if changes.estimates:
        blocks.append(Bullets(tuple(_point(one, codes) for one in changes.estimates)))
    if registry:
        blocks.append(_table(registry))
    return Section("changes", "Changes since the last version", tuple(blocks))


def _story(changes: RegistryChanges) -> tuple[Sentence, ...]:
    old, new = changes.old, changes.new
    versions = Sentence(
        f"This version was compared with the one before it, row by row and cell by cell (SHA-256 "
        f"{old.sha256[:_FINGERPRINT] or 'unknown'} then, {new.sha256[:_FINGERPRINT] or 'unknown'} "
        "now).",
        ("akl2024",),
    )
    if not changes:
        return versions, Sentence("Nothing has changed.")
    counts = [
        f"{plural(len(rows), *_SHEETS.get(sheet, ('row', 'rows')))} {kind}"
        for sheet in dict.fromkeys((*_SHEETS, *(row.sheet for row in changes.rows)))
        for kind in _KINDS
        if (rows := changes.of(sheet, kind))
    ]
    return versions, Sentence(f"Since then: {join_words(counts)}.")


def _moved(changes: LivingChanges) -> tuple[Sentence, ...]:
    count = len(changes.estimates)
    if not count:
        return (Sentence("No result of the lines that were compared has changed."),)
    verb = "has" if count == 1 else "have"
    return (
        Sentence(f"{sentence_case(plural(count, 'line', words=True))} {verb} another result."),
        Sentence("Results are those of the model by default, outcome by outcome."),
    )


def _point(change: EstimateChange, codes: Codes | None) -> Paragraph:
    known = codes.get("outcome") if codes else None
    labels = [known.label(code) if known else code for code in change.outcome]
    sentences = [
        Sentence(f"Before: {_result(change.before)}."),
        Sentence(f"Now: {_result(change.after)}."),
    ]
    if change.mover is not None:
        sentences.append(Sentence(_mover(change.mover, change.after)))
    outcome = f", {join_words(labels, 'or')}" if labels else ""
    return Paragraph(tuple(sentences), lead=f"{change.label}{outcome}.")


def _result(result: Pooled | NotPooled | None) -> str:
    if result is None:
        return "no row"
    studies = plural(result.k, "study or case", "studies and cases")
    if isinstance(result, NotPooled):
        counts = "" if result.n is None else f", {result.events} of {plural(result.n, 'patient')}"
        return f"not pooled ({result.reason.rstrip('.')}; {studies}{counts})"
    return f"{_value(result)}, from {studies}"


def _value(result: Pooled) -> str:
    what = shown(result)
    if what.ci is None:
        return estimate_text(what, 1)
    level = f"{100 * what.ci.level:g}% confidence interval"
    return f"{estimate_text(what, 1)} ({level} {limits_text(what, 1)})"


def _mover(mover: Mover, after: Pooled | NotPooled | None) -> str:
    who = f"{mover.label} ({mover.result_id}, {mover.kind}) moved it most"
    if mover.without is None or not isinstance(after, Pooled):
        return f"{who}: without this change nothing could be pooled."
    what = shown(after)
    alone = estimate_text(type(what)(mover.without, None, None, what.measure), 1)
    return f"{who}: without this change alone it would be {alone}."


def _table(changes: RegistryChanges) -> Table:
    return Table(
        "changes",
        f"{counted(len(changes.rows), 'row', 'differs', 'differ')} between the workbooks.",
        (
            Column("Sheet"),
            Column("Change"),
            Column("What"),
            Column("Cells, before → now", "prose"),
            Column("Row", "code", (), "id of the row, and where it stands", "Place"),
        ),
        tuple(_row(row) for row in changes.rows),
        filterable=True,
    )


def _row(row: RowChange) -> Row:
    place = "" if row.row is None else f"{row.sheet}, row {row.row}"
    return Row(
        (
            TableCell(row.sheet),
            TableCell(row.kind),
            TableCell(row.label),
            TableCell("; ".join(_cells(row.cells)) or "–"),
            TableCell(row.key or "–", detail=place),
        )
    )


def _cells(cells: tuple[CellChange, ...]) -> Iterator[str]:
    for cell in cells:
        place = cell.new_cell or cell.old_cell
        where = f" ({place})" if place else ""
        yield f"{cell.name}{where}: {cell.before or 'blank'} → {cell.after or 'blank'}"
