"""A copy with every problem marked at its cell; all else byte for byte."""

from __future__ import annotations

import io
import subprocess
import warnings

import openpyxl
import pytest

from metasyn.errors import OutputError
from metasyn.registry import read_registry
from metasyn.registry.patch import write_annotated_copy

RED, AMBER, BLUE = "FFF6C7C3", "FFFFE1A6", "FFDCE8F2"


def opened(path):
    """The workbook from memory (openpyxl leaves files with macros open), without its sparklines."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group extension")
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


@pytest.fixture
def spoiled(book, tmp_path):
    """An error, two warnings in one cell, a note, a problem of a whole sheet; no notes so far."""
    book.set("results", 3, "events", 41)
    book.set("studies", 3, "doi", "x")
    book.set("results", 2, "arm", "treated ")
    book.set("results", 4, "definition", None)
    book.sheets["studies"][0].append("mine")
    return book.save(tmp_path / "book.xlsx")


def test_marks_and_notes(spoiled, tmp_path):
    registry = read_registry(spoiled)
    assert write_annotated_copy(registry, tmp_path / "copy.xlsx") == 5
    workbook = opened(tmp_path / "copy.xlsx")
    results, studies = workbook["results"], workbook["studies"]
    assert results["M3"].fill.fgColor.rgb == RED
    assert results["M3"].value == 41
    assert results["M3"].comment.text == (
        "ERROR (events-exceed-n)\nmore events than patients: 41 of 40. Correct events or n."
    )
    assert results["AB4"].fill.fgColor.rgb == AMBER
    assert results["AB4"].value is None
    assert results["C2"].fill.fgColor.rgb == BLUE
    assert studies["G3"].fill.fgColor.rgb == AMBER
    assert studies["A1"].comment.text.startswith("NOTE (columns-added)")
    assert results["A2"].fill.fill_type is None


def test_the_copy_reads_the_same(spoiled, tmp_path):
    registry = read_registry(spoiled)
    write_annotated_copy(registry, tmp_path / "copy.xlsx")
    copy = read_registry(tmp_path / "copy.xlsx")
    assert copy.results == registry.results
    assert list(map(str, copy.issues)) == list(map(str, registry.issues))


def test_notes_that_are_there_grow(kitchen_sink, tmp_path):
    """Row 1 of a new workbook carries the notes of its headers."""
    registry = read_registry(kitchen_sink)
    write_annotated_copy(registry, tmp_path / "copy.xlsx")
    before = opened(kitchen_sink)["studies"]
    after = opened(tmp_path / "copy.xlsx")["studies"]
    assert after["A1"].comment.text == before["A1"].comment.text
    assert "study_id" in after["A3"].comment.text
    again = read_registry(tmp_path / "copy.xlsx")
    write_annotated_copy(again, tmp_path / "twice.xlsx")
    twice = opened(tmp_path / "twice.xlsx")["studies"]
    assert twice["A3"].comment.text.count("study_id") == 2 * after["A3"].comment.text.count(
        "study_id"
    )


def test_other_parts_stay_byte_for_byte(kitchen_sink, tmp_path, parts):
    write_annotated_copy(read_registry(kitchen_sink), tmp_path / "copy.xlsx")
    before, after = parts(kitchen_sink), parts(tmp_path / "copy.xlsx")
    changed = {name for name in before if before[name] != after[name]}
    touched = ("xl/worksheets/sheet", "xl/comments/", "xl/drawings/", "xl/styles.xml")
    assert all(name.startswith(touched) for name in changed)
    assert {"xl/vbaProject.bin", "xl/workbook.xml", "customXml/item1.xml"}.isdisjoint(changed)
    assert b"sparklineGroups" in after["xl/worksheets/sheet2.xml"]


def test_the_workbook_itself_is_not_touched(spoiled, tmp_path):
    before = spoiled.read_bytes()
    write_annotated_copy(read_registry(spoiled), tmp_path / "copy.xlsx")
    assert spoiled.read_bytes() == before


def test_an_existing_copy_is_left_alone(spoiled):
    with pytest.raises(OutputError, match="exists already"):
        write_annotated_copy(read_registry(spoiled), spoiled)


def test_a_sound_workbook_is_copied_without_marks(book, tmp_path):
    registry = book.read(tmp_path)
    assert write_annotated_copy(registry, tmp_path / "copy.xlsx") == 0
    assert read_registry(tmp_path / "copy.xlsx").results == registry.results


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spoiled", "kitchen_sink"])
def test_libreoffice_opens_the_copy(name, request, tmp_path):
    path = request.getfixturevalue(name)
    write_annotated_copy(read_registry(path), tmp_path / "copy.xlsx")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    target = tmp_path / "resaved"
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", target, tmp_path / "copy.xlsx"],
        check=True,
        capture_output=True,
        timeout=180,
    )
    copy = opened(target / "copy.xlsx")
    issue = read_registry(path).issues.errors[0]
    cell = copy[issue.sheet][issue.cell.address]
    assert cell.fill.fgColor.rgb == RED
    assert issue.message in cell.comment.text
