"""Two-arm models against their likelihood maximised in R, lme4 and metafor.

tests/reference/glmm_two_arm.R and glmm_rates.R say how the values were made. "direct" is the
likelihood by the trapezoid rule, maximised to 1e-9: it decides. lme4 (nAGQ = 25) and metafor agree
to 1e-6 where their optimisers go on long enough; wider tolerances are given with their reason.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from metasyn.effects.counts import counts
from metasyn.effects.person_time import person_time
from metasyn.models.poisson_normal import pool_person_time
from metasyn.models.specs import BinomialNormal, PoissonNormal
from metasyn.models.two_arm_glmm import pool_two_arm

REFERENCE = Path(__file__).parents[2] / "reference"
TABLES = json.loads((REFERENCE / "glmm_two_arm.json").read_text())["tables"]
RATES = json.loads((REFERENCE / "glmm_rates.json").read_text())["sets"]
MODELS = ("UM.FS", "UM.RS", "CM.EL", "CM.AL")
RATE_MODELS = ("IRLN", "UM.FS", "UM.RS", "CM.EL")


@pytest.fixture(scope="module")
def fitted():
    """Every fit once."""
    fits = {
        (name, model): pool_two_arm(
            counts(**TABLES[name]["data"]), BinomialNormal(model=model, interval="wald-z")
        )
        for name in TABLES
        for model in MODELS
    }
    for name, reference in RATES.items():
        data = reference["data"]
        fits[name, "IRLN"] = pool_person_time(
            person_time(xi=data["x1i"], ti=data["t1i"]), PoissonNormal(interval="wald-z")
        )
        for model in RATE_MODELS[1:]:
            fits[name, "rates", model] = pool_person_time(
                person_time(**data), PoissonNormal(model, interval="wald-z")
            )
    return fits


METAFOR_IS_WRONG = {("hine1989", "CM.EL", "metafor"), ("yusuf1985", "CM.EL", "metafor")}


def cases(who):
    tables = [
        pytest.param((name, model), TABLES[name][model][who], id=f"{name}-{model}")
        for name in TABLES
        for model in MODELS
        if who in TABLES[name][model] and (name, model, who) not in METAFOR_IS_WRONG
    ]
    rates = [
        pytest.param(
            (name, model) if model == "IRLN" else (name, "rates", model),
            RATES[name][model][who],
            id=f"{name}-rates-{model}",
        )
        for name in RATES
        for model in RATE_MODELS
        if who in RATES[name][model]
    ]
    return tables + rates


def test_the_grid_is_whole():
    assert len(TABLES) == 7
    assert len(RATES) == 2
    assert len(cases("direct")) == 4 * 3 + 2 + 3 + 2 * 3  # four sets, sparse, UM.RS, rates
    assert len(cases("metafor")) == 7 * 4 - 2 + 2 * 4  # two are wrong or missing: see below
    assert len(cases("lme4")) == 7 * 2


@pytest.mark.parametrize(("key", "expected"), cases("direct"))
def test_agrees_with_the_likelihood_itself(fitted, key, expected):
    pooled = fitted[key]
    # 31 x 31 and finer tensor rules are good to about 1e-8; one dimension to 1e-9
    tolerance = 1e-7 if key[-1] == "UM.RS" else 2e-9
    assert pooled.estimate == pytest.approx(expected["estimate"], abs=tolerance)
    assert pooled.se == pytest.approx(expected["se"], abs=tolerance)
    assert pooled.log_likelihood == pytest.approx(expected["log_likelihood"], abs=2e-8)
    # a tau of 0 is a limit that the reference, which works with log tau, only approaches
    assert np.sqrt(pooled.tau2) == pytest.approx(expected["tau"], abs=3e-6)
    if expected["tau"] > 1e-3:
        assert np.sqrt(pooled.tau2) == pytest.approx(expected["tau"], abs=10 * tolerance)
    if "tau_se" in expected:
        assert pooled.tau2_se == pytest.approx(2 * expected["tau"] * expected["tau_se"], rel=1e-6)


@pytest.mark.parametrize(("key", "expected"), cases("lme4"))
def test_agrees_with_lme4(fitted, key, expected):
    pooled = fitted[key]
    # bobyqa searches 15 parameters on BCG; its standard error is by finite differences
    wide = key == ("bcg", "UM.FS")
    assert pooled.estimate == pytest.approx(expected["estimate"], abs=1e-6)
    assert pooled.se == pytest.approx(expected["se"], abs=1e-5 if wide else 1e-6)
    assert np.sqrt(pooled.tau2) == pytest.approx(expected["tau"], abs=1e-6)
    assert pooled.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-8)
    # what lme4 has is never the higher maximum
    assert pooled.log_likelihood > expected["log_likelihood"] - 1e-10


@pytest.mark.parametrize(("key", "expected"), cases("metafor"))
def test_agrees_with_metafor(fitted, key, expected):
    pooled, laplace, exact = fitted[key], key[-1] == "UM.RS", key[-1] == "CM.EL"
    # UM.RS is Laplace's approximation there, worst on the sparse tables
    far = {True: 0.02, False: 2e-3}[key[0] == "sparse"]
    near = far if laplace else 2e-6
    assert pooled.estimate == pytest.approx(expected["estimate"], abs=near)
    assert pooled.tau2 == pytest.approx(expected["tau2"], abs=0.5 if laplace else 1e-4)
    if not laplace:
        # CM.EL's Hessian is numeric, of numeric integrals
        assert pooled.se == pytest.approx(expected["se"], abs=4e-3 if exact else 1e-5)
        assert pooled.tau2 == pytest.approx(expected["tau2"], rel=1e-5, abs=1e-8)
        assert pooled.i2 == pytest.approx(expected["i2"], abs=1e-6)
        assert pooled.h2 == pytest.approx(expected["h2"], rel=1e-5)
        assert pooled.q == pytest.approx(expected["q_lrt"], abs=1e-5)


@pytest.mark.parametrize("model", ["UM.RS"])
@pytest.mark.parametrize("name", [name for name in TABLES if name != "sparse"])
def test_the_likelihood_ratio_q_of_um_rs_is_near_laplace(fitted, name, model):
    expected = TABLES[name][model]["metafor"]
    assert fitted[name, model].q == pytest.approx(expected["q_lrt"], rel=0.01)


def test_metafor_finds_no_fit_where_tau2_is_0(fitted):
    assert "did not achieve convergence" in TABLES["hine1989"]["CM.EL"]["metafor"]["error"]
    pooled = fitted["hine1989", "CM.EL"]
    assert pooled.tau2 == 0
    assert {note.code for note in pooled.notes} >= {"tau2-at-zero"}
    # with tau2 = 0 it is conditional logistic regression: R's mantelhaen.test(exact = TRUE)
    exact = json.loads((REFERENCE / "exact.json").read_text())["stratified"]["hine1989"]
    assert np.exp(pooled.estimate) == pytest.approx(exact["estimate"], rel=1e-4)  # R's uniroot


def test_metafor_stops_before_tau2_is_0(fitted):
    """At metafor's tau2 of 5e-5 the likelihood is still lower than at 0, where it is highest."""
    expected, pooled = TABLES["yusuf1985"]["CM.EL"]["metafor"], fitted["yusuf1985", "CM.EL"]
    assert 1e-5 < expected["tau2"] < 1e-4
    assert pooled.tau2 == 0
    assert pooled.estimate == pytest.approx(expected["estimate"], abs=1e-5)
    assert loglik_cm_el("yusuf1985", expected["estimate"], expected["tau2"]) < pooled.log_likelihood


def loglik_cm_el(name, effect, tau2):
    """The likelihood by scipy's own distribution and quadrature."""
    from scipy.integrate import quad
    from scipy.stats import nchypergeom_fisher, norm

    data = {cell: np.array(values) for cell, values in TABLES[name]["data"].items()}
    total = 0.0
    for a, b, c, d in zip(*(data[cell] for cell in ("ai", "bi", "ci", "di")), strict=True):

        def integrand(z, a=a, b=b, c=c, d=d):
            odds = np.exp(effect + np.sqrt(tau2) * z)
            return nchypergeom_fisher.pmf(a, a + b + c + d, a + b, a + c, odds) * norm.pdf(z)

        total += np.log(quad(integrand, -8, 8, epsabs=0, epsrel=1e-11)[0])
    return total
