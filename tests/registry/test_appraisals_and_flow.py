"""The sheets ``appraisals`` and ``flow``: read, checked, and never in the way of results."""

from __future__ import annotations

import pytest

from metasyn.records.appraisal_tools import TOOLS
from metasyn.records.appraisal_weights import quality_weights
from metasyn.records.search_flow import BOXES
from metasyn.registry.optional import optional_codes

HEADER = [
    "study_id", "result_id", "tool", "tool_version", "domain", "judgement", "support", "assessor",
]  # fmt: skip


def rows_of(tool, answers, study="S0002", result=None):
    year = tool.versions[0]
    return [
        [study, result, tool.code, int(year), domain.code, answer, "p. 2", "AB"]
        for domain, answer in zip(tool.columns, answers, strict=True)
    ]


def best(tool):
    return [tool.levels[0].code] * len(tool.columns)


def test_the_code_lists_are_those_of_the_table_of_tools():
    codes = optional_codes()
    assert list(codes["appraisal_tool"]) == [tool.code for tool in TOOLS]
    assert set(codes["appraisal_domain"]) == {d.code for tool in TOOLS for d in tool.columns}
    assert {(c.code, c.label) for c in codes["appraisal_judgement"].values()} == {
        (level.code, level.label) for tool in TOOLS for level in tool.levels
    }
    assert list(codes["flow_box"]) == list(BOXES)
    for box in BOXES.values():
        told = codes["flow_box"][box.code].definition
        parts = "; may have parts" if box.has_parts else ""
        assert told == f"number of {box.counts}{parts}"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.code)
def test_every_tool_is_read_without_a_word(tool, book, tmp_path):
    result = "R0002" if tool.per_result else None
    book.sheets["appraisals"] = [HEADER, *rows_of(tool, best(tool), result=result)]
    registry = book.read(tmp_path)
    assert str(registry.issues) == ""
    assert [row.domain for row in registry.appraisals] == [d.code for d in tool.columns]
    assert dict(quality_weights(registry)) == {result or "S0002": 1.0}


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("tool", "RoB2", "Did you mean 'rob2'?"),
        ("tool", "Newcastle-Ottawa", "Use one of 'rob2'"),
        ("domain", "D6", "RoB 2 has no domain 'D6'. Use one of 'D1'"),
        ("domain", "Overal", "Did you mean 'overall'?"),
        ("judgement", "Some concern", "Did you mean 'some_concerns'?"),
        ("judgement", "moderate", "RoB 2 has no level 'moderate'. Use one of 'low'"),
        ("tool_version", "2011", "RoB 2 is known in the edition 2019 only."),
        ("study_id", "S0020", "no row of studies has this id. Did you mean 'S000"),
        ("result_id", "R0020", "no row of results has this id. Did you mean 'R000"),
        ("result_id", None, "RoB 2 judges results, and none is named. Name it."),
    ],
)
def test_a_wrong_word_is_named_with_what_may_be_meant(column, value, words, book, tmp_path):
    rows = rows_of(TOOLS[0], best(TOOLS[0]), result="R0002")
    rows[1][HEADER.index(column)] = value
    book.sheets["appraisals"] = [HEADER, *rows]
    registry = book.read(tmp_path)
    (first, *_) = registry.issues.errors
    assert first.cell.row == 3
    assert words in str(first)
    # What is judged wrongly keeps no result from being analysed.
    assert len(registry.select(outcome="response", analyse="primary")) == 4


def test_edition_v2_of_robins_i_is_kept_apart(book, tmp_path):
    tool = next(tool for tool in TOOLS if tool.code == "robins_i")
    rows = rows_of(tool, best(tool))
    for row in rows:
        row[HEADER.index("tool_version")] = "V2"
    book.sheets["appraisals"] = [HEADER, *rows]
    issues = book.read(tmp_path).issues
    assert {issue.code for issue in issues} == {"appraisal-unfit"}
    assert "ROBINS-I is known in the edition 2016 only" in str(issues[0])


def test_a_workbook_without_the_sheets_has_neither(book, tmp_path):
    registry = book.read(tmp_path)
    assert registry.appraisals == ()
    assert not registry.flow


def test_numbers_that_are_not_known_are_not_zero(book, tmp_path):
    book.sheets["flow"] = [
        ["box", "part", "n", "note"],
        ["database_results", "PubMed", 80, None],
        ["database_results", "Embase", 40, None],
        ["register_results", None, "NR", None],
        ["duplicates", None, 20, None],
        ["records_screened", None, 95, "by two people"],
    ]
    registry = book.read(tmp_path)
    # 120 - 20 is not 95, but nobody knows what the registers gave.
    assert str(registry.issues) == ""
    flow = registry.flow
    assert flow.count("database_results") == 120
    assert flow.count("register_results") is None
    assert flow.has("register_results") and not flow.has("records_excluded")
    assert flow.whole("records_screened").note == "by two people"


def test_an_error_in_the_flow_keeps_no_result_out(book, tmp_path):
    book.sheets["flow"] = [
        ["box", "part", "n", "note"],
        ["database_results", None, 10, None],
        ["records_screened", None, 9, None],
    ]
    registry = book.read(tmp_path)
    assert [str(issue) for issue in registry.issues] == [
        "flow!C3 9: records_screened is 9, and the boxes before it make 10 database_results = 10. "
        "Correct the number that is wrong."
    ]
    assert len(registry.select(outcome="response", analyse="primary")) == 4
