"""p_uniform() against optimisers in R, and against the selection model that it equals."""

import numpy as np
import pytest

import metasyn as ms


def test_agrees_with_a_general_optimiser(small_study):
    """1e-5 of a standard error; the likelihood is no lower than R's."""
    for record in small_study["uniforms"]:
        effects = small_study.effects(record["set"])
        found = ms.p_uniform(effects)
        unit = float(np.median(np.sqrt(effects.vi)))
        assert found.log_likelihood >= record["ll"] - 1e-8, record
        assert found.estimate == pytest.approx(record["estimate"], abs=1e-5 * unit), record
        assert found.tau2 == pytest.approx(record["tau2"], abs=1e-5 * unit**2), record
        assert found.ci.low == pytest.approx(record["ci_low"], abs=1e-4 * unit), record
        assert found.ci.high == pytest.approx(record["ci_high"], abs=1e-4 * unit), record
        assert found.tau2_ci.high == pytest.approx(record["tau2_high"], rel=1e-4), record
        assert found.statistic == pytest.approx(record["no_effect"], abs=1e-6), record
        assert found.heterogeneity == pytest.approx(record["heterogeneity"], abs=1e-6), record


def test_is_the_three_parameter_selection_model_where_variances_agree(small_study):
    """metafor's selmodel(); 1e-4, as for all of its optimised selection models."""
    equal = small_study["equal"]
    found = ms.p_uniform(ms.effects_from(equal["yi"], equal["vi"]))
    assert found.estimate == pytest.approx(equal["estimate"], abs=1e-4)
    assert found.tau2 == pytest.approx(equal["tau2"], abs=1e-4)


def test_mirrored_effects(small_study):
    """1e-7: the search is the same, but for rounding."""
    effects = small_study.effects("li2007")
    one, other = ms.p_uniform(effects), ms.p_uniform(ms.effects_from(-effects.yi, effects.vi))
    assert (one.side, other.side) == ("left", "right")
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-7)
    assert one.ci.low == pytest.approx(-other.ci.high, abs=1e-6)


def test_all_significant_is_said():
    effects = ms.effects_from([0.5, 0.6, 0.7, 0.9], [0.04, 0.05, 0.06, 0.09])
    found = ms.p_uniform(effects)
    assert found.significant == 4
    assert "p-uniform-one-kind" in [note.code for note in found.notes]
    assert not found.trusted


def test_arguments_are_checked():
    effects = ms.effects_from([0.1, 0.2], [1.0, 1.0])
    with pytest.raises(ms.DataError, match="needs some"):
        ms.p_uniform(effects)
    with pytest.raises(ms.SpecError, match="side"):
        ms.p_uniform(effects, side="up")
    with pytest.raises(ms.SpecError, match="alpha"):
        ms.p_uniform(effects, alpha=2.0)


def test_frame_and_summary(small_study):
    found = ms.p_uniform(small_study.effects("hackshaw1998"))
    assert found.to_frame().loc[0, "estimate"] == found.estimate
    assert "7 significant on the right (the sign of the pooled estimate)" in found.summary()


@pytest.mark.parametrize("unit", [1e-5, 1e4])
def test_unit_does_not_matter(small_study, unit):
    """1e-6: the search is made in typical standard errors."""
    effects = small_study.effects("bcg")
    one = ms.p_uniform(effects)
    other = ms.p_uniform(ms.effects_from(unit * effects.yi, unit**2 * effects.vi))
    assert other.estimate == pytest.approx(unit * one.estimate, rel=1e-6)
    assert other.tau2 == pytest.approx(unit**2 * one.tau2, rel=1e-6)
    assert other.ci.low == pytest.approx(unit * one.ci.low, rel=1e-5)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6)
