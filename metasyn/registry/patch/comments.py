"""Notes on cells, added to those that a sheet has."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from metasyn.records import Cell
from metasyn.registry.patch.elements import Element, Splice, find_elements, spliced

__all__ = ["EMPTY_COMMENTS", "EMPTY_DRAWING", "with_comments", "with_shapes"]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

EMPTY_COMMENTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}">'
    "<authors><author>metasyn</author></authors><commentList></commentList></comments>"
).encode()
"""Part of a sheet that has no notes yet."""

EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" '
    b'xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
"""Boxes of a sheet that has no notes yet (ECMA-376 part 4, VML)."""


def with_comments(content: bytes, notes: Mapping[Cell, str], part: str) -> bytes:
    """The comments part with some notes more; a note that is there already grows."""
    found = find_elements(content, ("comment", "text", "commentList", "author"), part)
    there = {e.attributes.get("ref", ""): e for e in found if e.local == "comment"}
    texts = [e for e in found if e.local == "text"]
    end = next(e for e in found if e.local == "commentList")
    splices = []
    new = []
    for cell, note in notes.items():
        old = there.get(cell.address)
        if old is None:
            new.append(_comment(cell, note, end.prefix))
        else:
            text = next(e for e in texts if old.start < e.start < old.end)
            splices.append(_grown(text, note))
    if end.is_empty:
        opened = content[end.start : end.open_end - 2].rstrip() + b">"
        whole = opened + "".join(new).encode() + f"</{end.name}>".encode()
        splices.append(Splice(end.start, end.end, whole))
    else:
        splices.append(Splice(end.close_start, end.close_start, "".join(new).encode()))
    return spliced(content, splices)


def _comment(cell: Cell, note: str, p: str) -> str:
    return (
        f'<{p}comment ref="{cell.address}" authorId="0"><{p}text>{_run(note, p)}</{p}text>'
        f"</{p}comment>"
    )


def _run(note: str, p: str) -> str:
    return f'<{p}r><{p}t xml:space="preserve">{escape(note)}</{p}t></{p}r>'


def _grown(text: Element, note: str) -> Splice:
    run = _run(f"\n\n{note}", text.prefix).encode()
    return Splice(text.close_start, text.close_start, run)


def with_shapes(content: bytes, cells: list[Cell], part: str) -> bytes:
    """The drawing part with a box for every new note."""
    root = find_elements(content, ("xml",), part)[-1]
    shapes = "".join(_shape(cell, 90_000 + number) for number, cell in enumerate(cells))
    return spliced(content, [Splice(root.close_start, root.close_start, shapes.encode())])


def _shape(cell: Cell, number: int) -> str:
    row, column = cell.row - 1, cell.column - 1
    anchor = f"{column + 1}, 12, {row}, 4, {column + 4}, 40, {row + 4}, 8"
    return (
        '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        f'id="_x0000_s{number}" type="#_x0000_t202" fillcolor="#fff4d6" o:insetmode="auto" '
        'style="position:absolute;visibility:hidden;width:260px;height:80px">'
        '<v:fill color2="#fff4d6"/><v:textbox/>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
