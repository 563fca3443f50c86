"""Inference on linear combinations of the coefficients of a fitted model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from metasyn.effects.arrays import FloatArray
from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.models.random_effects.inference import Scale
from metasyn.models.random_effects.kenward_roger import KenwardRoger, kenward_roger
from metasyn.models.random_effects.moments import Model
from metasyn.models.random_effects.prediction import Spread, kind_of, predict_interval
from metasyn.models.random_effects.profile_likelihood import LikelihoodProfile
from metasyn.models.random_effects.quantiles import critical, two_sided
from metasyn.models.specs import RandomEffects

__all__ = ["Contrasts", "Line", "wald_line"]


class Line(NamedTuple):
    """An estimate with its test and interval.

    Parameters
    ----------
    estimate, se
        Estimate and standard error.
    statistic, p_value
        Test of 0; None where the standard error is 0.
    ci
        Confidence interval.
    """

    estimate: float
    se: float
    statistic: float | None
    p_value: float | None
    ci: Interval


def wald_line(
    estimate: float, variance: float, level: float, method: str, df: float | None
) -> Line:
    """A line from an estimate, its variance and the reference distribution.

    Examples
    --------
    >>> wald_line(2.0, 1.0, 0.95, "z", None).p_value  # doctest: +ELLIPSIS
    0.0455...
    """
    se = math.sqrt(variance)
    half = critical(level, df) * se
    ci = Interval(estimate - half, estimate + half, level, method, df)
    if se == 0.0:
        return Line(estimate, se, None, None, ci)
    return Line(estimate, se, estimate / se, two_sided(estimate / se, df), ci)


@dataclass(frozen=True, eq=False)
class Contrasts:
    """A fitted random-effects model, asked about combinations of its coefficients.

    Parameters
    ----------
    model
        The studies.
    spec
        What was asked.
    tau2
        Estimate of tau2.
    beta, cov
        Coefficients and their Wald covariance, shapes (p,) and (p, p).
    scale
        What multiplies the covariance.
    factor
        Hartung and Knapp's q.
    """

    model: Model
    spec: RandomEffects
    tau2: float
    beta: FloatArray
    cov: FloatArray
    scale: Scale
    factor: float

    @cached_property
    def kr(self) -> KenwardRoger | None:
        """Kenward and Roger's quantities where the specification needs them."""
        if self.spec.ci == "kr" or self.spec.prediction in ("KR", "KR-PR"):
            return kenward_roger(self.model, self.tau2)
        return None

    def line(self, contrast: FloatArray, level: float | None = None) -> Line:
        """Estimate, test and interval of a combination."""
        level = level or self.spec.level
        estimate = float(contrast @ self.beta)
        wald = float(contrast @ self.cov @ contrast)
        if self.spec.ci == "kr" and self.kr is not None:
            variance, df = self.kr.variance(contrast), self.kr.df(contrast)
            return wald_line(estimate, variance, level, "kr", df)
        if self.spec.ci == "profile":
            return self._profile_line(contrast, estimate, math.sqrt(wald), level)
        scale = self.scale
        return wald_line(estimate, wald * scale.factor, level, scale.method, scale.df)

    def _profile_line(self, contrast: FloatArray, estimate: float, se: float, level: float) -> Line:
        profile = LikelihoodProfile(self.model, contrast, self.tau2)
        root = math.copysign(math.sqrt(profile.ratio(0.0)), estimate)
        interval = profile.interval(estimate, se, level)
        return Line(estimate, se, root, two_sided(root, None), interval)

    def prediction(
        self, contrast: FloatArray, level: float | None = None
    ) -> tuple[Interval | None, tuple[Note, ...]]:
        """Prediction interval of a new study's true effect, or a note that says why not."""
        kr = None
        if self.kr is not None:
            kr = self.kr.variance(contrast), self.kr.df(contrast)
        wald = float(contrast @ self.cov @ contrast)
        spread = Spread(wald, self.factor, self.model.k - self.model.p, kr)
        kind = kind_of(self.spec.prediction, self.spec.ci, self.scale)
        estimate = float(contrast @ self.beta)
        return predict_interval(estimate, self.tau2, spread, kind, level or self.spec.level)
