"""The simulation of case weights in small: it runs, repeats itself, and shows what it must."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

SCRIPT = Path(__file__).parents[2] / "analyses" / "case_weight_simulation.py"


@pytest.fixture(scope="module")
def simulation():
    spec = importlib.util.spec_from_file_location("case_weight_simulation", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    # Processes find the module by its name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def written(simulation, tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulation")
    simulation.main(["--reps", "8", "--held-out", "12", "--out", str(folder)])
    return folder


def test_writes_tables_numbers_and_a_summary(written, simulation):
    scenarios = pd.read_csv(written / "scenarios.csv")
    held_out = pd.read_csv(written / "held_out.csv")
    assert len(scenarios) == len(simulation.SCENARIOS) * len(simulation.METHODS)
    assert set(held_out["method"]) == set(simulation.HELD_OUT_METHODS)
    assert held_out.loc[held_out["slice"] == "all", "data_sets"].eq(12).all()
    for name in ("bias", "rmse", "coverage", "width"):
        assert np.isfinite(scenarios[name]).all()
        assert (scenarios[f"{name}_mc"] >= 0).all()
    numbers = json.loads((written / "results.json").read_text())
    assert len(numbers["scenarios"]) == len(scenarios)
    assert "Monte Carlo" in (written / "summary.md").read_text()


def test_full_weight_is_biased_where_the_recommended_weight_is_not(written):
    scenarios = pd.read_csv(written / "scenarios.csv").set_index(["scenario", "method"])
    naive = scenarios.loc[("S3", "Cases one by one in full: profile")]
    recommended = scenarios.loc[("S3", "Recommended (0.1, cap 10%): Wald-t")]
    # S3 has 40 single cases, successes published ten times as readily, beside three trials: the
    # bias is 0.39 at full weight and 0.02 as recommended, with a standard deviation below 0.12.
    assert naive["bias"] > 0.3
    assert naive["coverage"] < 0.3
    assert abs(recommended["bias"]) < 0.15


def test_a_data_set_is_the_same_whoever_draws_it(simulation):
    whole = simulation.sets_of(1, 2, range(6))
    part = simulation.sets_of(1, 2, range(4, 6))
    assert np.array_equal(whole.xi[4:], part.xi)
    assert np.array_equal(whole.ni[4:], part.ni)
    other = simulation.sets_of(2, 2, range(4, 6))
    assert not np.array_equal(part.ni, other.ni)


def test_published_cases_are_selected_by_the_odds_ratio(simulation):
    truth = ms.SelectedCases("x", 4, 0.6, 0.0, 1, (10, 10), 4000)
    x, n = truth.draw(simulation.generator(3, 0, 0))
    odds = 4 * 0.6 / 0.4
    expected = odds / (1 + odds)
    # Four standard errors of 4000 cases.
    assert x[n == 1].mean() == pytest.approx(expected, abs=4 * (expected / odds / 4000) ** 0.5)
