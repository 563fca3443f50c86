"""Estimators of tau2: one table of code, name, source and function."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import chdtri

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.fixed_weights import FixedWeights
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.search import likelihood_maximum, q_root, root_between

__all__ = ["ESTIMATORS", "Estimator", "Tau2Estimate"]


class Tau2Estimate(NamedTuple):
    """An estimate of tau2 and its standard error."""

    tau2: float
    se: float


Weights = FloatArray | None


@dataclass(frozen=True, slots=True)
class Estimator:
    """A row of the table of estimators.

    Parameters
    ----------
    code
        What a specification says.
    name
        What a report says.
    source
        Where it was proposed.
    function
        From the studies and the user's weights (None unless the estimator takes them) to the
        estimate.
    """

    code: str
    name: str
    source: str
    function: Callable[[Model, Weights], Tau2Estimate]


def _moment_se(t: float, pvpv: float, pvp: float, pp: float) -> float:
    """Root of twice tr (PMPM) for M = V + t I: the spread of y'Py."""
    return math.sqrt(2.0 * pvpv + 4.0 * t * pvp + 2.0 * t * t * pp)


def _dersimonian_laird(model: Model, _: Weights) -> Tau2Estimate:
    m, df = model.moments(0.0), model.k - model.p
    tau2 = max(0.0, (m.q - df) / m.tr1)
    return Tau2Estimate(tau2, _moment_se(tau2, df, m.tr1, m.tr2) / m.tr1)


def _hunter_schmidt(model: Model, _: Weights) -> Tau2Estimate:
    return _hunter_schmidt_scaled(model, 1.0)


def _hunter_schmidt_corrected(model: Model, _: Weights) -> Tau2Estimate:
    return _hunter_schmidt_scaled(model, model.k / (model.k - model.p))


def _hunter_schmidt_scaled(model: Model, scale: float) -> Tau2Estimate:
    m, df = model.moments(0.0), model.k - model.p
    tau2 = max(0.0, (scale * m.q - model.k) / m.s1)
    return Tau2Estimate(tau2, scale * _moment_se(tau2, df, m.tr1, m.tr2) / m.s1)


def _hedges(model: Model, _: Weights) -> Tau2Estimate:
    return _generalised_q(model, np.ones(model.k))


def _user_weights(model: Model, weights: Weights) -> Tau2Estimate:
    assert weights is not None, "the specification holds the weights"  # noqa: S101
    return _generalised_q(model, weights)


def _generalised_q(model: Model, a: FloatArray) -> Tau2Estimate:
    """Method of moments for y'Py with fixed weights (DerSimonian and Kacker 2007, eq. 6)."""
    form, ones = FixedWeights.of(model.design, a), np.ones(model.k)
    tr_p = form.trace(ones)
    tau2 = max(0.0, (form.q(model.yi - model.yi.mean()) - form.trace(model.vi)) / tr_p)
    pvpv = form.trace_of_two(model.vi, model.vi)
    pvp = form.trace_of_two(model.vi, ones)
    pp = form.trace_of_two(ones, ones)
    return Tau2Estimate(tau2, _moment_se(tau2, pvpv, pvp, pp) / tr_p)


def _sidik_jonkman(model: Model, _: Weights) -> Tau2Estimate:
    df = model.k - model.p
    start = float(np.var(model.yi))
    if start == 0.0:
        return Tau2Estimate(0.0, 0.0)
    m = model.moments(start)
    tau2 = start * m.q / df
    pvp = m.tr1 - start * m.tr2
    pvpv = df - start * (m.tr1 + pvp)
    return Tau2Estimate(tau2, start / df * _moment_se(tau2, max(pvpv, 0.0), max(pvp, 0.0), m.tr2))


def _maximum_likelihood(model: Model, _: Weights) -> Tau2Estimate:
    tau2 = likelihood_maximum(model, restricted=False)
    return Tau2Estimate(tau2, math.sqrt(2.0 / model.moments(tau2).s2))


def _restricted_likelihood(model: Model, _: Weights) -> Tau2Estimate:
    tau2 = likelihood_maximum(model, restricted=True)
    return Tau2Estimate(tau2, math.sqrt(2.0 / model.moments(tau2).tr2))


def _paule_mandel(model: Model, _: Weights) -> Tau2Estimate:
    return _mandel(model, float(model.k - model.p))


def _paule_mandel_median(model: Model, _: Weights) -> Tau2Estimate:
    return _mandel(model, float(chdtri(model.k - model.p, 0.5)))


def _mandel(model: Model, target: float) -> Tau2Estimate:
    tau2 = q_root(model, target)
    se = math.sqrt(2.0 / (model.k - model.p)) * model.k / model.moments(tau2).s1
    return Tau2Estimate(tau2, se)


def _iterated_dersimonian_laird(model: Model, _: Weights) -> Tau2Estimate:
    """The one fixed point of (y'Py - (k - p)) / tr P with P at tau2.

    y'Py falls and tau2 tr P rises with tau2, so y'Py - (k - p) - tau2 tr P has one root, below
    Paule and Mandel's. Plain iteration can circle around it.
    """
    df = model.k - model.p
    highest = q_root(model, float(df))

    def excess(t: float) -> tuple[float, float]:
        m = model.moments(t)
        return df + t * m.tr1 - m.q, m.q1 + m.tr1 - t * m.tr2

    tau2 = root_between(excess, 0.0, highest, 0.5 * highest) if highest else 0.0
    m = model.moments(tau2)
    return Tau2Estimate(tau2, _moment_se(tau2, df, m.tr1, m.tr2) / m.tr1)


_PM_SOURCE = "Paule and Mandel 1982, J Res Natl Bur Stand 87:377"
_TABLE = (
    Estimator(
        "DL",
        "DerSimonian-Laird",
        "DerSimonian and Laird 1986, Control Clin Trials 7:177",
        _dersimonian_laird,
    ),
    Estimator("HE", "Hedges", "Hedges and Olkin 1985, ch. 9", _hedges),
    Estimator("HS", "Hunter-Schmidt", "Hunter and Schmidt 1990; Viechtbauer 2005", _hunter_schmidt),
    Estimator(
        "HSk",
        "Hunter-Schmidt, small-sample corrected",
        "Brannick et al. 2019, Res Synth Methods 10:455",
        _hunter_schmidt_corrected,
    ),
    Estimator("SJ", "Sidik-Jonkman", "Sidik and Jonkman 2005, Appl Stat 54:367", _sidik_jonkman),
    Estimator(
        "ML", "Maximum likelihood", "Hardy and Thompson 1996, Stat Med 15:619", _maximum_likelihood
    ),
    Estimator(
        "REML",
        "Restricted maximum likelihood",
        "Viechtbauer 2005, J Educ Behav Stat 30:261",
        _restricted_likelihood,
    ),
    Estimator("EB", "Empirical Bayes", "Morris 1983, J Am Stat Assoc 78:47", _paule_mandel),
    Estimator("PM", "Paule-Mandel", _PM_SOURCE, _paule_mandel),
    Estimator(
        "PMM",
        "Paule-Mandel, median-unbiased",
        "Viechtbauer 2021, in Handbook of Meta-Analysis, ch. 11",
        _paule_mandel_median,
    ),
    Estimator(
        "DLIT",
        "DerSimonian-Laird, iterated",
        "fixed point of DerSimonian and Laird's formula, as metafor's",
        _iterated_dersimonian_laird,
    ),
    Estimator("SJIT", "Sidik-Jonkman, iterated", _PM_SOURCE, _paule_mandel),
    Estimator(
        "GENQ",
        "Generalised Q with fixed weights",
        "DerSimonian and Kacker 2007, Contemp Clin Trials 28:105",
        _user_weights,
    ),
)

ESTIMATORS = {row.code: row for row in _TABLE}
"""Estimators by code. EB and SJIT converge to Paule and Mandel's root, each in its way."""
