"""The gap between the Freeman-Tukey transformation and the exact likelihood.

Pooled and back-transformed values: metafor 3.8, ``rma(measure="PFT")`` with ``predict(transf =
transf.ipft.hm)``, threshold 1e-14, methods REML and EE.
"""

import numpy as np
import pytest

from metasyn.effects.counts import counts
from metasyn.errors import DataError
from metasyn.models.freeman_tukey import freeman_tukey_gap

TRIALS, SIZES = [8, 10, 6, 9, 7], [40, 50, 30, 45, 35]


@pytest.mark.parametrize(
    ("xi", "ni", "random_effects"),
    [
        ([30, 5, 800, 1, 12], [400, 90, 12000, 8, 250000], 0.0340859162),
        (TRIALS, SIZES, 0.1997592747),
        (TRIALS + [0] * 20, SIZES + [1] * 20, 0.0491930763),
        (TRIALS + [0] * 16 + [1] * 4, SIZES + [1] * 20, 0.0683092232),
    ],
)
def test_agrees_with_metafor(xi, ni, random_effects):
    gap = freeman_tukey_gap(counts(xi=xi, ni=ni))
    assert gap.random_effects == pytest.approx(random_effects, abs=1e-9)


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
