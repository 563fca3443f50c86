"""begg() against metafor's ranktest()."""

import pytest

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
