"""Single cases published selectively: what is drawn, and how well a rate did."""

from __future__ import annotations

import numpy as np
import pytest

import metasyn as ms

TRUTH = ms.SelectedCases("x", 4, 0.6, 0.5, 3, (10, 40), 7)


def generators(count):
    return [
        np.random.Generator(np.random.Philox(key=5, counter=[0, 0, i, 0])) for i in range(count)
    ]


def test_sets_are_padded_and_carry_their_truth():
    small = ms.SelectedCases("y", 1, 0.5, 0.0, 1, (10, 10), 2)
    sets = ms.selected_sets([TRUTH, small], generators(2))
    assert sets.xi.shape == sets.ni.shape == (2, 10)
    assert np.isnan(sets.ni[1, 3:]).all()
    assert sets.ni[1, :3].tolist() == [10, 1, 1]
    assert sets.truth == (TRUTH, small)
    assert np.array_equal(sets.xi[0], TRUTH.draw(generators(1)[0])[0])


def test_trials_alone_have_no_single_case():
    sets = ms.selected_sets([TRUTH] * 2, generators(2)).without_cases()
    assert (np.isfinite(sets.ni).sum(axis=1) == 3).all()
    assert np.nanmin(sets.ni) >= 10


def test_performance_is_that_of_the_textbook():
    truth = np.full(4, 0.5)
    rates = np.array([[0.4, 0.5, 0.6, 0.7], [0.3, 0.4, 0.55, 0.6], [0.6, 0.6, 0.8, 0.9]])
    found = ms.rate_performance(truth, rates)
    error = np.array([-0.1, 0.0, 0.1, 0.2])
    # Morris, White & Crowther 2019, table 6, with n in place of n - 1.
    assert found["data_sets"] == 4
    assert found["bias"] == pytest.approx(0.05)
    assert found["bias_mc"] == pytest.approx(error.std() / 2)
    assert found["rmse"] == pytest.approx(np.sqrt(0.06 / 4))
    assert found["rmse_mc"] == pytest.approx((error**2).std() / (2 * np.sqrt(0.06 / 4) * 2))
    assert (found["coverage"], found["coverage_mc"]) == pytest.approx((0.5, 0.25))
    assert found["width"] == pytest.approx(np.mean([0.3, 0.2, 0.25, 0.3]))
