"""Conflict: whether the single cases look better than the studies can explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc, expit

from metasyn.diagnostics.case_evidence.setting import Setting
from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.grid import grid_of
from metasyn.models.binomial_normal.kernel import log_marginal
from metasyn.models.binomial_normal.quadrature import COARSE_NODES, MANY_NODES, gauss_hermite
from metasyn.models.binomial_normal.units import Mode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Conflict", "Disagreement", "conflict_of"]

FLAG = 0.05
"""Upper tail below which the single cases are called out."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Position of the single cases in their predictive distribution given the studies.

    Parameters
    ----------
    mode
        ``pseudo-study``: all cases share one random effect; ``individual``: each has its own.
    p_upper
        Mid-p probability of as many or more single cases that did well.
    p_two
        Twice the smaller tail.
    predicted_rate
        Predictive mean of the event rate of a new patient.
    """

    mode: Mode
    p_upper: float
    p_two: float
    predicted_rate: float

    @property
    def flagged(self) -> bool:
        """Whether the cases look better than the studies can explain."""
        return self.p_upper < FLAG


@dataclass(frozen=True, eq=False, slots=True)
class Conflict:
    """Disagreement between single cases and studies, cases counted in both ways.

    References
    ----------
    Box 1980, JRSS A 143:383-430; Evans & Moshonov 2006, Bayesian Analysis 1:893-914. Priors as in
    the integrated interval (:mod:`metasyn.models.binomial_normal`, sections 4
    and 6).
    """

    pseudo_study: Disagreement
    individual: Disagreement

    def to_frame(self) -> pd.DataFrame:
        """One row a mode: ``mode p_upper p_two predicted_rate flagged``."""
        import pandas as pd

        names = ("mode", "p_upper", "p_two", "predicted_rate", "flagged")
        rows = (self.pseudo_study, self.individual)
        return pd.DataFrame({name: [getattr(row, name) for row in rows] for name in names})


def conflict_of(setting: Setting) -> Conflict:
    """Predictive tail probabilities of the single cases given the studies."""
    studies = setting.units.batch(0.0)
    mu, tau, weight = grid_of(studies, setting.spec.tau_prior).posterior().pairs()
    pi = np.exp(log_marginal(1.0, 1.0, mu, tau, COARSE_NODES))
    mean = float(weight @ pi)
    predicted = 1 - mean if setting.harm else mean
    together = float(weight @ _mean_over_study(setting, mu, tau))
    apart = float(weight @ _tail(setting, pi))
    return Conflict(
        _disagreement("pseudo-study", together, predicted),
        _disagreement("individual", apart, predicted),
    )


def _disagreement(mode: Mode, p_upper: float, predicted: float) -> Disagreement:
    return Disagreement(mode, p_upper, 2 * min(p_upper, 1 - p_upper), predicted)


def _tail(setting: Setting, rate: FloatArray) -> FloatArray:
    """Mid-p upper tail of the binomial at each rate: P(R' > R) + P(R' = R) / 2."""
    good, bad = setting.good, setting.bad
    at_least = betainc(good, bad + 1, rate) if good > 0 else np.ones_like(rate)
    above = betainc(good + 1, bad, rate) if bad > 0 else np.zeros_like(rate)
    tail: FloatArray = 0.5 * (at_least + above)
    return tail


def _mean_over_study(setting: Setting, mu: FloatArray, tau: FloatArray) -> FloatArray:
    """Mean tail over a new study's logit; the tail is a smooth curve in that logit."""
    from scipy.interpolate import CubicSpline

    rule = gauss_hermite(MANY_NODES)
    w = np.exp(rule.log_w - 0.5 * rule.x**2) / np.sqrt(2 * np.pi)
    centre = np.log((setting.good + 0.5) / (setting.bad + 0.5))
    scale = np.sqrt(1 / (setting.good + 0.5) + 1 / (setting.bad + 0.5))
    reach = np.linspace(-40 * scale, 40 * scale, 8001) + centre
    curve = CubicSpline(reach, _tail(setting, expit(reach)))
    theta = np.clip(mu[:, None] + tau[:, None] * rule.x, reach[0], reach[-1])
    mean: FloatArray = curve(theta) @ w
    return mean
