"""Raudenbush 2009, Analyzing effect sizes: random-effects models, Tables 16.2 and 16.3.

In The Handbook of Research Synthesis and Meta-Analysis (2nd ed.), pages 301 and 309: 19 experiments
on teacher expectancy. Table 16.3 has the Knapp-Hartung method with five estimators.
"""

from pathlib import Path

import pandas as pd
import pytest

import metasyn as ms

STUDIES = pd.read_csv(Path(__file__).parent / "data" / "raudenbush1985.csv")
STUDIES["weeks"] = STUDIES["weeks"].clip(upper=3)
EFFECTS = ms.effects_from(STUDIES["yi"], STUDIES["vi"], slab=STUDIES["author"], data=STUDIES)

TABLE = {
    # estimator: tau2, mean, then se, z or t, and limits by the usual and by Knapp and Hartung's way
    "ML": (0.013, 0.078, (0.047, 1.637, -0.015, 0.171), (0.059, 1.311, -0.047, 0.202)),
    "REML": (0.019, 0.084, (0.052, 1.621, -0.018, 0.185), (0.062, 1.359, -0.046, 0.213)),
    "DL": (0.026, 0.089, (0.056, 1.601, -0.020, 0.199), (0.064, 1.405, -0.044, 0.223)),
    "HE": (0.080, 0.114, (0.079, 1.443, -0.041, 0.270), (0.071, 1.608, -0.035, 0.264)),
}


def test_table_2_common_effect():
    pooled = ms.pool(EFFECTS, ms.CommonEffect())
    assert pooled.estimate == pytest.approx(0.060, abs=5e-4)
    assert pooled.q == pytest.approx(35.83, abs=5e-3)


def test_table_2_moderator():
    fit = ms.pool(EFFECTS, ms.RandomEffects(ci="z", moderators="~ weeks"))
    assert fit.tau2 == pytest.approx(0, abs=5e-4)
    assert fit.q == pytest.approx(16.57, abs=5e-3)
    assert fit.coefficients["estimate"].tolist() == pytest.approx([0.407, -0.157], abs=5e-4)
    assert fit.coefficients["statistic"].tolist() == pytest.approx([4.68, -4.39], abs=5e-3)


@pytest.mark.parametrize("code", TABLE)
@pytest.mark.parametrize(("ci", "column"), [("z", 2), ("hksj", 3)])
def test_table_3(code, ci, column):
    pooled = ms.pool(EFFECTS, ms.RandomEffects(code, ci=ci))
    assert pooled.tau2 == pytest.approx(TABLE[code][0], abs=5e-4)
    assert pooled.estimate == pytest.approx(TABLE[code][1], abs=5e-4)
    se, statistic, low, high = TABLE[code][column]
    assert pooled.se == pytest.approx(se, abs=5e-4)
    assert pooled.statistic == pytest.approx(statistic, abs=5e-4)
    assert tuple(pooled.ci) == pytest.approx((low, high), abs=5e-4)
