"""Whatever stands in a workbook, reading it ends in issues, never in a traceback."""

from __future__ import annotations

import datetime
import string
import tempfile
import zipfile
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metasyn.errors import WorkbookError
from metasyn.records import Source
from metasyn.registry import read_registry
from metasyn.registry.grid import Grid, Odd
from metasyn.registry.registry import registry_from_grids
from metasyn.registry.rules import RULES
from metasyn.registry.sheets import DATA_SHEETS

_XML_TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs",), exclude_characters="".join(map(chr, range(32)))
    ),
    max_size=40,
)
_FAMILIAR = st.sampled_from(
    [
        *("NR", "NA", "", " ", "S0001", "S0001;S0002", ";", "primary", "R0001", "0", "-99", "="),
        *("1e999", "_xD800_", "_x0000_", "\u202e", "[", "10.1/x", "placebo", "1", "50%", "12,5"),
    ]
)
_CELLS = st.one_of(
    _XML_TEXT,
    _FAMILIAR,
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(datetime.date(1900, 3, 1), datetime.date(9000, 1, 1)),
    st.sampled_from(["#DIV/0!", "=A1", "=1/0"]),
    st.none(),
)
_PLACES = st.tuples(
    st.sampled_from([sheet.name for sheet in DATA_SHEETS]),
    st.one_of(st.integers(1, 12), st.integers(1, 2000)),
    st.one_of(st.integers(1, 34), st.integers(1, 300)),
)
_CODES = {rule.code for rule in RULES}
_CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def _assert_told(registry):
    """Issues of known rules, in one line each, and no row that vanished."""
    assert {issue.code for issue in registry.issues} <= _CODES
    records = registry.select()
    assert len(records) + len(records.set_aside) == len(registry.results)


_ODD = st.builds(
    Odd,
    st.sampled_from(["date", "percent", "boolean", "error", "uncached"]),
    _XML_TEXT,
    st.one_of(st.none(), st.floats(allow_nan=False)),
)
_VALUES = st.one_of(_XML_TEXT, _FAMILIAR, st.floats(allow_nan=False), _ODD)


@settings(max_examples=2000, deadline=None, derandomize=True, suppress_health_check=_CALM)
@given(
    edits=st.lists(st.tuples(_PLACES, _VALUES), min_size=1, max_size=25),
    typed=st.booleans(),
    today=st.one_of(st.none(), st.dates()),
)
def test_arbitrary_cells_in_arbitrary_places(book, edits, typed, today):
    cells = {
        name: {
            (row, column): float(value) if isinstance(value, int) else value
            for row, values in enumerate(rows, start=1)
            for column, value in enumerate(values, start=1)
            if value not in (None, "")
        }
        for name, rows in book.sheets.items()
    }
    for (sheet, row, column), value in edits:
        cells[sheet][row, column] = value
    grids = [Grid(name, _rows(places), typed=typed) for name, places in cells.items()]
    _assert_told(registry_from_grids(Source("any.xlsx", ""), grids, today=today))


def _rows(places):
    rows = {}
    for (row, column), value in places.items():
        rows.setdefault(row, {})[column] = value
    return rows


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=_CALM)
@given(edits=st.lists(st.tuples(_PLACES, _CELLS), min_size=1, max_size=25))
def test_arbitrary_cells_in_a_file(book, edits):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in book.sheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    for (sheet, row, column), value in edits:
        workbook[sheet].cell(row, column).value = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoiled.xlsx"
        workbook.save(path)
        _assert_told(read_registry(path))


_XML = st.lists(
    st.sampled_from(
        [
            *("<c>", "</c>", '<c r="A1">', '<c r="ZZZZ9" t="s">', "<v>", "</v>", "<f>", "</f>"),
            *("<row>", '<row r="x">', "</row>", "<is><t>", "</t></is>", "1", "abc", "&amp;"),
            '<c t="b" s="99">',
        ]
    ),
    max_size=30,
).map("".join)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=_CALM)
@given(xml=_XML)
def test_arbitrary_xml_in_a_sheet(book, xml, tmp_path_factory):
    folder = tmp_path_factory.mktemp("xml")
    path = book.save(folder / "book.xlsx")
    target = folder / "target.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                content = content.replace(b"<sheetData>", b"<sheetData>" + xml.encode(), 1)
            new.writestr(name, content)
    try:
        read_registry(target)
    except WorkbookError as error:
        assert "damaged" in str(error)


@settings(derandomize=True, deadline=None)
@given(text=st.text(string.printable, max_size=60))
def test_arbitrary_files(text, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "x.xlsx"
    path.write_bytes(text.encode())
    try:
        read_registry(path)
    except WorkbookError as error:
        assert str(path) in str(error)
    else:
        raise AssertionError("arbitrary text was read as a workbook")
