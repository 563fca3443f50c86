"""Normand 1999, Stat Med 18:321, Table VII on page 349 and Table IX on page 352."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

DATA = Path(__file__).parent / "data"


def lidocaine():
    trials = pd.read_csv(DATA / "hine1989.csv")
    treated, control = trials["ai"] / trials["n1i"], trials["ci"] / trials["n2i"]
    yi = 100 * (treated - control)
    vi = treated * (1 - treated) / trials["n1i"] + control * (1 - control) / trials["n2i"]
    return ms.effects_from(yi, 1e4 * vi)


def stroke_units():
    trials = pd.read_csv(DATA / "normand1999.csv")
    n1, n2 = trials["n1i"], trials["n2i"]
    pooled = ((n1 - 1) * trials["sd1i"] ** 2 + (n2 - 1) * trials["sd2i"] ** 2) / (n1 + n2 - 2)
    return ms.effects_from(trials["m1i"] - trials["m2i"], pooled * (1 / n1 + 1 / n2))


@pytest.mark.parametrize(
    "spec",
    [ms.CommonEffect(), ms.RandomEffects("REML", ci="z"), ms.RandomEffects("DL", ci="z")],
    ids=["common", "REML", "DL"],
)
def test_table_7(spec):
    pooled = ms.pool(lidocaine(), spec)
    assert pooled.estimate == pytest.approx(2.94, abs=5e-3)
    assert tuple(pooled.ci) == pytest.approx((0.4, 5.5), abs=5e-2)
    assert not pooled.tau2


@pytest.mark.parametrize(
    ("spec", "estimate", "limits", "tau2"),
    [
        (ms.CommonEffect(), -3.49, (-5.03, -1.96), None),
        (ms.RandomEffects("DL", ci="z"), -14.10, (-24.45, -3.75), 218.72),
        (ms.RandomEffects("REML", ci="z"), -15.12, (-32.67, 2.43), 685.20),
    ],
    ids=["common", "DL", "REML"],
)
def test_table_9(spec, estimate, limits, tau2):
    pooled = ms.pool(stroke_units(), spec)
    assert pooled.estimate == pytest.approx(estimate, abs=5e-3)
    assert tuple(pooled.ci) == pytest.approx(limits, abs=6e-3)
    if tau2 is None:
        assert pooled.tau2 is None
    else:
        # 685.20 is printed from an iteration that stopped at 685.197
        assert np.isclose(pooled.tau2, tau2, atol=6e-3)
