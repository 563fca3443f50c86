"""One data set, every convention: dat.bcg, log risk ratio, REML."""

import json
from pathlib import Path

import numpy as np
import pytest

import metasyn as ms
from metasyn.models.random_effects.heterogeneity import heterogeneity
from metasyn.models.random_effects.predictive import probability_beyond

RMA = json.loads((Path(__file__).parents[2] / "reference" / "rma.json").read_text())
BCG = ms.effects_from(RMA["sets"]["bcg"]["yi"], RMA["sets"]["bcg"]["vi"])

# six digits are given
DIGITS = 1.5e-6


@pytest.mark.parametrize(
    ("ci", "low", "high", "df"),
    [
        ("z", -1.0669, -0.3622, None),
        ("t", -1.10624, -0.322822, 12),
        ("hksj", -1.10844, -0.320621, 12),
        ("hksj-guarded", -1.10844, -0.320621, 12),
        ("kr", -1.11636, -0.312709, 10.5137),
    ],
)
def test_confidence_interval(ci, low, high, df):
    pooled = ms.pool(BCG, ms.RandomEffects(ci=ci))
    assert pooled.estimate == pytest.approx(-0.714532, abs=DIGITS)
    assert pooled.tau2 == pytest.approx(0.313243, abs=DIGITS)
    # the normal limits are given with four digits
    assert tuple(pooled.ci) == pytest.approx((low, high), abs=5e-5 if ci == "z" else 1e-5)
    assert pooled.ci.df == (df if df is None else pytest.approx(df, abs=1e-4))


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("simple", -1.81149, 0.382423),
        ("z", -1.86669, 0.437628),
        ("V", -1.99534, 0.566277),
        ("HTS", -2.00838, 0.579311),
        ("HK", -1.99602, 0.566952),
        ("HK-PR", -2.00906, 0.579993),
        ("KR", -2.01691, 0.587843),
        ("KR-PR", -2.03468, 0.605615),
    ],
)
def test_prediction_interval(kind, low, high):
    interval = ms.pool(BCG, ms.RandomEffects(prediction=kind)).prediction
    assert interval.method == kind
    assert interval.low == pytest.approx(low, abs=1e-5)
    assert interval.high == pytest.approx(high, abs=DIGITS)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("QP", 0.119718, 1.111479), ("PL", 0.115266, 0.964695), ("GQ", 0.10105, 1.63607)],
)
def test_tau2_interval(kind, low, high):
    interval = ms.pool(BCG, ms.RandomEffects(tau2_ci=kind)).tau2_ci
    assert interval.low == pytest.approx(low, abs=DIGITS)
    # 1.63607 for 1.636088: the last digits come from a looser integration
    assert interval.high == pytest.approx(high, abs=2e-5)


def test_i2_from_q_and_from_tau2():
    found = heterogeneity(ms.pool(BCG))
    assert 100 * found.i2_q == pytest.approx(92.1173, abs=1e-4)
    assert [100 * x for x in found.i2_q_ci] == pytest.approx([88.32, 94.68], abs=0.01)
    assert 100 * found.i2 == pytest.approx(92.2214, abs=1e-4)
    assert [100 * x for x in found.i2_ci] == pytest.approx([81.92, 97.68], abs=0.01)


def test_paule_mandel_and_empirical_bayes():
    tau2 = {code: ms.pool(BCG, ms.RandomEffects(code)).tau2 for code in ("PM", "EB", "SJIT")}
    assert tau2["PM"] == pytest.approx(0.318068, abs=DIGITS)
    assert tau2["EB"] == tau2["PM"] == tau2["SJIT"]


def test_auto_goes_with_the_confidence_interval():
    kinds = {"z": "z", "t": "V", "hksj": "HK", "hksj-adhoc": "HK", "hksj-guarded": "HK", "kr": "KR"}
    for ci, kind in kinds.items():
        assert ms.pool(BCG, ms.RandomEffects(ci=ci)).prediction.method == kind
    assert ms.pool(BCG, ms.RandomEffects("ML", ci="profile")).prediction.method == "V"


def test_auto_of_a_floored_interval_is_the_one_with_the_plain_standard_error():
    agreeing = ms.effects_from([0.50, 0.51, 0.49, 0.52], [0.1, 0.2, 0.1, 0.3])
    for ci in ("hksj-adhoc", "hksj-guarded"):
        assert ms.pool(agreeing, ms.RandomEffects(ci=ci)).prediction.method == "V"


def test_predictive_probability_is_the_level_at_the_limits():
    for kind in ("z", "V", "HTS", "HK", "KR", "NNF"):
        pooled = ms.pool(BCG, ms.RandomEffects(prediction=kind))
        at = pooled.prediction
        # draws of the bootstrap are discrete
        assert probability_beyond(pooled, at.high) == pytest.approx(0.025, abs=1e-4)
        assert probability_beyond(pooled, at.low, "below") == pytest.approx(0.025, abs=1e-4)


def test_bootstrap_interval_repeats_with_its_seed():
    first, again, other = (
        ms.pool(BCG, ms.RandomEffects(prediction="NNF", seed=seed)).prediction for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
    # Monte Carlo error of a 2.5% quantile of 25,000 draws, in units of the width
    assert np.subtract(tuple(first), tuple(other)) == pytest.approx([0, 0], abs=0.05)
