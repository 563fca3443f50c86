"""gosh() against one fit at a time, and its samples."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.gosh import gosh

YI = [0.1, 0.4, -0.2, 0.3, 2.0, 0.25]
VI = [0.02, 0.04, 0.03, 0.05, 0.03, 0.01]


@pytest.mark.parametrize("spec", [ms.RandomEffects(), ms.RandomEffects("DL"), ms.CommonEffect()])
def test_every_subset_is_the_pool_of_its_studies(spec):
    """1e-9: the same optimum, found set by set and one at a time."""
    effects = ms.effects_from(YI, VI)
    found = gosh(effects, spec)
    assert len({tuple(row) for row in found.members.tolist()}) == 2**6 - 1
    for row, members in enumerate(found.members):
        one = ms.pool(ms.effects_from(effects.yi[members], effects.vi[members]), spec)
        assert found.estimate[row] == pytest.approx(one.estimate, rel=1e-9)
        assert found.size[row] == one.k
        if one.k > 1:
            assert found.q[row] == pytest.approx(one.q, rel=1e-9, abs=1e-12)
            assert found.i2[row] == pytest.approx(one.i2, rel=1e-8, abs=1e-9)
        if one.k > 1 and one.tau2 is not None:
            assert found.tau2[row] == pytest.approx(one.tau2, rel=1e-8, abs=1e-12)


def test_the_outlier_splits_the_estimates():
    found = gosh(ms.effects_from(YI, VI, slab=list("ABCDEF")))
    first = found.splits().iloc[0]
    assert first["slab"] == "E"
    assert first["i2_with"] > first["i2_without"]
    assert found.including("E").sum() == 32
    assert "Splits them most: E" in found.summary()


def test_samples_are_seeded_never_empty_and_said():
    effects = ms.effects_from(np.tile(YI, 5), np.tile(VI, 5))
    one, again, other = (gosh(effects, subsets=500, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one.estimate, again.estimate)
    assert not np.array_equal(one.members, other.members)
    assert one.members.any(axis=1).all()
    assert [note.code for note in one.notes] == ["gosh-sample"]
    assert not one.exhaustive
    tiny = gosh(ms.effects_from(YI[:3], VI[:3]), subsets=5)
    assert len(tiny.estimate) == 5


def test_arguments_are_checked():
    with pytest.raises(ms.SpecError, match="subsets"):
        gosh(ms.effects_from(YI, VI), subsets=0)
    with pytest.raises(ms.SpecError, match="no study 'Z'"):
        gosh(ms.effects_from(YI, VI)).including("Z")
