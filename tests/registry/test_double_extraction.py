"""Extractions compared, and adjudicated values taken over."""

from __future__ import annotations

import pytest

from metasyn.errors import WorkbookError
from metasyn.exchange.files import write_export
from metasyn.exchange.frictionless import frictionless
from metasyn.registry import read_registry
from metasyn.registry.diff import diff_registries
from metasyn.registry.extractions import compare
from metasyn.registry.patch.consensus import adopt_consensus

HEADER = ["result_id", "field", "extractor", "value", "note"]


def extracted(book, *rows):
    book.sheets["extractions"] = [HEADER, *(list(row) for row in rows)]
    return book


def compared(registry, **options):
    return compare(registry.results, registry.extractions, registry.codes, **options)


def test_the_sheet_is_read_without_a_word(book, tmp_path):
    rows = [
        ("R0002", "events", "AB", 30),
        ("R0002", "events", "CD", "30", "Table 2"),
        ("R0002", "role", "AB", "treatment_first_line"),
        ("R0002", "n", "AB", "NR"),
    ]
    registry = extracted(book, *rows).read(tmp_path)
    assert str(registry.issues) == ""
    assert [row.value for row in registry.extractions] == ["30", "30", "treatment_first_line", "NR"]
    events, role, n = compared(registry)
    assert (events.agrees, role.agrees, n.agrees) == (True, None, None)
    assert [one.value for one in events.given] == [30.0, 30.0]
    assert n.given[0].value == "NR"


def test_an_unresolved_difference_keeps_its_row_out(book, tmp_path):
    registry = extracted(book, ("R0002", "events", "CD", 31), ("R0002", "events", "AB", 30)).read(
        tmp_path
    )
    (issue,) = registry.issues
    assert str(issue) == (
        "results!M3 30: the extractors differ on 'events': AB 30 (extractions!D3), "
        "CD 31 (extractions!D2). Decide, and add a row with the extractor 'consensus' to the "
        "sheet extractions."
    )
    records = registry.select(outcome="response", analyse="primary", intervention="treatment_a")
    assert [(item.record.result_id, item.code) for item in records.set_aside] == [
        ("R0002", "bad-cells"), ("R0004", "analyse-sensitivity"),
    ]  # fmt: skip


def test_a_consensus_settles_it(book, tmp_path):
    rows = [("R0002", "events", "AB", 30), ("R0002", "events", "CD", 31),
            ("R0002", "events", "Consensus", 31)]  # fmt: skip
    registry = extracted(book, *rows).read(tmp_path)
    assert str(registry.issues) == ""
    (item,) = compared(registry)
    assert (item.is_unresolved, item.current, item.to_adopt.value) == (False, 30, 31.0)


def test_a_tolerance(book, tmp_path):
    registry = extracted(
        book, ("R0002", "effect", "AB", 1.50), ("R0002", "effect", "CD", 1.53)
    ).read(tmp_path)
    assert [compared(registry, tolerance=share)[0].agrees for share in (0, 0.01, 0.02)] == [
        False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (("R0009", "events", "AB", 1), "A3", "no result has this id"),
        (("R0002", "event", "AB", 1), "B3", "Did you mean 'events'?"),
        (("R0002", "events", "AB", "about 3"), "D3", "could not hold this value"),
        (("R0002", "n", "ab", 40), "C3", "ab has another row for this field"),
    ],
)
def test_rows_that_cannot_be_used(row, cell, words, book, tmp_path):
    registry = extracted(book, ("R0002", "n", "AB", 40), row).read(tmp_path)
    (issue,) = registry.issues
    assert (issue.code, issue.cell.address) == ("extraction-unusable", cell)
    assert words in str(issue)


def test_adjudicated_values_are_taken_over(book, tmp_path):
    rows = [("R0002", "events", "consensus", 31), ("R0002", "timepoint", "consensus", "-day 14"),
            ("R0004", "n", "consensus", 6), ("R0006", "ci_low", "consensus", "NR")]  # fmt: skip
    path = extracted(book, *rows).save(tmp_path / "book.xlsx")
    before = read_registry(path)
    adopted = adopt_consensus(path, stamp="20240304-1200")
    after = read_registry(path)
    assert {str(cell): text for cell, text in adopted.values.items()} == {
        "results!M3": "31", "results!AA3": "-day 14", "results!Y7": "NR",
    }  # fmt: skip
    changes = diff_registries(before, after)
    assert [(row.key, [(c.name, c.after) for c in row.cells]) for row in changes.rows] == [
        ("R0002", [("events", "31"), ("timepoint", "-day 14")]),
        ("R0006", [("ci_low", "NR")]),
    ]
    assert str(after.issues) == ""
    assert not diff_registries(before, read_registry(adopted.backup))
    assert adopt_consensus(path, stamp="20240304-1200").backup is None


def test_a_formula_is_not_replaced(book, tmp_path):
    book.set("results", 3, "events", "=15+15")
    path = extracted(book, ("R0002", "events", "consensus", 31)).save(tmp_path / "book.xlsx")
    old = path.read_bytes()
    with pytest.raises(WorkbookError, match="M3 holds a formula"):
        adopt_consensus(path, stamp="20240304-1200")
    assert path.read_bytes() == old


def test_a_missing_column_is_never_written_elsewhere(book, tmp_path):
    place = book.column("results", "timepoint")
    for row in book.sheets["results"]:
        del row[place]
    path = extracted(book, ("R0002", "timepoint", "consensus", "day 3")).save(tmp_path / "b.xlsx")
    with pytest.raises(WorkbookError, match="no column 'timepoint'"):
        adopt_consensus(path, stamp="20240304-1200")


def test_extractions_are_compared_and_exported(book, tmp_path):
    registry = extracted(book, ("R0002", "events", "AB", 30, "-")).read(tmp_path)
    write_export(frictionless(registry), tmp_path / "package")
    back = read_registry(tmp_path / "package")
    assert diff_registries(registry, back).rows == ()
    assert [(row.value, row.note) for row in back.extractions] == [("30", "-")]
    book.set("extractions", 2, "value", 29)
    (change,) = diff_registries(registry, book.read(tmp_path)).rows
    assert (change.sheet, change.key) == ("extractions", "R0002/events/AB")
    assert [(cell.name, cell.before, cell.after) for cell in change.cells] == [
        ("value", "30", "29")
    ]
