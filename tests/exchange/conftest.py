"""Records of a small review: three trials against placebo, two cohorts, one case."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

import metasyn as ms
from metasyn.records import Code, CodeList, Provenance, Records, Result, Source
from metasyn.registry.build import unknown_study
from metasyn.registry.sheets import BY_NAME

NUMBERS = {column.name for column in BY_NAME["results"].columns if column.is_number}
TEXTS = {name: "" for name in Result.__annotations__ if name not in ("study", "provenance")}
COLUMNS = {column.name: i for i, column in enumerate(BY_NAME["results"].columns, start=1)}

ROWS = (
    # study, label, design, arm, intervention, comparator, events, n
    ("S1", "Lee 2019", "rct", "treated", "a", "placebo", 30, 40),
    ("S1", "Lee 2019", "rct", "placebo", "placebo", "", 20, 41),
    ("S2", "=Park 2020", "rct", "treated", "a", "placebo", 12, 12),
    ("S2", "=Park 2020", "rct", "placebo", "placebo", "", 9, 15),
    ("S3", "Müller 2021", "rct", "treated", "a", "placebo", 51, 80),
    ("S3", "Müller 2021", "rct", "placebo", "placebo", "", 44, 82),
    ("S4", "Cho 2021", "retrospective_cohort", "treated", "b", "", 4, 6),
    ("S5", "Kim 2022", "retrospective_cohort", "treated", "b", "", 0, 9),
    ("S6", "Yu 2022", "case_report", "treated", "b", "", 1, 1),
)


def _result(place: int, row: tuple) -> Result:
    study_id, label, design, arm, intervention, comparator, events, n = row
    study = replace(
        unknown_study(study_id, Provenance("studies", int(study_id[1:]) + 1)),
        label=label, design=design, year=int(label[-4:]),
    )  # fmt: skip
    fields = {
        **TEXTS, **dict.fromkeys(NUMBERS), "result_id": f"R{place}", "study": study, "arm": arm,
        "intervention": intervention, "outcome": "response", "comparator_arm": comparator,
        "patient_group": f"{study_id}-{arm}", "events": events, "n": n, "extras": {},
        "provenance": Provenance("results", place + 1, COLUMNS),
    }  # fmt: skip
    return Result(**fields)


@pytest.fixture
def groups():
    """Pool the rows of the treated by a measure."""
    results = tuple(_result(place, row) for place, row in enumerate(ROWS, start=1))
    codes = {"intervention": CodeList([Code("a", "Treatment A"), Code("b", "Treatment B")])}

    def pooled(measure="PLO", spec=None):
        wanted = [
            row for row in results
            if (row.comparator_arm if measure != "PLO" else row.intervention != "placebo")
        ]  # fmt: skip
        records = Records(
            tuple(wanted), (), MappingProxyType({"outcome": ("response",)}),
            tuple({row.study_id: row.study for row in results}.values()), codes,
            Source("x.xlsx", ""), results,
        )  # fmt: skip
        spec = spec or ms.RandomEffects(ci="hksj")
        return ms.pool_by(records, "intervention", spec, measure=measure)

    return pooled
