"""Estimators of tau2 for many sets at once, by the codes of the engine's table.

The formulas are those of :mod:`metasyn.models.random_effects.estimators`, which names the sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import chdtri

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.forms import FreeSets
from metasyn.models.batch.roots import root_between

__all__ = ["ESTIMATORS"]

Weights = FloatArray | None
Estimate = tuple[FloatArray, FloatArray]


def _moment_se(t: FloatArray, vv: FloatArray, v1: FloatArray, one: FloatArray) -> FloatArray:
    """Root of twice tr (PMPM) for M = V + t I: the spread of y'Py."""
    return np.sqrt(2.0 * (vv + t * (2.0 * v1 + t * one)))


def _dersimonian_laird(sets: FreeSets, _: Weights) -> Estimate:
    m, df = sets.at_zero, sets.df
    tau2 = np.maximum(0.0, (m.q - df) / m.tr1)
    return tau2, _moment_se(tau2, df, m.tr1, m.tr2) / m.tr1


def _hunter_schmidt(sets: FreeSets, _: Weights) -> Estimate:
    return _hunter_schmidt_scaled(sets, np.ones(len(sets)))


def _hunter_schmidt_corrected(sets: FreeSets, _: Weights) -> Estimate:
    return _hunter_schmidt_scaled(sets, sets.k / sets.df)


def _hunter_schmidt_scaled(sets: FreeSets, scale: FloatArray) -> Estimate:
    m = sets.at_zero
    tau2 = np.maximum(0.0, (scale * m.q - sets.k) / m.s1)
    return tau2, scale * _moment_se(tau2, sets.df, m.tr1, m.tr2) / m.s1


def _generalised_q(sets: FreeSets, weights: Weights) -> Estimate:
    form = sets.fixed_forms(weights)
    tau2 = np.maximum(0.0, (form.q - form.tr_v) / form.tr_1)
    return tau2, _moment_se(tau2, form.tr_vv, form.tr_1v, form.tr_11) / form.tr_1


def _sidik_jonkman(sets: FreeSets, _: Weights) -> Estimate:
    start, df = sets.plain_variance(), sets.df
    m = sets.moments(start)
    tau2 = start * m.q / df
    pvp = m.tr1 - start * m.tr2
    pvpv = df - start * (m.tr1 + pvp)
    pvp, pvpv = np.maximum(pvp, 0.0), np.maximum(pvpv, 0.0)
    return tau2, start / df * _moment_se(tau2, pvpv, pvp, m.tr2)


def _maximum_likelihood(sets: FreeSets, _: Weights) -> Estimate:
    tau2 = sets.maximum(restricted=False)
    return tau2, np.sqrt(2.0 / sets.moments(tau2).s2)


def _restricted_likelihood(sets: FreeSets, _: Weights) -> Estimate:
    tau2 = sets.maximum(restricted=True)
    return tau2, np.sqrt(2.0 / sets.moments(tau2).tr2)


def _paule_mandel(sets: FreeSets, _: Weights) -> Estimate:
    return _mandel(sets, sets.df)


def _paule_mandel_median(sets: FreeSets, _: Weights) -> Estimate:
    return _mandel(sets, chdtri(sets.df, 0.5))


def _mandel(sets: FreeSets, target: FloatArray) -> Estimate:
    tau2 = _falls_to(sets, target)
    return tau2, np.sqrt(2.0 / sets.df) * sets.k / sets.moments(tau2).s1


def _falls_to(sets: FreeSets, target: FloatArray) -> FloatArray:
    """Where y'Py falls to its target."""
    return sets.q_roots(target, np.zeros(len(sets)))


def _iterated_dersimonian_laird(sets: FreeSets, _: Weights) -> Estimate:
    df = sets.df
    highest = _falls_to(sets, df)
    positive = np.flatnonzero(highest)

    def excess(t: FloatArray, live: IntArray) -> tuple[FloatArray, FloatArray]:
        rows = positive[live]
        m = sets.moments(t, rows)
        return df[rows] + t * m.tr1 - m.q, m.q1 + m.tr1 - t * m.tr2

    tau2, high = np.zeros(len(sets)), highest[positive]
    tau2[positive] = root_between(excess, np.zeros(len(high)), high, 0.5 * high)
    m = sets.moments(tau2)
    return tau2, _moment_se(tau2, df, m.tr1, m.tr2) / m.tr1


ESTIMATORS: Mapping[str, Callable[[FreeSets, Weights], Estimate]] = MappingProxyType(
    {
        "DL": _dersimonian_laird,
        "HE": _generalised_q,
        "HS": _hunter_schmidt,
        "HSk": _hunter_schmidt_corrected,
        "SJ": _sidik_jonkman,
        "ML": _maximum_likelihood,
        "REML": _restricted_likelihood,
        "EB": _paule_mandel,
        "PM": _paule_mandel,
        "PMM": _paule_mandel_median,
        "DLIT": _iterated_dersimonian_laird,
        "SJIT": _paule_mandel,
        "GENQ": _generalised_q,
    }
)
"""From sets and fixed weights (None unless GENQ) to tau2 and its standard error, by code."""
