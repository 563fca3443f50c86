"""The gap between the Freeman-Tukey transformation and the exact likelihood.

Pooled and back-transformed values: tests/reference/freeman_tukey.R, metafor's ``rma`` and
``transf.ipft.hm``.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from metasyn.effects.counts import counts
from metasyn.errors import DataError
from metasyn.models.freeman_tukey import freeman_tukey_gap

REFERENCE = Path(__file__).parents[2] / "reference" / "freeman_tukey.json"
SETS = json.loads(REFERENCE.read_text())["sets"]
TRIALS, SIZES = SETS["trials"]["data"]["xi"], SETS["trials"]["data"]["ni"]


@pytest.mark.parametrize("name", SETS)
def test_agrees_with_metafor(name):
    gap = freeman_tukey_gap(counts(**SETS[name]["data"]))
    # the back-transformation is steep at the harmonic mean of sizes from 1 on
    assert gap.random_effects == pytest.approx(SETS[name]["REML"]["back"], abs=1e-9)
    assert gap.common_effect == pytest.approx(SETS[name]["EE"]["back"], abs=1e-9)


def test_a_common_effect_can_turn_back_to_0():
    """848 events among 262,498 patients, and metafor answers 0."""
    gap = freeman_tukey_gap(counts(xi=[30, 5, 800, 1, 12], ni=[400, 90, 12000, 8, 250000]))
    assert gap.common_effect == 0
    assert gap.crude == pytest.approx(848 / 262_498)
    assert gap.binomial_normal > 0.015
    assert gap.note.code == "freeman-tukey-gap"
    assert "0.01562" in gap.note.message


def test_single_cases_with_the_same_rate_drag_it_down():
    """Twenty single cases at the trials' own 20%: the likelihood stays, the inverse says 7%."""
    gap = freeman_tukey_gap(counts(xi=TRIALS + [0] * 16 + [1] * 4, ni=SIZES + [1] * 20))
    assert gap.crude == pytest.approx(0.2)
    assert gap.binomial_normal == pytest.approx(0.2, abs=1e-6)
    assert gap.gap == pytest.approx(-0.1317, abs=1e-4)


def test_one_study_turns_back_to_itself():
    for x in (0, 3, 11):
        gap = freeman_tukey_gap(counts(xi=[x, x], ni=[11, 11]))
        assert gap.random_effects == pytest.approx(x / 11, abs=1e-7)
        assert np.isfinite(gap.gap)


def test_no_patients_is_named():
    with pytest.raises(DataError, match="Lee: no patients"):
        freeman_tukey_gap(counts(xi=[1, 0], ni=[5, 0], slab=["Park", "Lee"]))
