"""Viechtbauer 2007, Stat Med 26:37, Table II on page 44: intervals of tau2.

Nine trials of diuretics against pre-eclampsia (Collins, Yusuf and Peto 1985), log odds ratios.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

TRIALS = pd.read_csv(Path(__file__).parent / "data" / "collins1985b.csv")


def pooled(tau2, tau2_ci="QP"):
    a, c = TRIALS["pre.xti"].to_numpy(float), TRIALS["pre.xci"].to_numpy(float)
    b, d = TRIALS["pre.nti"] - a, TRIALS["pre.nci"] - c
    effects = ms.effects_from(np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)
    return ms.pool(effects, ms.RandomEffects(tau2, tau2_ci=tau2_ci))


@pytest.mark.parametrize(
    ("code", "tau2"), [("DL", 0.230), ("ML", 0.239), ("REML", 0.301), ("SJ", 0.456)]
)
def test_estimates(code, tau2):
    assert pooled(code).tau2 == pytest.approx(tau2, abs=5e-4)


def test_q_profile():
    assert tuple(pooled("DL").tau2_ci) == pytest.approx((0.072, 2.203), abs=5e-4)


@pytest.mark.parametrize(("code", "limits"), [("ML", (0.027, 1.131)), ("REML", (0.043, 1.475))])
def test_profile_likelihood(code, limits):
    assert tuple(pooled(code, "PL").tau2_ci) == pytest.approx(limits, abs=5e-4)


@pytest.mark.parametrize(("code", "limits"), [("ML", (-0.101, 0.578)), ("REML", (-0.131, 0.732))])
def test_standard_error_gives_the_wald_interval(code, limits):
    result = pooled(code)
    half = 1.96 * result.tau2_se
    assert (result.tau2 - half, result.tau2 + half) == pytest.approx(limits, abs=1e-3)
