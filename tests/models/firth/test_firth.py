"""Firth's logistic regression against brglm2 and the penalised profile (reference/firth.R)."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from metasyn.effects.counts import counts
from metasyn.errors import DataError
from metasyn.models.firth import pool_firth
from metasyn.models.specs import FirthLogistic

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "firth.json").read_text())["sets"]


@pytest.mark.parametrize("name", REFERENCE)
def test_agrees_with_brglm2(name):
    expected = REFERENCE[name]
    pooled = pool_firth(counts(**expected["data"]), FirthLogistic())
    assert pooled.estimate == pytest.approx(expected["estimate"], abs=1e-10)
    assert pooled.se == pytest.approx(expected["se"], rel=1e-10)
    assert pooled.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-9)
    assert list(pooled.ci) == pytest.approx(expected["ci"], abs=1e-8)
    assert pooled.statistic**2 == pytest.approx(expected["lr"], abs=1e-8)
    assert pooled.p_value == pytest.approx(chi2.sf(expected["lr"], 1), rel=1e-7)


def test_the_grid_is_whole():
    assert set(REFERENCE) >= {"nielweise2007", "hine1989", "sparse", "separated", "mixed"}


CELL = st.integers(0, 25)


@settings(max_examples=40, deadline=None)
@example([(2, 0, 0, 1), (2, 0, 0, 1)])  # far limits, where the profile has two hills
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=5))
def test_swapping_arms_and_exchanging_events_flip_the_sign(rows):
    def pool(rows):
        a, b, c, d = np.array(rows).T
        return pool_firth(counts(ai=a, bi=b, ci=c, di=d), FirthLogistic())

    try:
        one = pool(rows)
    except DataError:
        assume(False)
    for flipped in ([(c, d, a, b) for a, b, c, d in rows], [(b, a, d, c) for a, b, c, d in rows]):
        other = pool(flipped)
        assert other.estimate == pytest.approx(-one.estimate, abs=1e-8)
        assert (-other.ci.high, -other.ci.low) == pytest.approx(tuple(one.ci), abs=1e-6)
    assert np.isfinite([one.estimate, one.se, *one.ci]).all()
    assert one.weights.sum() == pytest.approx(1)


def test_one_table_adds_a_half():
    """With one study the penalty is Jeffreys' prior: 1/2 in each cell (Firth 1993, section 3.3)."""
    pooled = pool_firth(counts(ai=[3], bi=[17], ci=[0], di=[20]), FirthLogistic())
    assert pooled.estimate == pytest.approx(np.log(3.5 * 20.5 / (17.5 * 0.5)), abs=1e-10)


def test_separation_stays_finite_and_double_zeros_are_named():
    data = counts(ai=[3, 2, 0], bi=[17, 18, 9], ci=[0, 0, 0], di=[20, 20, 9], slab="ABC")
    pooled = pool_firth(data, FirthLogistic())
    assert np.isfinite(pooled.estimate)
    assert {"double-zero", "firth-penalty"} <= {note.code for note in pooled.notes}
    with pytest.raises(DataError, match="informs the odds ratio"):
        pool_firth(counts(ai=[0], bi=[7], ci=[0], di=[9]), FirthLogistic())
