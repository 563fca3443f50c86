"""Predictions of models without moderators, and results of several models as frames and text."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

RMA = json.loads((Path(__file__).parents[2] / "reference" / "rma.json").read_text())
BCG = RMA["sets"]["bcg"]
TRIALS = ms.effects_from(
    [0.1, 0.3, 0.2, 0.5, 0.6],
    [0.02] * 5,
    slab=list("ABCDE"),
    data=pd.DataFrame({"dose": [1, 2, 3, 4, 6], "arm": ["x", "y", "x", "x", "y"]}),
)


def test_a_mean_is_predicted_with_its_intervals():
    """BCG, REML, Hartung-Knapp: the intervals that metafor's predict gives."""
    pooled = ms.pool(ms.effects_from(BCG["yi"], BCG["vi"]), ms.RandomEffects(ci="hksj"))
    line = pooled.predict()
    assert line.columns.tolist() == ["estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high"]
    # printed to six digits
    assert line.iloc[0, 2:].tolist() == pytest.approx(
        [-1.10844, -0.320621, -1.99602, 0.566952], abs=5e-6
    )


@pytest.mark.parametrize(
    ("data", "spec"),
    [
        (TRIALS, ms.RandomEffects()),
        (TRIALS, ms.CommonEffect()),
        (TRIALS, ms.IVhet()),
        (TRIALS, ms.HenmiCopas()),
        (TRIALS.take([0]), ms.RandomEffects()),
        (ms.counts(xi=[3, 9, 4], ni=[20, 30, 25]), ms.BinomialNormal()),
        (ms.counts(ai=[3, 9], bi=[20, 30], ci=[5, 12], di=[18, 29]), ms.Peto()),
        (ms.counts(ai=[3, 9], bi=[20, 30], ci=[5, 12], di=[18, 29]), ms.MantelHaenszel("RR")),
        (ms.person_time(xi=[3, 9, 4], ti=[20, 30, 25]), ms.PoissonNormal()),
    ],
)
def test_every_result_predicts_at_its_own_and_at_other_levels(data, spec):
    pooled = ms.pool(data, spec)
    own, narrow = pooled.predict(), pooled.predict(level=0.5)
    assert own["ci_low"].tolist() == [pooled.ci.low]
    assert ("pi_low" in own) == (pooled.prediction is not None)
    assert own["ci_low"][0] < narrow["ci_low"][0] < narrow["ci_high"][0] < own["ci_high"][0]
    assert narrow["estimate"][0] == own["estimate"][0]


def test_a_mean_takes_no_new_data():
    with pytest.raises(ms.SpecError, match="no moderators"):
        ms.pool(TRIALS).predict({"dose": [1]})


def test_scalars_predict_one_study():
    fit = ms.pool(TRIALS, ms.RandomEffects(moderators="~ dose"))
    pd.testing.assert_frame_equal(fit.predict({"dose": 3}), fit.predict({"dose": [3]}))


def test_a_single_study_says_that_it_has_no_heterogeneity():
    (note,) = ms.pool(TRIALS.take([0])).notes
    assert note.code == "single-study"
    assert "heterogeneity and prediction take more studies" in note.message


@pytest.mark.parametrize("tau2", ["separate", "common"])
def test_subgroups_as_frame_and_text(tau2):
    found = ms.subgroups(TRIALS, "arm", tau2=tau2)
    frame = found.to_frame()
    assert frame["group"].tolist() == ["x", "y", "all"]
    assert frame["estimate"].tolist() == [
        *(result.estimate for result in found.groups.values()),
        found.overall.estimate,
    ]
    lines = found.summary().splitlines()
    assert lines[0].startswith("x: RandomEffects, 3 studies")
    assert any(line.startswith("Test of a difference between groups") for line in lines)


def test_permutations_as_frame_and_text():
    found = ms.permutation_test(ms.pool(TRIALS, ms.RandomEffects(moderators="~ dose")))
    frame = found.to_frame()
    assert frame["term"].tolist() == ["Intercept", "dose"]
    assert np.all(frame["p_value"] > 0)
    assert found.summary().splitlines()[0] == "Permutation test, all 120 arrangements"
