"""The arithmetic of the flow diagram, on the example of PRISMA 2020 and on random flows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.errors import DataError
from metasyn.records.search_flow import BALANCES, BOXES, FlowRow, SearchFlow

# Numbers of an update with other sources; each sum worked out by hand.
UPDATE = {
    "previous_studies": 13, "previous_reports": 15,
    "database_results": {"MEDLINE": 810, "Embase": 620}, "register_results": 70,
    "duplicates": 400, "excluded_automatic": 60, "excluded_other": 40,
    "records_screened": 1000, "records_excluded": 880,
    "dbr_sought_reports": 120, "dbr_notretrieved_reports": 8, "dbr_assessed": 112,
    "dbr_excluded": {"Other population": 60, "No outcome": 30},
    "website_results": 5, "organisation_results": 2, "citations_results": 13,
    "other_sought_reports": 20, "other_notretrieved_reports": 2, "other_assessed": 18,
    "other_excluded": {"Other design": 10},
    "new_reports": 30, "new_studies": 27, "total_studies": 40, "total_reports": 45,
}  # fmt: skip


def test_a_sound_flow_has_nothing_to_say():
    flow = SearchFlow.of(UPDATE)
    assert flow.imbalances() == ()
    assert {row.box for row in flow.rows} == set(BOXES)


@pytest.mark.parametrize("balance", BALANCES, ids=lambda balance: balance.total)
def test_every_sum_is_looked_at(balance):
    wrong = {**UPDATE, balance.total: SearchFlow.of(UPDATE).count(balance.total) + 1}
    found = {item.balance.total: item for item in SearchFlow.of(wrong).imbalances()}
    item = found[balance.total]
    assert item.given == item.expected + 1


def test_sums_with_unknown_numbers_are_not_judged():
    assert SearchFlow.of({**UPDATE, "duplicates": None, "records_screened": 1}).imbalances() != ()
    lone = SearchFlow.of({"database_results": 10, "duplicates": None, "records_screened": 1})
    assert lone.imbalances() == ()
    parts = SearchFlow.of({"database_results": {"a": 10, "b": None}, "records_screened": 1})
    assert parts.count("database_results") is None
    assert parts.imbalances() == ()


def test_a_box_may_have_its_own_number_beside_its_parts():
    rows = (
        FlowRow("dbr_excluded", "", 12),
        FlowRow("dbr_excluded", "Review", 7),
        FlowRow("dbr_excluded", "No data", 4),
    )
    flow = SearchFlow(rows)
    assert flow.count("dbr_excluded") == 12
    assert list(flow.partial_sums()) == [(rows[0], 11)]


def test_unknown_boxes_are_refused():
    with pytest.raises(DataError, match="no box 'screened'"):
        SearchFlow.of({"screened": 3})


@given(st.lists(st.integers(0, 5000), min_size=9, max_size=9))
def test_flows_built_forwards_always_come_out(steps):
    found, registers, same, machine, out, gone, unfit, other, dropped = steps
    screened = found + registers
    flow = SearchFlow.of(
        {
            "database_results": found + same,
            "register_results": registers + machine,
            "duplicates": same,
            "excluded_automatic": machine,
            "records_screened": screened,
            "records_excluded": min(out, screened),
            "dbr_sought_reports": (sought := screened - min(out, screened)),
            "dbr_notretrieved_reports": min(gone, sought),
            "dbr_assessed": (read := sought - min(gone, sought)),
            "dbr_excluded": min(unfit, read),
            "citations_results": other,
            "other_sought_reports": other,
            "other_notretrieved_reports": 0,
            "other_assessed": other,
            "other_excluded": min(dropped, other),
            "new_reports": read - min(unfit, read) + other - min(dropped, other),
        }
    )
    assert flow.imbalances() == ()
