"""How firm results stand: the numbers are those of the diagnostics, and silence where they end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.diagnosis.findings import TITLES
from metasyn.models.specs import CommonEffect, MantelHaenszel, RandomEffects
from metasyn.report.alternatives import inverse_variance
from metasyn.report.document import Bullets, Paragraph, Section, Table
from metasyn.report.evidence import evidence_by_line
from metasyn.report.formats import p_value, percent
from metasyn.report.sections.diagnostics import diagnostics
from metasyn.report.sections.diagnostics_table import QUESTIONS
from metasyn.report.sections.diagnostics_words import WORDS


def text(section: Section) -> str:
    words = []
    for block in section.blocks:
        if isinstance(block, Bullets | Paragraph):
            items = block.items if isinstance(block, Bullets) else (block,)
            words += [one.text for item in items for one in item.sentences]
    return " ".join(words)


def table(section: Section, name: str = "leave-one-out") -> Table:
    return next(one for one in section.blocks if isinstance(one, Table) and one.id == name)


def said(section: Section, label: str, question: str) -> tuple[str, str]:
    """What the table of diagnostics says of a line, and what it says why not."""
    rows = table(section, "diagnostics-table").rows
    cells = [[cell.text for cell in row.cells] for row in rows]
    return next((cell[2], cell[3]) for cell in cells if cell[:2] == [label, question])


def test_rates_without_each_study_are_those_of_the_case_evidence(material):
    found = table(diagnostics(material))
    shifts = material.evidence["tocilizumab"].shifts.studies
    assert [row.cells[1].text for row in found.rows] == [shift.left_out for shift in shifts]
    assert [row.cells[2].value for row in found.rows] == [shift.rate for shift in shifts]


@pytest.fixture
def real(material, groups):
    """The same rows as the model itself pools them, with labels that tell arms apart."""
    pooled = ms.pool_by(groups.records, "intervention")
    return replace(material, groups=pooled, evidence=evidence_by_line(pooled))


def test_influence_is_that_of_the_check(real):
    material, check = real, inverse_variance(real.groups)
    data = check["tocilizumab"].data
    expected = ms.influence(data, check.spec)
    found = table(diagnostics(replace(material, check=check)))
    residuals = {row.cells[1].text: row.cells[4].value for row in found.rows}
    assert residuals == dict(zip(data.slab, expected.rstudent.tolist(), strict=True))
    marked = {row.cells[1].text for row in found.rows if row.cells[5].text == "yes"}
    assert marked == set(np.array(data.slab)[expected.flagged])
    assert "influential" not in text(diagnostics(replace(material, check=None)))


def test_a_study_that_turns_the_result_is_named(real):
    shifts = real.evidence["tocilizumab"].shifts
    lowest, second, *_ = sorted(shifts.studies, key=lambda one: one.rate)
    between = (lowest.rate + min(second.rate, shifts.rate)) / 2
    changed = replace(real, evidence=evidence_by_line(real.groups, between))
    goal = percent(between)
    assert f"Without {lowest.left_out} it would lie below {goal}." in text(diagnostics(changed))
    assert "it would lie" not in text(diagnostics(real))


@pytest.mark.parametrize("spec", [RandomEffects("DL", ci="z"), CommonEffect()])
def test_contrasts_without_each_study_are_pooled_again(material, compared, spec):
    groups = compared(spec)
    data = groups["tocilizumab"].data
    found = table(diagnostics(replace(material, groups=groups, evidence={})))
    for i, row in enumerate(found.rows):
        rest = [j for j in range(3) if j != i]
        again = ms.pool(ms.effects_from(data.yi[rest], data.vi[rest]), spec)
        assert row.cells[2].value == pytest.approx(np.exp(again.estimate), rel=1e-12)


def test_models_of_tables_say_that_no_study_is_left_out(material, compared):
    groups = compared(MantelHaenszel("RR"))
    section = diagnostics(replace(material, groups=groups, evidence={}))
    assert "does not leave out single studies" in text(section)
    assert "Tocilizumab" in text(section)
    assert "too few" not in text(section)


def test_too_few_studies_are_named(material, groups):
    check = inverse_variance(groups)
    assert "nothing about unpublished studies" in text(diagnostics(replace(material, check=check)))


def with_studies(groups, count: int):
    """The line with other effects: so many studies, the small ones far off."""
    rng = np.random.default_rng(1)
    vi = np.linspace(0.01, 0.5, count)
    yi = 0.8 * np.sqrt(vi) * 2 + rng.normal(0, 0.05, count)
    data = replace(ms.effects_from(yi, vi), measure="RR")
    line = groups.line("tocilizumab")
    changed = replace(line, result=ms.pool(data, groups.spec))
    return type(groups)((changed,), groups.by, groups.spec, groups.records), data


def small(material, groups) -> str:
    section = diagnostics(replace(material, groups=groups, evidence={}))
    lead = [b for b in section.blocks if isinstance(b, Paragraph) and b.lead == "Small studies."]
    return " ".join(one.text for one in lead[0].sentences)


def test_small_studies_are_tested_from_ten_on(material, compared):
    groups, data = with_studies(compared(RandomEffects("DL", ci="z")), 10)
    told = small(material, groups)
    test, filled = ms.egger(data, groups.spec), ms.trim_and_fill(data, groups.spec)
    assert test.p_value < 0.01
    words = f"(Egger’s test, p = {p_value(test.p_value)})"
    assert f"small studies differ from larger ones {words}" in told
    assert f"adds {filled.k0} stud" in told
    groups, _ = with_studies(groups, 9)
    told = small(material, groups)
    assert told.startswith("With fewer than 10 studies chance cannot be told from asymmetry")


def test_every_diagnostic_of_a_run_has_its_place_and_its_words():
    above = {"influence", "leave_one_out"}
    asked = [field for fields in QUESTIONS.values() for field in fields]
    assert sorted([*asked, *above, "gosh"]) == sorted(TITLES)
    assert set(WORDS) == set(asked)


def test_the_table_says_what_the_one_run_found(material, compared):
    groups, data = with_studies(compared(RandomEffects("DL", ci="z")), 12)
    found = ms.diagnose(data, groups.spec)
    section = diagnostics(replace(material, groups=groups, evidence={}))
    label = groups.line("tocilizumab").label
    told, _ = said(section, label, "Small studies")
    assert f"Begg's test: small studies differ from larger ones (p {found.begg.p_value:.3f}" in (
        told.replace("p = ", "p ").replace("p < 0.001", f"p {found.begg.p_value:.3f}")
    )
    for field, title in (("pet_peese", "PET-PEESE"), ("limit", "Limit meta-analysis")):
        result = getattr(found, field)
        estimate = getattr(result, "conditional", None) or result.adjusted
        assert f"{title}: {np.exp(estimate.estimate):.2f} (" in told
    assert f"instead of {np.exp(found.pooled.estimate):.2f}" in told
    told, _ = said(section, label, "Selective publication")
    assert f"Excess significance: {found.excess_significance.observed} significant" in told
    assert f"Fail-safe N: {found.fail_safe_n.n:,} hidden null results" in told
    told, _ = said(section, label, "What would change it")
    counts = [
        answer.number for answer in found.what_would_it_take.answers if answer.question == "hidden"
    ]
    assert any(counts)
    assert all(f"{count:,.0f} hidden null result" in told for count in counts if count)


def test_where_nothing_can_be_told_the_reason_stands_instead_of_a_number(material, compared):
    groups, data = with_studies(compared(RandomEffects("DL", ci="z")), 6)
    section = diagnostics(replace(material, groups=groups, evidence={}))
    label = groups.line("tocilizumab").label
    told, why = said(section, label, "Selective publication")
    assert "p-uniform* and Selection model: 6 studies: with fewer than 10" in why
    assert "p-uniform" not in told and "Selection model" not in told
    with pytest.raises(StopIteration):
        said(section, label, "Small studies")
    assert isinstance(ms.diagnose(data, groups.spec).egger, ms.Note)


def test_proportions_have_one_reason_for_all_lines(real):
    check = inverse_variance(real.groups)
    twice = type(real.groups)(
        tuple(replace(line, code=code, label=code) for code in ("a", "b")
              for line in [real.groups.line("tocilizumab")]),
        real.groups.by, real.groups.spec, real.groups.records,
    )  # fmt: skip
    checked = type(check)(
        tuple(replace(check.line("tocilizumab"), code=code, label=code) for code in ("a", "b")),
        check.by, check.spec, check.records,
    )  # fmt: skip
    evidence = evidence_by_line(twice)
    section = diagnostics(replace(real, groups=twice, evidence=evidence, check=checked))
    words = text(section)
    assert "Selective publication: not looked into. The measure has no value of no effect" in words
    questions = {row.cells[1].text for row in table(section, "diagnostics-table").rows}
    assert "Selective publication" not in questions and "Single studies" in questions
    assert "by inverse variance" in table(section, "diagnostics-table").caption
