"""Beta-binomial model against its likelihood maximised in R (tests/reference/beta_binomial.R)."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from metasyn.effects.counts import counts
from metasyn.errors import DataError
from metasyn.models.beta_binomial import pool_beta_binomial
from metasyn.models.specs import BetaBinomial

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "beta_binomial.json").read_text())
CASES = [
    pytest.param(expected, id=name)
    for arms in ("two", "one")
    for name, expected in REFERENCE[arms].items()
]


@pytest.mark.parametrize("expected", CASES)
def test_agrees_with_the_likelihood_in_r(expected):
    pooled = pool_beta_binomial(counts(**expected["data"]), BetaBinomial())
    # R's lbeta at large n, and its logit of rho, leave about 1e-8
    assert pooled.estimate == pytest.approx(expected["estimate"], abs=2e-8)
    assert pooled.se == pytest.approx(expected["se"], abs=2e-8)
    assert pooled.rho == pytest.approx(expected["rho"], abs=1e-9)
    assert pooled.rho_se == pytest.approx(expected["rho_se"], abs=1e-9)
    assert pooled.log_likelihood == pytest.approx(expected["log_likelihood"], abs=2e-9)
    assert list(pooled.risks) == pytest.approx(np.atleast_1d(expected["risks"]), abs=1e-9)


def test_the_grid_is_whole():
    assert len(CASES) == 9


def test_trials_with_and_without_cases():
    """24/31, 11/25, 15/18, 28/34, and 13 of 14 single cases: 0.7155 and 0.7749."""
    trials = pool_beta_binomial(counts(xi=[24, 11, 15, 28], ni=[31, 25, 18, 34]), BetaBinomial())
    assert trials.risks[0] == pytest.approx(0.7155, abs=5e-5)
    assert REFERENCE["one"]["trials_and_cases"]["risks"] == pytest.approx(0.7749, abs=5e-5)


@pytest.mark.parametrize("name", ["sparse", "linde2005"])
def test_log_likelihood_is_that_of_scipy(name):
    data = REFERENCE["two"][name]["data"]
    pooled = pool_beta_binomial(counts(**data), BetaBinomial())
    precision = (1 - pooled.rho) / pooled.rho
    total = 0.0
    for mu, r, s in zip(pooled.risks, ("ai", "ci"), ("bi", "di"), strict=True):
        events, n = np.array(data[r]), np.array(data[r]) + np.array(data[s])
        total += betabinom.logpmf(events, n, mu * precision, (1 - mu) * precision).sum()
    assert pooled.log_likelihood == pytest.approx(total, abs=1e-9)


def test_without_spread_it_is_the_pooled_table():
    data = counts(ai=[10, 20, 5], bi=[90, 180, 45], ci=[20, 40, 10], di=[80, 160, 40])
    pooled = pool_beta_binomial(data, BetaBinomial())
    assert pooled.rho == 0
    assert pooled.rho_se is None
    assert pooled.estimate == pytest.approx(np.log(35 * 280 / (315 * 70)), abs=1e-12)
    assert pooled.se == pytest.approx(np.sqrt(1 / 35 + 1 / 315 + 1 / 70 + 1 / 280), rel=1e-10)
    assert "rho-at-zero" in {note.code for note in pooled.notes}


CELL = st.integers(0, 30)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=2, max_size=6))
def test_arms_and_events_mirror_and_order_is_free(rows):
    def pool(rows):
        a, b, c, d = np.array(rows).T
        return pool_beta_binomial(counts(ai=a, bi=b, ci=c, di=d), BetaBinomial())

    try:
        one = pool(rows)
    except DataError:
        assume(False)
    assume(one.rho < 0.99)
    swapped = pool([(c, d, a, b) for a, b, c, d in rows])
    mirrored = pool([(b, a, d, c) for a, b, c, d in rows])
    reordered = pool(rows[::-1])
    for other, sign in ((swapped, -1), (mirrored, -1), (reordered, 1)):
        assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-8)
        assert other.estimate == pytest.approx(sign * one.estimate, abs=1e-5)
        assert other.rho == pytest.approx(one.rho, abs=1e-5)
    assert one.weights.sum() == pytest.approx(1)


def test_double_zero_studies_take_part():
    with_zero = counts(ai=[3, 2, 0], bi=[17, 48, 40], ci=[6, 4, 0], di=[14, 46, 40], slab="ABC")
    without = counts(ai=[3, 2], bi=[17, 48], ci=[6, 4], di=[14, 46])
    one, other = (pool_beta_binomial(data, BetaBinomial()) for data in (with_zero, without))
    assert one.risks[1] < other.risks[1]
    assert one.weights[2] > 0
    assert "double-zero" in {note.code for note in one.notes}


def test_separation_is_named():
    with pytest.raises(DataError, match="the control arm has no event"):
        pool_beta_binomial(counts(ai=[3], bi=[4], ci=[0], di=[9]), BetaBinomial())
    with pytest.raises(DataError, match="the arm has nothing but events"):
        pool_beta_binomial(counts(xi=[3, 4], ni=[3, 4]), BetaBinomial())


def test_all_or_nothing_studies_are_named():
    pooled = pool_beta_binomial(counts(xi=[9, 0, 8, 0], ni=[9, 9, 8, 8]), BetaBinomial())
    assert "rho-at-bound" in {note.code for note in pooled.notes}
    assert pooled.rho > 0.999


def test_nobody_to_pool_is_not_called_separation():
    with pytest.raises(DataError, match="No study has patients"):
        pool_beta_binomial(counts(xi=[0], ni=[0]), BetaBinomial())


def test_one_arm_is_sent_to_a_model_that_takes_one_arm():
    with pytest.raises(DataError, match="Separation") as refused:
        pool_beta_binomial(counts(xi=[0, 0], ni=[9, 8]), BetaBinomial())
    assert "Firth" not in str(refused.value)
