"""The sheets of an .xlsx or .xlsm file, cell by cell.

Reads the parts themselves (ECMA-376 part 1, section 18): that keeps what a data-frame reader loses
(text "001", text "NA", percentages, dates, formulas that were never computed) and costs a third of
the time of openpyxl. Macros, external links and drawings are never touched.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from metasyn.errors import WorkbookError
from metasyn.registry.archive import Archive
from metasyn.registry.grid import Grid
from metasyn.registry.number_formats import Styles, read_styles
from metasyn.registry.xlsx_sheet import read_shared_strings, read_sheet
from metasyn.registry.xml import local_name, parse_tree

__all__ = ["SheetPart", "read_xlsx", "sheet_parts", "styles_part"]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A tab and the part of the zip that holds its cells."""

    name: str
    part: str


def sheet_parts(archive: Archive) -> tuple[SheetPart, ...]:
    """Worksheets of a workbook, in the order of the tabs.

    Raises
    ------
    WorkbookError
        If the zip is no Excel workbook.
    """
    workbook = _workbook_part(archive)
    targets = {
        relation.id: relation.target
        for relation in _relations(archive, workbook)
        if relation.kind == "worksheet"
    }
    tree = parse_tree(archive.part(workbook), workbook)
    sheets = (
        (element.get("name", ""), _relation_id(element.attrib))
        for element in tree.iter()
        if local_name(element.tag) == "sheet"
    )
    return tuple(SheetPart(name, targets[key]) for name, key in sheets if key in targets)


def read_xlsx(archive: Archive) -> tuple[Grid, ...]:
    """Cells of every worksheet.

    Raises
    ------
    WorkbookError
        If the zip is no Excel workbook, or damaged.
    """
    workbook = _workbook_part(archive)
    related = {relation.kind: relation.target for relation in _relations(archive, workbook)}
    strings = related.get("sharedStrings")
    styles = related.get("styles")
    texts = read_shared_strings(archive.part(strings), strings) if strings else []
    tree = parse_tree(archive.part(workbook), workbook)
    formats = (
        read_styles(parse_tree(archive.part(styles), styles), tree) if styles else Styles((), False)
    )
    return tuple(
        read_sheet(sheet.name, archive.part(sheet.part), sheet.part, texts, formats)
        for sheet in sheet_parts(archive)
    )


def styles_part(archive: Archive) -> str:
    """Name of the part that holds the cell styles.

    Raises
    ------
    WorkbookError
        If there is none.
    """
    for relation in _relations(archive, _workbook_part(archive)):
        if relation.kind == "styles":
            return relation.target
    raise WorkbookError(f"{archive.source.file} has no cell styles. Open it and save it once.")


@dataclass(frozen=True, slots=True)
class _Relation:
    id: str
    kind: str
    target: str


def _workbook_part(archive: Archive) -> str:
    if "_rels/.rels" in archive.names:
        for relation in _relations(archive, ""):
            if relation.kind == "officeDocument" and relation.target.endswith(".xml"):
                return relation.target
    raise WorkbookError(
        f"{archive.source.file} is a zip file but not an Excel workbook. "
        "Save it as an Excel workbook (.xlsx) and try again."
    )


def _relations(archive: Archive, part: str) -> Iterator[_Relation]:
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive.names:
        return
    for element in parse_tree(archive.part(rels), rels):
        if element.get("TargetMode") == "External":
            continue
        target = element.get("Target", "")
        whole = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        kind = posixpath.basename(element.get("Type", ""))
        yield _Relation(element.get("Id", ""), kind, posixpath.normpath(whole))


def _relation_id(attributes: dict[str, str]) -> str:
    return next((value for key, value in attributes.items() if key.endswith("}id")), "")
