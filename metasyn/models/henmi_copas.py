"""Henmi and Copas: common-effect weights, an interval that allows for heterogeneity and bias."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.models.interval import Interval
from metasyn.models.ivhet import NO_PREDICTION, spread
from metasyn.models.random_effects.weights import shares
from metasyn.models.results import Pooled
from metasyn.models.specs import HenmiCopas

__all__ = ["pool_henmi_copas"]

_TINY = 1e-100
"""Below this Q is under its bound for sure, and the bound's square overflows."""


def pool_henmi_copas(effects: Effects, spec: HenmiCopas) -> Pooled:
    """Pool with common-effect weights, which small studies and their bias sway least.

    The interval rests on the joint distribution of the estimate and Cochran's Q, for which Q given
    the estimate is taken to be gamma (Henmi & Copas 2010, Statistics in Medicine 29:2969-2983;
    metafor's ``hc``). tau2 is DerSimonian and Laird's.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    spec
        The level.

    Raises
    ------
    DataError
        If an estimate or a variance cannot be used; the row is named.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> effects = effects_from([0.1, 0.3, 0.9, 0.4], [0.02, 0.04, 0.05, 0.03])
    >>> low, high = pool_henmi_copas(effects, HenmiCopas()).ci
    >>> round(low, 4), round(high, 4)
    (-0.0947, 0.7778)
    """
    base = spread(effects, spec.level)
    if base.k == 1:
        return replace(base, spec=spec)
    weights = 1 / effects.vi
    pivot = _Pivot.of(weights, base.tau2 or 0.0)
    estimate = float(weights @ effects.yi / weights.sum())
    se = float(np.sqrt(pivot.variance))
    half = pivot.quantile(spec.level) * pivot.sd_ratio * se
    statistic = estimate / se
    return replace(
        base,
        spec=spec,
        estimate=estimate,
        se=se,
        statistic=statistic,
        p_value=min(1.0, 2 * pivot.tail(abs(statistic) / pivot.sd_ratio)),
        ci=Interval(estimate - half, estimate + half, spec.level, "henmi-copas"),
        prediction=None,
        weights=shares(weights),
        log_likelihood=None,
        notes=(*effects.notes, NO_PREDICTION),
    )


@dataclass(frozen=True, eq=False)
class _Pivot:
    """The pivot of Henmi and Copas (section 3), with moments of Q given the standardised estimate.

    ``w1`` is the sum of the weights; ``w2``, ``w3``, ``w4`` are sums of their powers over ``w1``.
    """

    k: int
    tau2: float
    w1: float
    w2: float
    w3: float
    w4: float

    @classmethod
    def of(cls, weights: FloatArray, tau2: float) -> _Pivot:
        total = float(weights.sum())
        powers = [float((weights**power).sum()) / total for power in (2, 3, 4)]
        return cls(len(weights), tau2, total, *powers)

    @property
    def sd_ratio(self) -> float:
        """Standard deviation of the estimate over its common-effect standard error."""
        return float(np.sqrt(1 + self.tau2 * self.w2))

    @property
    def variance(self) -> float:
        """Variance of the estimate."""
        return self.sd_ratio**2 / self.w1

    def moments_of_q(self, r: float) -> tuple[float, float]:
        """Mean and variance of Q given the standardised estimate r."""
        t, ratio = self.tau2, self.sd_ratio**2
        second = self.w3 - self.w2**2
        third = self.w4 - 2 * self.w2 * self.w3 + self.w2**3
        excess = (r * r - 1) / ratio
        mean = self.k - 1 + t * (self.w1 - self.w2) + t**2 * excess * second
        variance = (
            2 * (self.k - 1)
            + 4 * t * (self.w1 - self.w2)
            + 2 * t**2 * (self.w1 * self.w2 - 2 * self.w3 + self.w2**2)
            + 4 * t**2 * excess * second
            + 4 * t**3 * excess * third
            + 2 * t**4 * (1 - 2 * r * r) / ratio**2 * second**2
        )
        return mean, variance

    def tail(self, x: float) -> float:
        """Upper tail of the pivot: Q small enough, given an estimate beyond x."""
        from scipy.integrate import quad

        return float(quad(self._integrand(x), x, np.inf, epsabs=1e-13, epsrel=1e-12)[0])

    def _integrand(self, x: float) -> Callable[[float], float]:
        from scipy.special import gammainc

        def integrand(r: float) -> float:
            if x < _TINY:
                below = 1.0
            else:
                mean, variance = self.moments_of_q(r)
                q = (self.w1 / self.w2 - 1) * ((r / x) ** 2 - 1) + self.k - 1
                below = float(gammainc(mean**2 / variance, q * mean / variance))
            return below * float(np.exp(-r * r / 2)) / float(np.sqrt(2 * np.pi))

        return integrand

    def quantile(self, level: float) -> float:
        """Where the upper tail is (1 - level) / 2; the normal quantile bounds it."""
        from scipy.optimize import brentq
        from scipy.special import ndtri

        tail = (1 - level) / 2
        upper = float(ndtri(1 - tail))
        return float(brentq(lambda x: self.tail(x) - tail, 0.0, upper, xtol=1e-12))
