"""The parts that hold a sheet's notes: found, or made and announced."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from metasyn.registry.patch.comments import EMPTY_COMMENTS, EMPTY_DRAWING
from metasyn.registry.patch.elements import Splice, find_elements, spliced

__all__ = ["NoteParts", "find_note_parts"]

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_NO_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'
).encode()

_AFTER_LEGACY_DRAWING = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
"""What may follow ``legacyDrawing`` in a worksheet (ECMA-376 part 1, 18.3.1.99)."""

Part = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class NoteParts:
    """Where a sheet's notes are kept.

    Parameters
    ----------
    comments, drawing
        Names of the two parts.
    parts
        Parts that were made or changed to announce them.
    """

    comments: str
    drawing: str
    parts: dict[str, bytes]


def find_note_parts(sheet: str, number: int, part: Part) -> NoteParts:
    """Find the parts of a sheet's notes; make them where there are none.

    Parameters
    ----------
    sheet
        Name of the worksheet's part.
    number
        A number for the names of new parts.
    part
        Looks a part up; None where it does not exist.
    """
    folder, name = posixpath.split(sheet)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    relations = part(rels) or _NO_RELATIONS
    targets = {
        posixpath.basename(element.attributes.get("Type", "")): posixpath.normpath(
            posixpath.join(folder, element.attributes.get("Target", ""))
            if not element.attributes.get("Target", "").startswith("/")
            else element.attributes["Target"][1:]
        )
        for element in find_elements(relations, ("Relationship",), rels)
        if element.attributes.get("TargetMode") != "External"
    }
    if "comments" in targets and "vmlDrawing" in targets:
        return NoteParts(targets["comments"], targets["vmlDrawing"], {})
    comments = f"xl/metasynComments{number}.xml"
    drawing = targets.get("vmlDrawing") or f"xl/drawings/metasynNotes{number}.vml"
    parts = {comments: EMPTY_COMMENTS}
    added = {"metasynComments": ("comments", comments)}
    if "vmlDrawing" not in targets:
        parts[drawing] = EMPTY_DRAWING
        added["metasynNotes"] = ("vmlDrawing", drawing)
        parts[sheet] = _with_legacy_drawing(part(sheet) or b"", sheet)
    parts[rels] = _with_relations(relations, added, rels)
    parts["[Content_Types].xml"] = _with_types(part("[Content_Types].xml") or b"", comments)
    return NoteParts(comments, drawing, parts)


def _with_relations(content: bytes, added: dict[str, tuple[str, str]], part: str) -> bytes:
    root = next(e for e in find_elements(content, ("Relationships",), part))
    new = "".join(
        f'<{root.prefix}Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="/{target}"/>'
        for key, (kind, target) in added.items()
    ).encode()
    if root.is_empty:
        opened = content[root.start : root.open_end - 2].rstrip() + b">"
        whole = opened + new + f"</{root.name}>".encode()
        return spliced(content, [Splice(root.start, root.end, whole)])
    return spliced(content, [Splice(root.close_start, root.close_start, new)])


def _with_types(content: bytes, comments: str) -> bytes:
    found = find_elements(content, ("Types", "Default"), "[Content_Types].xml")
    root = next(e for e in found if e.local == "Types")
    p = root.prefix
    known = {e.attributes.get("Extension", "").lower() for e in found if e.local == "Default"}
    vml = "application/vnd.openxmlformats-officedocument.vmlDrawing"
    default = f'<{p}Default Extension="vml" ContentType="{vml}"/>' if "vml" not in known else ""
    override = f'<{p}Override PartName="/{comments}" ContentType="{_COMMENTS_TYPE}"/>'
    return spliced(
        content,
        [
            Splice(root.open_end, root.open_end, default.encode()),
            Splice(root.close_start, root.close_start, override.encode()),
        ],
    )


def _with_legacy_drawing(content: bytes, part: str) -> bytes:
    found = find_elements(content, ("worksheet", *_AFTER_LEGACY_DRAWING), part)
    root = next(e for e in found if e.local == "worksheet")
    later = [e.start for e in found if e.path == (root.local,)]
    place = min(later, default=root.close_start)
    tag = f'<{root.prefix}legacyDrawing xmlns:r="{_OFFICE}" r:id="metasynNotes"/>'
    return spliced(content, [Splice(place, place, tag.encode())])
