"""Every number of the golden file, by a table that has a check for every key."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

import metasyn as ms
from metasyn.diagnostics.case_evidence.hidden import file_drawer_of
from metasyn.diagnostics.case_evidence.selection import estimate_of
from metasyn.diagnostics.case_evidence.setting import setting_of
from metasyn.diagnostics.case_evidence.tipping import curve_of
from metasyn.models.binomial_normal.cap import effective_power
from metasyn.models.binomial_normal.fit import fit
from metasyn.models.binomial_normal.headline import posterior_of
from metasyn.models.binomial_normal.headlines import headlines
from metasyn.models.binomial_normal.information import expected_information
from metasyn.models.binomial_normal.kernel import derivatives
from metasyn.models.binomial_normal.units import units_of

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "reference" / "case_evidence_golden.json").read_text()
)
# The file's note: 1e-6, integrated 1e-5, odds ratios 1e-4 relative, file drawer 1e-4.
TOLERANCE, INTEGRATED, ODDS, DRAWER = 1e-6, 1e-5, 1e-4, 1e-4


@dataclass
class Golden:
    """A golden case, fitted as its input asks, or with options of a sub-case."""

    case: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def counts(self) -> ms.Counts:
        given = self.case["input"]
        good, total = given["case_successes"], given["case_total"]
        xi = [row["r"] for row in given["anchors"]] + [1] * good + [0] * (total - good)
        ni = [row["n"] for row in given["anchors"]] + [1] * total
        return ms.counts(xi=xi, ni=ni)

    @cached_property
    def spec(self) -> ms.BinomialNormal:
        given = self.case["input"]
        mode = {"pseudo": "pseudo-study", "individual": "individual"}[given["mode"]]
        options = {
            "case_weight": given["a_case"],
            "case_cap": given["cap"],
            "cases": mode,
            **self.options,
        }
        return ms.BinomialNormal(**options)

    @cached_property
    def pooled(self) -> ms.PooledRate:
        return ms.pool(self.counts, self.spec)

    def by(self, interval: str) -> ms.PooledRate:
        return ms.pool(self.counts, replace(self.spec, interval=interval))

    @cached_property
    def evidence(self) -> ms.CaseEvidence:
        return ms.case_evidence(self.pooled)

    def setting(self, threshold: float = 0.5) -> Any:
        return setting_of(self.pooled, threshold, "benefit")

    @property
    def batch(self) -> Any:
        return units_of(self.counts, self.spec).batch(self.pooled.case_power)


def near(found: Any, expected: Any, tolerance: float = TOLERANCE) -> None:
    if isinstance(expected, float) and math.isinf(expected):
        assert found == expected
    else:
        assert np.asarray(found) == pytest.approx(np.asarray(expected), abs=tolerance)


def rates(interval: ms.Interval) -> Any:
    return expit(np.array([*interval]))


def headline_tolerance(c: Golden) -> float:
    return INTEGRATED if c.pooled.ci.method == "integrated" else TOLERANCE


def interval_type(c: Golden, expected: str) -> None:
    cases_only = all(unit.kind == "cases" for unit in c.pooled.units)
    assert c.pooled.ci.method == ("profile" if cases_only else expected)
    assert cases_only is (expected == "case-reports-only profile")


def shares(c: Golden, expected: list[float]) -> None:
    # One share for all single cases, where the file lists successes and failures apart.
    known = len(c.pooled.units)
    merged = [*expected[: known - 1], sum(expected[known - 1 :])]
    near([unit.share for unit in c.pooled.units], merged)


def share_case(c: Golden, expected: float | None) -> None:
    if expected is None:
        # At 100% the information is 0; its limit goes by weighted patients.
        weights = [unit.power * unit.n for unit in c.pooled.units]
        expected = weights[-1] / sum(weights)
    near(c.pooled.case_share, expected)


def slopes(c: Golden, expected: list[float]) -> None:
    found = c.evidence.influence.slope
    merged = [*expected[: len(found) - 1], sum(expected[len(found) - 1 :])]
    near(found, merged)


def boundary(c: Golden, expected: bool) -> None:
    assert math.isinf(c.pooled.maximum.mu) is expected


def cap_info(c: Golden, expected: dict[str, float]) -> None:
    basis = c.pooled.studies_only.maximum
    units = units_of(c.counts, c.spec)
    cap = effective_power(units, (basis.mu, basis.tau), c.spec.case_weight, c.spec.case_cap)
    part = c.spec.case_weight * cap.case_information
    found = {
        "IA": cap.anchor_information,
        "IC": cap.case_information,
        "mu": cap.mu,
        "tau": cap.tau,
        "share_uncapped": part / (cap.anchor_information + part),
    }
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        near(found[key], value)


def integrated(c: Golden, expected: dict[str, float]) -> None:
    result = c.by("integrated")
    low, high = rates(result.ci)
    found = {
        "median": expit(result.estimate),
        "lo": low,
        "hi": high,
        "tau_mean": posterior_of(c.spec, c.batch).mean_tau,
    }
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        near(found[key], value, INTEGRATED)


def leave_one_out(c: Golden, expected: dict[str, Any]) -> None:
    shifts = c.evidence.shifts
    found = {
        "anchor": [shift.shift for shift in shifts.studies],
        "all_cases": shifts.all_cases.shift,
        "one_case_success": shifts.one_event.shift,
        "one_case_failure": shifts.one_non_event.shift,
    }
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        near(found[key], value)


def tipping(mode: str) -> Callable[[Golden, list[dict[str, float]]], None]:
    def check(c: Golden, expected: list[dict[str, float]]) -> None:
        weights = np.array([row["a"] for row in expected])
        curve = curve_of(c.setting(), mode, weights)
        keys = {"p": "rate", "tau": "tau", "lo": "low", "hi": "high", "share": "share"}
        assert set(keys) | {"a"} == set(expected[0])
        for key, name in keys.items():
            near(getattr(curve, name), [row[key] for row in expected])

    return check


def odds_ratio(mode: str) -> Callable[[Golden, dict[str, float]], None]:
    def check(c: Golden, expected: dict[str, float]) -> None:
        found = estimate_of(c.setting(), mode)
        names = {"omega": "odds_ratio", "lo": "low", "hi": "high"}
        assert set(expected) == {*names, "lrt", "p_lrt"}
        for key, name in names.items():
            assert getattr(found, name) == pytest.approx(expected[key], rel=ODDS)
        near((found.lrt, found.p_value), (expected["lrt"], expected["p_lrt"]))

    return check


def conflict(mode: str) -> Callable[[Golden, dict[str, float]], None]:
    def check(c: Golden, expected: dict[str, float]) -> None:
        found = getattr(c.evidence.conflict, mode)
        assert set(expected) == {"p_upper", "p_two", "pred_mean", "total"}
        near(
            (found.p_upper, found.p_two, found.predicted_rate),
            (expected["p_upper"], expected["p_two"], expected["pred_mean"]),
        )
        # Mid-p tails of events and, mirrored, of non-events: all probability there is.
        mirrored = ms.counts(xi=c.counts.ni - c.counts.xi, ni=c.counts.ni)
        lower = getattr(ms.case_evidence(mirrored, c.spec).conflict, mode).p_upper
        near(found.p_upper + lower, expected["total"])

    return check


def drawer(basis: str) -> Callable[[Golden, list[float]], None]:
    def check(c: Golden, expected: list[float]) -> None:
        row = file_drawer_of(c.setting(0.70)).on(basis)
        near((row.total, row.per_success), expected, DRAWER)

    return check


def selected(mode: str, weight: float) -> Callable[[Golden, dict[str, Any]], None]:
    def check(c: Golden, expected: dict[str, Any]) -> None:
        units = replace(units_of(c.counts, c.spec), mode=mode)
        lines = headlines(
            c.spec,
            units.batch(weight, case_offset=np.log(4.0)),
            units.anchors,
            units.kish - 1,
        )
        assert set(expected) == {"p", "mu", "tau", "wald_t"}
        near(expit(lines.mu[0]), expected["p"])
        near((lines.mu[0], lines.fits.tau[0]), (expected["mu"], expected["tau"]))
        near(expit([lines.low[0], lines.high[0]]), expected["wald_t"])

    return check


def sub_case(**options: Any) -> Callable[[Golden, dict[str, Any]], None]:
    def check(c: Golden, expected: dict[str, Any]) -> None:
        other = Golden(c.case, options)
        for key, value in expected.items():
            CHECKS[key](other, value)

    return check


CHECKS: dict[str, Callable[[Golden, Any], None]] = {
    "mu": lambda c, x: near(c.pooled.maximum.mu, x),
    "se": lambda c, x: near(c.pooled.maximum.se, x),
    "tau": lambda c, x: near(c.pooled.maximum.tau, x),
    "tau2": lambda c, x: near(c.pooled.tau2, x),
    "p": lambda c, x: near(expit(c.pooled.maximum.mu), x),
    "pbar": lambda c, x: near(c.by("wald-t").average_rate, x),
    "ll": lambda c, x: near(fit(c.batch).value[0], x),
    "ll_with_choose": lambda c, x: near(c.pooled.log_likelihood, x),
    "wald_z": lambda c, x: near(rates(c.by("wald-z").ci), x),
    "wald_t": lambda c, x: near(rates(c.by("wald-t").ci), x),
    "df": lambda c, x: near(c.by("wald-t").ci.df, x),
    "pl": lambda c, x: near(rates(c.pooled.maximum.ci), x),
    "estimate": lambda c, x: near(expit(c.pooled.estimate), x, headline_tolerance(c)),
    "interval": lambda c, x: near(rates(c.pooled.ci), x, headline_tolerance(c)),
    "interval_type": interval_type,
    "integrated": integrated,
    "kA": lambda c, x: near(sum(unit.kind != "cases" for unit in c.pooled.units), x),
    "a_eff": lambda c, x: near(c.pooled.case_power, x),
    "cap_info": cap_info,
    "boundary": boundary,
    "shares": shares,
    "share_case": share_case,
    "dmu_dlog_a": slopes,
    "loo": leave_one_out,
    "tipping_pseudo": tipping("pseudo-study"),
    "tipping_individual": tipping("individual"),
    "omega_pseudo": odds_ratio("pseudo-study"),
    "omega_individual": odds_ratio("individual"),
    "omega4_pseudo_a01": selected("pseudo-study", 0.1),
    "omega4_individual_a1": selected("individual", 1.0),
    "conflict_pseudo": conflict("pseudo_study"),
    "conflict_individual": conflict("individual"),
    "file_drawer_p070_individual_a1": drawer("full-weight-individual"),
    "file_drawer_p070_pseudo_a1": drawer("full-weight-pseudo-study"),
    "nocap_individual_a1": sub_case(cases="individual", case_weight=1, case_cap=1),
    "cap_individual_a1": sub_case(cases="individual", case_weight=1, case_cap=0.1),
}
CASES = {case["id"]: case for case in GOLDEN["cases"]}
PAIRS = [(name, key) for name, case in CASES.items() for key in case["expect"]]
IN_MODEL = {name: Golden(case) for name, case in CASES.items()}


@pytest.mark.parametrize(("name", "key"), PAIRS)
def test_golden_number(name, key):
    CHECKS[key](IN_MODEL[name], CASES[name]["expect"][key])


@pytest.mark.parametrize("row", GOLDEN["kernel"])
def test_golden_kernel(row):
    at = derivatives(row["r"], row["n"], row["mu"], row["tau"])[:, 0]
    keys = ("l", "s_mu", "s_tau", "h_mumu", "h_mutau", "h_tautau")
    assert {*keys, "r", "n", "mu", "tau"} == set(row)
    near(at, [row[key] for key in keys])


@pytest.mark.parametrize("row", GOLDEN["expected_info"])
def test_golden_information(row):
    assert set(row) == {"n", "mu", "tau", "info"}
    near(expected_information([row["n"]], row["mu"], row["tau"])[0], row["info"])


def test_closed_forms():
    assert {name for name, case in CASES.items() if "closed_form" in case} == {"G7a", "G7b"}
    low, _ = rates(IN_MODEL["G7a"].pooled.ci)
    near(low, math.exp(-1.920729410 / (0.1 * 12)), 1e-9)
    # lambda = (1 - p0) / p0 - F / S
    row = file_drawer_of(IN_MODEL["G7b"].setting(0.5)).on("cases-only")
    near((row.per_success, row.total), (1 - 3 / 9, 6.0), 1e-12)


def test_individual_file_drawer_at_the_case_weight():
    # Printed beside the file: h 21.231127, 1.633164 per success.
    row = file_drawer_of(IN_MODEL["G3"].setting(0.70)).on("case-weight-individual")
    near((row.total, row.per_success), (21.231127, 1.633164), DRAWER)


def test_every_key_of_the_file_has_a_check():
    assert set(GOLDEN) == {"note", "kernel", "expected_info", "cases"}
    for case in GOLDEN["cases"]:
        assert set(case) <= {"id", "input", "expect", "closed_form"}
        assert set(case["expect"]) <= set(CHECKS), case["id"]
    used = {key for case in GOLDEN["cases"] for key in case["expect"]}
    nested = {"nocap_individual_a1", "cap_individual_a1"}
    used |= {key for name in nested for key in CASES["G5"]["expect"][name]}
    assert used == set(CHECKS)
