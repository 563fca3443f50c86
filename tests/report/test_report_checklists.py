"""Checklists: numbering as published, links to sections that exist, nothing claimed beyond."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
import rispy

from metasyn.records import Provenance
from metasyn.records.certainty import Judgement
from metasyn.report.assemble import assemble
from metasyn.report.checklists import LISTS, checklists_csv
from metasyn.report.citations import entry, to_csl, to_ris
from metasyn.report.xlsx import to_xlsx

NUMBERS = {
    "prisma": 42,  # 27 items, with their parts
    "prisma-abstract": 12,
    "swim": 9,
    "moose": 35,
    "care": 13,
}


@pytest.fixture(scope="module")
def document(material):
    return assemble(material)


def tables(document):
    return {table.id: table for table in document.tables() if table.id in NUMBERS}


@pytest.mark.parametrize("checklist", LISTS, ids=lambda one: one.id)
def test_items_are_numbered_as_published(checklist):
    assert len(checklist.items) == NUMBERS[checklist.id]
    plain = [re.sub(r"\D", "", item.number) for item in checklist.items]
    assert list(dict.fromkeys(plain)) == [str(i + 1) for i in range(len(set(plain)))]


def test_prisma_has_its_parts():
    numbers = [item.number for item in LISTS[0].items]
    assert len({re.sub(r"\D", "", number) for number in numbers}) == 27
    assert [one for one in numbers if one.startswith("13")] == [f"13{c}" for c in "abcdef"]


def test_places_are_sections_that_exist(document):
    ids = {section.id for section in document.sections} | {"table-certainty"}
    titles = {section.title for section in document.sections}
    for table in tables(document).values():
        for row in table.rows:
            where = row.cells[3]
            assert bool(where.href) == (where.text.split("; ")[0] in titles)
            assert not where.href or where.href[1:] in ids


def test_known_sections_are_the_only_ones_named():
    known = {
        "question", "brief", "summary", "table-certainty", "flow", "forest", "results", "cases",
        "diagnostics", "rows", "characteristics", "set-aside", "conversions", "methods",
        "limitations", "reproduce", "risk-of-bias", "search-flow", "case-courses",
    }  # fmt: skip
    assert {
        one for checklist in LISTS for item in checklist.items for one in item.sections
    } <= known


def test_what_only_authors_can_say_is_left_to_them(document):
    rows = {row.cells[0].text: row.cells[3].text for row in tables(document)["prisma"].rows}
    assert rows["7"] == "To be written by the authors"
    assert rows["22"] == "To be written by the authors"
    assert rows["19"] == "The rows behind the plot; Forest plot"


def test_certainty_has_its_place_once_people_judged(material):
    place = Provenance("certainty", 2)
    fields = ("C1", "tocilizumab", "crs_resolution", "rate", "imprecision")
    one = Judgement(*fields, 0, "", "AB", 0, "CD", 0, "", place)
    changed = assemble(replace(material, certainty=(one,)))
    rows = {row.cells[0].text: row.cells[3] for row in tables(changed)["prisma"].rows}
    assert (rows["22"].text, rows["22"].href) == ("Summary of findings", "#table-certainty")


def test_only_lists_that_apply_are_shown(material, groups):
    line = groups.line("tocilizumab")
    studies = tuple(row for row in line.studies if not row.is_case)
    records = replace(groups.records, rows=tuple(r.record for r in studies), set_aside=())
    alone = type(groups)((replace(line, studies=studies),), groups.by, groups.spec, records)
    found = tables(assemble(replace(material, groups=alone, evidence={})))
    assert set(found) == {"prisma", "prisma-abstract", "moose"}


def test_lists_as_comma_separated_values(document):
    rows = list(csv.DictReader(io.StringIO(checklists_csv(document))))
    assert len(rows) == sum(NUMBERS.values())
    assert rows[-1] == {
        "checklist": "CARE (of the single cases)", "item": "13", "topic": "Informed consent",
        "asks": "Whether it was given.", "where": "Not kept in the workbook",
    }  # fmt: skip


def test_places_inside_lead_nowhere_from_a_spreadsheet(document):
    import zipfile

    archive = zipfile.ZipFile(io.BytesIO(to_xlsx(document)))
    links = [n for n in archive.namelist() if n.startswith("xl/worksheets/_rels")]
    told = b"".join(archive.read(name) for name in links)
    assert not [one.id for one in document.sections if f'"#{one.id}"'.encode() in told]


def test_references_go_to_reference_managers(document):
    keys = document.citations()
    read = rispy.loads(to_ris(keys))
    assert [one["id"] for one in read] == list(keys)
    found = next(one for one in read if one["id"] == "clopper1934")
    assert found["authors"] == ["Clopper, CJ", "Pearson, ES"]
    assert (found["start_page"], found["end_page"], found["year"]) == ("404", "413", "1934")
    items = json.loads(to_csl(keys))
    assert [one["id"] for one in items] == list(keys)
    assert items[0]["issued"]["date-parts"][0][0] > 1900
    assert all(entry(key).text for key in keys)
