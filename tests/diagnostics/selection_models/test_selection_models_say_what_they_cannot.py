"""Notes, refusals and displays of selection models."""

import pickle

import numpy as np
import pytest

import metasyn as ms

YI = [0.6, 0.2, 0.5, 0.55, 0.1, 0.4, 0.35, 0.05, 0.3, 0.25, 0.2, 0.45]
VI = [0.05, 0.02, 0.06, 0.04, 0.03, 0.02, 0.04, 0.01, 0.01, 0.02, 0.005, 0.03]
EFFECTS = ms.effects_from(YI, VI)


def codes(model):
    return {note.code for note in model.notes}


def test_an_empty_interval_is_said_and_the_estimate_not_trusted():
    model = ms.selection_model(EFFECTS, "stepfun", steps=[0.025, 0.9])
    assert [delta.k for delta in model.deltas] == [7, 5, 0]
    assert "selection-empty-interval" in codes(model)
    assert not model.trusted
    assert (model.deltas[2].estimate, model.deltas[2].se) == (0.0, None)
    assert "0.9 < p <= 1" in model.summary()


def test_few_studies_in_an_interval_are_said():
    model = ms.selection_model(EFFECTS, "stepfun", steps=[0.25])
    assert "selection-few-in-interval" in codes(model)
    assert model.trusted


def test_weights_without_end_stop_at_their_bound_without_a_standard_error():
    """No study is significant: what is not is seen without end more often."""
    model = ms.selection_model(ms.effects_from(np.array(YI) / 10, VI), "stepfun", steps=[0.025])
    assert model.deltas[1].estimate == pytest.approx(100.0)
    assert model.deltas[1].se is None
    assert model.deltas[1].ci is None
    assert {"selection-at-bound", "selection-empty-interval"} <= codes(model)


def test_the_wrong_side_is_asked_about():
    model = ms.selection_model(EFFECTS, "halfnorm", alternative="less")
    assert "selection-other-side" in codes(model)
    assert "selection-other-side" not in codes(ms.selection_model(EFFECTS, "halfnorm"))


def test_another_estimator_is_not_dropped_silently():
    model = ms.selection_model(EFFECTS, "halfnorm", ms.RandomEffects("REML", ci="hksj"))
    assert "selection-maximum-likelihood" in codes(model)
    assert "selection-maximum-likelihood" not in codes(ms.selection_model(EFFECTS, "halfnorm"))


def test_no_heterogeneity_has_no_standard_error():
    model = ms.selection_model(EFFECTS, "stepfun", steps=[0.025])
    assert model.tau2.estimate == 0.0
    assert model.tau2.se is None
    assert "selection-no-heterogeneity" in codes(model)
    assert model.tau2_lrt.p_value == 1.0
    common = ms.selection_model(EFFECTS, "stepfun", ms.CommonEffect(), steps=[0.025])
    assert common.tau2 is None
    assert common.tau2_lrt is None
    assert common.estimate == pytest.approx(model.estimate, abs=1e-8)
    assert common.se == pytest.approx(model.se, rel=1e-6)


def test_weights_are_relative_to_the_most_significant():
    for kind, options in [("halfnorm", {}), ("negexp", {"steps": [0.05]}), ("power", {})]:
        model = ms.selection_model(EFFECTS, kind, **options)
        seen = model.selection_probability(np.linspace(0, 1, 21))
        assert seen[0] == pytest.approx(1.0, abs=1e-3)
        assert (np.diff(seen) <= 0).all()
    model = ms.selection_model(EFFECTS, "stepfun", steps=[0.025, 0.5], delta=[1, 0.5, 0.2])
    found = model.selection_probability([0.01, 0.025, 0.03, 0.5, 0.7])
    assert found.tolist() == pytest.approx([1, 1, 0.5, 0.5, 0.2])
    with pytest.raises(ms.SpecError, match="0 to 1"):
        model.selection_probability([1.2])


def test_frame_and_summary():
    model = ms.selection_model(EFFECTS, "stepfun", steps=[0.025])
    frame = model.to_frame()
    names = ["Intercept", "tau2", "0 < p <= 0.025", "0.025 < p <= 1"]
    assert frame["parameter"].tolist() == names
    assert frame["fixed"].tolist() == [False, False, True, False]
    assert frame.loc[0, "estimate"] == model.estimate
    assert "Unadjusted (ML): 0.2638" in model.summary()
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - made here
    assert again.estimate == model.estimate


def test_given_weight_sets_stand_beside_each_other():
    sets = ms.vevea_woods(EFFECTS)
    frame = sets.to_frame()
    assert frame["selection"].tolist()[0] == "unadjusted"
    assert len(frame) == 5
    assert (frame["estimate"].iloc[1:] < frame["estimate"].iloc[0]).all()
    mirrored = ms.vevea_woods(ms.effects_from(-np.array(YI), VI), alternative="less").to_frame()
    np.testing.assert_allclose(mirrored["estimate"], -frame["estimate"], atol=1e-9)
    assert "severe one-sided" in sets.summary()
    assert all(model.trusted for model in sets.adjusted.values())
    with pytest.raises(ms.SpecError, match="alternative"):
        ms.vevea_woods(EFFECTS, alternative="two-sided")


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("steps", {}, "type is 'steps'"),
        ("stepfun", {}, "needs steps"),
        ("stepfun", {"steps": [0.0, 0.5]}, "between 0 and 1"),
        ("beta", {"steps": [0.05]}, "takes no steps"),
        ("power", {"steps": [0.05, 0.5]}, "one step, the threshold"),
        ("beta", {"precision": "sei"}, "takes no precision"),
        ("power", {"precision": "n"}, "precision is 'n'"),
        ("power", {"alternative": "up"}, "alternative is 'up'"),
        ("stepfun", {"steps": [0.025], "delta": [1, 0.5, 0.2]}, "has 2 deltas, not 3"),
        ("stepfun", {"steps": [0.025], "delta": [1, 0]}, "given as 0, but 5 studies"),
        ("halfnorm", {"delta": -1.0}, "at least 0"),
        ("halfnorm", {"spec": ms.Peto()}, "takes RandomEffects or CommonEffect"),
        ("halfnorm", {"spec": ms.RandomEffects("GENQ", weights=(1,) * 12)}, "no weights"),
    ],
)
def test_refusals(kind, options, message):
    with pytest.raises(ms.SpecError, match=message):
        ms.selection_model(EFFECTS, kind, **options)


def test_too_few_studies_and_no_sample_sizes_are_refused():
    with pytest.raises(ms.DataError, match="cannot carry the 5 parameters"):
        few = ms.effects_from(YI[:4], VI[:4])
        ms.selection_model(few, "stepfun", steps=[0.01, 0.1, 0.3])
    with pytest.raises(ms.DataError, match="sample size"):
        ms.selection_model(EFFECTS, "halfnorm", precision="ninv")


def test_proportions_and_few_studies_are_warned_of():
    effects = ms.effect_sizes("PLO", xi=[3, 5, 8, 9], ni=[10, 12, 20, 30])
    model = ms.selection_model(effects, "halfnorm", ms.CommonEffect())
    assert {"funnel-proportions", "selection-few-studies"} <= codes(model)
