"""begg() against metafor's ranktest()."""

import numpy as np
import pytest
from scipy.stats import norm

import metasyn as ms
from metasyn.diagnostics.rank_test import begg

REFERENCE_NAME = "ranktest"


def test_tau_and_p_agree_with_metafor(reference):
    """1e-9: counts of concordant pairs, and an exact distribution."""
    for record in reference["fits"]:
        found = begg(reference.effects(record["set"]))
        assert found.tau == pytest.approx(record["tau"], rel=1e-9), record["set"]
        assert found.p_value == pytest.approx(record["p"], rel=1e-9), record["set"]


def test_no_ranks_is_said():
    with pytest.raises(ms.DataError, match="no ranks"):
        begg(ms.effects_from([0.1, 0.2, 0.3], [1, 1, 1]))
    with pytest.raises(ms.DataError, match="at least 3"):
        begg(ms.effects_from([0.1, 0.2], [1, 2]))


def test_exact_p_values_of_many_studies():
    """Of 300 studies the normal distribution of Kendall's score is as good as the exact one."""
    rng = np.random.default_rng(8)
    vi = rng.gamma(2.0, 0.05, 300) + 0.01
    found = begg(ms.effects_from(rng.normal(0.4 * vi, np.sqrt(vi)), vi))
    score = found.tau * 300 * 299 / 2
    z = (abs(score) - 1.0) / np.sqrt(300 * 299 * 605 / 18)  # corrected for continuity
    assert found.exact
    assert found.p_value == pytest.approx(2.0 * norm.sf(z), rel=2e-3)
