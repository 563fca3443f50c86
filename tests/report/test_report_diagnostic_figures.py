"""Figures of how firm results stand: where they tell something, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from defusedxml import ElementTree

import metasyn as ms
from metasyn.errors import SpecError
from metasyn.models.groups import Groups
from metasyn.models.specs import CommonEffect, MantelHaenszel, RandomEffects
from metasyn.records import Records
from metasyn.report.assemble import assemble
from metasyn.report.document import Figure, Paragraph, Plate
from metasyn.report.html import to_html
from metasyn.report.sections.diagnostics import diagnostics
from metasyn.report.sections.small_studies import small_study_sentences

ARMS = [
    ((10, 50), (20, 50)),
    ((6, 40), (12, 60)),
    ((9, 30), (10, 28)),
    ((30, 120), (44, 118)),
    ((14, 80), (22, 82)),
    ((5, 25), (9, 26)),
    ((48, 210), (70, 205)),
    ((11, 60), (15, 59)),
    ((7, 33), (12, 35)),
    ((21, 90), (28, 88)),
    ((3, 18), (7, 20)),
    ((40, 60), (9, 62)),
]
"""Events and patients, treated and control; the last study pulls the other way."""

PULLING = ("Lee7 2007", "Lee12 2012")
"""The largest one and the one that pulls the other way."""


@pytest.fixture
def two_arms(compared):
    """Cohorts with a control arm each, the last so many of ``ARMS``, for every drug anew."""
    known = compared(RandomEffects()).records
    treated, control = known.among[:2]

    def made(count: int, drugs: tuple[str, ...] = ("tocilizumab",)) -> Records:
        rows, studies = [], []
        for d, drug in enumerate(drugs):
            for i, arms in enumerate(ARMS[-count:], start=1 + 20 * d):
                study = replace(
                    treated.study, study_id=f"S{i:04d}", label=f"Lee{i} {2000 + i}", title="Lee"
                )
                for row, counts, code in ((treated, arms[0], "1"), (control, arms[1], "2")):
                    own = {"intervention": drug} if row is treated else {}
                    events, n = counts
                    named = {"result_id": f"R{code}{i:03d}", "patient_group": f"S{i:04d}-{code}"}
                    rows.append(replace(row, study=study, events=events, n=n, **named, **own))
                studies.append(study)
        return replace(known, rows=tuple(rows[::2]), studies=tuple(studies), among=tuple(rows))

    return made


@pytest.fixture
def contrasts(two_arms):
    """The same as ratios of risks."""

    def made(count: int, spec: object = None, **given: object) -> Groups:
        records = two_arms(count, **given)
        return ms.pool_by(records, "intervention", spec or RandomEffects(), measure="RR")

    return made


def section_of(material, groups):
    return diagnostics(replace(material, groups=groups, evidence={}))


def figures(section) -> list[Figure]:
    return [block for block in section.blocks if isinstance(block, Figure)]


def ids(section) -> list[str]:
    return [figure.id for figure in figures(section)]


@pytest.mark.parametrize("spec", [RandomEffects(), CommonEffect()])
def test_ten_studies_have_a_funnel_and_are_left_out_in_turn(material, spec, contrasts):
    found = section_of(material, contrasts(12, spec))
    names = ["funnel-line-1", "adjusted-line-1", "left-out-line-1", "influence-line-1"]
    assert ids(found) == names
    alts = [figure.alt for figure in figures(found)]
    assert "Funnel plot of 12 studies" in alts[0]
    assert "adjusted in several ways: Unadjusted" in alts[1]
    assert "without each study in turn" in alts[2]
    assert "Influential: " in alts[3]
    assert "Lee12 2012" in alts[3]


def test_below_ten_studies_there_is_no_funnel(material, contrasts):
    assert "funnel-line-1" in ids(section_of(material, contrasts(10)))
    assert "funnel-line-1" not in ids(section_of(material, contrasts(9)))
    assert "adjusted-line-1" not in ids(section_of(material, contrasts(9)))
    assert "left-out-line-1" in ids(section_of(material, contrasts(9)))


def test_influence_is_drawn_only_where_a_study_is_marked(material, contrasts):
    groups = contrasts(12)
    line = groups.line("tocilizumab")
    data = line.result.data
    rest = [row for row, label in enumerate(data.slab) if label not in PULLING]
    calm = replace(line, result=ms.pool(data.take(rest), groups.spec))
    found = section_of(material, Groups((calm,), groups.by, groups.spec, groups.records))
    pull = ms.influence(calm.result.data, groups.spec)
    assert not pull.flagged.any()
    assert ids(found) == ["funnel-line-1", "adjusted-line-1", "left-out-line-1"]


def test_two_studies_have_no_figures(material, contrasts):
    assert section_of(material, contrasts(2)) is None


def test_proportions_have_no_funnel(material, groups, two_arms):
    assert figures(diagnostics(material)) == []
    pooled = ms.pool_by(two_arms(12), "intervention", RandomEffects(), measure="PLO")
    assert "funnel-line-1" not in ids(section_of(material, pooled))
    assert "left-out-line-1" in ids(section_of(material, pooled))


def test_counts_of_two_arms_have_no_figures_and_are_said_not_to_be_tested(material, contrasts):
    pooled = contrasts(12, MantelHaenszel("RR"))
    assert figures(section_of(material, pooled)) == []
    (one,) = small_study_sentences(pooled, {})
    assert one.text.startswith("This report tests no asymmetry of counts of two arms")


def test_the_rows_are_those_of_the_table(material, contrasts):
    groups = contrasts(12)
    found = figures(section_of(material, groups))[2]
    table = next(
        block for block in section_of(material, groups).blocks
        if getattr(block, "id", "") == "leave-one-out"
    )  # fmt: skip
    for row in table.rows:
        assert f">{row.cells[1].text}</text>" in found.svg
        assert f">{row.cells[2].value:.2f}</text>" in found.svg


def test_marks_lead_to_the_rows_of_the_report(material, contrasts):
    groups = contrasts(12)
    page = to_html(assemble(replace(material, groups=groups, evidence={})))
    for name in ("funnel-line-1", "left-out-line-1"):
        drawing = page[page.index(f'<figure id="{name}"') :]
        drawing = drawing[: drawing.index("</figure>")]
        for record in groups.records.rows:
            assert f'href="#row-{record.result_id}"' in drawing
            assert f'id="row-{record.result_id}"' in page


def test_every_id_of_the_page_is_unique_with_lines_of_the_same_letters(material, contrasts):
    groups = contrasts(12, drugs=("tocilizumab", "siltuximab"))
    document = assemble(replace(material, groups=groups, evidence={}))
    names = [
        element.get("id")
        for figure in figures(next(one for one in document.sections if one.id == "diagnostics"))
        for element in ElementTree.fromstring(figure.svg).iter()
        if element.get("id")
    ]
    assert len(names) == 16
    assert len(set(names)) == 16
    page = to_html(document)
    for figure in ("funnel-line-2", "adjusted-line-2", "left-out-line-2", "influence-line-2"):
        assert page.count(f'<figure id="{figure}"') == 1
    assert page == to_html(assemble(replace(material, groups=groups, evidence={})))


def test_figures_have_pages_where_the_forest_plot_has(material, contrasts):
    groups = contrasts(10)
    assert all(not figure.plates for figure in figures(section_of(material, groups)))
    paper = replace(material, groups=groups, evidence={}, plates=(Plate("<svg/>"),))
    for figure in figures(diagnostics(paper)):
        assert figure.plates
        assert all(plate.png.startswith(b"\x89PNG") for plate in figure.plates)


def test_a_figure_that_cannot_be_drawn_says_why(material, monkeypatch, contrasts):
    def refuse(pooled):
        raise SpecError("No room for the axis.")

    monkeypatch.setattr("metasyn.figures.funnel.funnel_layout", refuse)
    found = section_of(material, contrasts(10))
    assert "funnel-line-1" not in ids(found)
    said = [block for block in found.blocks if isinstance(block, Paragraph)][-1]
    assert said.sentences[0].text.startswith("Not drawn – Tocilizumab: funnel plot")
    assert said.sentences[0].text.endswith("No room for the axis.")
