"""The methods that are compared on rare events, one row of a table each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.effects import Effects
from metasyn.errors import DataError
from metasyn.models import beta_binomial, firth, mantel_haenszel, peto
from metasyn.models.random_effects import pool_effects
from metasyn.models.results import Pooled
from metasyn.models.specs import (
    BetaBinomial,
    BinomialNormal,
    FirthLogistic,
    MantelHaenszel,
    Peto,
    RandomEffects,
)
from metasyn.models.tables import Fate, margins, study_effects
from metasyn.models.two_arm_glmm import pool_two_arm
from metasyn.models.two_arm_glmm.designs import FATES, Model

__all__ = ["METHODS", "Method"]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the comparison.

    Parameters
    ----------
    name
        What stands in the first column.
    pool
        Data and level to a result.
    fate
        What becomes of studies with empty cells.
    takes_all
        Whether studies without, or with nothing but, events take part.
    measure
        Code of what it estimates.
    """

    name: str
    pool: Callable[[TwoArmCounts, float], Pooled]
    fate: Fate
    takes_all: bool = False
    measure: str = "OR"


def _inverse_variance(data: TwoArmCounts, level: float) -> Pooled:
    own = study_effects(data, "OR")
    if not len(own.yi):
        raise DataError("No study informs the odds ratio: nobody, or everybody, had the event.")
    slab = tuple(s for s, used in zip(data.slab, own.used, strict=True) if used)
    return pool_effects(Effects(own.yi, own.vi, slab, "OR"), RandomEffects(level=level))


def _arcsine(data: TwoArmCounts, level: float) -> Pooled:
    on = margins(data).two_arms
    if not on.any():
        raise DataError("No study has patients in both arms: there is nothing to compare.")
    effects = effect_sizes("AS", ai=data.ai[on], bi=data.bi[on], ci=data.ci[on], di=data.di[on])
    return pool_effects(effects, RandomEffects(level=level))


def _glmm(model: Model) -> Callable[[TwoArmCounts, float], Pooled]:
    return lambda data, level: pool_two_arm(data, BinomialNormal(model=model, level=level))


_CORRECTED = "gets 1/2 in every cell"
_LEFT_OUT = "has no log odds ratio and is left out"
_DIFFERENCE = "is used, its difference is 0"

METHODS = (
    Method(
        "Mantel-Haenszel, no correction",
        lambda data, level: mantel_haenszel.pool_mantel_haenszel(data, MantelHaenszel("OR", level)),
        mantel_haenszel.FATES["OR"],
    ),
    Method(
        "Peto", lambda data, level: peto.pool_peto(data, Peto(level)), peto.FATE, measure="PETO"
    ),
    Method("Inverse variance, REML", _inverse_variance, Fate(_CORRECTED, _LEFT_OUT, _LEFT_OUT)),
    Method(
        "Arcsine difference, REML",
        _arcsine,
        Fate("is used as observed, nothing is added", _DIFFERENCE, _DIFFERENCE),
        takes_all=True,
        measure="AS",
    ),
    Method("CM.EL", _glmm("CM.EL"), FATES["CM.EL"]),
    Method("UM.FS", _glmm("UM.FS"), FATES["UM.FS"]),
    Method("UM.RS", _glmm("UM.RS"), FATES["UM.RS"], takes_all=True),
    Method(
        "Beta-binomial",
        lambda data, level: beta_binomial.pool_beta_binomial(data, BetaBinomial(level)),
        beta_binomial.FATE,
        takes_all=True,
    ),
    Method(
        "Firth logistic",
        lambda data, level: firth.pool_firth(data, FirthLogistic(level)),
        firth.FATE,
        takes_all=True,
    ),
)
"""Every method of the comparison, in the order of the table."""
