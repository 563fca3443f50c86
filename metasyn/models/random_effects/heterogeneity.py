"""How much studies differ: every measure of it, with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from metasyn.effects.effects import Effects
from metasyn.errors import SpecError
from metasyn.models.interval import Interval
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.quantiles import critical
from metasyn.models.regression import Regression
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["Heterogeneity", "heterogeneity", "model_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """Measures of heterogeneity, residual where there are moderators.

    Parameters
    ----------
    q, df, q_p
        Cochran's Q, its degrees of freedom and p-value.
    tau2, tau2_ci, tau, tau_ci
        Variance and standard deviation between studies; None for a common-effect model.
    i2, i2_ci, h2, h2_ci
        metafor's I2 (0 to 1) and H2, from tau2; the intervals are those of tau2 mapped.
    i2_q, i2_q_ci, h2_q, h2_q_ci
        Higgins and Thompson's, from Q, with their test-based intervals; intervals are None where
        k - p < 2.
    typical_variance
        Higgins and Thompson's typical sampling variance, (k - p) / tr P.
    """

    q: float
    df: int
    q_p: float
    tau2: float | None
    tau2_ci: Interval | None
    tau: float | None
    tau_ci: Interval | None
    i2: float | None
    i2_ci: Interval | None
    h2: float | None
    h2_ci: Interval | None
    i2_q: float
    i2_q_ci: Interval | None
    h2_q: float
    h2_q_ci: Interval | None
    typical_variance: float


def heterogeneity(pooled: Pooled) -> Heterogeneity:
    """Every measure of heterogeneity of an inverse-variance result.

    Parameters
    ----------
    pooled
        A result of :class:`~metasyn.RandomEffects` or :class:`~metasyn.CommonEffect`.

    Raises
    ------
    SpecError
        If the result comes from another model or a single study.

    References
    ----------
    Higgins and Thompson 2002, Stat Med 21:1539, sec. 3 and appendix.

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.1, 0.9, 0.4, 0.7], [0.02, 0.03, 0.01, 0.04])
    >>> found = heterogeneity(ms.pool(effects))
    >>> round(found.i2_q, 3), round(found.i2, 3)
    (0.796, 0.819)
    """
    model = model_of(pooled)
    if pooled.q is None or pooled.q_p is None:
        raise SpecError("A single study has no heterogeneity.")
    df, level = model.k - model.p, pooled.spec.level
    typical = df / model.moments(0.0).tr1
    tau2, tau2_ci = pooled.tau2, pooled.tau2_ci
    h2_q = pooled.q / df
    h2_q_ci = _test_based(pooled.q, df, level)
    return Heterogeneity(
        q=pooled.q,
        df=df,
        q_p=pooled.q_p,
        tau2=tau2,
        tau2_ci=tau2_ci,
        tau=None if tau2 is None else math.sqrt(tau2),
        tau_ci=_mapped(tau2_ci, math.sqrt),
        i2=None if tau2 is None else pooled.i2,
        i2_ci=_mapped(tau2_ci, lambda t: t / (t + typical)),
        h2=None if tau2 is None else pooled.h2,
        h2_ci=_mapped(tau2_ci, lambda t: 1.0 + t / typical),
        i2_q=max(0.0, 1.0 - 1.0 / h2_q) if h2_q > 0.0 else 0.0,
        i2_q_ci=_mapped(h2_q_ci, lambda h: max(0.0, 1.0 - 1.0 / h)),
        h2_q=h2_q,
        h2_q_ci=h2_q_ci,
        typical_variance=typical,
    )


def model_of(pooled: Pooled) -> Model:
    """The studies behind an inverse-variance result.

    Raises
    ------
    SpecError
        If the result comes from another model or a single study.
    """
    if isinstance(pooled, Regression):
        return pooled.contrasts.model
    known = isinstance(pooled.spec, RandomEffects | CommonEffect)
    if not known or not isinstance(pooled.data, Effects) or pooled.k < 2:
        raise SpecError("This needs an inverse-variance model of two or more studies.")
    return MeanModel(pooled.data.yi, pooled.data.vi)


def _mapped(interval: Interval | None, rule: Callable[[float], float]) -> Interval | None:
    if interval is None:
        return None
    low, high = interval
    return Interval(rule(low), rule(high), interval.level, interval.method, interval.df)


def _test_based(q: float, df: int, level: float) -> Interval | None:
    """Higgins and Thompson's interval of H2, by the standard error of log H."""
    if df < 2:
        return None
    if q > df + 1:
        gap = math.sqrt(2.0 * q) - math.sqrt(2.0 * df - 1.0)
        se = 0.5 * (math.log(q) - math.log(df)) / gap
    else:
        se = math.sqrt((1.0 - 1.0 / (3.0 * (df - 1.0) ** 2)) / (2.0 * (df - 1.0)))
    h2 = max(1.0, q / df)
    spread = math.exp(2.0 * critical(level, None) * se)
    return Interval(max(1.0, h2 / spread), h2 * spread, level, "test-based")
