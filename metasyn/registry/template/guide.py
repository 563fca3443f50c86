"""The sheet ``guide``: how to fill the workbook, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from metasyn.registry.schema import MISSING_CODES, Sheet
from metasyn.registry.sheets import DATA_SHEETS, OPTIONAL_SHEETS
from metasyn.registry.template import look
from metasyn.registry.template.data_sheet import put

__all__ = ["fill_guide"]


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading and its lines: a term (may be empty) and what it means."""

    heading: str
    lines: tuple[tuple[str, str], ...]


_FILLING = _Section(
    "How to fill it in",
    (
        ("1", "Give every report a row in studies, then every figure a row in results."),
        (
            "2",
            "One row of results is one outcome of one arm at one time. Many short rows are right.",
        ),
        (
            "3",
            "Ids are text, never change, and are never used again: S0001, R0001, T0001. A label "
            "such as 'Lee 2019' is no id: there may be two.",
        ),
        (
            "4",
            "Coded columns have a dropdown. A new code gets its own row in lists first, inside "
            "the block of its list, so that the dropdown grows with it.",
        ),
        (
            "5",
            "Type numbers as numbers: 0.69, not 69% and not '12 patients'. Proportions are "
            "between 0 and 1.",
        ),
        (
            "6",
            "Say where every figure stands in the source (page, table) and whether you read it "
            "there yourself.",
        ),
        (
            "7",
            "Rows that describe the same patients share a patient_group, so that nobody counts "
            "twice.",
        ),
        (
            "8",
            "Columns and sheets of your own are welcome. Leave the names in row 1 and the names "
            "of the tabs as they are. Sort and filter as you like.",
        ),
        ("9", "Colours are for the eye alone; nothing reads them. Write remarks into a column."),
        (
            "10",
            "Check the workbook often:  metasyn check FILE.xlsx  names every wrong cell at once "
            "and says how to mend it.",
        ),
    ),
)
_STATEMENTS = _Section(
    "How to class a statement",
    (
        (
            "function",
            "Class a statement by what it does, not by its tone: does it bring evidence "
            "for or against, or does it merely speak of it?",
        ),
        (
            "supporting",
            "The citing report presents data that agree with the cited report or speak "
            "for the treatment.",
        ),
        ("contrasting", "The citing report presents data that disagree or speak against it."),
        (
            "mentioning",
            "Everything else. 'Consistent with ...' alone is mentioning. Using a method "
            "is mentioning. When unsure: mentioning.",
        ),
        (
            "basis",
            "Supporting and contrasting need data behind them: the citing report's own, a "
            "re-analysis, or published findings that it restates. Opinion is mentioning.",
        ),
        ("(blank)", "A statement without a stance is counted as unclassified, never guessed."),
        (
            "two people",
            "Class_1 and class_2 are given independently; where they differ, an adjudicator "
            "decides. The class that counts stands in stance.",
        ),
        (
            "quotation",
            "60 words at most, as printed. The paraphrase gives the context in your own words.",
        ),
        (
            "self-citation",
            "Yes where the citing and the cited report share an author. Tallies are given with "
            "and without.",
        ),
        (
            "notice",
            "Retraction, expression of concern or correction: of the cited report in studies, of "
            "the citing report beside the statement, each with the day on which you looked.",
        ),
        ("weight", "Statements are counted and shown. No count ever changes an estimate."),
    ),
)
_COLOURS = (
    ("required", "amber", "A required cell is blank in a row that has begun."),
    (
        "impossible",
        "red",
        "The numbers cannot be: more events than patients, or an estimate outside of its interval.",
    ),
    ("duplicate", "violet", "The id is used twice."),
    ("unsure", "grey", "The bibliography was recalled or is incomplete: check before citing."),
    ("primary", "green", "The row enters the main analysis."),
)


def fill_guide(
    worksheet: Worksheet, title: str, about: Sequence[str], optional: Sequence[Sheet] = ()
) -> None:
    """Write the guide.

    Parameters
    ----------
    worksheet
        An empty worksheet.
    title
        Name of the registry.
    about
        Paragraphs on its contents.
    optional
        The optional sheets that the workbook has.
    """
    worksheet.sheet_properties.tabColor = look.TABS["guide"]
    worksheet.sheet_view.showGridLines = False
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    for letter, width in (("A", 3), ("B", 16), ("C", 100)):
        worksheet.column_dimensions[letter].width = width
    writer = _Writer(worksheet)
    writer.title(title)
    for paragraph in about:
        writer.paragraph(paragraph)
    there = (*DATA_SHEETS[1:], *optional, *DATA_SHEETS[:1])
    sheets = tuple((sheet.name, sheet.description) for sheet in there)
    writer.section(_Section("The sheets", (*sheets, ("dictionary", "What every column means."))))
    writer.section(_may_be_added(optional))
    writer.section(_FILLING)
    missing = (("(blank)", "nobody has looked yet; the row is not complete"),)
    writer.section(_Section("When a value is missing", (*missing, *MISSING_CODES.items())))
    writer.colours()
    writer.section(_STATEMENTS)
    for sheet in optional:
        if sheet.advice:
            writer.section(_Section(sheet.title, sheet.advice))


def _may_be_added(optional: Sequence[Sheet]) -> _Section:
    others = tuple((s.name, s.description) for s in OPTIONAL_SHEETS if s not in optional)
    how = (
        "(how)",
        "Write a new workbook that has the sheet (metasyn new FILE.xlsx --with NAME) and move or "
        "copy its tab here, or add a tab of this name whose row 1 holds the column names.",
    )
    return _Section("Sheets that may be added", (*others, how) if others else ())


class _Writer:
    """Writes blocks of text below each other."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._row = 1

    def title(self, text: str) -> None:
        self._worksheet.row_dimensions[1].height = 14
        self._row = 2
        self._worksheet.row_dimensions[2].height = 34
        self._write(2, text, look.TITLE_FONT)
        self._row = 3

    def paragraph(self, text: str) -> None:
        self._worksheet.merge_cells(f"B{self._row}:C{self._row}")
        self._write(2, text, look.BODY)
        self._grow(text, 145)

    def section(self, section: _Section) -> None:
        if not section.lines:
            return
        self._heading(section.heading)
        for term, text in section.lines:
            self._write(2, term, look.STRONG)
            self._write(3, text, look.BODY)
            self._grow(text, 125)

    def colours(self) -> None:
        self._heading("What the colours say")
        for state, name, text in _COLOURS:
            style = look.STATES[state]
            cell = self._write(2, name, Font(name=look.FONT, size=9, color=style.font.color))
            cell.fill = look.fill(style.fill.bgColor.rgb[-6:])
            self._write(3, text, look.BODY)
            self._grow(text, 125)

    def _heading(self, text: str) -> None:
        self._row += 1
        self._worksheet.row_dimensions[self._row].height = 26
        self._write(2, text, look.HEADING_FONT)
        for column in (2, 3):
            self._worksheet.cell(self._row, column).border = look.HEADING_BORDER
        self._row += 1

    def _write(self, column: int, text: str, font: Font) -> Cell:
        cell = self._worksheet.cell(self._row, column)
        put(cell, text)
        cell.font = font
        cell.number_format = "@"
        wrap = font is not look.TITLE_FONT and font is not look.HEADING_FONT
        indent = 1 if column == 3 else 0
        cell.alignment = Alignment("left", "center", wrap_text=wrap, indent=indent)
        return cell

    def _grow(self, text: str, per_line: int) -> None:
        lines = -(-len(text) // per_line)
        self._worksheet.row_dimensions[self._row].height = 5 + 12.5 * lines
        self._row += 1
