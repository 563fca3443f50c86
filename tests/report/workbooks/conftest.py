"""Fresh workbooks as a person fills them in: the empty one of ``metasyn new``, then rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl
import pytest

from metasyn.registry.template import Contents, write_workbook

Rows = Mapping[str, Iterable[Mapping[str, object]]]

_STUDY = {
    "first_author": "Lee A", "journal": "J Test", "country": "Japan", "population": "adults",
    "age_group": "adult", "trigger": "NR", "grading_scale": "NR", "source_depth": "full_text",
    "bibliography_check": "seen",
}  # fmt: skip
_RESULT = {
    "intervention_class": "drug", "role": "treatment_first_line", "selection": "unselected",
    "severity": "mixed", "timepoint": "day 28", "definition": "by day 28",
    "derivation": "reported", "analyse": "primary", "analyse_reason": "main outcome",
    "source_locator": "Table 2", "verified": "yes",
}  # fmt: skip


def fill(path: Path, sheets: Rows) -> Path:
    """A new workbook with rows, every value as text or number and none as a formula."""
    optional = [name for name in sheets if name in ("appraisals", "certainty", "flow")]
    write_workbook(path, Contents(title="Example", optional=dict.fromkeys(optional, ())))
    book = openpyxl.load_workbook(path)
    for name, rows in sheets.items():
        sheet = book[name]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows, start=2):
            for field, value in row.items():
                cell = sheet.cell(number, columns[field])
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def study(number: int, design: str, **given: object) -> dict[str, object]:
    """A row of the sheet studies."""
    return {
        **_STUDY, "study_id": f"S{number:04d}", "label": f"Lee {2000 + number}",
        "year": 2000 + number, "title": f"Report {number}", "doi": f"10.1000/test.{number}",
        "design": design, **given,
    }  # fmt: skip


def result(number: int, of: int, counts: tuple[int, int], **given: object) -> dict[str, object]:
    """A row of the sheet results."""
    arm = str(given.get("arm", "treated"))
    return {
        **_RESULT, "result_id": f"R{number:04d}", "study_id": f"S{of:04d}", "arm": arm,
        "intervention": "treatment_a", "outcome": "response", "direction": "benefit",
        "patient_group": f"S{of:04d}-{'A' if arm == 'treated' else 'B'}", "events": counts[0],
        "n": counts[1], **given,
    }  # fmt: skip


TRIALS = [((4, 100), (20, 100)), ((10, 80), (16, 80)), ((9, 60), (12, 40)), ((0, 30), (6, 30))]
"""Events and patients of the treated and of the control arm."""


@pytest.fixture(scope="package")
def trials(tmp_path_factory) -> Path:
    """Four trials of a treatment against placebo, whose arms have a code of their own."""
    rows = []
    for i, (treated, control) in enumerate(TRIALS, start=1):
        shared = {"outcome": "death_any", "direction": "harm"}
        rows.append(result(2 * i - 1, i, treated, comparator_arm="control", **shared))
        rows.append(
            result(
                2 * i, i, control, arm="control", intervention="placebo", role="comparator",
                intervention_class="usual_care", **shared,
            )
        )  # fmt: skip
    grounds = {"risk_of_bias": -1, "inconsistency": 0, "indirectness": 0, "imprecision": -1,
               "publication_bias": 0}  # fmt: skip
    certainty = [
        {"intervention": "treatment_a", "outcome": "death_any", "claim": "causal",
         "domain": domain, "levels": levels, "reason": "open label" if levels else None,
         "assessor": "AB"}
        for domain, levels in grounds.items()
    ]  # fmt: skip
    sheets = {
        "studies": [study(i, "rct") for i in range(1, len(TRIALS) + 1)],
        "results": rows,
        "certainty": certainty,
    }
    return fill(tmp_path_factory.mktemp("trials") / "trials.xlsx", sheets)


SINGLE_ARMS = [
    ("prospective_cohort", 30, 41), ("prospective_cohort", 22, 35), ("registry", 50, 64),
    ("single_arm_trial", 12, 30), ("retrospective_cohort", 19, 27), ("case_series", 5, 6),
    ("case_series", 2, 7), ("case_report", 1, 1), ("case_report", 1, 1), ("case_report", 0, 1),
]  # fmt: skip
"""Design, events and patients of reports of one arm."""


@pytest.fixture(scope="package")
def single_arms(tmp_path_factory) -> Path:
    """Cohorts, small series and single cases of one treatment."""
    sheets = {
        "studies": [study(i, one[0]) for i, one in enumerate(SINGLE_ARMS, start=1)],
        "results": [result(i, i, one[1:]) for i, one in enumerate(SINGLE_ARMS, start=1)],
    }
    return fill(tmp_path_factory.mktemp("arms") / "arms.xlsx", sheets)
