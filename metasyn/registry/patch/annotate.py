"""A copy of a workbook with every problem marked and noted at its cell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from metasyn.records import Cell
from metasyn.registry.archive import Archive
from metasyn.registry.issues import Issue, Severity
from metasyn.registry.patch.comments import with_comments, with_shapes
from metasyn.registry.patch.elements import find_elements
from metasyn.registry.patch.marks import COLOURS, Marks
from metasyn.registry.patch.note_parts import find_note_parts
from metasyn.registry.patch.parts import open_excel, with_parts
from metasyn.registry.patch.sheet_cells import CellEdit, edit_cells
from metasyn.registry.registry import Registry
from metasyn.registry.template.pack import write_new_file
from metasyn.registry.xlsx import sheet_parts, styles_part

__all__ = ["write_annotated_copy"]


def write_annotated_copy(registry: Registry, path: str | Path) -> int:
    """Write a copy of a registry's workbook in which every problem is marked.

    A cell with an error turns red, one with a warning amber, one with a note blue, and a note on
    the cell says what is wrong and how to mend it. What concerns a whole sheet is noted on its
    first cell. Everything else stays byte for byte.

    Parameters
    ----------
    registry
        What :func:`metasyn.read_registry` found in an ``.xlsx`` or ``.xlsm`` file.
    path
        The copy; it must not exist yet.

    Returns
    -------
    int
        How many cells were marked.

    Raises
    ------
    WorkbookError
        If the workbook is of a kind that cannot be marked.
    OutputError
        If the copy exists or cannot be written.
    """
    archive = open_excel(registry.source.file)
    changes = _Changes(archive)
    styles = styles_part(archive)
    marks = Marks(archive.part(styles), styles)
    tabs = {sheet.name: sheet.part for sheet in sheet_parts(archive)}
    by_cell = _by_cell(registry.issues, next(iter(tabs)))
    for number, (tab, part) in enumerate(tabs.items(), start=1):
        cells = {cell: issues for cell, issues in by_cell.items() if cell.sheet == tab}
        if cells:
            _note(changes, part, number, cells)
            _mark(changes, part, marks, cells)
    changes.parts[styles] = marks.content()
    content = Path(registry.source.file).read_bytes()
    write_new_file(Path(path), with_parts(content, changes.parts))
    return len(by_cell)


class _Changes:
    """Parts of a workbook, with those that were changed."""

    def __init__(self, archive: Archive) -> None:
        self.parts: dict[str, bytes] = {}
        self._archive = archive

    def part(self, name: str) -> bytes | None:
        """A part as it is now; None where it does not exist."""
        if name in self.parts:
            return self.parts[name]
        return self._archive.part(name) if name in self._archive.names else None


def _by_cell(issues: Iterable[Issue], first_tab: str) -> dict[Cell, list[Issue]]:
    by_cell: dict[Cell, list[Issue]] = {}
    for issue in issues:
        cell = issue.cell or Cell(issue.sheet or first_tab, 1, 1)
        by_cell.setdefault(cell, []).append(issue)
    return by_cell


def _note(changes: _Changes, part: str, number: int, cells: dict[Cell, list[Issue]]) -> None:
    notes = find_note_parts(part, number, changes.part)
    changes.parts.update(notes.parts)
    comments = changes.part(notes.comments) or b""
    known = {e.attributes.get("ref") for e in find_elements(comments, ("comment",), notes.comments)}
    texts = {cell: "\n\n".join(map(_text, issues)) for cell, issues in cells.items()}
    changes.parts[notes.comments] = with_comments(comments, texts, notes.comments)
    new = [cell for cell in cells if cell.address not in known]
    drawing = changes.part(notes.drawing) or b""
    changes.parts[notes.drawing] = with_shapes(drawing, new, notes.drawing)


def _text(issue: Issue) -> str:
    printable = (char if char.isprintable() else " " for char in f"{issue.message} {issue.remedy}")
    return f"{issue.severity.upper()} ({issue.code})\n{''.join(printable)}"


def _mark(changes: _Changes, part: str, marks: Marks, cells: dict[Cell, list[Issue]]) -> None:
    edits = []
    for cell, issues in cells.items():
        severity = _worst(issues)
        edits.append(
            CellEdit(
                cell.row,
                cell.column,
                style=lambda style, severity=severity: marks.style(severity, style),  # type: ignore[misc]
            )
        )
    changes.parts[part] = edit_cells(changes.part(part) or b"", edits, part)


def _worst(issues: Iterable[Issue]) -> Severity:
    found = {issue.severity for issue in issues}
    return next(severity for severity in COLOURS if severity in found)
