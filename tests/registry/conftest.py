"""A small sound workbook, and the ways to spoil it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest

from metasyn.registry import read_registry
from metasyn.registry.registry import Registry
from metasyn.registry.sheets import DATA_SHEETS
from metasyn.registry.template.starter import starter_lists

CRS = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"

_STUDY = {
    "study_id": "S0001",
    "label": "Lee 2019",
    "first_author": "Lee A",
    "year": 2019,
    "title": "Treatment A in a boy",
    "journal": "J Test",
    "doi": "10.1000/abc",
    "pmid": "123456",
    "design": "case_report",
    "country": "Japan",
    "population": "children",
    "age_group": "paediatric",
    "trigger": "product one",
    "grading_scale": "NR",
    "n_enrolled": 1,
    "source_url": "https://example.org/1",
    "source_depth": "abstract",
    "bibliography_check": "seen",
}
_RESULT = {
    "result_id": "R0001",
    "study_id": "S0001",
    "arm": "treated",
    "intervention": "treatment_a",
    "intervention_class": "drug",
    "role": "treatment_first_line",
    "outcome": "response",
    "direction": "benefit",
    "patient_group": "S0001-A",
    "selection": "unselected",
    "severity": "mixed",
    "events": 1,
    "n": 1,
    "definition": "gone within a week",
    "derivation": "reported",
    "analyse": "primary",
    "analyse_reason": "first line",
    "source_locator": "Table 1",
    "verified": "yes",
}
_STATEMENT = {
    "statement_id": "T0001",
    "citing_label": "Park 2020",
    "citing_study_id": "S0002",
    "cited_study_id": "S0001",
    "intervention": "treatment_a",
    "outcome": "response",
    "stance": "supporting",
    "section": "results",
    "basis": "own_data",
    "paraphrase": "It worked here too.",
    "source_url": "https://example.org/2",
}


def _study(number: int, **changes: object) -> dict[str, object]:
    own = {
        "study_id": f"S000{number}",
        "doi": f"10.1000/abc{number}",
        "pmid": str(123455 + number),
        "source_url": f"https://example.org/{number}",
        "title": f"Treatment A, report {number}",
    }
    return {**_STUDY, **own, **changes}


def _result(number: int, study: int, **changes: object) -> dict[str, object]:
    own = {
        "result_id": f"R000{number}",
        "study_id": f"S000{study}",
        "patient_group": f"S000{study}-A",
    }
    return {**_RESULT, **own, **changes}


@dataclass
class Book:
    """A workbook as rows of cells, row 1 holding the column names."""

    sheets: dict[str, list[list[object]]]
    merged: list[tuple[str, str]] = field(default_factory=list)

    def column(self, sheet: str, name: str) -> int:
        return self.sheets[sheet][0].index(name)

    def set(self, sheet: str, row: int, name: str, value: object) -> None:
        """Put a value where the spreadsheet shows it: row 2 is the first below the header."""
        self.sheets[sheet][row - 1][self.column(sheet, name)] = value

    def get(self, sheet: str, row: int, name: str) -> object:
        return self.sheets[sheet][row - 1][self.column(sheet, name)]

    def save(self, path: Path) -> Path:
        workbook = openpyxl.Workbook(write_only=True)
        for name, rows in self.sheets.items():
            worksheet = workbook.create_sheet(name)
            for row in rows:
                worksheet.append(row)
        workbook.save(path)
        return self._with_merged(path) if self.merged else path

    def _with_merged(self, path: Path) -> Path:
        workbook = openpyxl.load_workbook(path)
        for sheet, area in self.merged:
            workbook[sheet].merge_cells(area)
        workbook.save(path)
        return path

    def read(self, folder: Path) -> Registry:
        return read_registry(self.save(folder / "book.xlsx"))


def _rows(name: str, records: list[dict[str, object]]) -> list[list[object]]:
    columns = [
        column.name for sheet in DATA_SHEETS if sheet.name == name for column in sheet.columns
    ]
    return [columns, *([record.get(column) for column in columns] for record in records)]


@pytest.fixture
def book() -> Book:
    """Four studies, seven results, two statements: nothing is wrong with them."""
    studies = [
        _study(1),
        _study(2, label="Park 2020", first_author="Park B", year=2020, design="rct", n_enrolled=80),
        _study(3, label="Cho 2021", first_author="Cho C", year=2021, design="case_series",
               n_enrolled=6, overlaps_with="S0004", overlap_basis="S0004: same ward"),
        _study(4, label="Kim 2021", first_author="Kim D", year=2021, design="retrospective_cohort",
               n_enrolled=40, overlaps_with="S0003", overlap_basis="S0003: same ward"),
    ]  # fmt: skip
    control = {
        "arm": "placebo",
        "intervention": "placebo",
        "intervention_class": "usual_care",
        "role": "comparator",
        "patient_group": "S0002-B",
    }
    results = [
        _result(1, 1),
        _result(2, 2, events=30, n=40, comparator_arm="placebo", effect_measure="RR", effect=1.5,
                ci_low=1.1, ci_high=2.1),
        _result(3, 2, events=20, n=40, **control),
        _result(4, 3, events=4, n=6, analyse="sensitivity"),
        _result(5, 3, outcome="time_to_response", direction="harm", events=None, n=6, median=3,
                q1=2, q3=5, min=1, max=9, unit="days", analyse="no"),
        _result(6, 4, events=28, n=40, effect_measure="proportion", effect=0.7),
        _result(7, 4, outcome="death_any", direction="harm", events=None, n=40, mean=2.5, sd=1.1,
                unit="days", analyse="no"),
    ]  # fmt: skip
    statements = [
        dict(_STATEMENT),
        {**_STATEMENT, "statement_id": "T0002", "cited_study_id": None, "stance": "mentioning"},
    ]
    return Book(
        {
            "studies": _rows("studies", studies),
            "results": _rows("results", results),
            "statements": _rows("statements", statements),
            "lists": _rows("lists", list(starter_lists())),
        }
    )


@pytest.fixture
def crs_book() -> Book:
    """The rows of studies/severe_crs.xlsx."""
    workbook = openpyxl.load_workbook(CRS, read_only=True)
    names = [sheet.name for sheet in DATA_SHEETS]
    return Book(
        {name: [list(row) for row in workbook[name].iter_rows(values_only=True)] for name in names}
    )


@pytest.fixture
def crs_path() -> Path:
    return CRS
