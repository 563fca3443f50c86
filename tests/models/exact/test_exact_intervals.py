"""Exact and mid-p inference against base R (tests/reference/exact.R)."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from metasyn.effects.counts import counts
from metasyn.errors import DataError
from metasyn.models.exact import clopper_pearson, exact_odds_ratio, mid_p_interval
from metasyn.models.specs import BinomialNormal
from metasyn.models.two_arm_glmm import pool_two_arm

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "exact.json").read_text())
TABLES = [
    pytest.param(
        dict(zip(("ai", "bi", "ci", "di"), ([x] for x in one["cells"]), strict=True)),
        one,
        id="-".join(map(str, one["cells"])),
    )
    for one in REFERENCE["one_table"]
]
STRATA = [pytest.param(one["data"], one, id=name) for name, one in REFERENCE["stratified"].items()]


def numbers(values):
    return [float(value) for value in values]


@pytest.mark.parametrize("case", REFERENCE["proportions"])
def test_proportions(case):
    x, n = case["x"], case["n"]
    assert list(clopper_pearson(x, n)) == pytest.approx(case["clopper_pearson"], rel=1e-9)
    # R's root is found to 1e-15 absolute, which is 1e-9 of a limit of 1e-6
    assert list(mid_p_interval(x, n)) == pytest.approx(case["mid_p"], rel=1e-8)


@pytest.mark.parametrize(("data", "expected"), TABLES + STRATA)
def test_odds_ratio(data, expected):
    exact, tight = exact_odds_ratio(counts(**data)), expected["tight"]
    assert exact.estimate == pytest.approx(float(tight["estimate"]), abs=1e-9)
    assert list(exact.ci) == pytest.approx(numbers(tight["exact"]), abs=1e-9)
    assert list(exact.mid_p_ci) == pytest.approx(numbers(tight["mid_p"]), abs=1e-9)
    assert exact.p_value == pytest.approx(tight["p_value"], rel=1e-9)
    # fisher.test and mantelhaen.test themselves, to the default tolerance of R's uniroot
    found = np.exp([exact.estimate, *exact.ci])
    assert list(found) == pytest.approx(
        numbers([expected["estimate"], *expected["ci"]]), rel=3e-3, abs=1e-3
    )


@pytest.mark.parametrize("n", [1, 7, 40])
def test_coverage_is_exact(n):
    """Over a grid of true rates Clopper-Pearson never covers less than its level."""
    from scipy.stats import binom

    limits = [tuple(clopper_pearson(x, n)) for x in range(n + 1)]
    for p in np.linspace(0.01, 0.99, 99):
        covers = sum(binom.pmf(x, n, p) for x in range(n + 1) if limits[x][0] <= p <= limits[x][1])
        assert covers >= 0.95 - 1e-12


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 60))
def test_mid_p_lies_inside_and_mirrors(x, n):
    assume(x <= n)
    outer, inner, mirror = clopper_pearson(x, n), mid_p_interval(x, n), mid_p_interval(n - x, n)
    assert outer.low <= inner.low <= x / n <= inner.high <= outer.high
    assert (1 - mirror.high, 1 - mirror.low) == pytest.approx(tuple(inner), abs=1e-12)


CELL = st.integers(0, 25)


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=4))
def test_swapping_arms_flips_and_double_zeros_change_nothing(rows):
    def odds(rows):
        a, b, c, d = np.array(rows).T
        return exact_odds_ratio(counts(ai=a, bi=b, ci=c, di=d))

    try:
        one = odds(rows)
    except DataError:
        assume(False)
    other = odds([(c, d, a, b) for a, b, c, d in rows])
    more = odds([*rows, (0, 4, 0, 9), (3, 0, 2, 0)])
    assert other.estimate == pytest.approx(-one.estimate, abs=1e-9)
    assert (-other.ci.high, -other.ci.low) == pytest.approx(tuple(one.ci), abs=1e-8)
    assert tuple(more.ci) == pytest.approx(tuple(one.ci), abs=1e-12)
    assert one.ci.low <= one.mid_p_ci.low <= one.estimate <= one.mid_p_ci.high <= one.ci.high
    # the p-value and the interval say the same
    if abs(one.p_value - 0.05) > 1e-9:
        assert (one.p_value < 0.05) == (one.ci.low > 0 or one.ci.high < 0)


def test_large_trials_do_not_underflow():
    """The TPT Madras trial and one twice as lopsided: far from an odds ratio of 1."""
    data = counts(ai=[505, 50], bi=[87886, 90000], ci=[499, 4000], di=[87892, 86000])
    exact = exact_odds_ratio(data)
    normal = pool_two_arm(
        counts(ai=[50], bi=[90000], ci=[4000], di=[86000]), BinomialNormal(model="CM.EL")
    )
    assert np.isfinite([exact.estimate, *exact.ci, *exact.mid_p_ci]).all()
    alone = exact_odds_ratio(counts(ai=[50], bi=[90000], ci=[4000], di=[86000]))
    assert alone.estimate == pytest.approx(normal.estimate, abs=1e-8)
    # with 50 events the exact limits are near those of the profile likelihood
    assert list(alone.mid_p_ci) == pytest.approx(list(normal.ci), abs=0.02)


def test_nothing_to_compare_is_named():
    with pytest.raises(DataError, match="informs the odds ratio"):
        exact_odds_ratio(counts(ai=[0], bi=[4], ci=[0], di=[5]))
    with pytest.raises(DataError, match="no proportion"):
        clopper_pearson(5, 4)
