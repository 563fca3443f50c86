"""The common-effect model, against metafor's method = "EE"."""

import json
from pathlib import Path

import pytest

import metasyn as ms

DATA = json.loads((Path(__file__).parents[2] / "reference" / "predict.json").read_text())


@pytest.mark.parametrize("name", DATA["common"])
def test_common_effect(name):
    columns, expected = DATA["sets"][name], DATA["common"][name]
    pooled = ms.pool(ms.effects_from(columns["yi"], columns["vi"]), ms.CommonEffect())
    for field in ("estimate", "se", "statistic", "p_value", "q", "q_p", "h2"):
        assert getattr(pooled, field) == pytest.approx(expected[field], rel=1e-9)
    assert tuple(pooled.ci) == pytest.approx(expected["ci"], rel=1e-9)
    assert 100 * pooled.i2 == pytest.approx(expected["i2"], rel=1e-9)
    assert 100 * pooled.weights == pytest.approx(expected["weights"], rel=1e-9)
    assert pooled.log_likelihood == pytest.approx(expected["loglik"], rel=1e-9)
    found = ms.fit_statistics(pooled)
    assert (found.aic, found.bic) == pytest.approx((expected["aic"], expected["bic"]), rel=1e-9)


def test_it_is_the_random_effects_model_at_a_tau2_of_zero():
    effects = ms.effects_from([0.50, 0.51, 0.49, 0.52], [0.1, 0.2, 0.1, 0.3])
    common = ms.pool(effects, ms.CommonEffect())
    random = ms.pool(effects, ms.RandomEffects(ci="z"))
    assert random.tau2 == 0
    assert (random.estimate, random.se) == (common.estimate, common.se)
    assert random.weights.tolist() == common.weights.tolist()
