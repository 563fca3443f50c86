"""The sheets of a registry, in the order in which they are checked."""

from __future__ import annotations

from metasyn.registry import appraisal_sheet, certainty_sheet, extraction_sheet, flow_sheet
from metasyn.registry.list_sheet import ListSheetRow
from metasyn.registry.result_sheet import ResultSheetRow
from metasyn.registry.schema import Sheet
from metasyn.registry.statement_sheet import StatementSheetRow
from metasyn.registry.study_sheet import StudySheetRow

__all__ = [
    "BY_NAME",
    "DATA_SHEETS",
    "HELP_SHEETS",
    "LATER_LISTS",
    "LISTS",
    "LIST_NAMES",
    "OPTIONAL_BY_NAME",
    "OPTIONAL_LISTS",
    "OPTIONAL_SHEETS",
]

LISTS = Sheet(
    "lists",
    ListSheetRow,
    "Code lists",
    "One row is one code that the coded columns accept.",
    frozen_columns=2,
    identity=("list", "code"),
)
DATA_SHEETS = (
    LISTS,
    Sheet(
        "studies",
        StudySheetRow,
        "Studies",
        "One row is one report: a cohort, a trial, a case.",
        frozen_columns=2,
    ),
    Sheet(
        "results",
        ResultSheetRow,
        "Results",
        "One row is one outcome of one arm of one study at one time.",
        frozen_columns=3,
    ),
    Sheet(
        "statements",
        StatementSheetRow,
        "Statements",
        "One row is what one report says of another report, or of a treatment.",
        frozen_columns=2,
    ),
)
"""Sheets that are read; ``lists`` comes first because the others need its codes."""

BY_NAME = {sheet.name: sheet for sheet in DATA_SHEETS}

HELP_SHEETS = ("guide", "dictionary")
"""Sheets that are written for people and never read."""

OPTIONAL_SHEETS = (
    Sheet(
        "extractions",
        extraction_sheet.ExtractionSheetRow,
        "Extractions",
        "One row is one value of one result, as one person extracted it.",
        frozen_columns=3,
        identity=("result_id", "field", "extractor"),
        advice=extraction_sheet.ADVICE,
    ),
    Sheet(
        "appraisals",
        appraisal_sheet.AppraisalSheetRow,
        "Critical appraisal",
        "One row is one domain of one study or result, as one person judged it.",
        frozen_columns=3,
        identity=("study_id", "result_id", "tool", "domain", "assessor"),
        advice=appraisal_sheet.ADVICE,
    ),
    Sheet(
        "flow",
        flow_sheet.FlowSheetRow,
        "Flow of the search",
        "One row is one number of the PRISMA 2020 flow diagram.",
        frozen_columns=2,
        identity=("box", "part"),
        advice=flow_sheet.ADVICE,
    ),
    Sheet(
        "certainty",
        certainty_sheet.CertaintySheetRow,
        "Certainty of evidence",
        "One row is one ground of certainty after GRADE, as one person judged it.",
        frozen_columns=4,
        identity=("intervention", "outcome", "claim", "domain", "assessor"),
        advice=certainty_sheet.ADVICE,
    ),
)
"""Sheets that are read where a workbook has them, and written where they are asked for.

Each is read as a :class:`~metasyn.registry.table.Table` of ``Registry.optional``; codes of lists
that no other sheet uses stand in ``optional_lists.csv``.
"""

OPTIONAL_BY_NAME = {sheet.name: sheet for sheet in OPTIONAL_SHEETS}

LIST_NAMES = tuple(
    dict.fromkeys(column.codes for sheet in DATA_SHEETS for column in sheet.columns if column.codes)
)
"""Code lists that the schema knows."""

LATER_LISTS = frozenset(LIST_NAMES) - {
    column.codes for sheet in DATA_SHEETS for column in sheet.needed
}
"""Code lists of columns that a workbook may lack, and of no others."""

OPTIONAL_LISTS = frozenset(
    column.codes for sheet in OPTIONAL_SHEETS for column in sheet.columns if column.codes
) - frozenset(LIST_NAMES)
"""Code lists of optional sheets alone; a workbook need not have them."""
