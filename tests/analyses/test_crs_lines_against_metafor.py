"""From the cells of the CRS workbook to metafor's numbers (tests/reference/crs_lines.R)."""

import json
from pathlib import Path

import pytest

import metasyn as ms

ROOT = Path(__file__).parents[2]
LINES = json.loads((ROOT / "tests" / "reference" / "crs_lines.json").read_text())["lines"]


@pytest.fixture(scope="module")
def records():
    return ms.read_registry(ROOT / "studies" / "severe_crs.xlsx").select(
        outcome=("crs_resolution", "crs_improvement"),
        analyse="primary",
        role=("treatment_first_line", "treatment_refractory", "pre_emptive"),
    )


@pytest.mark.parametrize("code", LINES)
def test_inverse_variance_check(records, code):
    pooled = ms.pool_by(records, "intervention", ms.RandomEffects(ci="hksj"))[code]
    expected = LINES[code]["rma"]
    found = {
        "estimate": pooled.estimate,
        "se": pooled.se,
        "ci_low": pooled.ci.low,
        "ci_high": pooled.ci.high,
        "tau2": pooled.tau2,
        "i2": pooled.i2,
        "q": pooled.q,
        "prediction_low": pooled.prediction.low if pooled.prediction else None,
        "prediction_high": pooled.prediction.high if pooled.prediction else None,
    }
    assert pooled.k == LINES[code]["k"]
    assert {name: value is None for name, value in found.items()} == {
        name: value is None for name, value in expected.items()
    }
    numbers = {name: value for name, value in expected.items() if value is not None}
    # One-dimensional optimum with tight control on both sides.
    assert {name: found[name] for name in numbers} == pytest.approx(numbers, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("code", LINES)
def test_binomial_normal_headline_at_full_weight(records, code):
    """Without single cases and with every series at weight 1, it is metafor's rma.glmm."""
    spec = ms.BinomialNormal(case_weight=0, series_weight=1, interval="wald-t")
    pooled = ms.pool_by(records, "intervention", spec)[code]
    expected = LINES[code]["rma_glmm"]
    found = {name: getattr(pooled, name) for name in expected}
    # Two parameters are optimised; glmer reaches about 1e-7 with tight control.
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)
