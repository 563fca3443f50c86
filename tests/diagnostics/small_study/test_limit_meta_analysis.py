"""limit_meta_analysis() against radial plots fitted by R's lm()."""

import numpy as np
import pytest

import metasyn as ms


def test_agrees_with_radial_regressions(small_study):
    """1e-7 of a typical effect: closed formulas, but tau2 of metafor is not always at its end."""
    for record in small_study["limits"]:
        effects = small_study.effects(record["set"])
        found = ms.limit_meta_analysis(effects, ms.RandomEffects(record["method"], ci="z"))
        size = float(np.abs(effects.yi).max())
        pairs = [(getattr(found, name).estimate, name) for name in ("beta0", "betalim", "mulim")]
        pairs += [(found.slope, "slope")]
        for value, name in pairs:
            assert value == pytest.approx(record[name], abs=1e-7 * size), (record, name)
        assert found.bias == pytest.approx(record["bias"], abs=1e-6), record
        assert found.g2 == pytest.approx(record["g2"], abs=1e-7), record
        assert found.q_residual == pytest.approx(record["q_residual"], rel=1e-9), record
        assert found.q_small == pytest.approx(
            record["q"] - record["q_residual"], abs=1e-8 * found.q
        )
        if record["se"] is not None:
            assert found.betalim.se == pytest.approx(record["se"], rel=1e-7), record


def test_standard_error_of_beta0_is_that_of_the_generalised_radial_line(small_study):
    """Matrix algebra of a line with errors of variance 1, at tau; 1e-10 for rounding."""
    for name in ("bcg", "li2007", "raudenbush1985"):
        effects = small_study.effects(name)
        found = ms.limit_meta_analysis(effects)
        design = np.column_stack(
            [np.ones(len(effects)), 1 / np.sqrt(effects.vi + found.pooled.tau2)]
        )
        at = np.array([np.sqrt(found.pooled.tau2), 1.0])
        variance = at @ np.linalg.inv(design.T @ design) @ at
        assert found.beta0.se == pytest.approx(np.sqrt(variance), rel=1e-10), name


def test_line_passes_the_adjusted_estimate_at_no_sampling_error(small_study):
    found = ms.limit_meta_analysis(small_study.effects("hackshaw1998"))
    assert found.line([0.0])[0] == pytest.approx(found.beta0.estimate, rel=1e-12)


def test_scales_with_the_effects(small_study):
    """Inference is the same in any unit; 1e-9 for rounding."""
    effects = small_study.effects("bcg")
    one = ms.limit_meta_analysis(effects)
    other = ms.limit_meta_analysis(ms.effects_from(1e3 * effects.yi, 1e6 * effects.vi))
    assert other.adjusted.estimate == pytest.approx(1e3 * one.adjusted.estimate, rel=1e-9)
    assert other.adjusted.se == pytest.approx(1e3 * one.adjusted.se, rel=1e-9)
    assert other.g2 == pytest.approx(one.g2, rel=1e-9)


def test_says_when_there_is_no_heterogeneity():
    effects = ms.effects_from([0.1, 0.11, 0.12, 0.1], [0.01, 0.05, 0.2, 0.3])
    found = ms.limit_meta_analysis(effects)
    codes = [note.code for note in found.notes]
    assert "limit-without-heterogeneity" in codes
    assert "funnel-few-studies" in codes
    assert not found.trusted
    assert found.g2 == 0.0
    assert np.ptp(found.limits) < 1e-15


def test_arguments_are_checked():
    effects = ms.effects_from([0.5, 0.6, 0.7], [0.04] * 3)
    with pytest.raises(ms.DataError, match="same variance"):
        ms.limit_meta_analysis(effects)
    with pytest.raises(ms.SpecError, match="beta0"):
        ms.limit_meta_analysis(effects, method="mu")
    with pytest.raises(ms.SpecError, match="without moderators"):
        ms.limit_meta_analysis(effects, ms.RandomEffects(moderators="~ year"))
    with pytest.raises(ms.DataError, match="at least 3"):
        ms.limit_meta_analysis(ms.effects_from([0.1, 0.2], [1, 2]))


def test_frame_and_summary(small_study):
    found = ms.limit_meta_analysis(small_study.effects("bcg"), method="mulim")
    frame = found.to_frame()
    assert frame["estimator"].tolist() == ["random effects", "beta0", "betalim", "mulim"]
    assert frame.loc[frame["chosen"], "estimate"].item() == found.adjusted.estimate
    assert found.summary().startswith("Limit meta-analysis (mulim), 13 studies")
