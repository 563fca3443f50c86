"""Cannon, Steinberg, Murphy, Mega and Braunwald 2006, J Am Coll Cardiol 48:438, abstract (p. 438).

Intensive against moderate statins in four trials, 27,548 patients; Mantel-Haenszel odds ratios. The
abstract prints reductions of the odds in whole percents.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

TRIALS = pd.read_csv(Path(__file__).parent / "data" / "cannon2006_statins.csv")


def pooled(endpoint):
    ai, ci = TRIALS[f"events_t_{endpoint}"], TRIALS[f"events_c_{endpoint}"]
    data = ms.counts(
        ai=ai, bi=TRIALS["n_t"] - ai, ci=ci, di=TRIALS["n_c"] - ci, slab=TRIALS["study"]
    )
    return ms.pool(data, ms.MantelHaenszel("OR"))


def test_patients():
    assert TRIALS["n_t"].sum() + TRIALS["n_c"].sum() == 27_548


@pytest.mark.parametrize(
    ("endpoint", "reduction"),
    [
        # coronary death or infarction: 16.5%, printed as 16
        pytest.param("ep1", 16, id="coronary-death-or-infarction"),
        pytest.param("ep2", 16, id="coronary-death-or-any-event"),
        pytest.param("ep3", 12, id="cardiovascular-death"),
    ],
)
def test_reduction_of_the_odds(endpoint, reduction):
    assert 100 * (1 - np.exp(pooled(endpoint).estimate)) == pytest.approx(reduction, abs=0.51)


def test_cardiovascular_death_p_value():
    assert pooled("ep3").p_value == pytest.approx(0.054, abs=5e-4)


def test_first_endpoints_are_beyond_doubt():
    # p < 0.00001 is printed for both; these counts give 3e-5 for the first
    assert pooled("ep1").p_value < 5e-5
    assert pooled("ep2").p_value < 1e-5


@pytest.mark.parametrize("endpoint", ["ep4", "ep5"])
def test_no_difference_in_other_deaths(endpoint):
    """Non-cardiovascular death, any death: "no difference"."""
    low, high = pooled(endpoint).ci
    assert low < 0 < high
