"""Inference on linear combinations of the coefficients of a fitted model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.models.random_effects.inference import Scale
from metasyn.models.random_effects.kenward_roger import KenwardRoger, kenward_roger
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.prediction import Spread, predict_interval
from metasyn.models.random_effects.profile_likelihood import LikelihoodProfile
from metasyn.models.random_effects.quantiles import chi2_tail, critical, f_tail, two_sided

__all__ = ["Contrasts", "JointTest", "Line", "wald_line"]


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


class JointTest(NamedTuple):
    """A test of several coefficients at once.

    Parameters
    ----------
    statistic, p_value
        None where the standard errors are 0.
    df
        Degrees of freedom; the second is None for chi-squared.
    """

    statistic: float | None
    p_value: float | None
    df: tuple[float, float | None]


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


@dataclass(frozen=True, eq=False, kw_only=True)
class Contrasts:
    """A fitted model, asked about linear combinations of its coefficients.

    Parameters
    ----------
    model
        The studies.
    tau2
        Estimate of tau2; 0 in a common-effect model.
    beta, cov
        Coefficients and their Wald covariance, shapes (p,) and (p, p).
    scale
        What multiplies the covariance.
    factor
        Hartung and Knapp's q.
    ci, kind
        Codes of the confidence interval and of the prediction interval.
    level
        Coverage.
    """

    model: Model
    tau2: float
    beta: FloatArray
    cov: FloatArray
    scale: Scale
    factor: float
    ci: str
    kind: str
    level: float

    @cached_property
    def kr(self) -> KenwardRoger | None:
        """Kenward and Roger's quantities where an interval needs them."""
        if self.ci == "kr" or self.kind in ("KR", "KR-PR"):
            return kenward_roger(self.model, self.tau2)
        return None

    @property
    def covariance(self) -> FloatArray:
        """Covariance of the coefficients that the tests use, shape (p, p)."""
        if self.ci == "kr" and self.kr is not None:
            return self.kr.cov
        return read_only(self.cov * self.scale.factor)

    def line(self, contrast: FloatArray, level: float | None = None) -> Line:
        """Estimate, test and interval of a combination."""
        level = self.level if level is None else level
        estimate = float(contrast @ self.beta)
        wald = float(contrast @ self.cov @ contrast)
        if self.ci == "kr" and self.kr is not None:
            variance, df = self.kr.variance(contrast), self.kr.df(contrast)
            return wald_line(estimate, variance, level, "kr", df)
        if self.ci == "profile":
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
        estimate = float(contrast @ self.beta)
        level = self.level if level is None else level
        return predict_interval(estimate, self.tau2, spread, self.kind, level)

    def joint_test(self, rows: FloatArray) -> JointTest:
        """Test of ``rows @ beta = 0``.

        Chi-squared with normal inference, else F as metafor's; Kenward and Roger's scaled F; the
        likelihood ratio with ``profile``.
        """
        m = float(len(rows))
        if self.ci == "kr" and self.kr is not None:
            f, df = self.kr.f_test(self.beta, rows)
            return JointTest(f, f_tail(f, m, df), (m, df))
        if self.ci == "profile":
            ratio = LikelihoodProfile(self.model, rows[0], self.tau2).joint_ratio(rows)
            return JointTest(ratio, chi2_tail(ratio, m), (m, None))
        df2 = self.scale.df
        if self.scale.factor == 0.0:
            return JointTest(None, None, (m, df2))
        tested = rows @ self.beta
        wald = float(tested @ np.linalg.solve(rows @ self.covariance @ rows.T, tested))
        if df2 is None:
            return JointTest(wald, chi2_tail(wald, m), (m, None))
        return JointTest(wald / m, f_tail(wald / m, m, df2), (m, df2))
