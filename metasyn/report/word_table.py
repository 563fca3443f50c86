"""Tables of a Word file, written as markup in one piece: python-docx takes seconds for a long one.

Rules above, below and between rows, none at the sides; headings at the top of every page; no row is
parted by a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast
from xml.sax.saxutils import escape, quoteattr

from metasyn.report.document import Column, Row, Table, TableCell
from metasyn.report.formats import legible
from metasyn.report.widths import NUMERIC, column_widths, glued, letter_scale

if TYPE_CHECKING:
    from docx.oxml.table import CT_Tbl

__all__ = ["word_table"]

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_LOOKS = (
    '<w:tblW w:type="auto" w:w="0"/><w:tblBorders>'
    '<w:top w:val="single" w:sz="8" w:color="808890"/>'
    '<w:bottom w:val="single" w:sz="8" w:color="808890"/>'
    '<w:insideH w:val="single" w:sz="2" w:color="808890"/></w:tblBorders>'
    '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
    '<w:top w:w="30" w:type="dxa"/><w:left w:w="60" w:type="dxa"/>'
    '<w:bottom w:w="30" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    '<w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" '
    'w:noHBand="0" w:noVBand="1" w:val="04A0"/>'
)
_EMU_IN_TWIP = 635
_SIZE = 8
"""Of letters, in points, where the page has room for all columns."""
_BREAKS = {"\n": "<w:br/>", "\r": "<w:br/>", "\t": "<w:tab/>"}


def word_table(table: Table, width: int, relate: Callable[[str], str]) -> CT_Tbl:
    """A table as an element of a Word file.

    Parameters
    ----------
    table
        What it says.
    width
        Width of the text on the page, in English metric units.
    relate
        Takes an address and gives the key by which the file knows it.
    """
    from docx.oxml import parse_xml

    shares = column_widths(table)
    widths = [round(int(width * share / sum(shares)) / _EMU_IN_TWIP) for share in shares]
    size = f'<w:sz w:val="{round(2 * _SIZE * letter_scale(table))}"/>'
    heading = Row(tuple(TableCell(column.heading) for column in table.columns), kind="total")
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    parts = [f"<w:tbl {_SPACES}><w:tblPr>{_LOOKS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"]
    for number, row in enumerate((heading, *table.rows)):
        top = "" if number else "<w:tblHeader/>"
        parts.append(f"<w:tr><w:trPr>{top}<w:cantSplit/></w:trPr>")
        for place, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
            bold = row.kind != "body" or place == 0
            shown = _text_of(column, cell) if number else cell.text
            runs = "".join(_runs(cell, shown, size, relate, bold=bold))
            right = '<w:jc w:val="right"/>' if column.kind in NUMERIC else ""
            parts.append(
                f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{widths[place]}"/></w:tcPr><w:p><w:pPr>'
                f'<w:spacing w:after="0"/>{right}</w:pPr>{runs}</w:p></w:tc>'
            )
        parts.append("</w:tr>")
    return cast("CT_Tbl", parse_xml("".join((*parts, "</w:tbl>"))))


def _text_of(column: Column, cell: TableCell) -> str:
    return glued(cell.text) if column.kind in NUMERIC else cell.text


def _runs(
    cell: TableCell, text: str, size: str, relate: Callable[[str], str], *, bold: bool
) -> Iterator[str]:
    """The text of a cell, as a link where it leads somewhere, and its detail on the next line."""
    if cell.web:
        run = _run(text, f'{size}<w:u w:val="single"/>')
        yield f"<w:hyperlink r:id={quoteattr(relate(cell.web))}>{run}</w:hyperlink>"
    else:
        yield _run(text, f"<w:b/>{size}" if bold else f'<w:b w:val="0"/>{size}')
    if cell.detail:
        if text:
            yield f"<w:r><w:rPr>{size}</w:rPr><w:br/></w:r>"
        yield _run(cell.detail, f"<w:i/>{size}")


def _run(text: str, looks: str) -> str:
    pieces = re.split(r"([\n\r\t])", legible(text))
    told = "".join(_BREAKS.get(piece) or _piece(piece) for piece in pieces if piece)
    return f"<w:r><w:rPr>{looks}</w:rPr>{told}</w:r>"


def _piece(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<w:t{space}>{escape(text)}</w:t>"
