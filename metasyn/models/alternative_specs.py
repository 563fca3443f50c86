"""Specifications of further models: rates, rare events, and weights that ignore tau2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from metasyn.errors import SpecError
from metasyn.models.spec_checks import one_of, within

__all__ = [
    "BetaBinomial",
    "FirthLogistic",
    "HenmiCopas",
    "IVhet",
    "PoissonNormal",
    "QualityEffects",
]

RateModel = Literal["UM.FS", "UM.RS", "CM.EL"]
WeightTau2 = Literal["DL", "REML", "PM"]
CountInterval = Literal["auto", "wald-t", "wald-z", "profile", "profile-t"]


@dataclass(frozen=True)
class PoissonNormal:
    """Poisson-normal model of events over person-time, one arm or two.

    Parameters
    ----------
    model
        ``UM.FS``, ``UM.RS`` or ``CM.EL`` for two arms (None is ``UM.FS``); None for one arm.
    interval
        ``auto`` is ``wald-t`` from three informative studies on and ``profile`` below.
    level
        Coverage of every interval.
    """

    model: RateModel | None = None
    interval: CountInterval = "auto"
    level: float = 0.95

    def __post_init__(self) -> None:
        one_of("model", self.model, (None, *get_args(RateModel)))
        one_of("interval", self.interval, get_args(CountInterval))
        within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class BetaBinomial:
    """Beta-binomial model of counts, one arm or two: the average risk, or its odds ratio."""

    level: float = 0.95

    def __post_init__(self) -> None:
        within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class FirthLogistic:
    """Logistic regression with study intercepts and Firth's penalty, finite under separation."""

    level: float = 0.95

    def __post_init__(self) -> None:
        within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class HenmiCopas:
    """Common-effect weights with an interval that allows for heterogeneity and selection."""

    level: float = 0.95

    def __post_init__(self) -> None:
        within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class IVhet:
    """Common-effect weights with the variance of a random-effects model.

    Parameters
    ----------
    level
        Coverage of the interval.
    tau2
        Estimator of the variance between studies; Doi's is ``DL``.
    """

    level: float = 0.95
    tau2: WeightTau2 = "DL"

    def __post_init__(self) -> None:
        one_of("tau2", self.tau2, get_args(WeightTau2))
        within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class QualityEffects:
    """IVhet with weights that follow an appraisal of the studies.

    Parameters
    ----------
    scores
        Quality of every study, 0 (no weight) to 1, in the order of the data. Only ratios count:
        scores are divided by the highest.
    level
        Coverage of the interval.
    tau2
        Estimator of the variance between studies; Doi's is ``DL``.
    """

    scores: tuple[float, ...]
    level: float = 0.95
    tau2: WeightTau2 = "DL"

    def __post_init__(self) -> None:
        one_of("tau2", self.tau2, get_args(WeightTau2))
        try:
            object.__setattr__(self, "scores", tuple(float(score) for score in self.scores))
        except (TypeError, ValueError):
            raise SpecError(
                "scores must be numbers, one a study; quality weights of a registry give them by "
                "weights.scores(effects)."
            ) from None
        for i, score in enumerate(self.scores):
            within(f"scores[{i}]", score, 0, 1)
        within("level", self.level, 0, 1, open_ends=True)
        within("the highest score", max(self.scores, default=0.0), 1e-9, 1)
