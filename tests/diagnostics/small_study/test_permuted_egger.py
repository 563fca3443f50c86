"""permuted_egger(): its statistic is Egger's, its p-value is uniform without asymmetry."""

from itertools import permutations

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.funnel_tests import egger


def test_statistic_is_that_of_the_regression_test(small_study):
    """1e-8: one model, fitted alone and in a batch."""
    for name in ("bcg", "hackshaw1998", "normand1999"):
        effects = small_study.effects(name)
        for spec in (ms.RandomEffects("REML", ci="z"), ms.RandomEffects("DL", ci="hksj")):
            found = ms.permuted_egger(effects, spec, draws=100)
            assert found.statistic == pytest.approx(egger(effects, spec).statistic, rel=1e-8)


def test_exact_p_value_by_hand():
    """All 24 orders, each fitted alone."""
    effects = ms.effects_from([0.1, 0.5, 0.2, 1.4], [0.01, 0.05, 0.04, 0.3])
    spec = ms.RandomEffects("DL", ci="z")
    pooled = ms.pool(effects, spec)
    spread = np.sqrt(effects.vi + pooled.tau2)
    scores = (effects.yi - pooled.estimate) / spread / np.sqrt(1 - pooled.weights)
    statistics = [abs(egger(effects, spec).statistic)]
    for order in list(permutations(range(4)))[1:]:
        yi = pooled.estimate + spread * scores[list(order)]
        statistics.append(abs(egger(ms.effects_from(yi, effects.vi), spec).statistic))
    by_hand = np.mean(np.array(statistics) >= statistics[0] - 1e-9)
    found = ms.permuted_egger(effects, spec)
    assert found.exact
    assert found.arrangements == 24
    assert found.p_value == pytest.approx(by_hand, abs=1e-12)


def test_level_without_asymmetry():
    """Share of p-values up to 0.1 in 400 symmetric funnels: 0.11 (0.015), three standard errors."""
    rng = np.random.default_rng(5)
    vi = np.array([0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4])
    p = []
    for _ in range(400):
        effects = ms.effects_from(0.3 + np.sqrt(vi + 0.05) * rng.standard_normal(8), vi)
        p.append(ms.permuted_egger(effects, ms.RandomEffects("DL", ci="z"), draws=200).p_value)
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.11, abs=0.045)


def test_arguments_are_checked(small_study):
    effects = small_study.effects("bcg")
    with pytest.raises(ms.SpecError, match="takes RandomEffects"):
        ms.permuted_egger(effects, ms.CommonEffect())
    with pytest.raises(ms.SpecError, match="draws"):
        ms.permuted_egger(effects, draws=1)
    with pytest.raises(ms.DataError, match="same value"):
        ms.permuted_egger(ms.effects_from([0.1, 0.2, 0.3, 0.4], [1.0] * 4))


def test_frame_and_summary(small_study):
    found = ms.permuted_egger(small_study.effects("normand1999"), draws=200, seed=4)
    assert not found.exact
    assert not found.trusted
    assert found.to_frame().loc[0, "p_value"] == found.p_value
    assert "seed 4, a sample of 200 orders" in found.summary(insist=True)
    assert "not shown" in found.summary()
