"""Van Houwelingen, Arends and Stijnen 2002, Stat Med 21:589, pages 596 to 609.

The BCG trials of Colditz et al. 1994, log odds ratios, maximum likelihood.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

TRIALS = pd.read_csv(Path(__file__).parent / "data" / "bcg_colditz1994.csv")


def effects():
    a, c = TRIALS["events_t"].to_numpy(float), TRIALS["events_c"].to_numpy(float)
    b, d = TRIALS["n_t"] - a, TRIALS["n_c"] - c
    return ms.effects_from(
        np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, slab=TRIALS["study"], data=TRIALS
    )


def odds_ratio(pooled):
    return np.exp([pooled.estimate, *pooled.ci])


def test_common_effect_page_596():
    # 0.703 is printed for an upper limit of 0.7024
    found = odds_ratio(ms.pool(effects(), ms.CommonEffect()))
    assert found == pytest.approx([0.647, 0.595, 0.703], abs=1e-3)


def test_random_effects_page_597():
    pooled = ms.pool(effects(), ms.RandomEffects("ML", ci="z"))
    assert odds_ratio(pooled) == pytest.approx([0.476, 0.336, 0.675], abs=5e-4)
    assert pooled.tau2 == pytest.approx(0.302, abs=5e-4)


def test_profile_likelihood_of_tau2_page_597():
    pooled = ms.pool(effects(), ms.RandomEffects("ML", tau2_ci="PL"))
    assert tuple(pooled.tau2_ci) == pytest.approx((0.12, 0.89), abs=5e-3)


def test_prediction_page_599():
    pooled = ms.pool(effects(), ms.RandomEffects("ML", ci="z", prediction="simple"))
    assert tuple(pooled.prediction) == pytest.approx((-1.820, 0.336), abs=1e-3)


def test_latitude_pages_608_and_609():
    fit = ms.pool(effects(), ms.RandomEffects("ML", ci="z", moderators="~ ablat"))
    assert fit.coefficients["estimate"].tolist() == pytest.approx([0.371, -0.033], abs=5e-4)
    assert fit.coefficients["se"].tolist() == pytest.approx([0.106, 0.003], abs=5e-4)
    assert fit.tau2 == pytest.approx(0.004, abs=5e-4)
