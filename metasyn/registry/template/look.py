"""Colours, fonts and borders of a workbook: one table, so that every sheet looks alike."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle

__all__ = [
    "BODY",
    "BODY_ALIGNMENT",
    "HEADER_ALIGNMENT",
    "HEADER_BORDER",
    "HEADER_FONT",
    "HEADING_BORDER",
    "HEADING_FONT",
    "LIST_BORDER",
    "NUMBER_ALIGNMENT",
    "NUMBER_HEADER_ALIGNMENT",
    "OPTIONAL_HEADER",
    "REQUIRED_HEADER",
    "ROW_BORDER",
    "STATES",
    "STRONG",
    "TABS",
    "TITLE_FONT",
    "fill",
]

FONT = "Arial"
INK = "22313F"
RULE = "E1E6EA"
HEADER_DARK = "17455C"
HEADER_LIGHT = "4F7387"

TABS = {
    "guide": "8A9BA8",
    "studies": "17455C",
    "results": "17455C",
    "statements": "17455C",
    "lists": "B07D2B",
    "dictionary": "8A9BA8",
    "optional": "3F7D6E",
}
"""Colour of every tab: data, codes, help, and the sheets that few need."""


def fill(colour: str) -> PatternFill:
    """Plain background."""
    return PatternFill("solid", start_color=colour, end_color=colour)


TITLE_FONT = Font(name=FONT, size=17, bold=True, color=HEADER_DARK)
HEADING_FONT = Font(name=FONT, size=12, bold=True, color=HEADER_DARK)
HEADER_FONT = Font(name=FONT, size=9, bold=True, color="FFFFFF")
BODY = Font(name=FONT, size=9, color=INK)
STRONG = Font(name=FONT, size=9, bold=True, color=INK)

REQUIRED_HEADER = fill(HEADER_DARK)
OPTIONAL_HEADER = fill(HEADER_LIGHT)
HEADER_ALIGNMENT = Alignment(vertical="center", horizontal="left", wrap_text=True, indent=1)
BODY_ALIGNMENT = Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1)
NUMBER_ALIGNMENT = Alignment(vertical="top", horizontal="right")

NUMBER_HEADER_ALIGNMENT = Alignment(vertical="center", horizontal="right", wrap_text=True)

ROW_BORDER = Border(bottom=Side("thin", color=RULE))
LIST_BORDER = Border(top=Side("medium", color=HEADER_LIGHT), bottom=Side("thin", color=RULE))
HEADING_BORDER = Border(bottom=Side("thin", color=HEADER_LIGHT))
HEADER_BORDER = Border(right=Side("thin", color="FFFFFF"), bottom=Side("medium", color=HEADER_DARK))


def _state(background: str | None, ink: str, *, bold: bool = False) -> DifferentialStyle:
    colour = PatternFill(bgColor=background) if background else None
    return DifferentialStyle(font=Font(color=ink, bold=bold or None), fill=colour)


STATES = {
    "impossible": _state("F6C7C3", "8C1D18", bold=True),
    "required": _state("FFE1A6", "6B4700"),
    "duplicate": _state("E7C9F0", "5B1A73", bold=True),
    "unsure": _state("E9ECEE", "5F6B74"),
    "missing": _state(None, "8A949C"),
    "primary": _state("DCEFE6", "1B5E43", bold=True),
}
"""What conditional formats look like; the guide explains them in words."""
