"""Statistics of many arrangements at once are those of the engine for one set."""

from typing import get_args

import numpy as np
import pytest

import metasyn as ms
from metasyn.models.batch.design_sets import DesignSets
from metasyn.models.batch.permutation import design_statistics, mean_statistics
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.fitting import fitted
from metasyn.models.random_effects.permutation import permutation_test
from metasyn.models.specs import Ci, Tau2

PAIRS = [
    *((code, "hksj") for code in get_args(Tau2)),
    *(("REML", ci) for ci in get_args(Ci) if ci != "profile"),
    ("ML", "profile"),
]


@pytest.mark.parametrize(("tau2", "ci"), PAIRS)
@pytest.mark.parametrize(("k", "p"), [(6, 2), (13, 3), (30, 5)])
def test_every_estimator_and_test_of_a_regression(tau2, ci, k, p):
    rng = np.random.default_rng(k)
    X = np.column_stack((np.ones(k), 5 + 10 * rng.normal(size=(k, p - 1))))
    v = 10.0 ** rng.uniform(-3, 1, (k, 15))
    y = rng.normal(size=(k, 15)) * np.sqrt(v + 0.2)
    tested, weights = np.eye(p)[1:], rng.uniform(1.0, 2.0, k)
    user = {"weights": tuple(weights)} if tau2 == "GENQ" else {}
    spec = ms.RandomEffects(tau2, ci=ci, **user)
    arranged = np.tile(weights[:, None], 15) if user else None
    each, joint = design_statistics(DesignSets.of(X, y, v), spec, arranged, tested)
    for column in range(15):
        model = DesignModel(y[:, column].copy(), v[:, column].copy(), X)
        fit = fitted(model, spec)[0]
        cov = fit.covariance
        picked = tested @ fit.beta
        wanted = picked @ np.linalg.solve(tested @ cov @ tested.T, picked)
        # Kenward and Roger's adjustment of few studies loses digits by subtraction
        assert each[:, column] == pytest.approx(fit.beta / np.sqrt(np.diag(cov)), rel=1e-8)
        assert joint[column] == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("ci", ["z", "hksj", "kr"])
def test_statistics_of_a_mean(ci):
    rng = np.random.default_rng(1)
    yi, vi = rng.normal(size=(5, 8)), rng.uniform(0.1, 1.0, 8)
    found = mean_statistics(yi, vi, ms.RandomEffects(ci=ci))
    wanted = [ms.pool(ms.effects_from(y, vi), ms.RandomEffects(ci=ci)).statistic for y in yi]
    assert found == pytest.approx(wanted, rel=1e-9)


def test_studies_that_fit_exactly_have_infinite_statistics():
    X = np.column_stack((np.ones(4), [0.0, 1.0, 2.0, 3.0]))
    y, v = X @ [[1.0], [2.0]], np.full((4, 1), 0.1)
    each, joint = design_statistics(
        DesignSets.of(X, y, v), ms.RandomEffects(ci="hksj"), None, np.eye(2)[1:]
    )
    assert np.isinf([*each[:, 0], joint[0]]).all()
    assert np.isinf(mean_statistics(np.ones((1, 3)), np.ones(3), ms.RandomEffects(ci="hksj")))


def regression(k=12):
    import pandas as pd

    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"dose": rng.normal(size=k), "late": np.arange(k) % 2})
    vi = rng.uniform(0.05, 0.4, k)
    yi = 0.8 * frame["dose"] + rng.normal(size=k) * np.sqrt(vi)
    return ms.effects_from(yi, vi, data=frame), ms.RandomEffects(moderators="~ dose + late")


def test_drawn_permutations_depend_on_the_seed_alone(monkeypatch):
    pooled = ms.pool(*regression())
    found = permutation_test(pooled, draws=5000, seed=1)
    assert found == permutation_test(pooled, draws=5000, seed=1)
    assert found != permutation_test(pooled, draws=5000, seed=2)
    monkeypatch.setattr("metasyn.models.batch.run.os.sched_getaffinity", lambda _: {0})
    assert found == permutation_test(pooled, draws=5000, seed=1)


def test_drawn_permutations_find_an_effect_and_no_more_than_it():
    found = permutation_test(ms.pool(*regression()), draws=4000, seed=3)
    assert found.p_values["dose"] < 0.01
    assert found.p_values["late"] > 0.05
    assert (found.exact, found.arrangements) == (False, 4000)
