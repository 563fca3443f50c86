"""A batch is ``ms.pool`` one by one: every estimator, interval and kind of prediction."""

from typing import get_args

import numpy as np
import pytest

import metasyn as ms
from metasyn.models.specs import Ci, Prediction, Tau2

ESTIMATORS = get_args(Tau2)
KINDS = [kind for kind in get_args(Prediction) if kind not in ("auto", "NNF")]
ESTIMATOR_OF = {"kr": "REML", "profile": "ML"}


@pytest.mark.parametrize("tau2", ESTIMATORS)
def test_every_estimator(sets_of, same_as_pool, engine, tau2):
    rng = np.random.default_rng(ESTIMATORS.index(tau2))
    for k in (2, 3, 13):
        weights = tuple(np.linspace(1.0, 2.0, k)) if tau2 == "GENQ" else None
        same_as_pool(*sets_of(rng, 20, k), ms.RandomEffects(tau2, weights=weights), engine)


@pytest.mark.parametrize("ci", get_args(Ci))
def test_every_interval_with_the_prediction_that_goes_with_it(sets_of, same_as_pool, engine, ci):
    rng = np.random.default_rng(7)
    for k in (2, 3, 13):
        spec = ms.RandomEffects(ESTIMATOR_OF.get(ci, "DL"), ci=ci, level=0.9, tau2_ci="none")
        same_as_pool(*sets_of(rng, 6 if ci == "profile" else 20, k), spec, engine)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_prediction(sets_of, same_as_pool, engine, kind):
    rng = np.random.default_rng(8)
    for k in (2, 3, 13):
        spec = ms.RandomEffects(prediction=kind, ci="t", tau2_ci="none")
        same_as_pool(*sets_of(rng, 10, k), spec, engine)


@pytest.mark.parametrize("tau2", ["REML", "ML"])
def test_profile_likelihood_intervals_of_tau2(sets_of, same_as_pool, engine, tau2):
    rng = np.random.default_rng(9)
    spec = ms.RandomEffects(tau2, ci="z", tau2_ci="PL", level=0.8)
    for k in (2, 3, 13):
        same_as_pool(*sets_of(rng, 15, k), spec, engine)
    # variances over 6 orders of magnitude: likelihoods with several peaks
    yi, vi = sets_of(rng, 30, 5, spread=3.0)
    same_as_pool(yi, vi, spec, engine)


def test_common_effect(sets_of, same_as_pool, engine):
    same_as_pool(*sets_of(np.random.default_rng(10), 30, 6), ms.CommonEffect(0.9), engine)


@pytest.mark.parametrize("tau2", ["DL", "REML", "PM", "DLIT"])
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_extreme_units(sets_of, same_as_pool, engine, tau2, scale):
    yi, vi = sets_of(np.random.default_rng(11), 15, 8, spread=3.0)
    same_as_pool(yi * scale, vi * scale**2, ms.RandomEffects(tau2), engine)


@pytest.mark.parametrize("tau2", ["DL", "HE", "SJ", "REML", "PM", "DLIT"])
@pytest.mark.parametrize("ci", ["hksj", "hksj-adhoc", "hksj-guarded"])
def test_studies_that_agree_exactly(same_as_pool, engine, tau2, ci):
    yi = np.array([[0.3, 0.3, 0.3], [0.0, 0.0, 0.0], [0.3, 0.3, 0.3]])
    vi = np.array([[0.1, 0.1, 0.1], [0.1, 0.2, 0.3], [1e-9, 0.2, 1e6]])
    same_as_pool(yi, vi, ms.RandomEffects(tau2, ci=ci), engine)


def test_one_study_outweighs_all_others(same_as_pool, engine):
    yi = np.array([[0.1, 0.9, -0.5, 2.0], [0.1, 0.9, -0.5, 0.2]])
    vi = np.array([[1e-12, 1.0, 2.0, 0.5], [1e12, 1e-3, 1e3, 1e-6]])
    for tau2 in ("DL", "REML", "ML", "PM"):
        same_as_pool(yi, vi, ms.RandomEffects(tau2), engine)


def test_sets_in_many_chunks_are_the_same_as_alone(sets_of, engine, chunks_of):
    yi, vi = sets_of(np.random.default_rng(12), 300, 9)
    whole = ms.pool_many(yi, vi, engine=engine)
    chunks_of(160)
    cut = ms.pool_many(yi, vi, engine=engine)
    for name in ("estimate", "tau2", "ci_low", "prediction_high", "tau2_ci_high", "code"):
        # to the bit where a row is summed alone; numpy may add in another order at other widths
        rel = 0 if engine == "numba" else 1e-13
        np.testing.assert_allclose(getattr(cut, name), getattr(whole, name), rtol=rel, atol=0)
