"""Summary of findings: patients of 1,000, certainty of people, and plain words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.errors import SpecError
from metasyn.models.interval import Interval
from metasyn.models.specs import RandomEffects
from metasyn.records import Provenance
from metasyn.records.certainty import DOMAINS, Judgement
from metasyn.report.absolute import Baseline, difference, risk_with
from metasyn.report.document import Paragraph, Table
from metasyn.report.lines import Shown, shown
from metasyn.report.sections.certainty import symbols
from metasyn.report.sections.summary import summary

LOWERING = [code for code, domain in DOMAINS.items() if domain.lowers]
CELLS = st.integers(1, 400)


def judged(claim: str = "rate", **levels: int) -> tuple[Judgement, ...]:
    steps = {**dict.fromkeys(LOWERING, 0), **levels}
    return tuple(
        Judgement(
            f"C{number:04d}", "tocilizumab", "crs_resolution", claim, code, step,
            f"Reason for {code}." if step else "", "AB", step, "CD", step, "",
            Provenance("certainty", 1 + number, {"reason": 7}),
        )
        for number, (code, step) in enumerate(steps.items(), start=1)
    )  # fmt: skip


def tables(material) -> dict[str, Table]:
    return {block.id: block for block in summary(material).blocks if isinstance(block, Table)}


def cells(material, line: str = "Tocilizumab") -> list:
    rows = tables(material)["summary"].rows
    return next(list(row.cells) for row in rows if row.cells[0].text == line)


def test_rates_are_those_of_the_result(material, groups):
    what = shown(groups["tocilizumab"])
    patients, rate, certainty, plain = cells(material)[1:]
    assert rate.value == tuple(1000 * one for one in (what.estimate, *what.ci))
    assert rate.text == "684 (487 to 832)"
    assert (patients.text, patients.detail) == ("75", "3 reports")
    assert certainty.text == "Not yet judged"
    assert plain.text.startswith("An estimated 684 (487 to 832) of 1,000 patients like these have")


def test_single_cases_alone_get_no_rate(material):
    _, _, rate, _, plain = cells(material, "Hemofiltration")
    assert (rate.text, rate.value) == ("–", None)
    assert plain.text.startswith("Published single cases only: the outcome in 1 of 1.")


def test_what_is_not_pooled_says_so(material):
    _, _, rate, _, plain = cells(material, "Siltuximab")
    assert rate.detail == "summed counts"
    assert plain.text.startswith("Not pooled (all 10 patients had the event): the outcome in 10 of")


@pytest.mark.parametrize(
    ("levels", "text", "words"),
    [
        ({}, "⊕⊕⊕⊕ High", "Of 1,000 patients like these, 684 (487 to 832) have the outcome."),
        ({"imprecision": -1}, "⊕⊕⊕○ Moderate", "684 (487 to 832) probably have the outcome."),
        ({"imprecision": -2}, "⊕⊕○○ Low", "684 (487 to 832) may have the outcome."),
        ({"imprecision": -3}, "⊕○○○ Very low", "The evidence on how often the outcome occurs is v"),
    ],
)
def test_words_turn_with_certainty(material, levels, text, words):
    found = cells(replace(material, certainty=judged(**levels)))
    assert found[3].text == text
    assert words in found[4].text


def test_reasons_are_numbered_and_lead_to_their_cells(material):
    changed = replace(material, certainty=judged(imprecision=-1, risk_of_bias=-2))
    assert cells(changed)[3].detail == "Reasons 1, 2"
    notes = tables(changed)["summary"].notes
    assert [note.text for note in notes] == [
        "1. Tocilizumab, risk of bias: Reason for risk_of_bias.",
        "2. Tocilizumab, imprecision: Reason for imprecision.",
    ]
    assert notes[0].sources == ("certainty!G2",)
    row = tables(changed)["certainty"].rows[0]
    assert row.cells[1].text == "Very serious (−2), reason 1"
    assert row.cells[2].text == "Not serious"


def test_nothing_is_judged_where_people_did_not(material):
    section = summary(material)
    told = [b for b in section.blocks if isinstance(b, Paragraph)]
    assert told[0].sentences[0].text.startswith("Nobody has judged the certainty")
    profile = tables(material)["certainty"]
    assert {row.cells[0].text for row in profile.rows} == {"Tocilizumab", "Siltuximab"}
    for row in profile.rows:
        assert {cell.text for cell in row.cells[1:6]} == {"Not yet judged"}
    facts = [cell.detail for cell in profile.rows[0].cells[1:6]]
    assert facts[0].startswith("Patients by design: retrospective cohort 74, case report 1;")
    assert facts[1] == "τ² 0.04; prediction interval 30% to 92%."
    assert facts[3].startswith("75 patients with 50 events, fewer than 400;")
    assert facts[4].startswith("1 of 3 reports is a single case;")


def test_open_grounds_leave_the_level_open(material):
    some = tuple(one for one in judged() if one.domain != "indirectness")
    found = cells(replace(material, certainty=some))
    assert found[3].text == "Not yet judged (1 of 5 grounds open)"
    assert "has not been judged" in found[4].text


def test_what_grade_advises_against_is_told(material):
    changed = replace(material, certainty=judged("causal", imprecision=-1, large_effect=1))
    notes = [note.text for note in tables(changed)["summary"].notes]
    assert any("after it had been lowered" in text for text in notes)
    assert "as an effect, starts low" in tables(changed)["certainty"].rows[0].cells[0].detail


@pytest.mark.parametrize(
    ("level", "signs"), [("very_low", "⊕○○○"), ("low", "⊕⊕○○"), ("high", "⊕⊕⊕⊕")]
)
def test_signs(level, signs):
    assert symbols(level) == signs


@given(a=CELLS, b=CELLS, c=CELLS, d=CELLS)
def test_a_table_gives_back_its_own_risk(a, b, c, d):
    treated, without = a / (a + b), c / (c + d)
    effects = {"RR": treated / without, "OR": a * d / (b * c), "RD": treated - without}
    for measure, effect in effects.items():
        assert risk_with(measure, effect, without) == pytest.approx(treated, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "effect", "risk", "fewer"),
    [
        ("RR", 0.92, 0.3, 24),  # Cochrane Handbook 5.1, 12.5.4.2
        ("OR", 0.73, 0.3, 62),  # 12.5.4.3
        ("RD", -0.133, 0.4, 133),  # 12.5.4.0
        ("HR", 0.5, 0.36, 160),  # 1 - (1 - 0.36) ** 0.5 = 0.2
    ],
)
def test_differences_per_1000_are_those_of_the_handbook(measure, effect, risk, fewer):
    found = difference(Shown(effect, None, None, measure), Baseline(risk, "stated"))
    assert found is not None
    assert round(-1000 * found.value) == fewer
    assert (found.low, found.high) == (None, None)


def test_a_difference_is_that_of_the_risks():
    what = Shown(0.85, Interval(0.5, 1.2), None, "RR")
    found = difference(what, Baseline(0.2, "stated"))
    assert [round(1000 * one) for one in (found.value, found.low, found.high)] == [-30, -100, 40]
    assert not found.bounded
    assert difference(replace(what, measure="SMD"), Baseline(0.2, "stated")) is None


def test_a_risk_beyond_all_is_kept_and_told():
    found = difference(Shown(3.0, Interval(1.0, 9.0), None, "RR"), Baseline(0.4, "stated"))
    assert (found.value, found.bounded) == (pytest.approx(0.6), True)


@pytest.fixture
def comparison(material, compared):
    groups = compared(RandomEffects("DL", ci="z"), "RR")
    return replace(material, groups=groups, evidence={})


def test_comparisons_are_told_as_differences_from_a_stated_risk(comparison):
    pooled = shown(comparison.groups["tocilizumab"])
    row = cells(comparison)
    assert row[2].value == (pooled.estimate, *pooled.ci)
    assert row[3].value == pytest.approx(1000 * 10 / 28)
    assert row[4].value == pytest.approx([1000 * 10 / 28 * (one - 1) for one in row[2].value])
    said = [f"{abs(one):.0f} {'more' if one > 0 else 'fewer'}" for one in row[4].value]
    assert row[4].text == f"{said[0]} ({said[1]} to {said[2]})"
    assert "how certain this is has not been judged" in row[6].text
    notes = [note.text for note in tables(comparison)["summary"].notes]
    assert notes == [
        "Tocilizumab: the risk without treatment of 35.7% is the median of 3 comparison groups."
    ]
    stated = replace(comparison, baseline_risk=0.1, certainty=judged("causal", imprecision=-1))
    row = cells(stated)
    assert row[3].value == 100
    assert row[5].text == "⊕○○○ Very low"
    assert row[6].text.startswith("The evidence on the effect is very uncertain:")
    assert "stated for this report" in tables(stated)["summary"].notes[0].text


def test_a_baseline_that_is_no_risk_is_refused(groups, tmp_path):
    import metasyn as ms

    with pytest.raises(SpecError, match=r"baseline_risk must lie between 0 and 1, not 1\.5"):
        ms.write_report(groups, tmp_path, title="T", question="Q?", baseline_risk=1.5)
