"""trim_and_fill() against metafor's trimfill(): three estimators, both sides, seven data sets."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.trim_and_fill import trim_and_fill

REFERENCE_NAME = "trimfill"


def test_agrees_with_metafor(reference):
    """1e-6, its refits as tight as metafor allows."""
    for record in reference["fits"]:
        side = None if record["asked"] == "auto" else record["asked"]
        effects, spec = reference.effects(record["set"]), reference.spec(record)
        found = trim_and_fill(effects, spec, record["estimator"], side)
        keys = ("set", "method", "test", "estimator", "asked")
        what = " ".join(str(record[key]) for key in keys)
        if "error" in record:
            assert "trim-and-fill-undefined" in [note.code for note in found.notes], what
            continue
        assert (found.side, found.k0) == (record["side"], record["k0"]), what
        assert found.k0_p == pytest.approx(record["p_k0"]), what
        if record["se_k0"] is not None:
            assert found.k0_se == pytest.approx(record["se_k0"], rel=1e-6), what
        pooled = found.pooled
        ours, theirs = [pooled.estimate, pooled.tau2 or 0.0], [record["estimate"], record["tau2"]]
        if record["test"] == "z":  # metafor 3.8 gives normal intervals whatever the fit's were
            ours += [pooled.se, pooled.ci.low, pooled.ci.high]
            theirs += [record[key] for key in ("se", "ci_low", "ci_high")]
        rtol = 1e-6
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-7, err_msg=what)
        filled = np.sort(np.array(record["filled"], dtype=float))
        np.testing.assert_allclose(np.sort(found.filled.yi), filled, rtol=rtol, err_msg=what)


def test_mirrored_studies_change_the_side_and_nothing_else():
    yi, vi = np.array([0.1, 0.15, 0.2, 0.5, 0.8, 1.1]), [0.01, 0.01, 0.02, 0.1, 0.2, 0.3]
    one, other = (trim_and_fill(ms.effects_from(sign * yi, vi)) for sign in (1, -1))
    assert (one.side, other.side) == ("left", "right")
    assert one.k0 == other.k0 > 0
    assert one.pooled.estimate == pytest.approx(-other.pooled.estimate, rel=1e-12)
    assert one.filled.slab[-1] == "Filled: 6"
    assert not one.trusted


def test_arguments_are_checked():
    effects = ms.effects_from([0.1, 0.2, 0.3], [1, 2, 3])
    with pytest.raises(ms.SpecError, match="L0, R0 or Q0"):
        trim_and_fill(effects, estimator="L1")
    with pytest.raises(ms.SpecError, match="side must be"):
        trim_and_fill(effects, side="up")
    with pytest.raises(ms.SpecError, match="no weights"):
        trim_and_fill(effects, ms.RandomEffects("GENQ", weights=(1, 1, 1)))
