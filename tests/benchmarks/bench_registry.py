"""Reading and checking a workbook of 2,000 studies and 10,000 results: ``make bench``."""

from pathlib import Path

import openpyxl
import pytest

import metasyn as ms

CRS = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"


def grown(sheet, total, **changes):
    """Repeat a sheet's rows to ``total``; changes map a column to a function of the row number."""
    header, *rows = (list(row) for row in sheet.iter_rows(values_only=True))
    places = {header.index(column): change for column, change in changes.items()}
    for number in range(total):
        row = list(rows[number % len(rows)])
        for place, change in places.items():
            row[place] = change(number)
        yield [*row]


def study(number):
    return f"S{number % 2000 + 1:05d}"


def replace_rows(sheet, rows):
    rows = list(rows)
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append(row)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    book = openpyxl.load_workbook(CRS)
    blank = dict.fromkeys(("overlaps_with", "overlap_basis", "doi", "pmid"), lambda _: None)
    studies = grown(book["studies"], 2000, study_id=study, label=lambda n: f"Study {n}", **blank)
    results = grown(
        book["results"],
        10_000,
        result_id=lambda n: f"R{n:05d}",
        study_id=lambda n: study(n // 5),
        patient_group=lambda n: f"{study(n // 5)}-A",
        comparator_arm=lambda _: None,
    )
    replace_rows(book["studies"], studies)
    replace_rows(book["results"], results)
    replace_rows(book["statements"], [])
    path = tmp_path_factory.mktemp("registry") / "large.xlsx"
    book.save(path)
    return path


def test_read_and_check(benchmark, large):
    registry = benchmark.pedantic(ms.read_registry, (large,), rounds=3)
    assert (len(registry.studies), len(registry.results)) == (2000, 10_000)
    assert registry.issues.errors == ()
