"""influence() against metafor's, six data sets without moderators and three with."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.influence import influence

REFERENCE_NAME = "influence"
NAMES = {
    "rstudent": "rstudent",
    "dffits": "dffits",
    "cook.d": "cook_d",
    "cov.r": "cov_r",
    "tau2.del": "tau2_del",
    "QE.del": "q_del",
    "hat": "hat",
}


def close(found, expected, what):
    """1e-6: metafor's tau2 is found to about 1e-10, and the columns are smooth in it.

    Without some studies its Fisher scoring does not settle to the digits asked: it has no value.
    """
    expected = np.array(expected, dtype=float)
    known = np.isfinite(expected)
    assert known.mean() > 0.7, what
    np.testing.assert_allclose(found[known], expected[known], rtol=1e-6, atol=1e-7, err_msg=what)


def test_every_column_and_flag_agrees_with_metafor(reference):
    for record in reference["fits"]:
        found = influence(reference.effects(record["set"]), reference.spec(record))
        what = f"{record['set']} {record['method']} {record['test']} {record['moderators']}"
        for theirs, ours in NAMES.items():
            close(getattr(found, ours), record["columns"][theirs], f"{what} {theirs}")
        close(100 * found.weight, record["columns"]["weight"], what)
        close(found.dfbetas, record["dfbs"], what)
        theirs = record["flagged"]
        pairs = zip(found.flagged.tolist(), theirs, strict=True)
        assert all(ours == flag for ours, flag in pairs if flag is not None), what


def test_too_few_studies_are_refused():
    with pytest.raises(ms.DataError, match="at least 3 studies"):
        influence(ms.effects_from([0.1, 0.2], [1, 1]))


def test_a_coefficient_that_hangs_on_one_study_is_refused_by_name():
    import pandas as pd

    data = pd.DataFrame({"x": [0, 0, 0, 1]})
    effects = ms.effects_from([0.1, 0.2, 0.3, 0.4], [1] * 4, slab=list("ABCD"), data=data)
    with pytest.raises(ms.DataError, match="Without D"):
        influence(effects, ms.RandomEffects(moderators="~ x"))


def test_fixed_weights_follow_their_studies():
    spec = ms.RandomEffects("GENQ", weights=(1, 2, 3, 4), ci="z")
    found = influence(ms.effects_from([0.1, 0.5, 0.3, 0.4], [0.1] * 4), spec)
    np.testing.assert_allclose(found.weight, [0.1, 0.2, 0.3, 0.4])
