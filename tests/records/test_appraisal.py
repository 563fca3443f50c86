"""Tools of appraisal, what assessors agreed on, and scores as weights."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metasyn as ms
from metasyn.errors import DataError, SpecError
from metasyn.records.appraisal import Appraisal, appraised
from metasyn.records.appraisal_tools import OVERALL, TOOLS, tool_of
from metasyn.records.appraisal_weights import quality_weights

SIZES = {
    "rob2": (5, 3, True),
    "robins_i": (7, 5, True),
    "robins_i_v2": (6, 4, True),
    "robins_e": (7, 4, True),
    "jbi_case_report": (8, 4, False),
    "jbi_case_series": (10, 4, False),
    "murad": (8, 4, False),
}


def judged(study, tool, answers, **more):
    """Rows of one subject, one a domain, in the order of the tool."""
    one = tool_of(tool)
    result = more.get("result", f"R{study[1:]}" if one.per_result else "")
    return [
        Appraisal(study, result, tool, one.versions[0], domain.code, answer, **more.get("with", {}))
        for domain, answer in zip(one.columns, answers, strict=False)
    ]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.code)
def test_the_table_of_tools_has_the_published_domains_and_levels(tool):
    domains, levels, overall = SIZES[tool.code]
    assert (len(tool.domains), len(tool.levels), tool.has_overall) == (domains, levels, overall)
    assert len({level.symbol for level in tool.levels}) == levels  # grey print tells them apart
    assert [level.is_good for level in tool.levels] == [True] + [False] * (levels - 1)
    assert (tool.columns[-1].code == OVERALL) is overall


def test_questions_of_murad_stand_in_four_groups():
    groups = [domain.group for domain in tool_of("murad").domains]
    assert list(dict.fromkeys(groups)) == ["Selection", "Ascertainment", "Causality", "Reporting"]
    assert [groups.count(group) for group in dict.fromkeys(groups)] == [1, 2, 4, 1]


# Shares of domains by hand: overall judgements count nothing, what does not apply leaves.
SCORES = [
    ("rob2", "low some_concerns low high low high", Fraction(7, 10)),
    ("robins_i", "low moderate serious critical no_information low low low", Fraction(4, 7)),
    ("robins_i_v2", "low low moderate serious critical low low", Fraction(2, 3)),
    ("robins_e", "low low low some_concerns high very_high low low", Fraction(5, 7)),
    ("jbi_case_report", "yes yes no unclear yes yes not_applicable yes", Fraction(5, 7)),
    ("jbi_case_series", "yes " * 9 + "no", Fraction(9, 10)),
    ("murad", "no yes yes no no no yes unclear", Fraction(3, 5)),
]


@pytest.mark.parametrize(("tool", "answers", "score"), SCORES)
def test_scores_are_shares_of_domains(tool, answers, score):
    rows = judged("S1", tool, answers.split())
    (row,) = quality_weights(rows).rows
    assert row.score == pytest.approx(float(score), rel=1e-15)  # a sum of at most ten terms


def test_without_partial_credit_only_the_best_level_counts():
    rows = judged("S1", "rob2", ["low", "some_concerns", "low", "high", "low"])
    assert dict(quality_weights(rows, partial=False)) == {"R1": 0.6}
    assert dict(quality_weights(rows, domains=["D2"])) == {"R1": 0.5}
    with pytest.raises(DataError, match="no domain 'Q1' to score"):
        quality_weights(rows, domains=["Q1"])


@given(st.lists(st.sampled_from([level.code for level in tool_of("rob2").levels]),
                min_size=5, max_size=5), st.integers(0, 4))  # fmt: skip
def test_a_better_judgement_never_lowers_the_score(answers, position):
    better = [*answers]
    better[position] = "low"
    scores = [quality_weights(judged("S1", "rob2", a))["R1"] for a in (answers, better)]
    assert 0 <= scores[0] <= scores[1] <= 1


def test_the_consensus_holds_where_assessors_differ():
    first = judged("S1", "murad", ["yes"] * 8, **{"with": {"assessor": "AB"}})
    second = judged("S1", "murad", ["yes"] * 7 + ["no"], **{"with": {"assessor": "CD"}})
    with pytest.raises(DataError, match=r"S1, murad, Q8: the assessors differ"):
        appraised([*first, *second])
    decided = replace(second[-1], assessor="Consensus")
    (one,) = appraised([*first, *second, decided])
    assert one.level("Q8").code == "no"
    assert one.level("Q1").code == "yes"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tool": "rob3"}, "no tool 'rob3'"),
        ({"tool_version": "2016"}, "known in the edition 2019 only"),
        ({"domain": "D6"}, "RoB 2 has no domain 'D6'"),
        ({"judgement": "moderate"}, "RoB 2 has no level 'moderate'"),
        ({"result_id": ""}, "judges results, and none is named"),
    ],
)
def test_judgements_that_do_not_belong_to_the_tool_are_refused(change, words):
    rows = judged("S1", "rob2", ["low"] * 6)
    with pytest.raises(DataError, match=words):
        appraised([replace(rows[0], **change), *rows[1:]])


def test_editions_are_never_mixed():
    rows = judged("S1", "jbi_case_report", ["yes"] * 8)
    with pytest.raises(DataError, match="editions 2020 and 2017 are mixed"):
        appraised([replace(rows[0], tool_version="2020"), *rows[1:]])


def test_a_study_with_two_tools_needs_a_choice():
    rows = [*judged("S1", "murad", ["yes"] * 8), *judged("S1", "jbi_case_report", ["no"] * 8)]
    with pytest.raises(DataError, match="S1 was judged with Murad 2018 and with JBI case report"):
        quality_weights(rows)
    assert dict(quality_weights(rows, "murad")) == {"S1": 1.0}
    assert dict(quality_weights(rows, ("jbi_case_report", "murad"))) == {"S1": 0.0}
    with pytest.raises(SpecError, match="no tool 'nos'"):
        quality_weights(rows, "nos")


def test_what_a_reader_has_to_know_is_noted():
    rows = [*judged("S1", "murad", ["yes"] * 7), *judged("S2", "jbi_case_series", ["no"] * 10)]
    found = quality_weights(rows)
    assert {note.code for note in found.notes} == {"mixed-tools", "not-judged"}
    assert found.rows[0].not_judged == ("Q8",)
    assert found.to_frame().loc[0, "not_judged"] == "Q8"


def test_scores_follow_the_rows_of_effects(crs_registry):
    records = crs_registry.select(outcome="crs_resolution", analyse="primary")
    one_each = {row.study_id: row for row in records if (row.n or 0) > 4}
    effects = ms.effect_sizes(list(one_each.values())[:3], "PLO")
    ids = [record.study_id for record in effects.records]
    rows = [
        *judged(ids[0], "jbi_case_series", ["yes"] * 10),
        *judged(ids[1], "jbi_case_series", ["yes"] * 5 + ["no"] * 5),
    ]
    weights = quality_weights(rows)
    with pytest.raises(DataError, match=f"No appraisal of .*{ids[2]}"):
        weights.scores(effects)
    scores = weights.scores(effects, unappraised=0.25)
    assert scores == (1.0, 0.5, 0.25)
    pooled = ms.pool(effects, ms.QualityEffects(scores))
    # Doi's redistribution, written out: q (w + sum w (1 - q) / sum q).
    w = 1 / effects.vi
    taken = sum(w * (1 - q) for w, q in zip(w, scores, strict=True))
    by_hand = [q * (w + taken / sum(scores)) / sum(1 / effects.vi)
               for w, q in zip(w, scores, strict=True)]  # fmt: skip
    assert pooled.weights == pytest.approx(by_hand, rel=1e-12)


def test_data_without_records_have_no_scores():
    weights = quality_weights(judged("S1", "murad", ["yes"] * 8))
    with pytest.raises(DataError, match="not made from a registry"):
        weights.scores(ms.effects_from([0.1], [0.2]))


def test_single_cases_are_weighed_by_their_appraisal_in_every_group(crs_registry):
    records = crs_registry.select(outcome="crs_resolution", analyse="primary")
    plain = ms.pool_by(records, "intervention", ms.BinomialNormal())
    single = [
        row.record
        for line in plain.lines
        for row in line.studies
        if row.is_case and line.code == "tocilizumab"
    ]
    ids = list(dict.fromkeys(record.study_id for record in single))
    rows = [r for study in ids for r in judged(study, "murad", ["yes"] * 3 + ["no"] * 5)]
    quality = quality_weights(rows)
    assert set(quality.values()) == {0.6}
    weighed = ms.pool_by(records, "intervention", ms.BinomialNormal(quality=quality))
    before, after = plain["tocilizumab"].units[-1], weighed["tocilizumab"].units[-1]
    assert after.n == pytest.approx(0.6 * before.n, rel=1e-12)
    assert after.events == pytest.approx(0.6 * before.events, rel=1e-12)
    assert "quality" in {note.code for note in weighed["tocilizumab"].notes}
    untouched = [code for code in plain if code != "tocilizumab"]
    assert all(
        getattr(plain[code], "estimate", None) == getattr(weighed[code], "estimate", None)
        for code in untouched
        if not {r.record.study_id for r in plain.line(code).studies} & set(ids)
    )
