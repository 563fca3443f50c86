"""The BCG trials of Colditz et al. 1994 (JAMA 271:698) as a demonstration manuscript prints them.

Aperivue, medsci-skills, demo/02_metafor_bcg/manuscript: log risk ratios, REML, Wald intervals.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

TRIALS = pd.read_csv(Path(__file__).parent / "data" / "bcg_colditz1994.csv")


def effects(rows=slice(None)):
    t = TRIALS[rows]
    yi = np.log(t["events_t"] / t["n_t"] / (t["events_c"] / t["n_c"]))
    vi = 1 / t["events_t"] - 1 / t["n_t"] + 1 / t["events_c"] - 1 / t["n_c"]
    return ms.effects_from(yi, vi, slab=t["study"])


def test_pooled_risk_ratio():
    pooled = ms.pool(effects(), ms.RandomEffects(ci="z"))
    shown = np.exp([pooled.estimate, *pooled.ci, *pooled.prediction])
    assert pooled.k == 13
    assert TRIALS["n_t"].sum() + TRIALS["n_c"].sum() == 357_347
    assert shown == pytest.approx([0.489, 0.344, 0.696, 0.155, 1.549], abs=5e-4)


def test_heterogeneity():
    pooled = ms.pool(effects(), ms.RandomEffects(ci="z"))
    assert pooled.tau2 == pytest.approx(0.313, abs=5e-4)
    assert 100 * pooled.i2 == pytest.approx(92.2, abs=0.05)
    assert pooled.q == pytest.approx(152.23, abs=5e-3)


def test_range_without_one_trial():
    ratios = [
        np.exp(ms.pool(effects(TRIALS.index != i), ms.RandomEffects(ci="z")).estimate)
        for i in range(13)
    ]
    assert (min(ratios), max(ratios)) == pytest.approx((0.452, 0.533), abs=5e-4)
