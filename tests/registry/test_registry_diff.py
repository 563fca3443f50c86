"""Two versions of a registry: every change is found, and nothing that is none."""

from __future__ import annotations

import copy

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metasyn.registry import read_registry
from metasyn.registry.diff import diff_registries


def diff(book, other, folder):
    old = read_registry(book.save(folder / "old.xlsx"))
    return diff_registries(old, read_registry(other.save(folder / "new.xlsx")))


def said(changes):
    return [(row.kind, row.sheet, row.key) for row in changes.rows]


def test_a_cell_with_both_addresses(book, tmp_path):
    other = copy.deepcopy(book)
    other.set("results", 7, "events", 27)
    other.sheets["results"].insert(1, [None] * len(other.sheets["results"][0]))
    changes = diff(book, other, tmp_path)
    assert said(changes) == [("changed", "results", "R0006")]
    (cell,) = changes.rows[0].cells
    assert (cell.name, cell.before, cell.after) == ("events", "28", "27")
    assert (str(cell.old_cell), str(cell.new_cell)) == ("results!M7", "results!M8")
    assert str(cell) == "events (results!M8): 28 -> 27"


def test_added_and_removed_rows(book, tmp_path):
    other = copy.deepcopy(book)
    other.sheets["results"].pop(2)
    row = list(other.sheets["studies"][1])
    row[0], row[1] = "S0005", "Yu 2022"
    other.sheets["studies"].append(row)
    changes = diff(book, other, tmp_path)
    assert said(changes) == [("added", "studies", "S0005"), ("removed", "results", "R0002")]
    assert [row.label for row in changes.rows] == ["Yu 2022", "Park 2020, treated, response"]
    assert [row.row for row in changes.rows] == [6, 3]
    assert changes.keys("results") == {"R0002"}


def test_missing_codes_blanks_and_lists_differ(book, tmp_path):
    other = copy.deepcopy(book)
    other.set("studies", 2, "n_enrolled", "NR")
    other.set("studies", 4, "overlap_basis", None)
    label = other.column("lists", "label")
    other.sheets["lists"][1][label] = "Another label"
    changes = diff(book, other, tmp_path)
    assert [
        (row.key, [(c.name, c.before, c.after) for c in row.cells]) for row in changes.rows
    ] == [
        ("S0001", [("n_enrolled", "1", "NR")]),
        ("S0003", [("overlap_basis", "S0004: same ward", "")]),
        ("design/rct", [("label", "Randomised controlled trial", "Another label")]),
    ]


def test_a_cell_that_cannot_be_read_counts_as_typed(book, tmp_path):
    other = copy.deepcopy(book)
    book.set("results", 7, "events", "about 20")
    other.set("results", 7, "events", "about 30")
    (row,) = diff(book, other, tmp_path).rows
    assert [(c.name, c.before, c.after) for c in row.cells] == [("events", "about 20", "about 30")]


def test_columns_of_the_user_and_absent_columns(book, tmp_path):
    other = copy.deepcopy(book)
    for sheet in (book, other):
        sheet.sheets["studies"][0].append("my remarks")
        sheet.sheets["studies"][1].append("read twice")
    other.sheets["studies"][1][-1] = "read three times"
    notice = other.column("studies", "notice")
    for row in other.sheets["studies"]:
        if len(row) > notice:
            row.pop(notice)
    (row,) = diff(book, other, tmp_path).rows
    (cell,) = row.cells
    assert (cell.name, cell.before, cell.after) == (
        "extra: my remarks", "read twice", "read three times",
    )  # fmt: skip
    assert (cell.old_cell, cell.new_cell) == (None, None)


def test_rows_that_share_an_id_or_have_none(book, tmp_path):
    for number in (2, 4, 5):
        book.set("results", number, "result_id", None)
    other = copy.deepcopy(book)
    other.sheets["results"][1], other.sheets["results"][3] = (
        other.sheets["results"][3],
        other.sheets["results"][1],
    )
    other.set("results", 5, "n", 7)
    (row,) = diff(book, other, tmp_path).rows
    assert (row.kind, row.key, row.row) == ("changed", "", 5)
    assert [cell.name for cell in row.cells] == ["n"]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.randoms(use_true_random=False))
def test_sorting_rows_and_moving_columns_change_nothing(book, tmp_path, random):
    other = copy.deepcopy(book)
    for name, (header, *rows) in other.sheets.items():
        order = random.sample(range(len(header)), len(header))
        # The lists keep the order of their rows: it is the order of figures.
        body = rows if name == "lists" else random.sample(rows, len(rows))
        other.sheets[name] = [[row[i] for i in order] for row in (header, *body)]
    assert said(diff(book, other, tmp_path)) == []


def test_the_crs_workbook_saved_anew_by_openpyxl(crs_path, tmp_path):
    openpyxl.load_workbook(crs_path).save(tmp_path / "copy.xlsx")
    assert not diff_registries(read_registry(crs_path), read_registry(tmp_path / "copy.xlsx"))


def test_json(book, tmp_path):
    other = copy.deepcopy(book)
    other.set("results", 7, "events", 27)
    told = diff(book, other, tmp_path).to_json()
    assert told["old"]["file"].endswith("old.xlsx")
    assert told["rows"] == [
        {
            "kind": "changed", "sheet": "results", "id": "R0006",
            "label": "Kim 2021, treated, response", "row": 7,
            "cells": [{"column": "events", "before": "28", "after": "27",
                       "old_cell": "results!M7", "new_cell": "results!M7"}],
        }
    ]  # fmt: skip
