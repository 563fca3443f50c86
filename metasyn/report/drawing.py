"""Drawings that stand inside a page: checked, and every mark a way to its row."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from metasyn.errors import OutputError
from metasyn.report.document import Target

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["inline_svg"]

_SVG = "http://www.w3.org/2000/svg"
_FORBIDDEN = {"script", "foreignObject", "iframe", "image", "a", "metadata"}


def inline_svg(svg: str, targets: tuple[Target, ...] = ()) -> str:
    """SVG for a page: no prologue, and marks with a key lead to their target.

    Parameters
    ----------
    svg
        A drawing.
    targets
        Where the marks with a ``data-key`` lead.

    Raises
    ------
    OutputError
        If it is no SVG, or holds scripts, events, or anything loaded from elsewhere.

    Examples
    --------
    >>> drawing = f'<svg xmlns="{_SVG}"><circle data-key="R0003" r="2"/></svg>'
    >>> print(inline_svg(drawing, (Target("R0003", "#row-R0003", "Liu 2018: 1/1"),)))
    <svg xmlns="http://www.w3.org/2000/svg" role="group"><a href="#row-R0003"
    tabindex="-1"><title>Liu 2018: 1/1</title><circle data-key="R0003" r="2" /></a></svg>
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring, tostring

    try:
        root = fromstring(svg)
    except (ParseError, DefusedXmlException) as error:
        raise OutputError(f"The drawing is no SVG: {error}.") from None
    _check(root)
    _link(root, {target.key: target for target in targets})
    root.set("xmlns", _SVG)
    if root.find(".//a") is not None:
        root.set("role", "group")  # a picture would hide its links from screen readers
    return str(tostring(root, encoding="unicode")).strip()


def _check(root: Element) -> None:
    """Refuse what must not stand in a page; leave names without their namespace."""
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in _FORBIDDEN:
            raise OutputError(f"The drawing holds <{name}>, which must not stand in a report.")
        for attribute, value in element.attrib.items():
            key = attribute.rpartition("}")[2].lower()
            if key.startswith("on") or (key == "href" and not value.startswith("#")):
                raise OutputError(f"The drawing holds {key}, which must not stand in a report.")
        element.tag = name
    if root.tag != "svg":
        raise OutputError(f"The drawing is no SVG but <{root.tag}>.")


def _link(root: Element, targets: Mapping[str, Target]) -> None:
    """Wrap neighbouring marks of one key in a link with the words of its target."""
    from xml.etree.ElementTree import SubElement

    marks = list(root)
    root[:] = []
    for key, run in groupby(marks, key=lambda mark: mark.get("data-key", "")):
        target = targets.get(key)
        if target is None:
            root.extend(run)
            continue
        link = SubElement(root, "a", {"href": target.href, "tabindex": "-1"})
        SubElement(link, "title").text = target.text
        link.extend(run)
