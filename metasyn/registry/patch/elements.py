"""Where elements stand in the bytes of an XML part, so that single ones can be replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat

from metasyn.errors import WorkbookError
from metasyn.registry.xml import local_name

__all__ = ["Element", "Splice", "attribute", "find_elements", "spliced", "with_attribute"]

_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")


@dataclass(frozen=True, slots=True)
class Element:
    """One element and the bytes that it fills.

    Parameters
    ----------
    name
        As written, with its prefix (``x:row``).
    attributes
        As written.
    start, open_end
        First byte of the opening tag, and the byte after it.
    close_start, end
        First byte of the closing tag, and the byte after it; both ``open_end`` for ``<row/>``.
    path
        Local names of the elements around it, outermost first.
    """

    name: str
    attributes: dict[str, str]
    start: int
    open_end: int
    close_start: int
    end: int
    path: tuple[str, ...]

    @property
    def local(self) -> str:
        """Name without its prefix."""
        return local_name(self.name)

    @property
    def prefix(self) -> str:
        """Prefix with its colon, or nothing."""
        return self.name[: len(self.name) - len(self.local)]

    @property
    def is_empty(self) -> bool:
        """Whether it is written as one tag (``<row/>``)."""
        return self.open_end == self.end


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes ``start`` to ``end`` of a part, and what takes their place."""

    start: int
    end: int
    content: bytes


def find_elements(content: bytes, names: Iterable[str], part: str) -> list[Element]:
    """Elements with some local names, in the order in which they close.

    Raises
    ------
    WorkbookError
        If the part is not XML in UTF-8.
    """
    scanner = _Scanner(content, frozenset(names))
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, values: scanner.start(
        name, values, parser.CurrentByteIndex
    )
    parser.EndElementHandler = lambda _name: scanner.end(parser.CurrentByteIndex)
    try:
        content.decode("utf-8")
        parser.Parse(content, True)
    except (UnicodeDecodeError, expat.ExpatError) as error:
        raise WorkbookError(
            f"Part {part} of the workbook cannot be changed ({error}). Open the file in Excel or "
            "LibreOffice and save it."
        ) from None
    return scanner.found


class _Scanner:
    """Keeps the open elements on a stack and writes down those that are wanted."""

    def __init__(self, content: bytes, names: frozenset[str]) -> None:
        self.found: list[Element] = []
        self._content = content
        self._names = names
        self._open: list[tuple[str, dict[str, str] | None, int, int]] = []

    def start(self, name: str, attributes: dict[str, str], index: int) -> None:
        wanted = attributes if local_name(name) in self._names else None
        self._open.append((name, wanted, index, self._after(index)))

    def end(self, index: int) -> None:
        name, attributes, start, open_end = self._open.pop()
        if attributes is None:
            return
        empty = self._content[open_end - 2 : open_end] == b"/>"
        close, end = (open_end, open_end) if empty else (index, self._after(index))
        path = tuple(local_name(outer[0]) for outer in self._open)
        self.found.append(Element(name, attributes, start, open_end, close, end, path))

    def _after(self, index: int) -> int:
        tag = _TAG.match(self._content, index)
        return tag.end() if tag else index


def spliced(content: bytes, splices: Iterable[Splice]) -> bytes:
    """Replace some spans; those that begin at one byte go in the order in which they are given."""
    pieces: list[bytes] = []
    place = 0
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        pieces += [content[place : splice.start], splice.content]
        place = splice.end
    return b"".join([*pieces, content[place:]])


def attribute(text: str) -> str:
    """A value as it stands between quotes.

    Examples
    --------
    >>> attribute('a "b" & <c>')
    'a &quot;b&quot; &amp; &lt;c&gt;'
    """
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    return text


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """An opening tag with one attribute set.

    Examples
    --------
    >>> with_attribute(b'<c r="A1" s="3">', "s", "7"), with_attribute(b"<c/>", "s", "7")
    (b'<c r="A1" s="7">', b'<c s="7"/>')
    """
    new = f'{name}="{attribute(value)}"'.encode()
    pattern = re.compile(rb"(?<=\s)" + re.escape(name.encode()) + rb"\s*=\s*(\"[^\"]*\"|'[^']*')")
    if pattern.search(tag):
        return pattern.sub(lambda _: new, tag, count=1)
    close = b"/>" if tag.endswith(b"/>") else b">"
    return tag[: -len(close)].rstrip() + b" " + new + close
