"""Cell styles with a coloured background, added to a workbook's styles."""

from __future__ import annotations

import re

from metasyn.errors import WorkbookError
from metasyn.registry.issues import Severity
from metasyn.registry.patch.elements import (
    Element,
    Splice,
    find_elements,
    spliced,
    with_attribute,
)

__all__ = ["COLOURS", "Marks"]

COLOURS: dict[Severity, str] = {"error": "FFF6C7C3", "warning": "FFFFE1A6", "note": "FFDCE8F2"}
"""Background by severity, as alpha, red, green and blue."""


class Marks:
    """The styles part of a workbook, growing by a marked style for every style that is marked.

    Parameters
    ----------
    content
        The part.
    part
        Its name.
    """

    def __init__(self, content: bytes, part: str) -> None:
        self._content = content
        found = find_elements(content, ("fills", "cellXfs", "xf", "fill"), part)
        by_name = {element.local: element for element in found if len(element.path) == 1}
        if "fills" not in by_name or "cellXfs" not in by_name:
            raise WorkbookError(f"Part {part} of the workbook has no cell styles.")
        self._fills = by_name["fills"]
        self._formats = by_name["cellXfs"]
        self._xfs = [e for e in found if e.local == "xf" and e.path[-1] == "cellXfs"]
        self._fill_count = sum(e.local == "fill" and e.path[-1] == "fills" for e in found)
        self._new: dict[tuple[Severity, int], bytes] = {}

    def style(self, severity: Severity, style: int) -> int:
        """Number of the marked version of a style."""
        key = severity, style
        if key not in self._new:
            self._new[key] = self._marked(severity, style)
        return len(self._xfs) + list(self._new).index(key)

    def _marked(self, severity: Severity, style: int) -> bytes:
        xf = self._xfs[style if style < len(self._xfs) else 0]
        fill = self._fill_count + list(COLOURS).index(severity)
        tag = self._content[xf.start : xf.open_end]
        for name, value in (("fillId", str(fill)), ("applyFill", "1")):
            tag = with_attribute(tag, name, value)
        return tag + self._content[xf.open_end : xf.end]

    def content(self) -> bytes:
        """The part with the new styles."""
        p = self._fills.prefix
        fills = "".join(
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            for colour in COLOURS.values()
        ).encode()
        return spliced(
            self._content,
            [
                *self._grown(self._fills, fills, self._fill_count + len(COLOURS)),
                *self._grown(
                    self._formats, b"".join(self._new.values()), len(self._xfs) + len(self._new)
                ),
            ],
        )

    def _grown(self, element: Element, added: bytes, count: int) -> list[Splice]:
        tag = self._content[element.start : element.open_end]
        tag = re.sub(rb'count="\d+"', f'count="{count}"'.encode(), tag, count=1)
        return [
            Splice(element.start, element.open_end, tag),
            Splice(element.close_start, element.close_start, added),
        ]
