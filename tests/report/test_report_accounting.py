"""Rows in = rows pooled + rows shown + rows set aside, or no report at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metasyn.errors import DataError
from metasyn.models.groups import Groups
from metasyn.report.document import Table
from metasyn.report.sections.flow import check_accounts, flow


def table_of(groups, material) -> Table:
    section = flow(replace(material, groups=groups))
    return next(block for block in section.blocks if isinstance(block, Table))


def test_every_line_of_the_flow_table_adds_up(groups, material):
    for row in table_of(groups, material).rows:
        found, *parts = [cell.value for cell in row.cells[1:]]
        assert found == sum(parts), row.cells[0].text


def test_last_line_is_the_sum_of_the_others(groups, material):
    *lines, total = table_of(groups, material).rows
    columns = zip(*([cell.value for cell in row.cells[1:]] for row in lines), strict=True)
    assert [cell.value for cell in total.cells[1:]] == [sum(column) for column in columns]
    assert total.kind == "total"


def test_total_is_every_row_of_the_question(groups, material):
    records = groups.records
    found = table_of(groups, material).rows[-1].cells[1].value
    assert found == len(records.rows) + len(records.set_aside) == 9


def without(groups: Groups, code: str, **change: object) -> Groups:
    lines = tuple(replace(one, **change) if one.code == code else one for one in groups.lines)
    return Groups(lines, groups.by, groups.spec, groups.records)


def test_a_lost_row_stops_the_report(groups):
    line = groups.line("siltuximab")
    broken = without(groups, "siltuximab", studies=line.studies[1:])
    with pytest.raises(DataError, match="lost: R0139"):
        check_accounts(broken)


def test_a_row_in_two_lines_stops_the_report(groups):
    doubled = groups.line("tocilizumab").studies[:1] + groups.line("hemofiltration").studies
    broken = without(groups, "hemofiltration", studies=doubled)
    with pytest.raises(DataError, match="counted too often: R0009"):
        check_accounts(broken)


def test_a_row_both_pooled_and_set_aside_stops_the_report(groups):
    line = groups.line("siltuximab")
    broken = without(groups, "siltuximab", set_aside=(*line.set_aside, line.set_aside[0]))
    with pytest.raises(DataError, match="counted too often: R0140"):
        check_accounts(broken)
