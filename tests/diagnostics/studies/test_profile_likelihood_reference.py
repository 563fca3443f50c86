"""The profile likelihood of tau2 against metafor's profile() and confint(type="PL")."""

import numpy as np
import pytest

import metasyn as ms

REFERENCE_NAME = "profile"
FITS = 19


@pytest.mark.parametrize("i", range(FITS))
def test_profile_agrees_with_metafor(reference, i):
    assert len(reference["fits"]) == FITS
    record = reference["fits"][i]
    effects, spec = reference.effects(record["set"]), reference.spec(record)
    found = ms.profile_likelihood(effects, spec, tau2=record["tau2"])
    assert found.tau2.tolist() == sorted(record["tau2"])
    # both are closed formulas at a given tau2
    assert found.log_likelihood == pytest.approx(record["ll"], rel=1e-8)
    # metafor's tau2 of several coefficients settles to 1e-12
    assert found.estimate == pytest.approx(record["estimate"], rel=1e-8, abs=1e-12)
    assert found.restricted is (record["method"] == "REML")
    if record["low"] is not None:
        assert (found.ci.low, found.ci.high) == pytest.approx(
            (record["low"], record["high"]), rel=1e-8, abs=1e-12
        )


def test_the_curve_is_highest_at_the_maximum_and_falls_to_the_limit_at_the_ends(reference):
    effects = reference.effects("bcg")
    found = ms.profile_likelihood(effects, ms.RandomEffects("DL"))
    assert not found.restricted and found.estimate != found.maximum
    assert found.log_likelihood.max() <= found.highest
    ends = ms.profile_likelihood(
        effects, ms.RandomEffects("DL"), tau2=[found.ci.low, found.ci.high]
    )
    # the ends are roots to 13 digits
    assert ends.log_likelihood == pytest.approx([found.limit] * 2, abs=1e-9)
    assert found.tau2[-1] > found.ci.high
    assert list(found.to_frame()) == ["tau2", "log_likelihood"]
    assert "Likelihood of tau2, 13 studies: highest at 0.280" in found.summary()


def test_what_has_no_profile_says_so(reference):
    effects = reference.effects("bcg")
    with pytest.raises(ms.SpecError, match="CommonEffect has no tau2"):
        ms.profile_likelihood(effects, ms.CommonEffect())
    with pytest.raises(ms.DataError, match="at least 2"):
        ms.profile_likelihood(ms.effects_from([0.1], [0.1]))
    for bad in ([-0.1, 1.0], [np.inf]):
        with pytest.raises(ms.DataError, match="finite and not negative"):
            ms.profile_likelihood(effects, tau2=bad)
