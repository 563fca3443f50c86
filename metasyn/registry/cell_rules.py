"""Rules that are checked while sheets, headers and cells are read."""

from __future__ import annotations

from metasyn.registry.rule import Rule

__all__ = ["CELL_RULES"]

SHEET_MISSING = Rule(
    "sheet-missing",
    "error",
    "Every sheet of the registry has to be there, even if it has no rows yet.",
    "the workbook has no sheet of this name.",
    "Add it, or copy it from a new workbook (metasyn new).",
    "results",
)
SHEET_RENAMED = Rule(
    "sheet-renamed",
    "error",
    "Sheets are found by their names.",
    "this is not a sheet of the registry; '{meant}' is missing.",
    "Did you mean '{meant}'? Rename the tab.",
    "result",
)
HEADER_MOVED = Rule(
    "header-moved",
    "error",
    "Columns are found by the names in row 1.",
    "the column names stand in row {row}, not in row 1.",
    "Delete the rows above them.",
    "a title line above the column names",
)
COLUMN_MISSING = Rule(
    "column-missing",
    "error",
    "Every column of the schema has to be there, even if it is empty.",
    "the column '{value}' is missing.",
    "Add it to row 1 (any place will do).",
    "events",
)
COLUMN_RENAMED = Rule(
    "column-renamed",
    "error",
    "Columns are found by their names in row 1.",
    "no column has this name; '{meant}' is missing.",
    "Did you mean '{meant}'? Rename the header.",
    "event",
)
COLUMN_TWICE = Rule(
    "column-twice",
    "error",
    "Of two columns with one name only one could be read.",
    "the column '{value}' stands here a second time.",
    "Rename or delete one of the two.",
    "events",
)
COLUMNS_ADDED = Rule(
    "columns-added",
    "note",
    "Columns of your own are welcome; metasyn keeps them with the rows and does not use them.",
    "columns that the registry does not know were kept: {value}.",
    "Nothing to do.",
    "my_remarks",
)
SHEETS_ADDED = Rule(
    "sheets-added",
    "note",
    "Sheets of your own are welcome; metasyn does not read them.",
    "sheets that the registry does not know were left alone: {value}.",
    "Nothing to do.",
    "scratch",
)
HEADERLESS = Rule(
    "no-header",
    "warning",
    "A cell in a column without a name belongs to no field and is not read.",
    "cells stand in a column without a header and were not read ({count}).",
    "Name the column in row 1, or clear its cells.",
    "a remark to the right of the table",
)
ROW_WITHOUT_DATA = Rule(
    "row-without-data",
    "note",
    "A row whose cells are blank in every column of the registry is no record.",
    "only columns of your own are filled in this row; it was not read.",
    "Fill the row in, or clear it.",
    "a sum below the table",
)
MERGED = Rule(
    "merged-cells",
    "warning",
    "Of merged cells only the first holds the value; the others are blank.",
    "cells are merged here; the ones after the first are blank.",
    "Unmerge them and fill in every cell.",
    "one study_id merged over five rows",
)
REQUIRED_BLANK = Rule(
    "required-blank",
    "error",
    "A blank cell in a column that decides where a row belongs leaves the row without a place.",
    "'{column}' is blank.",
    "{fill}",
    "a result without an outcome",
)
INCOMPLETE = Rule(
    "incomplete",
    "warning",
    "A blank cell means that nobody has looked yet: the row is used, and is not complete.",
    "'{column}' is blank.",
    "{fill}",
    "a study without a country",
)
MISSING_NOT_ALLOWED = Rule(
    "missing-not-allowed",
    "error",
    "Columns that decide where a row belongs cannot be missing.",
    "'{column}' cannot be missing.",
    "Fill it in.",
    "NR as study_id",
)
MISSING_MISSPELT = Rule(
    "missing-misspelt",
    "error",
    "Missing values have four codes, so that 'not reported' and 'not applicable' stay apart.",
    "this is no missing-value code of the registry.",
    "Write NR (not reported), NA (not applicable), UNC (unclear), PEND (asked), or leave it blank.",
    "n/a",
)
NOT_A_NUMBER = Rule(
    "not-a-number",
    "error",
    "Text in a column of numbers cannot be computed with.",
    "'{column}' holds text where a number belongs.",
    "{mend}",
    "12 patients",
)
NUMBER_AS_TEXT = Rule(
    "number-as-text",
    "warning",
    "A number that is stored as text looks right, but sums and colours in the workbook pass "
    "over it.",
    "the number is stored as text; it was read as {number}.",
    "Type it again in a cell that is not formatted as text.",
    "'12",
)
PERCENT_TEXT = Rule(
    "percent-text",
    "error",
    "The text 50% could mean 0.5 or 50.",
    "the percentage is stored as text.",
    "Type the proportion, {number}.",
    "50%",
)
NOT_WHOLE = Rule(
    "not-whole",
    "error",
    "Patients are counted in whole numbers.",
    "'{column}' must be a whole number.",
    "Correct it.",
    "3.5",
)
OUT_OF_RANGE = Rule(
    "out-of-range",
    "error",
    "A number outside of what the column can hold is a slip.",
    "'{column}' must be {range}.",
    "Correct it, or use a missing-value code (NR, NA, UNC, PEND).",
    "-1 as events",
)
MISSING_AS_NUMBER = Rule(
    "missing-as-number",
    "warning",
    "-99 and 999 as signs for a missing value end up in means.",
    "this looks like a sign for a missing value.",
    "Use a missing-value code (NR, NA, UNC, PEND) if it is one.",
    "-99",
)
DATE_IN_CELL = Rule(
    "date-in-cell",
    "error",
    "Excel turns 1-2, 3/4 or MAR1 into a date; what was typed is lost.",
    "Excel turned what was typed into a date.",
    "Format the cell as Text and type '{column}' again.",
    "2024-03-04, typed as 3/4",
)
BOOLEAN_IN_CELL = Rule(
    "boolean-in-cell",
    "error",
    "TRUE and FALSE are no text and no number.",
    "'{column}' holds a truth value.",
    "Format the cell as Text and type the value again.",
    "TRUE",
)
FORMULA_FAILED = Rule(
    "formula-failed",
    "error",
    "The cell shows an error of the spreadsheet program instead of a value.",
    "the formula or the link in this cell failed.",
    "Type the value.",
    "#DIV/0!",
)
FORMULA_UNCOMPUTED = Rule(
    "formula-uncomputed",
    "error",
    "A program wrote the formula without its value, and metasyn computes no formulas.",
    "the value of this formula was never computed.",
    "Open the workbook in Excel or LibreOffice and save it once, or type the value.",
    "=A1+B1",
)
UNKNOWN_CODE = Rule(
    "unknown-code",
    "error",
    "Rows are grouped by codes; a word that is not in the list would make a group of its own.",
    "this is no code of the list '{list}'.",
    "{meant} New codes are added to the sheet lists.",
    "tocilizumap",
)
TEXT_TIDIED = Rule(
    "text-tidied",
    "note",
    "Blanks at the ends, non-breaking blanks, look-alike dashes and full-width digits make two "
    "words of one.",
    "read as '{tidied}' ({what}).",
    "Type it again if you want the workbook to say so too.",
    "'S0001 ' with a blank at the end",
)
NUMBER_IN_TEXT = Rule(
    "number-in-text",
    "note",
    "In a cell that is not formatted as Text, 001 becomes 1 and 1E5 becomes 100000.",
    "'{column}' is text, but the cell holds a number; it was read as '{value}'.",
    "Make sure that nothing was lost, and format the column as Text.",
    "1, typed as 001",
)

CELL_RULES = (
    SHEET_MISSING,
    SHEET_RENAMED,
    HEADER_MOVED,
    COLUMN_MISSING,
    COLUMN_RENAMED,
    COLUMN_TWICE,
    COLUMNS_ADDED,
    SHEETS_ADDED,
    HEADERLESS,
    ROW_WITHOUT_DATA,
    MERGED,
    REQUIRED_BLANK,
    INCOMPLETE,
    MISSING_NOT_ALLOWED,
    MISSING_MISSPELT,
    NOT_A_NUMBER,
    NUMBER_AS_TEXT,
    PERCENT_TEXT,
    NOT_WHOLE,
    OUT_OF_RANGE,
    MISSING_AS_NUMBER,
    DATE_IN_CELL,
    BOOLEAN_IN_CELL,
    FORMULA_FAILED,
    FORMULA_UNCOMPUTED,
    UNKNOWN_CODE,
    TEXT_TIDIED,
    NUMBER_IN_TEXT,
)
