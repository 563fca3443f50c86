"""Every sentence is true: change what was done, and the sentence changes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from metasyn.effects.effects import Effects
from metasyn.models.design_weights import DesignWeights
from metasyn.models.groups import Groups, Line
from metasyn.models.interval import Interval
from metasyn.models.results import Pooled
from metasyn.models.specs import BinomialNormal, CommonEffect, RandomEffects
from metasyn.report.document import Section, Table
from metasyn.report.evidence import evidence_by_line
from metasyn.report.formats import percent
from metasyn.report.lines import shown
from metasyn.report.sections.case_evidence import case_evidence
from metasyn.report.sections.limitations import limitations
from metasyn.report.sections.methods import methods
from metasyn.report.sections.pooled import pooled
from metasyn.report.sections.question import brief, question
from metasyn.report.sections.reproduce import script


def told(section: Section) -> str:
    """Every word of a section's paragraphs and tables."""
    found = []
    for block in section.blocks:
        for item in getattr(block, "items", (block,)):
            found.append(getattr(item, "lead", ""))
            found += [one.text for one in getattr(item, "sentences", ())]
        if isinstance(block, Table):
            found += [block.caption, *(one.text for one in block.notes)]
            found += [cell.text for row in block.rows for cell in row.cells]
    return " ".join(found)


def cited(section: Section) -> set[str]:
    return {
        key
        for block in section.blocks
        for item in getattr(block, "items", (block,))
        for one in getattr(item, "sentences", ())
        for key in one.cites
    }


@pytest.mark.parametrize(
    ("change", "sentence", "otherwise"),
    [
        ({"case_weight": 0.25}, "and count 25%: their likelihood is raised to the power 0.25",
         "and count 10%: their likelihood is raised to the power 0.1"),
        ({"case_cap": 0.05}, "share of the information is kept at 5% or below",
         "share of the information is kept at 10% or below"),
        ({"cases": "individual"}, "Reports of one or two patients enter one by one",
         "of a line count together as one further study"),
    ],
)  # fmt: skip
def test_weights_are_told_as_they_were_set(material, respecified, change, sentence, otherwise):
    default = told(methods(material))
    changed = told(methods(replace(material, groups=respecified(BinomialNormal(**change)))))
    assert otherwise in default
    assert sentence not in default
    assert sentence in changed
    assert otherwise not in changed


def test_the_table_of_weights_is_the_one_in_force(material, respecified):
    table = DesignWeights().with_power("registry", 0.5, reason="Overlaps with trials.")
    spec = BinomialNormal(series_weight=0.4, design_weights=table)
    text = told(methods(replace(material, groups=respecified(spec))))
    assert "registry 3 or more 50% Overlaps with trials." in text
    assert "Case series 3 to 9 40%" in text
    assert "Overlaps" not in told(methods(material))


@pytest.mark.parametrize(
    ("method", "words", "key"),
    [
        ("wald-t", "the effective number of studies less one", "kish1965"),
        ("integrated", "the prior of the proportion is uniform", None),
        ("profile", "the profile likelihood", "hardy1996"),
    ],
)
def test_the_interval_that_was_used_is_named_and_no_other(material, groups, method, words, key):
    line = groups.line("tocilizumab")
    result = replace(line.result, ci=replace(line.result.ci, method=method))
    changed = with_line(groups, replace(line, result=result))
    section = methods(replace(material, groups=changed))
    assert words in told(section)
    assert key is None or key in cited(section)
    for other in ("effective number", "prior of the proportion", "profile likelihood"):
        assert (other in told(section)) == (other in words), other


def with_line(groups: Groups, line: Line) -> Groups:
    lines = tuple(line if one.code == line.code else one for one in groups.lines)
    return Groups(lines, groups.by, groups.spec, groups.records)


def inverse_variance_groups(groups: Groups, spec: RandomEffects | CommonEffect) -> Groups:
    """The pooled line by inverse variance, its single case without a weight."""
    line = groups.line("tocilizumab")
    effects = Effects(np.array([0.8, 0.1, 1.2]), np.array([0.1, 0.3, 0.4]), ("a", "b", "c"), "PLO")
    ci = "z" if isinstance(spec, CommonEffect) else spec.ci
    result = Pooled(
        spec=spec, data=effects, measure="PLO", k=3, estimate=0.7, se=0.3, statistic=2.3,
        p_value=0.02, ci=Interval(0.1, 1.3, spec.level, ci), prediction=None, tau2=0.1,
        tau2_se=None, tau2_ci=None, i2=0.2, h2=1.2, q=3.0, q_p=0.2,
        weights=np.array([0.5, 0.3, 0.2]), log_likelihood=None,
    )  # fmt: skip
    rows = tuple(
        replace(row, weight=weight)
        for row, weight in zip(line.studies, (0.5, 0.3, 0.2, None), strict=True)
    )
    lines = tuple(
        replace(line, result=result, studies=rows) if one.code == line.code else one
        for one in groups.lines
    )
    return Groups(lines, groups.by, spec, groups.records)


@pytest.mark.parametrize(
    ("spec", "words", "keys"),
    [
        (RandomEffects("REML", ci="hksj"), "by restricted maximum likelihood", {"viechtbauer2005"}),
        (RandomEffects("DL", ci="z"), "by the DerSimonian–Laird estimator", {"dersimonian1986"}),
        (RandomEffects("PM", ci="hksj"), "by the Paule–Mandel estimator", {"paule1982"}),
        (RandomEffects("ML", ci="t"), "by maximum likelihood", {"hardy1996"}),
        (RandomEffects(ci="hksj"), "the method of Hartung and Knapp", {"hartung2001"}),
        (RandomEffects(ci="z"), "confidence intervals use the normal distribution.", set()),
        (RandomEffects(ci="hksj-guarded"), "the wider of the Hartung–Knapp", {"jackson2017"}),
        (CommonEffect(), "under a common-effect model", set()),
    ],
)
def test_inverse_variance_is_told_as_it_was_done(material, groups, spec, words, keys):
    section = methods(replace(material, groups=inverse_variance_groups(groups, spec)))
    assert words in told(section)
    assert keys <= cited(section)
    assert "binomial-normal" not in told(section)
    assert "Weights by design" not in told(section)
    assert "stijnen2010" not in cited(section)


def test_every_estimator_has_its_own_words():
    from typing import get_args

    from metasyn.models import specs
    from metasyn.report.wording import CI, PREDICTION, TAU2

    assert set(TAU2) == set(get_args(specs.Tau2))
    assert set(get_args(specs.Ci)) <= set(CI)
    assert set(get_args(specs.RateInterval)) - {"auto"} <= set(CI)
    assert set(get_args(specs.Prediction)) - {"auto", "none"} <= set(PREDICTION)
    assert len({term.long for term in TAU2.values()}) == len(TAU2)


def test_the_check_is_told_only_where_there_is_one(material, groups):
    check = inverse_variance_groups(groups, RandomEffects(ci="hksj"))
    assert "As a check, studies were pooled by inverse variance" in told(
        methods(replace(material, check=check))
    )
    assert "check" not in told(methods(material)).replace("checked against metafor", "")


def test_the_level_is_the_one_asked_for(material, groups, respecified):
    changed = respecified(BinomialNormal(level=0.9))
    section = pooled(replace(material, groups=changed))
    headings = " ".join(
        c.heading for b in section.blocks if isinstance(b, Table) for c in b.columns
    )
    assert "90% CI" in headings
    assert "95%" not in headings


def test_the_paragraph_is_that_of_the_case_evidence(material, groups):
    found = material.evidence["tocilizumab"]
    point = points(case_evidence(material))["Tocilizumab."]
    assert tuple(one.text for one in point.sentences) == found.sentences()
    assert point.sentences[0].text.startswith("The published single case carries 3.1% of the info")
    assert point.sentences[0].sources == ("results!M2", "results!N2")


def points(section: Section) -> dict[str, object]:
    """Paragraphs of a list by their first words."""
    return {item.lead: item for block in section.blocks for item in getattr(block, "items", ())}


def test_without_evidence_nothing_is_claimed(material):
    text = told(case_evidence(replace(material, evidence={})))
    assert "One single case shown; what they add was not asked for." in text
    assert "information" not in text


def test_tables_say_what_the_evidence_says(material):
    found = material.evidence["tocilizumab"]
    tables = {b.id: b for b in case_evidence(material).blocks if isinstance(b, Table)}
    assert list(tables) == ["fragility", "selection", "tipping", "influence", "sensitivity"]
    naive = found.file_drawer.on("full-weight-individual").per_success
    hidden = {row.cells[0].text: row.cells for row in tables["fragility"].rows}
    assert math.isnan(naive) and hidden["Tocilizumab"][2].text == "no published success"
    assert hidden["Tocilizumab"][5].value == found.conflict.pseudo_study.p_upper
    shares = [row.cells[4].value for row in tables["influence"].rows]
    assert sum(shares) == pytest.approx(1, abs=1e-12)
    curve = found.tipping.pseudo_study
    assert [cell.value[0] for cell in tables["tipping"].rows[0].cells[1:]] == [
        float(curve.rate[list(curve.weight).index(weight)])
        for weight in (0, 0.02, 0.05, 0.1, 0.2, 0.5, 1)
    ]
    rows = tables["sensitivity"].rows
    assert rows[0].cells[1].text == "Headline"
    assert all(row.cells[4].text for row in rows[1:])


def test_the_threshold_is_the_one_asked_for(material, groups):
    changed = replace(material, evidence=evidence_by_line(groups, 0.3))
    assert "What would bring the rate to 30%" in told(case_evidence(changed))
    assert "What would bring the rate to 50%" in told(case_evidence(material))


def test_single_cases_alone_are_never_an_efficacy(material):
    text = told(case_evidence(material))
    assert "Published-case success fraction: 1 of 1 (exact interval 3% to 100%);" in text
    assert "not how well the treatment works" in text
    assert "no estimate of efficacy" in told(brief(material))


def test_a_harm_is_no_success(material, groups):
    line = groups.line("hemofiltration")
    rows = tuple(replace(r, record=replace(r.record, direction="harm")) for r in line.studies)
    changed = with_line(groups, replace(line, studies=rows))
    turned = replace(material, groups=changed, evidence=evidence_by_line(changed))
    section = case_evidence(turned)
    words = " ".join(one.text for one in points(section)["Hemofiltration."].sentences)
    assert "Published-case event fraction: 1 of 1" in words
    assert "No single case was spared." in words
    assert "success" not in words
    assert "how well the treatment works" not in told(section)


def test_the_same_patient_is_followed_through_the_lines(material, groups):
    rows = {}
    for code in ("tocilizumab", "hemofiltration"):
        line = groups.line(code)
        rows[code] = tuple(
            replace(r, record=replace(r.record, patient_group="S0001-A"))
            if r.record.study_id == "S0001"
            else r
            for r in line.studies
        )
    changed = groups
    for code, studies in rows.items():
        changed = with_line(changed, replace(changed.line(code), studies=studies))
    text = told(case_evidence(replace(material, groups=changed)))
    assert (
        "1 of 1 (exact interval 3% to 100%); Liu 2018 (hemofiltration); the same patient is also "
        "counted under Tocilizumab (0 of 1)." in text
    )


def test_cases_without_weight_are_not_said_to_have_any(material, groups):
    default = told(brief(material))
    assert "3 reports with 50 of 75 patients, among them one single case at low weight." in default
    other = inverse_variance_groups(groups, RandomEffects(ci="hksj"))
    text = told(brief(replace(material, groups=other)))
    assert "2 reports with 50 of 74 patients; one single case shown without weight." in text


def test_cases_that_do_not_count_are_not_said_to_be_weighed(material, respecified):
    text = told(methods(replace(material, groups=respecified(BinomialNormal(case_weight=0)))))
    assert "Reports of one or two patients are shown but not counted." in text
    assert "raised to the power" not in text
    assert "share of the information is kept" not in text


def test_brief_says_what_the_result_says(material, groups):
    line = groups.line("tocilizumab")
    what = shown(line.result)
    text = told(brief(material))
    assert f"in an estimated {percent(what.estimate)} (95% confidence interval 49% to 83%)" in text
    moved = replace(line, result=replace(line.result, estimate=0.0))
    assert "in an estimated 50%" in told(brief(replace(material, groups=with_line(groups, moved))))


def test_question_names_the_outcomes_in_their_order(material, groups):
    text = told(question(material))
    assert (
        "The outcome is CRS resolution, or, where patients have no row for it, CRS improv" in text
    )
    records = replace(groups.records, query={"outcome": ("crs_improvement",)})
    other = Groups(groups.lines, groups.by, groups.spec, records)
    text = told(question(replace(material, groups=other)))
    assert "The outcome is CRS improvement." in text
    assert "Primary" not in text


def test_limitations_count_the_rows(material, groups):
    text = told(limitations(material))
    assert "2 of 7 rows describe one or two patients; they hold 2 of 86 patients" in text
    assert "1 row comes from reports probably published because the treatment worked." in text
    assert "1 row shown concerns a treatment that had failed before another" in text
    assert "Of 7 rows, 1 was taken from a secondary source or by inference" in text
    assert (
        "1 pair shares patients, as far as is known, in different lines: Le 2018 with Smith 2019."
        in text
    )
    assert "1 inferred" in text


def test_the_script_asks_for_what_was_asked(material, respecified):
    changed = replace(material, groups=respecified(BinomialNormal(case_weight=0.2, case_cap=0.05)))
    text = script(changed)
    assert (
        "ms.pool_by(records, 'intervention', ms.BinomialNormal(case_weight=0.2, case_cap=0.05))"
        in (text)
    )
    assert "outcome=['crs_resolution', 'crs_improvement'], analyse='primary'" in text
    compile(text, "script", "exec")


def test_the_same_rows_can_be_had_for_metafor(material, groups):
    from typer.testing import CliRunner

    from metasyn.cli.app import app
    from metasyn.errors import WorkbookError
    from metasyn.report.document import Listing
    from metasyn.report.sections.reproduce import reproduce

    def commands(section: Section) -> list[str]:
        found = [block.text for block in section.blocks if isinstance(block, Listing)]
        return [text for text in found if text.startswith("metasyn export")]

    (text,) = commands(reproduce(material))
    assert text == (
        "metasyn export studies/example.xlsx --to metafor --outcome crs_resolution "
        "--outcome crs_improvement --analyse primary --by intervention --measure PLO -o metafor"
    )
    # Its options are known: what stops it is that the workbook is made up.
    assert isinstance(CliRunner().invoke(app, text.split()[1:]).exception, WorkbookError)
    records = replace(groups.records, query={"outcome": ("crs_resolution",), "design": ("rct",)})
    other = Groups(groups.lines, groups.by, groups.spec, records)
    assert commands(reproduce(replace(material, groups=other))) == []
