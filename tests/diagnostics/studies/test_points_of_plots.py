"""Baujat, radial, normal QQ and L'Abbe: the numbers that figures draw."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.baujat import baujat
from metasyn.diagnostics.labbe import labbe
from metasyn.diagnostics.qq import normal_qq
from metasyn.diagnostics.radial import radial

REFERENCE_NAME = "influence"


def test_baujat_agrees_with_metafor(reference):
    """1e-6: metafor's tau2 is found to about 1e-10, and the axes are smooth in it."""
    for record in reference["fits"]:
        if record["baujat_x"] is None:
            continue
        found = baujat(reference.effects(record["set"]), reference.spec(record))
        what = f"{record['set']} {record['method']} {record['test']}"
        for ours, theirs in ((found.heterogeneity, "baujat_x"), (found.influence, "baujat_y")):
            expected = np.array(record[theirs], dtype=float)
            np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-9, err_msg=what)


def test_qq_residuals_are_those_of_metafor(reference):
    """1e-6: metafor's tau2 is found to about 1e-10, and residuals are smooth in it."""
    for record in reference["fits"]:
        found = normal_qq(reference.effects(record["set"]), reference.spec(record), draws=1)
        what = f"{record['set']} {record['method']} {record['test']} {record['moderators']}"
        expected = np.sort(record["rstandard"])
        np.testing.assert_allclose(found.residuals, expected, rtol=1e-6, atol=1e-8, err_msg=what)


def test_the_envelope_is_seeded_and_holds_its_level():
    """Pointwise 95% over 40 data sets of 20: 5% of 800 points, give or take three times 2%."""
    rng = np.random.default_rng(5)
    vi = rng.uniform(0.02, 0.3, 20)
    outside = [
        len(normal_qq(ms.effects_from(rng.normal(0, np.sqrt(vi)), vi), ms.CommonEffect()).outside)
        for _ in range(40)
    ]
    assert 0 < sum(outside) < 0.11 * 800
    effects = ms.effects_from([0.1, 0.2, 0.5, 0.4], [0.1] * 4)
    assert np.array_equal(normal_qq(effects).low, normal_qq(effects).low)
    assert not np.array_equal(normal_qq(effects).low, normal_qq(effects, seed=1).low)


def test_the_radial_line_has_the_pooled_estimate_as_its_slope():
    effects = ms.effects_from([0.1, 0.3, 0.2, 0.9], [0.01, 0.02, 0.04, 0.03])
    for spec in (ms.CommonEffect(), ms.RandomEffects()):
        found = radial(effects, spec)
        slope = float(found.x @ found.z / (found.x @ found.x))
        assert slope == pytest.approx(found.pooled.estimate, rel=1e-12)


@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_the_line_of_labbe_is_the_effect(measure):
    tables = ms.counts(ai=[4, 6], bi=[6, 14], ci=[5, 10], di=[5, 10])
    found = labbe(tables, -0.2, measure)
    x, y = found.line_control[1:-1], found.line_treated[1:-1]
    with np.errstate(divide="ignore"):
        effect = {
            "RR": np.log(y / x),
            "OR": np.log(y / (1 - y) * (1 - x) / x),
            "RD": y - x,
        }[measure]
    np.testing.assert_allclose(effect, -0.2, rtol=1e-9)
    assert found.treated.tolist() == [0.4, 0.3]
    assert "lower in 2" in found.summary()
