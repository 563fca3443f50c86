"""excess_significance() against metafor's tes(), five data sets."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.excess_significance import excess_significance

REFERENCE_NAME = "tes"


BEYOND = 5.8e-7
"""Normal probability beyond 5 standard deviations: what tes() leaves out of its integrals."""


def test_agrees_with_metafor(reference):
    """1e-6, closed form against metafor's integral over true effects.

    metafor integrates within 5 tau of the mean, so that its powers are low by up to ``BEYOND``.
    """
    for record in reference["fits"]:
        found, what = _found(reference, record)
        assert found.observed == record["O"], what
        left_out = 0.0 if record["method"] == "EE" else BEYOND
        gap = found.power - np.array(record["power"])
        assert (gap >= -1e-12).all(), what
        np.testing.assert_allclose(gap, 0.0, rtol=0, atol=left_out + 1e-12, err_msg=what)
        expected = pytest.approx(record["E"], rel=1e-12, abs=record["k"] * left_out)
        assert found.expected == expected, what


def test_agrees_with_integrals_over_all_true_effects(reference):
    """1e-6: powers integrated over the whole line in R, and R's tests of their sum."""
    for record in reference["fits"]:
        found, what = _found(reference, record)
        np.testing.assert_allclose(found.power, record["power_over_all"], rtol=1e-9, err_msg=what)
        assert found.p_value == pytest.approx(record["p_over_all"], rel=1e-6), what
        if record["method"] == "EE":
            assert found.p_value == pytest.approx(record["p"], rel=1e-6), what
            if record["X2"] is not None:
                assert found.statistic == pytest.approx(record["X2"], rel=1e-6, abs=1e-9), what


def _found(reference, record):
    """What is found of a record, and its name."""
    alternative = record["alternative"].replace(".", "-")
    effects, spec = reference.effects(record["set"]), reference.spec(record)
    found = excess_significance(effects, spec, test=record["test"], alternative=alternative)
    return found, " ".join(record[key] for key in ("set", "method", "test", "alternative"))


def test_few_expected_studies_are_said_and_arguments_checked():
    effects = ms.effects_from([0.5, 0.6, 0.1], [0.04] * 3)
    assert [n.code for n in excess_significance(effects).notes] == ["excess-significance-few"]
    assert excess_significance(effects, test="exact").notes == ()
    with pytest.raises(ms.SpecError, match="alternative must be"):
        excess_significance(effects, alternative="up")
