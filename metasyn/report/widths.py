"""How wide the columns of a table want to be on paper, and whether it needs a page turned sideways.

Widths are counted in letters of middling width. Both writers for paper share them, so that a table
looks alike in Word and in the PDF, and no word is broken where the page has room for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from metasyn.report.document import Block, Column, Figure, Section, Table
from metasyn.report.table import TableCell

__all__ = ["NUMERIC", "PORTRAIT", "column_widths", "glued", "is_sideways", "letter_scale"]

NUMERIC = frozenset({"count", "percent", "number"})
"""Kinds of columns that stand to the right, their numbers in one line."""
PORTRAIT = 118
"""Letters that fit side by side on an upright page."""
_SIDEWAYS = 185
"""Letters that fit on a page turned sideways."""
_DRAWN = 1.6
"""Drawings that are broader than high by more than this, and do not fit upright, are turned."""
_PAGE_POINTS = 600.0
"""Drawings up to this width can be read when they are set to the width of an upright page."""
_SPACE = 2.5
"""Letters' worth of space between two columns."""
_MOST = {"prose": 64, "text": 26, "code": 18}
"""Letters of a line that nobody wants longer, by kind of column; numbers stay in one line."""
_LEAST = {"prose": 15}
_CODE_BREAKS = re.compile(r"(?<=[!/._:\-])")
_BRACKET = re.compile(r"\([^()]*\)")
_SIZE_OF_DETAIL = 0.9
_LONGEST_CODE = 22
_SVG_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)pt" height="([\d.]+)pt"')


def column_widths(table: Table) -> tuple[float, ...]:
    """Letters that each column gets: what its words need, and its share of what is left.

    Examples
    --------
    >>> from metasyn.report.document import Row
    >>> rows = (Row((TableCell("Le 2018"), TableCell("0.68"))),)
    >>> column_widths(Table("t", "T.", (Column("Study"), Column("Rate", "number")), rows))
    (9.5, 6.9)
    """
    least, most = _least(table), _most(table)
    room = PORTRAIT if sum(least) <= PORTRAIT else max(_SIDEWAYS, sum(least))
    wanted = sum(most) - sum(least)
    part = min(1.0, (room - sum(least)) / wanted) if wanted > 0 else 0.0
    return tuple(low + part * (high - low) for low, high in zip(least, most, strict=True))


def letter_scale(table: Table) -> float:
    """What the size of letters is to be multiplied by, so that no word is wider than its column.

    Examples
    --------
    >>> letter_scale(Table("t", "T.", (Column("Study"), Column("Rate", "number")), ()))
    1.0
    """
    return min(1.0, _SIDEWAYS / max(sum(_least(table)), 1.0))


def is_sideways(section: Section) -> bool:
    """Whether a section holds a table or a drawing that an upright page has no room for."""
    return any(_is_broad(block) for block in section.blocks)


def glued(text: str) -> str:
    """Numbers with what stands in brackets kept in one line.

    Examples
    --------
    >>> len(glued("68% (49% to 83%)").split(" "))
    2
    """
    return _BRACKET.sub(lambda found: found.group().replace(" ", "\u00a0"), text)


def _is_broad(block: Block) -> bool:
    if isinstance(block, Table):
        return sum(_least(block)) > PORTRAIT
    if isinstance(block, Figure):
        found = _SVG_SIZE.search(block.plates[0].svg if block.plates else block.svg)
        if found:
            wide, high = float(found[1]), float(found[2])
            return wide > _PAGE_POINTS and wide > _DRAWN * high
    return False


def _least(table: Table) -> list[float]:
    return [
        _SPACE + max(_LEAST.get(column.kind, 0) * (len(cells) > 0), *_words(column, cells))
        for column, cells in _columns(table)
    ]


def _most(table: Table) -> list[float]:
    wanted = []
    for (column, cells), least in zip(_columns(table), _least(table), strict=True):
        texts = [_letters(cell.text) for cell in cells]
        texts += [_SIZE_OF_DETAIL * _letters(cell.detail) for cell in cells]
        longest = max((*texts, _letters(column.heading) / 2))
        wanted.append(max(least, _SPACE + min(longest, _MOST.get(column.kind, 40))))
    return wanted


def _columns(table: Table) -> Iterator[tuple[Column, list[TableCell]]]:
    for place, column in enumerate(table.columns):
        yield column, [row.cells[place] for row in table.rows]


def _words(column: Column, cells: list[TableCell]) -> Iterator[float]:
    """Lengths of the words that should not be broken; headings are bold, so a little longer."""
    yield from (1.1 * _letters(word) for word in re.split(r"[\s\-]+", column.heading))
    for cell in cells:
        if column.kind == "code":
            pieces = _CODE_BREAKS.split(cell.text) + _CODE_BREAKS.split(cell.detail)
            yield from (min(_letters(piece), _LONGEST_CODE) for piece in pieces)
            continue
        text = glued(cell.text) if column.kind in NUMERIC else cell.text
        yield from (_word(word) for word in text.split(" "))
        yield from (_SIZE_OF_DETAIL * _word(word) for word in cell.detail.split())


@lru_cache(maxsize=32768)
def _word(word: str) -> float:
    """Length of a word; ideographs may part anywhere, and so may what is after a stroke."""
    if not word.isascii() and any(unicodedata.east_asian_width(one) in "WF" for one in word):
        return 4
    return max((_letters(piece) for piece in re.split(r"(?<=[/\-])", word)), default=0)


def _letters(text: str) -> float:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
