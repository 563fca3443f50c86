"""OpenDocument spreadsheets and folders of CSV files: the same checks, the same addresses."""

from __future__ import annotations

import csv
import zipfile
from xml.sax.saxutils import escape, quoteattr

import pytest

from metasyn.errors import WorkbookError
from metasyn.registry import read_registry

_ROOT = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:calcext="c">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


def cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if isinstance(value, tuple):
        return value[0]
    return (
        '<table:table-cell office:value-type="string">'
        "<office:annotation><text:p>a note</text:p></office:annotation>"
        f"<text:p>{escape(value)}</text:p></table:table-cell>"
    )


def save_ods(book, path, *, manifest=""):
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(
            f"<table:table-row>{''.join(map(cell, row))}"
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            for row in rows
        )
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row></table:table>"
        for name, rows in book.sheets.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", _ROOT.format(tables))
    return path


def save_csv(book, folder, *, delimiter=",", encoding="utf-8"):
    folder.mkdir()
    for name, rows in book.sheets.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding=encoding) as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
    return folder


def said(registry):
    return [str(issue) for issue in registry.issues]


def test_an_ods_says_the_same(book, tmp_path):
    expected = book.read(tmp_path)
    registry = read_registry(save_ods(book, tmp_path / "book.ods"))
    assert not registry.issues
    assert registry.studies == expected.studies
    assert registry.results == expected.results
    assert registry.statements == expected.statements


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('office:value-type="date" office:date-value="2024-03-04"', "date-in-cell"),
        ('office:value-type="time" office:time-value="PT1H"', "date-in-cell"),
        ('office:value-type="boolean" office:boolean-value="true"', "boolean-in-cell"),
        ('table:formula="of:=[.A1]+1"', "formula-uncomputed"),
        ('office:value-type="string" calcext:value-type="error"', "formula-failed"),
        ('office:value-type="percentage" office:value="0.5"', "not-whole"),
        ('office:value-type="float" office:value="41"', "events-exceed-n"),
    ],
)
def test_kinds_of_ods_cells(xml, code, book, tmp_path):
    text = "<text:p>shown</text:p>"
    book.set("results", 3, "events", (f"<table:table-cell {xml}>{text}</table:table-cell>",))
    (issue,) = read_registry(save_ods(book, tmp_path / "book.ods")).issues
    assert (issue.code, str(issue.cell)) == (code, "results!M3")


def test_blanks_tabs_and_lines_in_ods_text(book, tmp_path):
    xml = (
        '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b'
        "<text:span>c</text:span></text:p><text:p>d<text:tab/>e</text:p></table:table-cell>"
    )
    book.set("results", 2, "definition", (xml,))
    registry = read_registry(save_ods(book, tmp_path / "book.ods"))
    assert registry.results[0].definition == "a  bc\nd\te"


def test_repeated_ods_cells_and_rows(book, tmp_path):
    column = book.column("results", "q1")
    cells = '<table:table-cell office:value-type="float" office:value="3" {}/>'
    row = book.sheets["results"][5]
    row[column : column + 2] = [(cells.format('table:number-columns-repeated="2"'),)]
    result = read_registry(save_ods(book, tmp_path / "book.ods")).results[4]
    assert (result.q1, result.q3, result.min) == (3, 3, 1)


def test_an_ods_with_a_password(book, tmp_path):
    path = save_ods(book, tmp_path / "book.ods", manifest="<encryption-data/>")
    with pytest.raises(WorkbookError, match="protected by a password"):
        read_registry(path)


def test_an_ods_bomb_is_refused(book, tmp_path):
    bomb = (
        '<table:table-cell office:value-type="float" office:value="3" '
        'table:number-columns-repeated="90000000"/>'
    )
    book.sheets["results"][3].append((bomb,))
    with pytest.raises(WorkbookError, match="more than 5,000,000 filled cells"):
        read_registry(save_ods(book, tmp_path / "book.ods"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_folder_of_csv_files_says_the_same(delimiter, encoding, book, tmp_path):
    expected = book.read(tmp_path)
    folder = save_csv(book, tmp_path / "csv", delimiter=delimiter, encoding=encoding)
    registry = read_registry(folder)
    assert not registry.issues
    assert registry.results == expected.results
    assert registry.studies == expected.studies


def test_csv_text_stays_text(book, tmp_path):
    book.set("results", 2, "arm", "001")
    registry = read_registry(save_csv(book, tmp_path / "csv"))
    assert registry.results[0].arm == "001"


def test_what_excel_left_in_a_csv_is_no_text(book, tmp_path):
    book.set("results", 2, "timepoint", "04-Mar")
    book.set("results", 3, "timepoint", "Mar-01")
    book.set("results", 4, "definition", "#REF!")
    registry = read_registry(save_csv(book, tmp_path / "csv"))
    assert [(issue.code, issue.cell.row) for issue in registry.issues.errors] == [
        ("date-in-cell", 2), ("date-in-cell", 3), ("formula-failed", 4),
    ]  # fmt: skip


def test_csv_addresses(book, tmp_path):
    book.set("results", 2, "definition", "two\nlines")
    book.set("results", 3, "n", "40 patients")
    assert said(read_registry(save_csv(book, tmp_path / "csv")))[0].startswith(
        "results!N3 40 patients: 'n' holds text"
    )


def test_an_infinite_number_is_refused(book, tmp_path):
    book.set("results", 8, "mean", "1e999")
    registry = read_registry(save_csv(book, tmp_path / "csv"))
    assert registry.results[6].mean is None
    assert said(registry)[0].startswith("results!O8 inf: 'mean' must be a finite number.")


def test_a_csv_that_is_not_utf8(book, tmp_path):
    book.set("results", 2, "arm", "é")
    folder = save_csv(book, tmp_path / "csv", encoding="latin-1")
    with pytest.raises(WorkbookError, match=r"results\.csv is not in UTF-8"):
        read_registry(folder)


def test_a_broken_csv(book, tmp_path):
    folder = save_csv(book, tmp_path / "csv")
    (folder / "studies.csv").write_text('study_id,label\n"S0001,x\n')
    with pytest.raises(WorkbookError, match=r"studies\.csv is no sound CSV file"):
        read_registry(folder)


def test_a_folder_without_a_registry(tmp_path):
    (tmp_path / "other.csv").write_text("a\n")
    with pytest.raises(WorkbookError, match="is a folder"):
        read_registry(tmp_path)


def test_the_digest_covers_every_file(book, tmp_path):
    one = read_registry(save_csv(book, tmp_path / "one")).source.sha256
    book.set("statements", 2, "paraphrase", "Otherwise.")
    assert read_registry(save_csv(book, tmp_path / "two")).source.sha256 != one
