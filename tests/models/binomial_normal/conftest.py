from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import metasyn as ms

GOLDEN = Path(__file__).parents[2] / "reference" / "case_evidence_golden.json"


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    return json.loads(GOLDEN.read_text())


@pytest.fixture(scope="session")
def golden_case(golden):
    by_id = {case["id"]: case for case in golden["cases"]}
    return by_id.__getitem__


@pytest.fixture
def counts_of():
    """Counts of a golden case: its anchors, then its single cases one by one."""

    def build(given: dict[str, Any]) -> ms.Counts:
        good, total = given["case_successes"], given["case_total"]
        xi = [row["r"] for row in given["anchors"]] + [1] * good + [0] * (total - good)
        ni = [row["n"] for row in given["anchors"]] + [1] * total
        return ms.counts(xi=xi, ni=ni)

    return build
