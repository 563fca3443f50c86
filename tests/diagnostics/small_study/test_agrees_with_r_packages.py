"""copas(), limit_meta_analysis(), p_uniform() and p_curve() against R's metasens, puniform, dmetar.

tests/reference/bias_packages.R says which versions. Six data sets, DerSimonian and Laird's tau2.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.copas.likelihood import Selection
from metasyn.diagnostics.copas.search import Studies, best

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "bias_packages.json").read_text())
SETS = tuple(REFERENCE["sets"])
DL = ms.RandomEffects("DL", ci="z")
LOOSE = 1e-3
"""Standard errors by which metasens' and puniform's optimisers stop short, at their defaults."""


def effects_of(name):
    given = REFERENCE["sets"][name]
    return ms.effects_from(given["yi"], given["vi"])


@pytest.mark.parametrize("name", ["bcg", "moore1998"])
def test_copas_fan_is_that_of_metasens(name):
    """Where the surface has one hill: the same path and rows.

    Estimates to LOOSE; probabilities, tests and numbers of studies follow the path, good to 0.2%.
    """
    effects, theirs = effects_of(name), REFERENCE["results"][name]["copas"]
    found = ms.copas(effects, DL)
    assert (found.side == "left") == theirs["left"]
    unit = float(np.median(np.sqrt(effects.vi)))
    np.testing.assert_allclose(found.estimate, theirs["TE.slope"], atol=LOOSE * unit)
    np.testing.assert_allclose(found.tau, theirs["tau.slope"], atol=LOOSE * unit)
    np.testing.assert_allclose(found.rho[1:], theirs["rho.slope"][1:], atol=LOOSE)
    np.testing.assert_allclose(found.probability, theirs["publprob"], rtol=2e-3)
    np.testing.assert_allclose(found.residual_p, theirs["pval.rsb"], atol=2e-4)
    np.testing.assert_allclose(found.unpublished, theirs["N.unpubl"], rtol=2e-3, atol=1e-6)
    # where rho is at its bound metasens differentiates across it
    inner = np.append(True, np.abs(found.rho[1:]) < 0.9999)
    ours, se = found.se[inner], np.array(theirs["seTE.slope"])[inner]
    np.testing.assert_allclose(ours, se, rtol=LOOSE)


@pytest.mark.parametrize("name", SETS)
def test_copas_is_no_lower_than_metasens(name):
    """At the points of metasens' own fan; where it reached the same height, the same estimate.

    1e-6 of likelihood for the height; LOOSE, in roots of it (a maximum is flat), for the estimate.
    """
    effects, theirs = effects_of(name), REFERENCE["results"][name]["copas"]
    studies = Studies.of(effects, "left" if theirs["left"] else "right")
    gamma0 = np.array(theirs["gamma0.slope"])
    gamma1 = np.array(theirs["gamma1.slope"]) / studies.scale
    found = best(studies, gamma0, gamma1, np.tile(studies.starts(), (len(gamma0), 1, 1)))
    columns = (theirs[key] for key in ("TE.slope", "rho.slope", "tau.slope"))
    mean, rho, tau = (np.array(each, dtype=np.float64) for each in columns)
    at = np.stack([mean / studies.scale, rho, (tau / studies.scale) ** 2], axis=1)
    at[:, :2] *= studies.sign
    reached = Selection.of(studies.yi, studies.sei, gamma0, gamma1)(at, np.arange(len(at))).value
    assert (found.value <= reached + 1e-6).all()
    same = reached - found.value < 1e-5
    assert same.any()
    np.testing.assert_allclose(found.at[same, 0], at[same, 0], atol=10 * LOOSE)


@pytest.mark.parametrize("name", SETS)
def test_limit_meta_analysis_is_that_of_metasens(name):
    """1e-9: closed formulas."""
    effects, theirs = effects_of(name), REFERENCE["results"][name]
    found = ms.limit_meta_analysis(effects, DL)
    for method, values in theirs["limits"].items():
        estimate = getattr(found, method)
        assert estimate.estimate == pytest.approx(values["TE.adjust"], rel=1e-9, abs=1e-12)
        assert estimate.se == pytest.approx(values["seTE.adjust"], rel=1e-9), method
    np.testing.assert_allclose(found.limits, theirs["limit"]["TE.limit"], rtol=1e-9, atol=1e-12)
    tests = (found.q_small, found.q_residual, found.g2)
    expected = [theirs["limit"][key] for key in ("Q.small", "Q.resid", "G.squared")]
    assert tests == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_p_uniform_is_that_of_puniform(name):
    """10 LOOSE for limits: puniform's profiles take tau2 from exp(-10) upwards, not from 0."""
    effects, theirs = effects_of(name), REFERENCE["results"][name]["p_uniform"]
    found = ms.p_uniform(effects, DL)
    unit = float(np.median(np.sqrt(effects.vi)))
    assert found.estimate == pytest.approx(theirs["est"], abs=LOOSE * unit)
    assert found.ci.low == pytest.approx(theirs["ci.lb"], abs=10 * LOOSE * unit)
    assert found.ci.high == pytest.approx(theirs["ci.ub"], abs=10 * LOOSE * unit)
    assert found.tau2 == pytest.approx(theirs["tau2"], abs=LOOSE * unit**2)
    assert found.tau2_ci.low == pytest.approx(theirs["tau2.lb"], abs=LOOSE * unit**2)
    assert found.tau2_ci.high == pytest.approx(theirs["tau2.ub"], rel=LOOSE)
    assert found.statistic == pytest.approx(theirs["L.0"], abs=0.01)
    assert found.heterogeneity == pytest.approx(theirs["L.het"], abs=1e-5)


@pytest.mark.parametrize("name", [name for name in SETS if REFERENCE["results"][name]["p_curve"]])
def test_p_curve_is_that_of_dmetar(name):
    """1e-5 for its roots; it takes 1 - p from 1, which leaves 1e-2 of a score where p is 1e-15.

    Its power is the best of whole percents, and its ends are told as 0.05 for 0.051. The half
    curve's flatness is tested otherwise (see p_curve()).
    """
    found, theirs = ms.p_curve(effects_of(name)), REFERENCE["results"][name]["p_curve"]
    (skew, flat), tests = (found.right_skew, found.flatter), theirs["results"]
    assert len(found.slab) == theirs["significant"]
    assert skew.full_z == pytest.approx(tests["zFull"][0], abs=1e-2)
    assert skew.half_z == pytest.approx(tests["zHalf"][0], abs=1e-2)
    assert flat.full_z == pytest.approx(tests["zFull"][1], abs=1e-5)
    assert (skew.binomial_p, flat.binomial_p) == pytest.approx(tests["pBinomial"], abs=1e-6)
    power = theirs["power"]
    assert found.power == pytest.approx(power["powerEstimate"], abs=0.005)
    assert found.power_ci.low == pytest.approx(max(0.051, power["powerLower"]), abs=1e-4)
    assert found.power_ci.high == pytest.approx(power["powerUpper"], abs=1e-4)
