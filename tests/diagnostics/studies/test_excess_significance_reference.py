"""excess_significance() against metafor's tes(), five data sets."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.excess_significance import excess_significance

REFERENCE_NAME = "tes"


def test_agrees_with_metafor(reference):
    """1e-6 for the common effect; 1e-4 else: metafor integrates over true effects by quadrature.

    Its relative tolerance is R's default, 1.2e-4 for a power, and errors are usually far smaller.
    """
    for record in reference["fits"]:
        effects = reference.effects(record["set"])
        alternative = record["alternative"].replace(".", "-")
        found = excess_significance(
            effects, reference.spec(record), test=record["test"], alternative=alternative
        )
        keys = ("set", "method", "test", "alternative")
        what = " ".join(record[key] for key in keys)
        assert found.observed == record["O"], what
        rel = 1e-6 if record["method"] == "EE" else 1e-4
        np.testing.assert_allclose(found.power, record["power"], rtol=rel, err_msg=what)
        assert found.expected == pytest.approx(record["E"], rel=rel), what
        assert found.p_value == pytest.approx(record["p"], rel=rel), what
        if record["X2"] is not None:
            assert found.statistic == pytest.approx(record["X2"], rel=10 * rel, abs=1e-7), what


def test_few_expected_studies_are_said_and_arguments_checked():
    effects = ms.effects_from([0.5, 0.6, 0.1], [0.04] * 3)
    assert [n.code for n in excess_significance(effects).notes] == ["excess-significance-few"]
    assert excess_significance(effects, test="exact").notes == ()
    with pytest.raises(ms.SpecError, match="alternative must be"):
        excess_significance(effects, alternative="up")
