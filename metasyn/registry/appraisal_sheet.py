"""The sheet ``appraisals``: one row a domain of a study or result, as one person judged it."""

from __future__ import annotations

from collections.abc import Mapping

from metasyn.records.appraisal import Appraisal
from metasyn.registry.schema import SheetRow, column
from metasyn.registry.table import Table

__all__ = ["ADVICE", "AppraisalSheetRow", "build_appraisals"]


class AppraisalSheetRow(SheetRow):
    """One judgement on one domain."""

    study_id: str = column(
        "Study id",
        "The report that is judged.",
        example="S0001",
        width=11,
        required=True,
        refers_to="studies.study_id",
        may_be_missing=False,
    )
    result_id: str = column(
        "Result id",
        "The result that is judged; RoB 2 needs it, other tools judge the study where it is blank.",
        example="R0001",
        width=11,
        refers_to="results.result_id",
        may_be_missing=False,
    )
    tool: str = column(
        "Tool",
        "With which tool. Several may be used; each has rows of its own.",
        width=18,
        required=True,
        codes="appraisal_tool",
        may_be_missing=False,
    )
    tool_version: str = column(
        "Tool version",
        "Year of the tool's edition. ROBINS-I V2 is a tool of its own: its domains are not those "
        "of 2016.",
        example="2018",
        width=13,
        required=True,
        may_be_missing=False,
        verbatim=True,
    )
    domain: str = column(
        "Domain",
        "Domain or question of the tool; 'overall' for the judgement on all of them.",
        width=11,
        required=True,
        codes="appraisal_domain",
        may_be_missing=False,
    )
    judgement: str = column(
        "Judgement",
        "A level of the tool.",
        width=17,
        required=True,
        codes="appraisal_judgement",
        may_be_missing=False,
    )
    support: str = column(
        "Support",
        "Why, with the place in the report.",
        example="Methods: consecutive patients of one centre",
        width=60,
    )
    assessor: str = column(
        "Assessor",
        "Who judged; 'consensus' for what was agreed on where people differed.",
        example="AB",
        width=14,
    )


ADVICE = (
    (
        "tools",
        "RoB 2, ROBINS-I, ROBINS-I V2, ROBINS-E, JBI case report, JBI case series, Murad 2018.",
    ),
    ("domains", "D1 to D7 are domains, Q1 to Q10 questions, as the tool numbers them."),
    (
        "two people",
        "Each judges alone, in rows of their own. Where they differ, a row with the assessor "
        "'consensus' decides.",
    ),
    ("no scores", "Scores are made from the rows and weigh only where an analysis asks for it."),
)
"""Lines for the guide."""


def build_appraisals(tables: Mapping[str, Table]) -> tuple[Appraisal, ...]:
    """The rows of the sheet ``appraisals``."""
    rows = tables["appraisals"].rows if "appraisals" in tables else ()
    return tuple(
        Appraisal(
            row.text("study_id"),
            row.text("result_id"),
            row.text("tool"),
            row.text("tool_version"),
            row.text("domain"),
            row.text("judgement"),
            row.text("support"),
            row.text("assessor"),
            row.provenance,
            row.extras,
        )
        for row in rows
    )
