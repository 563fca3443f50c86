"""cumulative() against metafor's cumul(), by year and by precision."""

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.diagnostics.cumulative import cumulative

REFERENCE_NAME = "cumul"
NAMES = {
    "estimate": "estimate",
    "se": "se",
    "ci.lb": "ci_low",
    "ci.ub": "ci_high",
}


def test_every_step_agrees_with_metafor(reference):
    """1e-6: metafor's tau2 is found to about 1e-10, and the columns are smooth in it."""
    for record in reference["fits"]:
        effects, spec = reference.effects(record["set"]), reference.spec(record)
        found = cumulative(effects, spec, by=record["by"])
        assert list(found.order) == record["order"]
        frame = found.to_frame()
        what = f"{record['set']} {record['by']} {record['method']} {record['test']}"
        for theirs, ours in NAMES.items():
            expected = np.array(record["rows"][theirs], dtype=float)
            np.testing.assert_allclose(frame[ours], expected, rtol=1e-6, atol=1e-9, err_msg=what)
        if record["method"] != "EE":
            tau2 = np.array(record["rows"]["tau2"], dtype=float)[1:]
            found_tau2 = frame["tau2"].to_numpy(dtype=float)[1:]
            np.testing.assert_allclose(found_tau2, tau2, rtol=1e-6, atol=1e-9, err_msg=what)


def test_ends_at_the_pool_of_all():
    effects = ms.effects_from([0.4, 0.5, 0.1], [0.02, 0.03, 0.04])
    found = cumulative(effects, by="given")
    assert found.fits[-1].estimate == ms.pool(effects).estimate
    assert [note.code for note in found.notes] == ["repeated-looks"]


def test_ties_stay_in_the_given_order_and_descending_turns():
    data = pd.DataFrame({"year": [2001, 1999, 2001]})
    effects = ms.effects_from([0.1, 0.2, 0.3], [1, 1, 1], slab=list("ABC"), data=data)
    assert cumulative(effects).slab == ("B", "A", "C")
    assert cumulative(effects, descending=True).slab == ("A", "C", "B")
    assert cumulative(effects, by=[3, 2, 1]).slab == ("C", "B", "A")


def test_says_since_when_the_interval_excludes_zero():
    effects = ms.effects_from([0.1, 0.5, 0.5], [1, 0.01, 0.01], slab=list("ABC"))
    found = cumulative(effects, ms.CommonEffect(), by="given")
    assert "excludes 0 from B on" in found.summary()


def test_missing_keys_and_columns_are_named():
    data = pd.DataFrame({"year": [2001, None]})
    effects = ms.effects_from([0.1, 0.2], [1, 1], slab=list("AB"), data=data)
    with pytest.raises(ms.DataError, match="year is missing in B"):
        cumulative(effects)
    with pytest.raises(ms.SpecError, match="no column 'dose'"):
        cumulative(effects, by="dose")
    with pytest.raises(ms.DataError, match="one key"):
        cumulative(effects, by=[1])
    with pytest.raises(ms.DataError, match="cannot be compared"):
        cumulative(effects, by=[1, "a"])
