"""One real report in one real browser, with an eye on every request and every word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Page

import metasyn as ms
from metasyn.models.groups import Groups
from metasyn.records import Records, Result


@dataclass
class Opened:
    """A page with what it asked for and what it said."""

    page: Page
    requests: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def row_like(row: Result, number: int, counts: tuple[int, int]) -> Result:
    """Another row of the same kind, in a row of the sheet of its own."""
    events, n = counts
    place = replace(row.provenance, row=200 + number)
    return replace(row, result_id=f"R{900 + number}", patient_group=f"S0004-{number}",
                   events=events, n=n, provenance=place)  # fmt: skip


@pytest.fixture(scope="package")
def records(groups) -> Records:
    """Rows with two pooled lines: one with single cases of either outcome, one without."""
    known = groups.records
    toci = next(row for row in known.rows if row.result_id == "R0009")
    case = next(row for row in known.rows if row.result_id == "R0001")
    silt = next(row for row in known.rows if row.result_id == "R0179")
    more = (
        replace(row_like(case, 1, (1, 1)), source_locator="Table 2, page 7", timepoint="day 28"),
        row_like(toci, 2, (20, 36)),
        replace(row_like(silt, 3, (5, 9)), study=toci.study),
    )
    return replace(known, rows=(*known.rows, *more))


@pytest.fixture(scope="package")
def fitted(records) -> Groups:
    return ms.pool_by(records, "intervention", ms.BinomialNormal())


@pytest.fixture(scope="package")
def evidence(fitted) -> ms.CaseEvidence:
    return ms.case_evidence(fitted["tocilizumab"])


@pytest.fixture(scope="package")
def address(fitted, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("interactive")
    files = ms.write_report(fitted, folder, title="Severe CRS", question="How often?")
    return files.html.as_uri()


@pytest.fixture
def open_page(browser, address) -> Iterator[Callable[..., Opened]]:
    """Opens the report; options are those of a browser's context."""
    contexts = []

    def opened(**options: object) -> Opened:
        # Without smooth scrolling, so that nothing moves under the pointer.
        context = browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("console", lambda message: found.words.append(message.text))
        found.page.on("pageerror", lambda error: found.words.append(str(error)))
        found.page.goto(address)
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page) -> Page:
    return open_page(viewport={"width": 1400, "height": 900}).page
