"""leave_one_out() against metafor's leave1out()."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.leave_one_out import leave_one_out

REFERENCE_NAME = "leave1out"
NAMES = {
    "estimate": "estimate",
    "se": "se",
    "pval": "p_value",
    "ci.lb": "ci_low",
    "ci.ub": "ci_high",
    "Q": "q",
    "Qp": "q_p",
    "tau2": "tau2",
}


def agree(record, frame):
    """1e-6: metafor's tau2 is found to about 1e-10, and the columns are smooth in it."""
    for theirs, ours in NAMES.items():
        if theirs not in record["rows"] or (ours == "tau2" and record["method"] == "EE"):
            continue
        expected = np.array(record["rows"][theirs], dtype=float)
        found = frame[ours].to_numpy(dtype=float)
        what = f"{record['set']} {record['method']} {record['test']} {theirs}"
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9, err_msg=what)
    if record["method"] != "EE":
        i2 = np.array(record["rows"]["I2"], dtype=float)
        found = frame["i2"].to_numpy(dtype=float)
        np.testing.assert_allclose(100 * found, i2, rtol=1e-6, atol=1e-6)


def test_leave_one_out_agrees_with_metafor(reference):
    for record in reference["fits"]:
        found = leave_one_out(reference.effects(record["set"]), reference.spec(record))
        agree(record, found.to_frame())


def test_says_who_changes_the_reading():
    effects = ms.effects_from([0.2, 0.3, -1.1, 0.3], [0.05] * 4, slab=list("ABCD"))
    found = leave_one_out(effects, ms.CommonEffect())
    assert found.crossing() == ("C",)
    assert found.deciding() == ("C",)
    assert "Sign changes without: C" in found.summary()


def test_every_estimate_is_that_of_the_other_studies():
    effects = ms.effects_from([0.4, 0.5, -2.0], [0.02, 0.03, 0.04], slab=list("ABC"))
    found = leave_one_out(effects)
    others = ms.pool(ms.effects_from([0.4, -2.0], [0.02, 0.04]))
    assert found.fits[1].estimate == others.estimate
    assert found.to_frame()["slab"].tolist() == ["A", "B", "C"]


def test_two_studies_leave_the_other_one_and_say_so():
    found = leave_one_out(ms.effects_from([0.1, 0.2], [1, 1]))
    assert found.estimates.tolist() == [0.2, 0.1]
    assert [note.code for note in found.notes] == ["single-study"]


def test_moderators_and_single_studies_are_refused():
    with pytest.raises(ms.SpecError, match="without moderators"):
        leave_one_out(ms.effects_from([0.1, 0.2], [1, 1]), ms.RandomEffects(moderators="~ x"))
    with pytest.raises(ms.DataError, match="at least 2"):
        leave_one_out(ms.effects_from([0.1], [1]))
