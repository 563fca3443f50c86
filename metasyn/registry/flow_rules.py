"""Rules on the flow of the search: its sums, and its agreement with the sheets."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.records.search_flow import FlowRow, SearchFlow
from metasyn.registry.flow_sheet import build_flow
from metasyn.registry.rule import Finding, Rule, Tables

__all__ = ["FLOW_RULES"]


def _twice(tables: Tables) -> Iterator[Finding]:
    first: dict[tuple[str, str], FlowRow] = {}
    for row in build_flow(tables.optional).rows:
        other = first.setdefault((row.box, row.part.casefold()), row)
        if other is not row and row.provenance and other.provenance:
            yield Finding(
                row.provenance.cell("box"), row.box, {"first": other.provenance.cell("box")}
            )


def _row_of(flow: SearchFlow, box: str) -> FlowRow | None:
    """The row that a number of a box is read from: of the whole, else the first part."""
    whole = flow.whole(box)
    if whole is not None and whole.n is not None:
        return whole
    return next((row for row in flow.rows if row.box == box), None)


def _parts_differ(tables: Tables) -> Iterator[Finding]:
    for row, total in build_flow(tables.optional).partial_sums():
        if row.provenance:
            yield Finding(row.provenance.cell("n"), row.n, {"box": row.box, "sum": total})


def _sums_differ(tables: Tables) -> Iterator[Finding]:
    flow = build_flow(tables.optional)
    for item in flow.imbalances():
        row = _row_of(flow, item.balance.total)
        if row is not None and row.provenance:
            facts = {"box": item.balance.total, "sum": item.sum}
            yield Finding(row.provenance.cell("n"), item.given, facts)


def _against_studies(tables: Tables) -> Iterator[Finding]:
    held = len((tables.complete or tables).studies)
    flow = build_flow(tables.optional)
    totals = flow.has("previous_reports", "previous_studies", "total_reports", "total_studies")
    box = "total_reports" if totals else "new_reports"
    reports, row = flow.count(box), _row_of(flow, box)
    if row and row.provenance and reports is not None and reports != held:
        yield Finding(row.provenance.cell("n"), reports, {"box": box, "held": held})
    studies_box = box.replace("reports", "studies")
    studies, row = flow.count(studies_box), _row_of(flow, studies_box)
    # A report is of one study at least, so there are never more studies than reports.
    if row and row.provenance and studies is not None and studies > held:
        yield Finding(row.provenance.cell("n"), studies, {"box": studies_box, "held": held})


FLOW_RULES = (
    Rule(
        "flow-twice",
        "error",
        "One number of the flow diagram stands in one row.",
        "this number stands in {first} already.",
        "Delete one of the two rows, or name the part.",
        "two rows of records_screened",
        _twice,
    ),
    Rule(
        "flow-parts-differ",
        "error",
        "A box is the sum of its parts.",
        "{box} is {value}, and its parts make {sum}.",
        "Correct the number or the parts.",
        "dbr_excluded 12 with parts 7 and 4",
        _parts_differ,
    ),
    Rule(
        "flow-does-not-add-up",
        "error",
        "What goes into a box less what leaves it is what the next box holds (PRISMA 2020).",
        "{box} is {value}, and the boxes before it make {sum}.",
        "Correct the number that is wrong.",
        "120 found, 20 duplicates, 99 screened",
        _sums_differ,
    ),
    Rule(
        "flow-against-studies",
        "warning",
        "Each report that was included has its row in studies.",
        "{box} is {value}, and the sheet studies has {held} reports.",
        "Add the missing reports, or correct the number.",
        "new_reports 80 with 78 rows in studies",
        _against_studies,
    ),
)
