"""Sets pooled together are sets pooled one by one."""

from __future__ import annotations

import numpy as np
import pytest

import metasyn as ms


@pytest.fixture(scope="module")
def sets():
    rng = np.random.default_rng(11)
    xi, ni = np.full((2, 30, 14), np.nan)
    for row in range(30):
        k, m = int(rng.integers(0, 7)), int(rng.integers(0, 7))
        k = max(k, 1 - min(m, 1))
        n = np.concatenate([rng.integers(3, 40, k), rng.integers(1, 3, m)])
        p = rng.uniform(0.2, 1.2, k + m).clip(0, 1)
        ni[row, : k + m], xi[row, : k + m] = n, rng.binomial(n, p)
    return xi, ni


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"cases": "individual", "case_weight": 1, "case_cap": 1},
        {"interval": "integrated"},
        {"interval": "profile"},
        {"interval": "wald-z", "case_cap": 0.05},
    ],
)
def test_agrees_with_one_by_one(sets, options):
    spec = ms.BinomialNormal(**options)
    together = ms.pool_rate_sets(*sets, spec)
    for row, (xi, ni) in enumerate(zip(*sets, strict=True)):
        here = ~np.isnan(xi)
        one = ms.pool(ms.counts(xi=xi[here], ni=ni[here]), spec)
        # Both stop at a gradient of 1e-10; integrated quantiles share their nodes.
        assert together.estimate[row] == pytest.approx(one.estimate, abs=1e-7)
        assert together.case_power[row] == pytest.approx(one.case_power, abs=1e-9)
        assert together.tau[row] == pytest.approx(one.maximum.tau, abs=1e-7)
        if one.ci is not None:
            assert together.method[row] == one.ci.method
            found = (together.ci_low[row], together.ci_high[row])
            assert found == pytest.approx((one.ci.low, one.ci.high), abs=1e-6)
    assert len(together) == len(together.to_frame()) == 30


@pytest.mark.parametrize(
    ("xi", "ni", "words"),
    [
        ([[3, 4]], [[5]], "shape"),
        ([[3, 9]], [[5, 8]], "Set 0, study 1"),
        ([[3, np.nan]], [[5, 8]], "Set 0, study 1"),
        ([[3.5, 4]], [[5, 8]], "Set 0, study 0"),
        ([[3, 4], [np.nan, np.nan]], [[5, 8], [np.nan, np.nan]], "Set 1"),
    ],
)
def test_wrong_sets_are_named(xi, ni, words):
    with pytest.raises(ms.DataError, match=words):
        ms.pool_rate_sets(xi, ni)


def test_other_models_are_refused():
    with pytest.raises(ms.SpecError):
        ms.pool_rate_sets([[3]], [[5]], ms.BinomialNormal(model="UM.FS"))
    with pytest.raises(ms.SpecError):
        ms.pool_rate_sets([[3]], [[5]], ms.BinomialNormal(quality={"a": 0.5}))
