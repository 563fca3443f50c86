"""The firewall: whatever is said of the evidence, no weight and no estimate changes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import metasyn as ms

CRS = Path(__file__).parents[1] / "studies" / "severe_crs.xlsx"


def fingerprint(registry):
    """Every number of the pooled lines, bit for bit."""
    records = registry.select(outcome=("crs_resolution", "crs_improvement"), analyse="primary")
    groups = ms.pool_by(records, "intervention", ms.BinomialNormal())
    said = []
    for line in groups.lines:
        weights = [None if row.weight is None else row.weight.hex() for row in line.studies]
        result = line.result
        numbers = [
            value.hex()
            for name in ("estimate", "se", "tau2", "log_likelihood")
            if isinstance(value := getattr(result, name, None), float)
        ]
        ends = [end.hex() for end in result.ci] if result.ci else []
        said.append((line.code, weights, numbers, ends, len(line.set_aside)))
    return said


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(CRS)


@pytest.fixture(scope="module")
def truth(registry):
    return fingerprint(registry)


def test_the_fingerprint_sees_numbers(truth):
    assert sum(len(numbers) for _, _, numbers, _, _ in truth) > 8
    assert sum(weight is not None for _, weights, *_ in truth for weight in weights) > 8


@pytest.mark.parametrize(
    "change",
    [
        lambda statements: statements[:0],
        lambda statements: statements * 3,
        lambda statements: tuple(replace(one, stance="contrasting") for one in statements),
        lambda statements: tuple(
            replace(one, stance="", basis="own_data", citing_notice="retraction")
            for one in statements
        ),
    ],
    ids=["none", "three times", "all contrasting", "unclassed and retracted"],
)
def test_statements_change_no_bit_of_any_result(change, registry, truth):
    changed = replace(registry, statements=change(registry.statements))
    assert ms.tally(changed).everything.count != ms.tally(registry).everything.count
    assert fingerprint(changed) == truth


def test_models_never_load_the_tallies():
    code = (
        "import sys, metasyn as ms; ms.pool_by; ms.pool; ms.BinomialNormal; ms.RandomEffects\n"
        "print([name for name in sys.modules if 'tall' in name or 'annotators' in name])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"
