"""Constantine-Cooke, pooled analysis of tofacitinib in ulcerative colitis: early remission.

R Markdown in the authors' repository (nathansam/tofameta, commit e2eb063): logit proportions,
DerSimonian-Laird, nine studies.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

STUDIES = pd.read_csv(Path(__file__).parent / "data" / "tofameta_early_remission.csv")


def pooled():
    x, n = STUDIES["events"].to_numpy(float), STUDIES["n"].to_numpy(float)
    effects = ms.effects_from(np.log(x / (n - x)), 1 / x + 1 / (n - x), slab=STUDIES["study"])
    return ms.pool(effects, ms.RandomEffects("DL", ci="z"))


def test_proportion():
    shown = 1 / (1 + np.exp(-np.array([pooled().estimate, *pooled().ci])))
    assert shown == pytest.approx([0.3547, 0.2630, 0.4585], abs=5e-5)


def test_heterogeneity():
    result = pooled()
    assert result.tau2 == pytest.approx(0.3538, abs=5e-5)
    # metafor's default tolerance moves the third decimal of the upper limit
    assert tuple(result.tau2_ci) == pytest.approx((0.1413, 1.7129), abs=2e-4)
    assert 100 * result.i2 == pytest.approx(84.75, abs=5e-3)
    typical = result.tau2 * (1 - result.i2) / result.i2
    low, high = (100 * t / (t + typical) for t in result.tau2_ci)
    assert (low, high) == pytest.approx((68.94, 96.41), abs=0.01)
    assert result.q_p < 0.0001
