"""A large review: one file of moderate size that opens fast and answers at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import metasyn as ms
from metasyn.records import Code, CodeList, Records
from metasyn.report.assemble import assemble
from metasyn.report.drawings import draw
from metasyn.report.evidence import evidence_by_line
from metasyn.report.html import to_html
from metasyn.report.interactive import interactive_data
from metasyn.report.material import Material

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STUDIES, INTERVENTIONS = 100, 15
LONG = "Defined as absence of fever and of any need for vasopressors and oxygen for a day. " * 2


@pytest.fixture(scope="module")
def large(groups) -> Records:
    """A hundred reports, every one with a result for each of one or two of 15 interventions."""
    dice = np.random.default_rng(20)
    known = groups.records
    like, single = (next(r for r in known.rows if r.result_id == i) for i in ("R0009", "R0001"))
    studies, rows = [], []
    for number in range(STUDIES):
        is_case = dice.random() < 0.3
        model = single if is_case else like
        study = replace(
            model.study,
            study_id=f"S{1000 + number}",
            label=f"Author-Name {1990 + number % 36}",
            title=f"A report of {number} " + "words of a title of usual length " * 3,
            overlaps_with=(),
            doi=f"10.1000/journal.{number:06d}",
            provenance=replace(model.study.provenance, row=2 + number),
        )
        studies.append(study)
        for arm in range(2):
            n = int(dice.integers(1, 3) if is_case else dice.integers(8, 91))
            rows.append(
                replace(
                    model,
                    study=study,
                    result_id=f"R{2000 + len(rows)}",
                    patient_group=f"{study.study_id}-{arm}",
                    intervention=f"drug_{(number + 7 * arm) % INTERVENTIONS:02d}",
                    definition=LONG,
                    source_locator="Table 2, page 7, right column",
                    events=int(dice.binomial(n, dice.uniform(0.4, 0.8))),
                    n=n,
                    provenance=replace(model.provenance, row=2 + len(rows)),
                )
            )
    drugs = [Code(f"drug_{i:02d}", f"Intervention number {i}") for i in range(INTERVENTIONS)]
    codes = {**known.codes, "intervention": CodeList(drugs)}
    return replace(known, rows=tuple(rows), studies=tuple(studies), set_aside=(), codes=codes)


@pytest.fixture(scope="module")
def page_file(large, tmp_path_factory):
    groups = ms.pool_by(large, "intervention", ms.BinomialNormal())
    folder = tmp_path_factory.mktemp("large")
    material = Material("Large", "How often?", groups, evidence=evidence_by_line(groups))
    drawn = draw(material, folder)
    file = folder / "index.html"
    file.write_text(to_html(assemble(drawn), interactive_data(drawn)), encoding="utf-8")
    return file


def test_a_hundred_studies_fit_two_megabytes(page_file, large):
    assert len(large.rows) == 2 * STUDIES
    assert page_file.stat().st_size <= 2 * 1024**2


def test_the_slider_stays_quick(browser, page_file):
    page = browser.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("#forest-plot svg polygon[data-role='diamond']").count() >= INTERVENTIONS
    spent = page.evaluate(
        """() => {
            const slider = document.getElementById('case-weight');
            const start = performance.now();
            for (let i = 0; i < 10; i += 1) {
                slider.value = i;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                document.querySelector('svg.redrawn')?.getBoundingClientRect();
            }
            return (performance.now() - start) / 10;
        }"""
    )
    page.close()
    # A step takes some 100 ms on a busy core; the limit leaves room for other work on it.
    assert spent < 1000
