"""Balduzzi, Rücker and Schwarzer 2019, Evid Based Ment Health 22:153.

Haloperidol against placebo in 17 trials (Joy, Adams and Lawrie 2006): risk ratios pooled with the
Paule-Mandel tau2, and adjusted by a limit meta-analysis (section on small-study effects, p. 159).
R's meta adds 0.5 to events and to numbers of patients where a cell is 0; so does this test.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

TRIALS = pd.read_csv(Path(__file__).parent / "data" / "joy2006_haloperidol.csv")


@pytest.fixture(scope="module")
def found():
    cells = TRIALS[["resp_h", "fail_h", "resp_p", "fail_p"]].to_numpy(float)
    half = np.where((cells == 0).any(axis=1), 0.5, 0.0)
    h, p = cells[:, 0] + half, cells[:, 2] + half
    n_h, n_p = cells[:, :2].sum(axis=1) + half, cells[:, 2:].sum(axis=1) + half
    effects = ms.effects_from(np.log(h / n_h) - np.log(p / n_p), 1 / h - 1 / n_h + 1 / p - 1 / n_p)
    return ms.limit_meta_analysis(effects, ms.RandomEffects("PM", ci="z"))


def test_unadjusted_risk_ratio(found):
    """2.15 [1.51; 3.06], tau2 0.1754."""
    assert np.exp(found.pooled.estimate) == pytest.approx(2.15, abs=0.005)
    assert np.exp(found.pooled.ci.low) == pytest.approx(1.51, abs=0.005)
    assert np.exp(found.pooled.ci.high) == pytest.approx(3.06, abs=0.005)
    assert found.pooled.tau2 == pytest.approx(0.1754, abs=5e-5)


def test_adjusted_risk_ratio(found):
    """1.29, "much smaller", and no longer significant."""
    assert np.exp(found.adjusted.estimate) == pytest.approx(1.29, abs=0.005)
    assert found.adjusted.ci.low < 0 < found.adjusted.ci.high
