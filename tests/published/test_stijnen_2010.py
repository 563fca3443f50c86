"""Stijnen, Hamza and Ozdemir 2010, Stat Med 29:3046, Tables II, III, VII and VIII.

Anti-infective against standard catheters: 18 trials with events among patients (Niel-Weise et al.
2007, pages 3050 and 3052) and 9 with events over 1000 catheter-days (2008, pages 3054 and 3055).
The paper rounds some intermediate figures: a last digit that differs is noted.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

DATA = Path(__file__).parent / "data"
PATIENTS = pd.read_csv(DATA / "nielweise2007.csv")
DAYS = pd.read_csv(DATA / "nielweise2008.csv")
DAYS[["t1i", "t2i"]] /= 1000


def two_arms():
    ai, ci = PATIENTS["ai"], PATIENTS["ci"]
    return ms.counts(ai=ai, bi=PATIENTS["n1i"] - ai, ci=ci, di=PATIENTS["n2i"] - ci)


def on_risk_scale(pooled):
    return 1 / (1 + np.exp(-np.array([pooled.estimate, *pooled.ci])))


def on_ratio_scale(pooled):
    return np.exp([pooled.estimate, *pooled.ci])


@pytest.mark.parametrize(
    ("events", "n", "estimate", "se", "tau2", "risk"),
    [
        ("ci", "n2i", -3.50, 0.26, 0.81, [0.029, 0.018, 0.048]),
        ("ai", "n1i", -4.81, 0.36, 0.83, [0.008, 0.004, 0.016]),
    ],
)
def test_binomial_normal_table_ii(events, n, estimate, se, tau2, risk):
    pooled = ms.pool(
        ms.counts(xi=PATIENTS[events], ni=PATIENTS[n]), ms.BinomialNormal(interval="wald-z")
    )
    assert pooled.estimate == pytest.approx(estimate, abs=5.1e-3)
    assert pooled.se == pytest.approx(se, abs=5.1e-3)
    assert pooled.tau2 == pytest.approx(tau2, abs=5.1e-3)
    assert on_risk_scale(pooled) == pytest.approx(risk, abs=5.1e-4)


@pytest.mark.parametrize(
    ("model", "estimate", "se", "tau", "ratio"),
    [
        # 0.25 is printed for exp(-1.353) = 0.258
        ("CM.EL", -1.353, 0.351, 0.83, [0.26, 0.13, 0.51]),
        # 0.77 is printed for tau = 0.775
        ("CM.AL", -1.303, 0.339, 0.775, [0.27, 0.14, 0.53]),
    ],
)
def test_conditional_models_table_iii(model, estimate, se, tau, ratio):
    pooled = ms.pool(two_arms(), ms.BinomialNormal(model=model, interval="wald-z"))
    assert pooled.estimate == pytest.approx(estimate, abs=5.1e-4)
    assert pooled.se == pytest.approx(se, abs=5.1e-4)
    assert np.sqrt(pooled.tau2) == pytest.approx(tau, abs=5.1e-3)
    assert on_ratio_scale(pooled) == pytest.approx(ratio, abs=5.1e-3)


@pytest.mark.parametrize(
    ("events", "time", "estimate", "se", "tau2", "rate"),
    [
        ("x2i", "t2i", 1.401, 0.231, 0.316, [4.06, 2.58, 6.38]),
        # 0.850 is printed for 0.8494, 1.23 for 1.224
        ("x1i", "t1i", 0.850, 0.330, 0.654, [2.34, 1.23, 4.47]),
    ],
)
def test_poisson_normal_table_vii(events, time, estimate, se, tau2, rate):
    data = ms.person_time(xi=DAYS[events], ti=DAYS[time])
    pooled = ms.pool(data, ms.PoissonNormal(interval="wald-z"))
    assert pooled.estimate == pytest.approx(estimate, abs=7e-4)
    assert pooled.se == pytest.approx(se, abs=5.1e-4)
    assert pooled.tau2 == pytest.approx(tau2, abs=1e-3)
    assert on_ratio_scale(pooled) == pytest.approx(rate, abs=7e-3)


def test_rate_ratio_table_viii():
    data = ms.person_time(**{name: DAYS[name] for name in ("x1i", "t1i", "x2i", "t2i")})
    pooled = ms.pool(data, ms.PoissonNormal("CM.EL", interval="wald-z"))
    assert pooled.estimate == pytest.approx(-0.476, abs=5.1e-4)
    assert pooled.se == pytest.approx(0.238, abs=5.1e-4)
    assert np.sqrt(pooled.tau2) == pytest.approx(0.35, abs=5.1e-3)
    assert on_ratio_scale(pooled) == pytest.approx([0.62, 0.39, 0.99], abs=5.1e-3)
