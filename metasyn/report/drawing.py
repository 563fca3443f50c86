"""Drawings that stand inside a page: checked, and without what only files need."""

from __future__ import annotations

import re

from metasyn.errors import OutputError

__all__ = ["inline_svg"]

_PROLOGUE = re.compile(r"^.*?(?=<svg[\s>])", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_FORBIDDEN = {"script", "foreignObject", "iframe", "image", "a"}


def inline_svg(svg: str) -> str:
    """SVG without prologue and metadata.

    Raises
    ------
    OutputError
        If it is no SVG, or holds scripts, events, or anything loaded from elsewhere.

    Examples
    --------
    >>> inline_svg('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')
    '<svg xmlns="http://www.w3.org/2000/svg"/>'
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    text = _METADATA.sub("", _PROLOGUE.sub("", svg)).strip()
    try:
        root = fromstring(text)
    except (ParseError, DefusedXmlException) as error:
        raise OutputError(f"The drawing is no SVG: {error}.") from None
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in _FORBIDDEN:
            raise OutputError(f"The drawing holds <{name}>, which must not stand in a report.")
        for attribute, value in element.attrib.items():
            key = attribute.rpartition("}")[2].lower()
            if key.startswith("on") or (key == "href" and not value.startswith("#")):
                raise OutputError(f"The drawing holds {key}, which must not stand in a report.")
    return text
