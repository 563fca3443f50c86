"""A report of contrasts prints how each estimate was made."""

from pathlib import Path

import metasyn as ms

WORKBOOK = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"


def test_every_estimate_stands_in_the_ledger(tmp_path):
    registry = ms.read_registry(WORKBOOK)
    records = registry.select(outcome="severe_crs_incidence", analyse="primary")
    groups = ms.pool_by(records, "outcome", ms.RandomEffects(), measure="RR")
    files = ms.write_report(groups, tmp_path, title="Prevention", question="Does it prevent?")
    page = files.html.read_text()
    section = page[page.index('id="conversions"') :]
    section = section[: section.index("</section>")]
    for row in groups.lines[0].studies:
        assert row.label in section
    assert section.count("Both arms: events and patients as reported.") == len(
        groups.lines[0].studies
    )
