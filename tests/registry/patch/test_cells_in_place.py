"""Cells are set and marked in the bytes of a sheet; nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metasyn.errors import WorkbookError
from metasyn.registry.number_formats import Styles
from metasyn.registry.patch.sheet_cells import CellEdit, edit_cells
from metasyn.registry.xlsx_sheet import read_sheet

SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<worksheet xmlns="m"><cols><col min="1" max="1" style="4"/><col min="2" max="9"/></cols>'
    b'<sheetData><row r="1" spans="1:3"><c r="A1" s="2"><v>1</v></c><c r="C1" t="str"><f>1>0</f>'
    b'<v>x</v></c></row><row r="3"/><row r="5" ht="20"><c r="B5" s="1"/></row></sheetData>'
    b'<extLst><ext uri="a>b"/></extLst></worksheet>'
)


def edited(*edits, sheet=SHEET):
    return edit_cells(sheet, edits, "sheet1.xml")


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (
            CellEdit(1, 1, "S0001"),
            b'<c r="A1" s="2"><v>1</v></c>',
            b'<c r="A1" s="2" t="inlineStr"><is><t xml:space="preserve">S0001</t></is></c>',
        ),
        (
            CellEdit(1, 2, "a<b"),
            b'<c r="C1" t="str">',
            b'<c r="B1" s="0" t="inlineStr"><is><t xml:space="preserve">a&lt;b</t></is></c>'
            b'<c r="C1" t="str">',
        ),
        (
            CellEdit(1, 3, style=lambda style: style + 7),
            b'<c r="C1" t="str">',
            b'<c r="C1" t="str" s="7">',
        ),
        (CellEdit(5, 2, style=lambda style: style + 7), b'<c r="B5" s="1"/>', b'<c r="B5" s="8"/>'),
        (
            CellEdit(5, 4, style=lambda style: style + 7),
            b'<c r="B5" s="1"/>',
            b'<c r="B5" s="1"/><c r="D5" s="7"/>',
        ),
        (
            CellEdit(3, 1, "x"),
            b'<row r="3"/>',
            b'<row r="3"><c r="A3" s="4" t="inlineStr"><is><t xml:space="preserve">x</t></is></c>'
            b"</row>",
        ),
        (
            CellEdit(4, 2, style=lambda style: style),
            b'<row r="5" ht="20">',
            b'<row r="4"><c r="B4" s="0"/></row><row r="5" ht="20">',
        ),
        (
            CellEdit(9, 2, style=lambda style: style),
            b"</sheetData>",
            b'<row r="9"><c r="B9" s="0"/></row></sheetData>',
        ),
    ],
)  # fmt: skip
def test_one_cell(edit, old, new):
    assert SHEET.count(old) == 1
    assert edited(edit) == SHEET.replace(old, new)


def test_several_cells_at_once():
    one_by_one = SHEET
    edits = [CellEdit(r, c, f"{r},{c}") for r in (1, 2, 3, 4, 5, 8) for c in (1, 2, 5)]
    for edit in edits:
        one_by_one = edited(edit, sheet=one_by_one)
    assert edited(*edits) == one_by_one


def test_no_edit_no_change():
    assert edited() == SHEET


def test_a_sheet_without_rows():
    sheet = b'<x:worksheet xmlns:x="m"><x:sheetData/></x:worksheet>'
    assert edited(CellEdit(2, 1, style=lambda style: style + 3), sheet=sheet) == (
        b'<x:worksheet xmlns:x="m"><x:sheetData><x:row r="2"><x:c r="A2" s="3"/></x:row>'
        b"</x:sheetData></x:worksheet>"
    )


@pytest.mark.parametrize(
    "sheet",
    [b"<worksheet/>", b"<worksheet>", SHEET.decode().replace("UTF-8", "UTF-16").encode("utf-16")],
)
def test_what_cannot_be_changed_is_refused(sheet):
    with pytest.raises(WorkbookError):
        edited(CellEdit(1, 1, "x"), sheet=sheet)


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 8), st.integers(1, 30)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=5),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(before=CELLS, edits=CELLS)
def test_what_is_read_is_what_was_there_and_what_was_written(before, edits):
    empty = b"<worksheet><sheetData></sheetData></worksheet>"
    sheet = edited(*[CellEdit(r, c, text) for (r, c), text in before.items()], sheet=empty)
    sheet = edited(*[CellEdit(r, c, text) for (r, c), text in edits.items()], sheet=sheet)
    rows = read_sheet("x", sheet, "sheet1.xml", [], Styles((), False)).rows
    cells = {(r, c): value for r, row in rows.items() for c, value in row.items()}
    assert cells == {**before, **edits}
    assert list(rows) == sorted(rows)
    assert all(list(row) == sorted(row) for row in rows.values())


@pytest.mark.parametrize("text", ["_x0041_", "IL_x002D_6 and _x005F_", "a\rb\r\nc", "x_0041_"])
def test_text_like_an_escaped_character_is_stored_as_it_is(text):
    sheet = edited(CellEdit(1, 1, text))
    rows = read_sheet("x", sheet, "sheet1.xml", [], Styles((), False)).rows
    assert rows[1][1] == text
