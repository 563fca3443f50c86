"""The document on paper: a PDF set by typst, of the same words and numbers."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from metasyn.errors import OutputError
from metasyn.report.document import Block, Document, Figure, Paragraph, Plate, Table, TableCell
from metasyn.report.formats import legible
from metasyn.report.lines import few_cells
from metasyn.report.widths import NUMERIC, column_widths, glued, is_sideways, letter_scale

__all__ = ["content", "to_pdf"]

Json = dict[str, Any]


def to_pdf(document: Document) -> bytes:
    """Set the document; equal documents give equal bytes.

    Raises
    ------
    OutputError
        If typst is not installed, or cannot set the document.
    """
    try:
        import typst
    except ImportError:
        raise OutputError(
            "report.pdf needs typst. Install it with: pip install 'metasyn-evidence[documents]'."
        ) from None
    with (
        tempfile.TemporaryDirectory() as folder,
        as_file(files("metasyn.figures").joinpath("fonts")) as fonts,
    ):
        place = Path(folder)
        told = content(document, place)
        (place / "document.json").write_text(json.dumps(told), encoding="utf-8")
        template = files("metasyn.report").joinpath("templates", "report.typ")
        main = place / "report.typ"
        main.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        try:
            made = typst.compile(str(main), root=folder, font_paths=[str(fonts)])
        except typst.TypstError as error:
            raise OutputError(f"The PDF could not be set: {error}.") from None
    return bytes(made)


def content(document: Document, place: Path) -> Json:
    """The document as the template reads it; drawings become files beside it."""
    numbers = {key: i for i, key in enumerate(document.citations(), start=1)}
    return {
        "title": legible(document.title),
        "byline": legible(document.byline),
        "sections": [
            {
                "title": legible(section.title),
                "sideways": is_sideways(section),
                "blocks": [_block(block, place, numbers) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block, place: Path, numbers: dict[str, int]) -> Json:
    given: Json
    match block:
        case Figure():
            given = {"alt": block.alt, "caption": [asdict(one) for one in block.caption]}
            given["files"] = _files(block, place)
            kind = "figure"
        case Paragraph():
            given = asdict(Paragraph(block.sentences, block.lead, block.tone))
            kind = "paragraph"
        case Table():
            return {"block": "table", **_table(block, numbers)}
        case _:
            given, kind = asdict(block), type(block).__name__.lower()
    return {"block": kind, **_told(given, numbers)}


def _table(table: Table, numbers: dict[str, int]) -> Json:
    """What the template shows of a table; its values and sources have no place on paper."""
    kinds = [column.kind for column in table.columns]
    return {
        "caption": legible(table.caption),
        "columns": [{"heading": legible(one.heading), "kind": one.kind} for one in table.columns],
        "widths": column_widths(table),
        "scale": letter_scale(table),
        "rows": [
            {"kind": row.kind, "cells": list(map(_cell, row.cells, kinds))} for row in table.rows
        ],
        "notes": _told([asdict(note) for note in table.notes], numbers),
    }


def _cell(cell: TableCell, kind: str) -> Json:
    text = legible(glued(cell.text) if kind in NUMERIC else cell.text)
    return {"text": text, "href": legible(cell.web), "detail": legible(cell.detail)}


def _files(figure: Figure, place: Path) -> list[str]:
    pages = figure.plates or (Plate(figure.svg),)
    names = [f"{figure.id}-{number}.svg" for number in range(1, len(pages) + 1)]
    for name, plate in zip(names, pages, strict=True):
        (place / name).write_text(plate.svg, encoding="utf-8")
    return names


def _told(value: Any, numbers: dict[str, int]) -> Any:
    """Sentences with the numbers of their references and their cells in short."""
    if isinstance(value, dict):
        told = {key: _told(one, numbers) for key, one in value.items() if key != "value"}
        if str(value.get("href", "")).startswith("#"):
            told["href"] = ""
        if "cites" in value:
            told["numbers"] = [numbers[key] for key in value["cites"]]
            told["where"] = few_cells(tuple(value["sources"]))
        return told
    if isinstance(value, (list, tuple)):
        return [_told(one, numbers) for one in value]
    return legible(value) if isinstance(value, str) else value
