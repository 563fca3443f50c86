"""XML of a workbook: read without entities, without document types."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from metasyn.errors import WorkbookError

__all__ = ["local_name", "parse_events", "parse_tree"]


def local_name(tag: str) -> str:
    """Name of an element without its namespace (``{uri}row`` and ``x:row`` give ``row``).

    Examples
    --------
    >>> local_name("{http://example.org}row"), local_name("x:row"), local_name("row")
    ('row', 'row', 'row')
    """
    return tag.rpartition("}")[2].rpartition(":")[2]


def parse_tree(content: bytes, part: str) -> Element:
    """Parse a small part into a tree.

    Raises
    ------
    WorkbookError
        If it is no XML, or declares a document type or entities.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        tree: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise _forbidden(part) from None
    except (ParseError, ValueError, LookupError) as error:
        raise _broken(part, error) from None
    return tree


def parse_events(
    content: bytes,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Walk through a large part without building a tree.

    Raises
    ------
    WorkbookError
        If it is no XML, or declares a document type or entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text

    def refuse(*_: object) -> None:
        raise _forbidden(part)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _broken(part, error) from None


def _forbidden(part: str) -> WorkbookError:
    return WorkbookError(
        f"Part {part} of the workbook declares XML entities, which no spreadsheet program writes; "
        "the file was not read. Make sure that it comes from someone you trust, and save it anew."
    )


def _broken(part: str, error: Exception) -> WorkbookError:
    return WorkbookError(
        f"Part {part} of the workbook is damaged ({error}). Open the file in Excel or LibreOffice, "
        "let it be repaired, and save it."
    )
