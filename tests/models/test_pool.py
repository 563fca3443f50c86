"""The one verb: every specification has a home, and data that do not fit are refused by name."""

from importlib import import_module
from typing import get_args

import pytest

import metasyn as ms
from metasyn.models.pool import MODELS
from metasyn.models.specs import Spec


def test_every_specification_pools_something():
    assert {row[0] for row in MODELS} == set(get_args(Spec))


@pytest.mark.parametrize("row", MODELS, ids=lambda row: f"{row[0].__name__}-{row[1].__name__}")
def test_every_model_of_the_table_is_there(row):
    _, _, module, function = row
    assert callable(getattr(import_module(f"metasyn.models.{module}"), function))


def test_effects_are_pooled_by_random_effects_unless_told_otherwise():
    pooled = ms.pool(ms.effects_from([0.1, 0.3, 0.2], [0.02, 0.04, 0.03]))
    assert pooled.spec == ms.RandomEffects()


@pytest.mark.parametrize(
    ("data", "spec", "words"),
    [
        (ms.counts(xi=[1, 2], ni=[4, 5]), ms.RandomEffects(), "pools Effects, not Counts"),
        (ms.effects_from([0.1], [0.1]), ms.Peto(), "pools TwoArmCounts, not Effects"),
        (ms.effects_from([0.1], [0.1]), "DL", "is no specification"),
    ],
)
def test_data_that_do_not_fit_are_refused(data, spec, words):
    with pytest.raises(ms.SpecError, match=words):
        ms.pool(data, spec)


def test_the_double_arcsine_warns_with_its_gap_to_the_exact_likelihood():
    """metafor back-transforms the common effect of these proportions to 0."""
    effects = ms.effect_sizes("PFT", xi=[30, 5, 800, 1, 12], ni=[400, 90, 12000, 8, 250000])
    found = [note for note in ms.pool(effects).notes if note.code == "freeman-tukey-gap"]
    assert "0.03409 (random effects) or 0 (common effect)" in found[0].message
    assert "0.01562" in found[0].message
