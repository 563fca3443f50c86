"""Statements are counted once each, by class, and every zero is said."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metasyn as ms
from metasyn.errors import DataError
from metasyn.records import Code, CodeList, Provenance, Statement
from metasyn.records.statement_count import CLASSES, Count

PLACE = Provenance("statements", 2, {})
ONE = Statement(
    "T1", "Lee 2020", "", "S1", "drug", "response", "supporting", "results", "own_data",
    "It worked.", "https://example.org", PLACE,
)  # fmt: skip
CODES = {
    "intervention": CodeList([Code("other", "Other"), Code("drug", "Drug")]),
    "outcome": CodeList([Code("response", "Response"), Code("death", "Death")]),
}


def study(study_id, notice=""):
    return SimpleNamespace(study_id=study_id, label=f"Study {study_id}", notice=notice)


def result(intervention, outcome):
    return SimpleNamespace(intervention=intervention, outcome=outcome)


TWO = (study("S1"), study("S2"))


def tally(*statements, studies=TWO, results=()):
    return ms.tally(
        SimpleNamespace(studies=studies, results=results, statements=statements, codes=CODES)
    )


@pytest.fixture(scope="module")
def crs():
    path = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
    return ms.tally(ms.read_registry(path))


def test_no_statement_at_all():
    found = tally(studies=())
    assert (found.studies, found.treatments) == ((), ())
    assert found.everything.count == Count()
    assert found.summary() == (
        "All statements: no statements\n\n"
        "Reports:\n  The registry names none.\n\n"
        "Treatments:\n  The registry names none."
    )
    assert json.loads(found.to_json())["all"]["total"] == 0
    assert len(found.to_frame()) == 0


def test_a_report_and_a_treatment_without_statements_are_zeros():
    found = tally(results=(result("drug", "death"),))
    assert [str(one) for one in found.studies] == [
        "Study S1: no statements",
        "Study S2: no statements",
    ]
    assert [str(one) for one in found.treatments] == ["Drug – Death: no statements"]
    assert "No statements on 2 of them." in found.summary()
    assert str(found.treatment("other")) == "other: no statements"
    with pytest.raises(DataError, match="no report 'S9'"):
        found.study("S9")


def test_no_stance_is_unclassified_and_not_folded_in():
    found = tally(ONE, replace(ONE, stance=""), replace(ONE, stance="odd"))
    count = found.study("S1").count
    assert (count.supporting, count.contrasting, count.mentioning) == (1, 0, 0)
    assert (count.unclassified, count.statements, count.citing_reports) == (2, 3, 1)
    assert str(count) == (
        "1 supporting, 0 contrasting, 0 mentioning, 2 unclassified (3 statements in 1 report)"
    )


def test_self_citations_are_told_apart():
    found = tally(
        ONE,
        replace(ONE, self_citation="yes", citing_label="Kim 2021"),
        replace(ONE, self_citation="no", stance="contrasting"),
    ).study("S1")
    assert (found.count.supporting, found.without_self.supporting) == (2, 1)
    assert (found.count.self_citations, found.count.self_unknown) == (1, 1)
    assert (found.count.citing_reports, found.without_self.citing_reports) == (2, 1)


def test_only_self_citations_leave_a_zero():
    found = tally(replace(ONE, self_citation="yes")).study("S1")
    assert (str(found.without_self), found.count.statements) == ("no statements", 1)


def test_reports_are_counted_once_whatever_they_say():
    unnamed = Provenance("statements", 3, {}, {"citing_label": "NR"})
    found = tally(
        ONE,
        replace(ONE, citing_label="LEE 2020", stance="mentioning"),
        replace(ONE, citing_label="NR", source_url="https://a.org", provenance=unnamed),
        replace(ONE, citing_label="NR", source_url="https://b.org", provenance=unnamed),
    )
    assert found.everything.count.citing_reports == 3


def test_notices_come_first_the_gravest_first():
    found = tally(
        replace(ONE, citing_notice="correction"),
        replace(ONE, citing_label="Kim 2021", citing_study_id="S2"),
        studies=(study("S1", "retraction"), study("S2", "concern")),
    )
    assert found.study("S1").notices == (
        "Study S1 was retracted.",
        "Study S2 was placed under an expression of concern.",
        "Lee 2020 was corrected.",
    )
    assert str(found.study("S1")).startswith("Study S1: Study S1 was retracted. Study S2")
    assert found.treatment("drug").notices == found.study("S1").notices


def test_a_notice_without_statements_is_said():
    found = tally(studies=(study("S1", "retraction"),))
    assert "Study S1: Study S1 was retracted. no statements" in found.summary()


def test_no_notice_says_nothing():
    assert tally(ONE, studies=(study("S1", "none"),)).everything.notices == ()


def test_treatments_stand_in_the_order_of_the_lists_and_what_names_none_comes_last():
    found = tally(
        replace(ONE, intervention="", outcome=""),
        ONE,
        replace(ONE, outcome=""),
        replace(ONE, intervention="other"),
    )
    assert [one.label for one in found.treatments] == [
        "Other – Response",
        "Drug – Response",
        "Drug – no outcome named",
        "No treatment named – no outcome named",
    ]


def test_a_missing_value_code_names_nothing():
    place = Provenance("statements", 2, {}, {"cited_study_id": "NA", "outcome": "NR"})
    found = tally(replace(ONE, cited_study_id="NA", outcome="NR", provenance=place))
    assert found.studies[-1].label == "No report named"
    assert found.treatments[-1].label == "Drug – no outcome named"


FIELDS = st.builds(
    replace,
    st.just(ONE),
    cited_study_id=st.sampled_from(["S1", "S2", "S9", ""]),
    intervention=st.sampled_from(["drug", "other", ""]),
    outcome=st.sampled_from(["response", "death", ""]),
    stance=st.sampled_from(["supporting", "contrasting", "mentioning", ""]),
    section=st.sampled_from(["results", "other", ""]),
    self_citation=st.sampled_from(["yes", "no", ""]),
    citing_label=st.sampled_from(["A", "B", "C"]),
)


@given(st.lists(FIELDS, max_size=12))
def test_the_table_re_adds(statements):
    found = tally(*statements)
    frame = found.to_frame()
    truth = Counter(one.stance or "unclassified" for one in statements)
    for target in ("study", "treatment"):
        mine = frame[frame.target == target]
        for name in CLASSES:
            assert mine[name].sum() == truth[name] == getattr(found.everything.count, name)
        assert mine.statements.sum() == len(statements)
        assert mine.self_citations.sum() == sum(o.self_citation == "yes" for o in statements)
    for one in (*found.studies, *found.treatments, found.everything):
        sections = one.sections.values()
        assert sum(part.statements for part in sections) == one.count.statements
        assert one.without_self.statements == one.count.statements - one.count.self_citations
        assert one.count.citing_reports <= one.count.statements
    for code in ("drug", "other"):
        parts = [one for one in found.treatments if one.intervention == code]
        whole = found.treatment(code).count
        assert whole.statements == sum(one.count.statements for one in parts)


def test_the_crs_statements(crs):
    assert str(crs.everything.count) == (
        "15 supporting, 6 contrasting, 14 mentioning (35 statements in 25 reports)"
    )
    assert len(crs.studies) == 79
    assert crs.studies[-1].count.statements == 10
    assert str(crs.study("S0018").count) == (
        "2 supporting, 0 contrasting, 1 mentioning (3 statements in 3 reports)"
    )
    assert str(crs.treatment("tocilizumab").count) == (
        "2 supporting, 2 contrasting, 1 mentioning (5 statements in 4 reports)"
    )
    assert {name: part.statements for name, part in crs.everything.sections.items()} == {
        "introduction": 17,
        "results": 11,
        "other": 7,
    }
    assert crs.everything.count.self_unknown == 35


def test_json_has_scites_keys(crs):
    content = json.loads(crs.to_json())
    keys = ("total", "supporting", "contradicting", "mentioning", "unclassified")
    assert [content["all"][key] for key in keys] == [35, 15, 6, 14, 0]
    assert content["all"]["citingPublications"] == 25
    for part in ("studies", "treatments"):
        assert sum(one["total"] for one in content[part]) == 35
    sections = ("introduction", "methods", "results", "discussion", "other")
    assert [content["all"][key] for key in sections] == [17, 0, 11, 0, 7]


def test_json_sections_add_up_to_the_total():
    found = json.loads(tally(ONE, replace(ONE, section=""), replace(ONE, section="NR")).to_json())
    names = ("introduction", "methods", "results", "discussion", "other", "sectionUnknown")
    for one in (found["all"], *found["studies"], *found["treatments"]):
        assert sum(one[name] for name in names) == one["total"]
    assert found["all"]["sectionUnknown"] == 2


def test_sections_stand_in_the_order_of_a_paper():
    order = ("discussion", "", "methods", "introduction", "results")
    found = tally(*(replace(ONE, section=name) for name in order))
    assert list(found.everything.sections) == [
        "introduction",
        "methods",
        "results",
        "discussion",
        "NR",
    ]
