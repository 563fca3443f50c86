"""The same numbers in the page, the spreadsheet and the JSON, at full precision."""

from __future__ import annotations

import io
import json
import math
import re
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from metasyn.report.assemble import assemble
from metasyn.report.data import to_json
from metasyn.report.document import Table
from metasyn.report.html import to_html
from metasyn.report.lines import shown
from metasyn.report.xlsx import to_xlsx


@pytest.fixture
def document(material):
    return assemble(material)


@pytest.fixture
def book(document):
    return load_workbook(io.BytesIO(to_xlsx(document)))


@pytest.fixture
def data(material):
    return json.loads(to_json(material))


class Tables(HTMLParser):
    """Rows of the page's tables: shown text and the numbers behind it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[tuple[str, str | None]]]] = {}
        self._in_body = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "table":
            self._rows = self.tables.setdefault(given["id"].removeprefix("table-"), [])
        elif tag == "tbody":
            self._in_body = True
        elif tag == "tr" and self._in_body:
            self._rows.append([])
        elif tag in ("td", "th") and self._in_body:
            self._rows[-1].append(("", given.get("data-value")))

    def handle_endtag(self, tag):
        if tag == "tbody":
            self._in_body = False

    def handle_data(self, data):
        if self._in_body and self._rows and self._rows[-1]:
            text, key = self._rows[-1][-1]
            self._rows[-1][-1] = (text + data, key)


def test_every_table_is_in_the_page_and_in_the_workbook(document, book):
    page = Tables(to_html(document))
    ids = [table.id for table in document.tables()]
    assert list(page.tables) == ids
    assert book.sheetnames == ["contents", *ids, "words"]
    for table in document.tables():
        assert len(page.tables[table.id]) == len(table.rows)
        assert book[table.id].max_row == len(table.rows) + 1


def test_page_shows_the_text_and_sorts_by_the_value(document):
    page = Tables(to_html(document))
    for table in document.tables():
        for row, cells in zip(table.rows, page.tables[table.id], strict=True):
            for cell, (text, key) in zip(row.cells, cells, strict=True):
                assert text.strip() == f"{cell.text} {cell.detail}".strip()
                values = cell.value if isinstance(cell.value, tuple) else (cell.value,)
                if isinstance(values[0], (int, float)):
                    written = (None if part == "-" else float(part) for part in key.split())
                    assert tuple(written) == values


def same(written: object, value: object) -> bool:
    """Equal; numbers to 15 digits, which a spreadsheet keeps."""
    if isinstance(written, (int, float)) and isinstance(value, (int, float)):
        return math.isclose(written, value, rel_tol=1e-14, abs_tol=0.0) or written == value
    return written == value


def workbook_rows(book, table: Table) -> list[dict[str, object]]:
    heads, *rows = book[table.id].iter_rows(values_only=True)
    assert len(set(heads)) == len(heads), heads
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_workbook_holds_every_value_unrounded(document, book):
    for table in document.tables():
        for row, written in zip(table.rows, workbook_rows(book, table), strict=True):
            for column, cell in zip(table.columns, row.cells, strict=True):
                if column.parts:
                    found = tuple(written[f"{column.heading}: {part}"] for part in column.parts)
                    wanted = cell.value or (None,) * len(column.parts)
                    assert all(same(*pair) for pair in zip(found, wanted, strict=True)), column
                else:
                    wanted = (cell.text or None) if cell.value is None else cell.value
                    assert same(written[column.heading], wanted), column


def test_workbook_names_the_cells_behind_the_numbers(document, book):
    table = next(one for one in document.tables() if one.id == "results")
    first = workbook_rows(book, table)[0]
    head = "Cells behind Events / patients, Proportion (95% CI), 95% prediction interval"
    assert first[head] == ", ".join(f"results!M{row}:N{row}" for row in (10, 11, 117, 2))
    assert first["Cells behind Studies only (95% CI)"] == ", ".join(
        f"results!M{row}:N{row}" for row in (10, 11, 117)
    )


def test_json_holds_the_results_unrounded(data, groups):
    for line, found in zip(groups.lines, data["lines"], strict=True):
        what = shown(line.result)
        assert found["result"]["estimate"] == what.estimate
        assert found["result"]["ci"]["low"] == what.ci.low
        assert [row["weight"] for row in found["rows"]] == [row.weight for row in line.studies]
        assert found["rows_in"] == line.rows_in
        assert found["rows_in"] == len(found["rows"]) + len(found["set_aside"])


def test_json_leads_every_row_to_its_cells(data):
    for line in data["lines"]:
        for row in line["rows"]:
            assert [re.fullmatch(r"results![A-Z]+\d+", cell)[0] for cell in row["cells"]]
            assert len(row["cells"]) == 2


def test_pooled_table_and_json_agree(document, book, data):
    table = next(one for one in document.tables() if one.id == "results")
    for written, line in zip(workbook_rows(book, table), data["lines"], strict=True):
        result = line["result"]
        assert written["Intervention"] == line["label"]
        assert same(written["Proportion (95% CI): estimate"], result["estimate"])
        assert same(written["Proportion (95% CI): low"], result["ci"]["low"])
        assert same(written["Proportion (95% CI): high"], result["ci"]["high"])
        if result["pooled"]:
            assert same(written["τ²"], result["analysis_scale"]["tau2"])
            assert same(
                written["Studies only (95% CI): estimate"], result["studies_only"]["estimate"]
            )


def test_what_json_cannot_hold_is_null(material, groups):
    from dataclasses import replace

    from metasyn.models.groups import Groups

    line = groups.line("tocilizumab")
    broken = replace(line, result=replace(line.result, log_likelihood=float("nan")))
    changed = Groups((broken, *groups.lines[1:]), groups.by, groups.spec, groups.records)
    found = json.loads(to_json(replace(material, groups=changed)))
    assert found["lines"][0]["result"]["analysis_scale"]["log_likelihood"] is None


def test_no_row_is_too_low_for_its_words(book):
    """LibreOffice opens rows as high as the file says; without a height long words overlap."""
    wrapped = 0
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                width = sheet.column_dimensions[cell.column_letter].width
                if cell.alignment.wrap_text and len(str(cell.value or "")) > width:
                    wrapped += 1
                    lines = len(str(cell.value)) / width
                    height = sheet.row_dimensions[cell.row].height
                    assert height is not None
                    assert height >= min(12 * lines, 409), (sheet.title, cell.coordinate)
    assert wrapped > 5
