"""Pooled rates against an independent reference program (values cross-checked with lme4)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import expit

import metasyn as ms
from metasyn.models.binomial_normal import pool_counts
from metasyn.models.binomial_normal.cap import effective_power
from metasyn.models.binomial_normal.headline import posterior_of
from metasyn.models.binomial_normal.information import expected_information
from metasyn.models.binomial_normal.kernel import derivatives
from metasyn.models.binomial_normal.units import units_of

# The golden values carry ten digits; their errors are below 1e-6 (the file's own note).
TOLERANCE = 1e-6
INTEGRATED = 1e-5
IDS = ["G1", "G2", "G3", "G5", "G7a", "G7b", "G7c", "G8a", "G9"]
KERNELS, INFORMATION = 6, 3


def pooled(case, counts_of, **spec):
    given = case["input"]
    options = {"case_weight": given["a_case"], "case_cap": given["cap"], **spec}
    return pool_counts(counts_of(given), ms.BinomialNormal(**options))


def rates(interval):
    return expit(np.array([*interval]))


@pytest.mark.parametrize("index", range(KERNELS))
def test_kernel(golden, index):
    row = golden["kernel"][index]
    at = derivatives(row["r"], row["n"], row["mu"], row["tau"])
    names = ("l", "s_mu", "s_tau", "h_mumu", "h_mutau", "h_tautau")
    for value, name in zip(at, names, strict=True):
        assert value[0] == pytest.approx(row[name], abs=TOLERANCE), name


@pytest.mark.parametrize("index", range(INFORMATION))
def test_expected_information(golden, index):
    row = golden["expected_info"][index]
    found = expected_information([row["n"]], row["mu"], row["tau"])
    assert found[0] == pytest.approx(row["info"], abs=TOLERANCE)


@pytest.mark.parametrize("case_id", IDS)
def test_maximum(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    expect, result = case["expect"], pooled(case, counts_of)
    best = result.maximum
    assert best.tau == pytest.approx(expect["tau"], abs=TOLERANCE)
    assert expit(best.mu) == pytest.approx(expect["p"], abs=TOLERANCE)
    if math.isinf(expect["mu"]):
        assert best.mu == expect["mu"]
        assert best.se == math.inf
    else:
        assert best.mu == pytest.approx(expect["mu"], abs=TOLERANCE)
        assert best.se == pytest.approx(expect["se"], abs=TOLERANCE)
    assert rates(best.ci) == pytest.approx(expect["pl"], abs=TOLERANCE)
    if "tau2" in expect:
        assert result.tau2 == pytest.approx(expect["tau2"], abs=TOLERANCE)
    if "ll_with_choose" in expect:
        assert result.log_likelihood == pytest.approx(expect["ll_with_choose"], abs=TOLERANCE)


@pytest.mark.parametrize("case_id", IDS)
def test_headline(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    expect, result = case["expect"], pooled(case, counts_of)
    kind = expect.get("interval_type", "wald-t")
    tolerance = INTEGRATED if kind == "integrated" else TOLERANCE
    assert result.ci.method == ("profile" if kind.startswith("case-reports") else kind)
    estimate = expect.get("estimate", expect["p"])
    assert expit(result.estimate) == pytest.approx(estimate, abs=tolerance)
    assert rates(result.ci) == pytest.approx(
        expect.get("interval", expect.get("wald_t")), abs=tolerance
    )


@pytest.mark.parametrize("case_id", [i for i in IDS if i not in ("G7a", "G7c", "G8a", "G9")])
def test_population_average(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    found = pooled(case, counts_of).average_rate
    assert found == pytest.approx(case["expect"]["pbar"], abs=TOLERANCE)


@pytest.mark.parametrize("case_id", ["G1", "G2", "G3", "G5", "G7b", "G8a"])
def test_shares(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    expect, result = case["expect"], pooled(case, counts_of)
    shares = [unit.share for unit in result.units]
    assert shares == pytest.approx(expect["shares"], abs=TOLERANCE)
    if "share_case" in expect:
        assert result.case_share == pytest.approx(expect["share_case"], abs=TOLERANCE)


@pytest.mark.parametrize("case_id", ["G1", "G2", "G3", "G5"])
def test_wald_z(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    ci = pooled(case, counts_of, interval="wald-z").ci
    assert rates(ci) == pytest.approx(case["expect"]["wald_z"], abs=TOLERANCE)


@pytest.mark.parametrize("case_id", ["G1", "G2", "G3", "G5"])
def test_wald_t_has_kish_degrees_of_freedom(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    ci = pooled(case, counts_of).ci
    assert ci.df == pytest.approx(case["expect"]["df"], abs=1e-12)
    assert rates(ci) == pytest.approx(case["expect"]["wald_t"], abs=TOLERANCE)


@pytest.mark.parametrize("case_id", ["G3", "G5"])
def test_cap_and_its_basis(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    expect, result = case["expect"], pooled(case, counts_of)
    basis = expect["cap_info"]
    spec = result.spec
    studies = result.studies_only.maximum
    cap = effective_power(
        units_of(result.data, spec), (studies.mu, studies.tau), spec.case_weight, spec.case_cap
    )
    assert result.case_power == pytest.approx(expect["a_eff"], abs=TOLERANCE)
    assert result.cap_binds is (expect["a_eff"] < spec.case_weight)
    assert cap.anchor_information == pytest.approx(basis["IA"], abs=TOLERANCE)
    assert cap.case_information == pytest.approx(basis["IC"], abs=TOLERANCE)
    assert (cap.mu, cap.tau) == pytest.approx((basis["mu"], basis["tau"]), abs=TOLERANCE)
    uncapped = spec.case_weight * basis["IC"]
    assert uncapped / (basis["IA"] + uncapped) == pytest.approx(
        basis["share_uncapped"], abs=TOLERANCE
    )


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("nocap_individual_a1", {"case_weight": 1, "case_cap": 1, "cases": "individual"}),
        ("cap_individual_a1", {"case_weight": 1, "case_cap": 0.1, "cases": "individual"}),
    ],
)
def test_individual_rows(golden_case, counts_of, key, options):
    case = golden_case("G5")
    expect, result = case["expect"][key], pooled(case, counts_of, **options)
    assert result.units[-1].power == pytest.approx(expect["a_eff"], abs=TOLERANCE)
    found = result.maximum
    assert (found.mu, found.se, found.tau) == pytest.approx(
        (expect["mu"], expect["se"], expect["tau"]), abs=TOLERANCE
    )
    assert expit(result.estimate) == pytest.approx(expect["estimate"], abs=TOLERANCE)
    assert expit(result.estimate) == pytest.approx(expect["p"], abs=TOLERANCE)
    assert result.average_rate == pytest.approx(expect["pbar"], abs=TOLERANCE)
    assert result.ci.method == expect["interval_type"]
    assert result.ci.df == expect["df"]
    assert rates(result.ci) == pytest.approx(expect["interval"], abs=TOLERANCE)
    assert rates(result.ci) == pytest.approx(expect["wald_t"], abs=TOLERANCE)
    assert rates(found.ci) == pytest.approx(expect["pl"], abs=TOLERANCE)
    z = pooled(case, counts_of, interval="wald-z", **options).ci
    assert rates(z) == pytest.approx(expect["wald_z"], abs=TOLERANCE)
    # The reference lists successes and failures apart, this result all single cases together.
    shares = [*expect["shares"][:3], sum(expect["shares"][3:])]
    assert [unit.share for unit in result.units] == pytest.approx(shares, abs=TOLERANCE)
    assert result.case_share == pytest.approx(expect["share_case"], abs=TOLERANCE)


@pytest.mark.parametrize("case_id", ["G8a", "G9"])
def test_integrated_posterior(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    expect, result = case["expect"]["integrated"], pooled(case, counts_of)
    low, high = rates(result.ci)
    assert expit(result.estimate) == pytest.approx(expect["median"], abs=INTEGRATED)
    assert (low, high) == pytest.approx((expect["lo"], expect["hi"]), abs=INTEGRATED)
    batch = units_of(result.data, result.spec).batch(result.case_power)
    posterior = posterior_of(result.spec, batch)
    assert posterior.mean_tau == pytest.approx(expect["tau_mean"], abs=INTEGRATED)


@pytest.mark.parametrize("case_id", IDS)
def test_anchors_and_boundary(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    expect, result = case["expect"], pooled(case, counts_of)
    anchors = [unit for unit in result.units if unit.kind != "cases"]
    assert len(anchors) == expect.get("kA", len(case["input"]["anchors"]))
    at_boundary = any(note.code in ("all-events", "no-events") for note in result.notes)
    assert at_boundary is expect.get("boundary", False)


@pytest.mark.parametrize("case_id", ["G7a", "G7c"])
def test_closed_form_of_cases_only(golden_case, counts_of, case_id):
    case = golden_case(case_id)
    weight = case["input"]["a_case"]
    low, _ = rates(pooled(case, counts_of).ci)
    # L^a = p^(12 a) falls by half of chi-squared's 95% quantile.
    assert low == pytest.approx(math.exp(-1.920729410 / (weight * 12)), abs=1e-9)
