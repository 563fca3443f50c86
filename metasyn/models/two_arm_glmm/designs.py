"""Models of two arms as likelihoods: which counts, which parameters, which random effects.

UM: both arms' counts are modelled, with fixed (FS) or random (RS) study intercepts; the random
effect is coded +1/2 and -1/2 (metafor's ``coding=1/2``). CM: events of the treated arm given the
events of both, exactly (EL) or by a binomial distribution (AL). They are models 4, 5, 7 and the
approximation of 7 in Jackson, Law, Stijnen, Viechtbauer & White 2018, Statistics in Medicine
37:1059-1085; the conditional ones come from Stijnen, Hamza & Ozdemir 2010, ibid. 29:3046-3067.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.person_time import PersonTime, TwoArmPersonTime
from metasyn.errors import DataError
from metasyn.models.tables import Fate, Mask, margins
from metasyn.models.two_arm_glmm.families import Binomial, Family, Hypergeometric, Poisson
from metasyn.models.two_arm_glmm.fit import Likelihood
from metasyn.models.two_arm_glmm.marginal import Row

__all__ = ["FATES", "Design", "Model", "one_arm_rates", "two_arm_rates", "two_arm_tables"]

Model = Literal["UM.FS", "UM.RS", "CM.EL", "CM.AL"]

_USED = "is used as observed, nothing is added"
_OUT = "carries no information on the effect and is left out"
_BASELINE = "is used: it informs the baseline risk and its spread"
FATES: dict[Model, Fate] = {
    "UM.FS": Fate(_USED, _OUT, _OUT),
    "UM.RS": Fate(_USED, _BASELINE, _BASELINE),
    "CM.EL": Fate(_USED, _OUT, _OUT),
    "CM.AL": Fate(_USED, _OUT, _OUT),
}
"""What becomes of studies with empty cells, by model."""

_ONE = np.ones(1)
_NO_TIME = 1e-300
"""Person-time of an arm that is blank."""

_EMPTY = {
    1: "the control arms that can tell have no event, or the treated arms have nothing else",
    -1: "the treated arms that can tell have no event, or the control arms have nothing else",
    0: "",
}


@dataclass(frozen=True, eq=False)
class Design:
    """A model of the data at hand.

    Parameters
    ----------
    likelihood
        Of the used studies; its first parameter is the effect, its first scale is tau.
    used
        Studies in the likelihood, shape (k,).
    informative
        Studies that inform the effect, shape (k,).
    information
        What an informative study says of its own effect: its conditional likelihood.
    direction
        +1 or -1 where the effect runs to infinity (separation), else 0.
    separation
        What the separation is, as part of a sentence.
    saturated
        Log-likelihood with an effect of its own for every study, or the model to be maximised.
    """

    likelihood: Likelihood
    used: Mask
    informative: Mask
    information: Row
    direction: int
    separation: str
    saturated: float | Likelihood


def two_arm_tables(data: TwoArmCounts, model: Model) -> Design:
    """A model of 2x2 tables; the effect is the log odds ratio.

    Raises
    ------
    DataError
        If no study informs the effect.
    """
    m = margins(data)
    _require(m.informative)
    used = m.two_arms if model == "UM.RS" else m.informative
    a, b, c, d = (x[used] for x in (data.ai, data.bi, data.ci, data.di))
    on = m.informative
    exact = Hypergeometric(data.ai[on], m.n1[on], m.n2[on], m.events[on])
    likelihood: Likelihood
    saturated: float | Likelihood
    if model == "CM.EL":
        likelihood, saturated = _one_row(exact, len(a)), _highest(exact)
    elif model == "CM.AL":
        binomial = Binomial(a, a + c)
        likelihood = _one_row(binomial, len(a), np.log((a + b) / (c + d)))
        saturated = _highest(binomial)
    else:
        arms = Binomial(a, a + b), Binomial(c, c + d)
        likelihood = _two_rows(arms, model, np.log((a + c + 0.5) / (b + d + 0.5)))
        blank = (a == 0) | (b == 0)
        free = Binomial(np.where(blank, 0, a), np.where(blank, 0, a + b)), arms[1]
        saturated = _highest(*arms) if model == "UM.FS" else _free_effects(free, len(a))
    up, down = (c == 0, a == 0) if model == "CM.AL" else ((b == 0) | (c == 0), (a == 0) | (d == 0))
    if model == "UM.RS":
        up, down = b.sum() * c.sum() == 0, a.sum() * d.sum() == 0
    information, direction = Row(exact, _ONE, _ONE), _direction(up, down)
    return Design(likelihood, used, on, information, direction, _EMPTY[direction], saturated)


def two_arm_rates(data: TwoArmPersonTime, model: Model) -> Design:
    """A model of events over person-time; the effect is the log rate ratio.

    Given the events of both arms, those of the treated arm are exactly binomial: CM.EL is CM.AL.
    """
    on = (data.x1i + data.x2i) > 0
    _require(on)
    used = np.ones(len(data), bool) if model == "UM.RS" else on
    x1, t1, x2, t2 = (x[used] for x in (data.x1i, data.t1i, data.x2i, data.t2i))
    exact = Binomial(data.x1i[on], (data.x1i + data.x2i)[on])
    offset = np.log(data.t1i / data.t2i)[on]
    likelihood: Likelihood
    saturated: float | Likelihood
    if model in ("CM.EL", "CM.AL"):
        likelihood, saturated = _one_row(exact, len(x1), offset), _highest(exact)
    else:
        arms = Poisson(x1, t1), Poisson(x2, t2)
        likelihood = _two_rows(arms, model, np.log((x1 + x2 + 0.5) / (t1 + t2)))
        free = Poisson(x1, np.where(x1 == 0, _NO_TIME, t1)), arms[1]
        saturated = _highest(*arms) if model == "UM.FS" else _free_effects(free, len(x1))
    information, direction = Row(exact, _ONE, _ONE, offset), _direction(x2 == 0, x1 == 0)
    return Design(likelihood, used, on, information, direction, _EMPTY[direction], saturated)


def one_arm_rates(data: PersonTime) -> Design:
    """The Poisson-normal model of one arm; the effect is the log rate."""
    every = np.ones(len(data), bool)
    family = Poisson(data.xi, data.ti)
    likelihood, information = _one_row(family, len(data)), Row(family, _ONE, _ONE)
    direction, why = _direction(~every, data.xi == 0), "no study has an event"
    return Design(likelihood, every, every, information, direction, why, _highest(family))


def _require(informative: Mask) -> None:
    if not informative.any():
        raise DataError("No study informs the effect: nobody, or everybody, had the event.")


def _one_row(family: Family, size: int, offset: FloatArray | float = 0.0) -> Likelihood:
    return Likelihood((Row(family, _ONE, _ONE, offset),), 1, None, size)


def _two_rows(arms: tuple[Family, Family], model: Model, baseline: FloatArray) -> Likelihood:
    """Effect and intercept in the treated arm, intercept in the control arm."""
    in_treated, in_control = np.array([1.0, 1.0]), np.array([0.0, 1.0])
    if model == "UM.FS":
        half = np.array([0.5])
        rows = Row(arms[0], in_treated, half), Row(arms[1], in_control, -half)
        return Likelihood(rows, 1, baseline, len(baseline))
    rows = (
        Row(arms[0], in_treated, np.array([0.5, 1.0])),
        Row(arms[1], in_control, np.array([-0.5, 1.0])),
    )
    return Likelihood(rows, 2, None, len(baseline))


def _free_effects(arms: tuple[Family, Family], size: int) -> Likelihood:
    """Random baseline, and an effect of its own for every study in the intercept's place.

    A treated arm whose effect would run to infinity is blank: its likelihood tends to 1.
    """
    in_treated, in_control = np.array([1.0, 1.0]), np.array([1.0, 0.0])
    rows = Row(arms[0], in_treated, _ONE), Row(arms[1], in_control, _ONE)
    return Likelihood(rows, 1, np.zeros(size), size)


def _highest(*families: Family) -> float:
    return float(sum(family.highest().sum() for family in families))


def _direction(up: Mask, down: Mask) -> int:
    return int(np.all(up)) - int(np.all(down))
