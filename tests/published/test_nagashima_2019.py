"""Nagashima, Noma and Furukawa 2019: what their program prints for the cisapride trials.

pimeta 1.1.4, vignette of 2025: 13 trials of Hartung and Knapp 2001 (Stat Med 20:3875) as log odds
ratios with 1/2 added to every cell, 25,000 draws.
"""

import numpy as np
import pytest

import metasyn as ms
from metasyn.models.random_effects.predictive import probability_beyond

TREATED = [15, 12, 29, 42, 14, 44, 14, 29, 10, 17, 38, 19, 21]
N_TREATED = [16, 16, 34, 56, 22, 54, 17, 58, 14, 26, 44, 29, 38]
PLACEBO = [9, 1, 18, 31, 6, 17, 7, 23, 3, 6, 12, 22, 19]
N_PLACEBO = [16, 16, 34, 56, 22, 55, 15, 58, 15, 27, 45, 30, 38]


def effects():
    a, c = np.array(TREATED) + 0.5, np.array(PLACEBO) + 0.5
    b, d = np.array(N_TREATED) - a + 1, np.array(N_PLACEBO) - c + 1
    return ms.effects_from(np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)


def test_effects():
    assert effects().yi[:3] == pytest.approx([2.098986, 3.357026, 1.565232], abs=5e-7)
    assert np.sqrt(effects().vi[:3]) == pytest.approx([0.9847737, 1.0165653, 0.5747840], abs=5e-8)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bootstrap_prediction_interval(seed):
    spec = ms.RandomEffects("DL", prediction="NNF", seed=seed)
    pooled = ms.pool(effects(), spec)
    assert np.exp(pooled.estimate) == pytest.approx(4.141, abs=5e-4)
    assert pooled.tau2 == pytest.approx(0.718, abs=5e-4)
    # Monte Carlo error of the limits, theirs and ours: about 0.03 each on the log scale
    limits = np.log([0.533, 33.692])
    assert tuple(pooled.prediction) == pytest.approx(limits, abs=0.15)
    # printed as the probability that a new log odds ratio is below 0
    assert probability_beyond(pooled, 0.0, "below") == pytest.approx(0.075, abs=0.006)
