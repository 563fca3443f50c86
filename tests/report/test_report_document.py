"""The document: what it holds, and that its parts fit together."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from metasyn.report.assemble import assemble
from metasyn.report.citations import entry
from metasyn.report.document import Column, Entries, Figure, Row, Table, TableCell
from metasyn.report.material import Material


def test_sections_stand_in_reading_order(material):
    ids = [section.id for section in assemble(material).sections]
    assert ids == [
        "question",
        "brief",
        "summary",
        "flow",
        "forest",
        "results",
        "cases",
        "diagnostics",
        "rows",
        "characteristics",
        "set-aside",
        "methods",
        "limitations",
        "references",
        "reproduce",
        "checklists",
    ]


def test_every_id_is_unique(material):
    document = assemble(material)
    ids = [section.id for section in document.sections]
    ids += [f"table-{table.id}" for table in document.tables()]
    ids += [row.anchor for table in document.tables() for row in table.rows if row.anchor]
    ids += [b.id for s in document.sections for b in s.blocks if isinstance(b, Figure)]
    assert len(ids) == len(set(ids))


def test_references_are_what_is_cited_in_order(material):
    document = assemble(material)
    listed = [
        one.key
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Entries)
        for one in block.entries
    ]
    assert listed == list(document.citations())
    assert {"stijnen2010", "clopper1934", "viechtbauer2010"} <= set(listed)


def test_sheet_names_suit_a_spreadsheet(material):
    for table in assemble(material).tables():
        assert re.fullmatch(r"[a-z-]{1,31}", table.id)


def test_a_ragged_table_is_refused():
    with pytest.raises(ValueError, match="Table t: a row has 2 cells for 1 columns"):
        Table("t", "T", (Column("A"),), (Row((TableCell("1"), TableCell("2"))),))


def words(material: Material) -> str:
    document = assemble(material)
    texts = [one.text for one in document.sentences()]
    texts += [table.caption for table in document.tables()]
    texts += [column.heading for table in document.tables() for column in table.columns]
    return " ".join(texts)


def test_no_word_of_significance(material):
    assert "significan" not in words(material).lower()


def test_no_sentence_shows_a_missing_value(material):
    text = words(material)
    assert not re.search(r"\bNone\b|\bnan\b|\{|\}|<[a-z]+\.", text)
    assert ".." not in text


def test_sentences_end_and_start_as_sentences_do(material):
    for one in assemble(material).sentences():
        assert one.text[-1] in ".?!", one.text
        assert not one.text[0].islower(), one.text


def test_a_description_is_not_shown_as_a_title(material):
    table = next(t for t in assemble(material).tables() if t.id == "characteristics")
    texts = [row.cells[1].text for row in table.rows]
    assert (
        "Description, not a title: Tocilizumab in a cohort of one centre (bibliography recalled, "
        "check before citing)" in texts
    )


def test_the_seed_case_leads_from_its_cell_to_its_sentence(material, groups):
    record = groups.line("hemofiltration").studies[0].record
    cells = {str(record.cell("events")), str(record.cell("n"))}
    document = assemble(material)
    told = [one.text for one in document.sentences() if set(one.sources) == cells]
    assert any("1 of 1" in text for text in told)
    rows = next(table for table in document.tables() if table.id == "rows")
    row = next(row for row in rows.rows if row.anchor == "row-R0003")
    assert row.cells[-1].detail == "results!M4:N4"


def test_without_single_cases_there_is_no_word_about_them(material, groups):
    line = groups.line("siltuximab")
    aside = tuple(item for item in line.set_aside)
    alone = type(groups)(
        (line,),
        groups.by,
        groups.spec,
        replace(
            groups.records,
            rows=tuple(r for r in groups.records.rows if r.intervention == "siltuximab"),
        ),
    )
    assert len(aside) == 2
    sections = assemble(replace(material, groups=alone)).sections
    (limits,) = (section for section in sections if section.id == "limitations")
    text = " ".join(item.lead for block in limits.blocks for item in block.items)
    assert "Single cases" not in text


def test_a_reference_prints_as_a_journal_would():
    assert entry("kish1965").text == "Kish L. Survey sampling. New York: Wiley; 1965."
    assert entry("stijnen2010").href == "https://doi.org/10.1002/sim.4040"
