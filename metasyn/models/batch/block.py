"""A chunk of sets pooled: arrays in, columns out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray, backend_of
from metasyn.models.batch.codes import FAILURES, bit
from metasyn.models.batch.estimators import ESTIMATORS
from metasyn.models.batch.formulas import log_likelihood
from metasyn.models.batch.inference import Fit, Flags, Line, judge, predict, wald_line
from metasyn.models.batch.mean_sets import MeanSets
from metasyn.models.batch.tau2_interval import tau2_interval
from metasyn.models.random_effects.quantiles import critical
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["COLUMNS", "Columns", "MeanSpec", "absent_columns", "pool_block"]

MeanSpec = RandomEffects | CommonEffect
Values = dict[str, FloatArray]


class Columns(NamedTuple):
    """Results of some sets.

    Parameters
    ----------
    code, k
        Code and number of studies of every set.
    values
        :data:`COLUMNS` by name, each of shape (sets,).
    """

    code: IntArray
    k: IntArray
    values: Values


COLUMNS = (
    "estimate",
    "se",
    "statistic",
    "df",
    "ci_low",
    "ci_high",
    "prediction_low",
    "prediction_high",
    "tau2",
    "tau2_se",
    "tau2_ci_low",
    "tau2_ci_high",
    "i2",
    "h2",
    "q",
    "log_likelihood",
)
"""Columns of numbers that every set has; NaN where there is none."""


def absent_columns(spec: MeanSpec) -> frozenset[str]:
    """Columns that no set has under a specification: they stay NaN."""
    tau2 = {"tau2", "tau2_se", "tau2_ci_low", "tau2_ci_high"}
    prediction = {"prediction_low", "prediction_high"}
    if isinstance(spec, CommonEffect):
        return frozenset(tau2 | prediction)
    return frozenset(
        (prediction if spec.prediction == "none" else set())
        | ({"tau2_ci_low", "tau2_ci_high"} if spec.tau2_ci == "none" else set())
        | (set() if spec.tau2 in ("ML", "REML") else {"log_likelihood"})
    )


def pool_block(yi: FloatArray, vi: FloatArray, spec: MeanSpec, engine: str) -> Columns:
    """Pool every row of two arrays.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (sets, studies), float64; absent studies are NaN.
    spec
        The model.
    engine
        Name of the backend.

    Returns
    -------
    Columns
        In the order of the rows.
    """
    backend = backend_of(engine)
    if not yi.shape[1]:
        yi = vi = np.full((len(yi), 1), np.nan)
    with np.errstate(all="ignore"):
        prepared = backend.prepare(yi, vi)
        k, code = prepared.k, prepared.code
        if len(k) and k.min() > 1 and not code.any():
            values, notes = _pool(MeanSets(prepared, backend), spec)
            return Columns(notes, k, values)
        sound = (code & FAILURES) == 0
        lone, several = np.flatnonzero(sound & (k == 1)), np.flatnonzero(sound & (k > 1))
        out = {name: np.full(len(k), np.nan) for name in COLUMNS}
        for rows, (values, notes) in (
            (lone, _single(prepared.origin[lone], prepared.least_variance[lone], spec.level)),
            (several, _pool(MeanSets(prepared, backend).take(several), spec)),
        ):
            code[rows] |= notes
            for name in COLUMNS:
                out[name][rows] = values[name]
    return Columns(code, k, out)


def _single(origin: FloatArray, variance: FloatArray, level: float) -> tuple[Values, IntArray]:
    """Sets of one study: its own estimate with a normal interval."""
    n = len(origin)
    line = wald_line(origin, variance, critical(level, None), np.full(n, np.inf))
    columns = _filled(n, estimate=origin, **_shown(line))
    return columns, np.full(n, bit("single-study"))


def _pool(sets: MeanSets, spec: MeanSpec) -> tuple[Values, IntArray]:
    """Sets of two or more studies."""
    if not len(sets):
        return _filled(0), np.zeros(0, dtype=np.int64)
    return _common(sets, spec) if isinstance(spec, CommonEffect) else _random(sets, spec)


def _common(sets: MeanSets, spec: CommonEffect) -> tuple[Values, IntArray]:
    n, q, df = len(sets), sets.at_zero.q, sets.df
    zero = np.zeros(n)
    fit = sets.solutions(zero)
    line = wald_line(fit.estimate, fit.variance, critical(spec.level, None), np.full(n, np.inf))
    columns = _filled(
        n,
        estimate=fit.estimate,
        **_shown(line),
        i2=np.where(q > 0.0, np.maximum(0.0, (q - df) / q), 0.0),
        h2=q / df,
        q=q,
        log_likelihood=sets.log_likelihood(zero, restricted=False),
    )
    return columns, np.where(np.isnan(line.se), bit("not-settled"), 0)


def _random(sets: MeanSets, spec: RandomEffects) -> tuple[Values, IntArray]:
    weights = None if spec.weights is None else np.array(spec.weights)
    tau2, tau2_se = ESTIMATORS[spec.tau2](sets, weights)
    estimate, wald, q = sets.solutions(tau2)
    if weights is not None:
        estimate, wald = sets.fixed_location(weights, tau2)
    fit = Fit(sets, tau2, estimate, wald, q)
    line = judge(fit, spec)
    prediction_low, prediction_high, on_prediction = predict(fit, line, spec)
    tau2_low, tau2_high, on_interval = tau2_interval(sets, tau2, spec)
    typical = sets.df / sets.at_zero.tr1
    columns = _filled(
        len(sets),
        estimate=estimate,
        **_shown(line),
        prediction_low=prediction_low,
        prediction_high=prediction_high,
        tau2=tau2,
        tau2_se=tau2_se,
        tau2_ci_low=tau2_low,
        tau2_ci_high=tau2_high,
        i2=tau2 / (tau2 + typical),
        h2=1.0 + tau2 / typical,
        q=sets.at_zero.q,
        **_likelihood(fit, spec),
    )
    lost = np.isnan(line.low)
    if tau2_low is not None:
        lost |= (on_interval == 0) & np.isnan(tau2_low)
    return _without(columns, lost, line.code | on_prediction | on_interval)


def _likelihood(fit: Fit, spec: RandomEffects) -> Values:
    """Log-likelihoods of the likelihood estimators."""
    if spec.tau2 not in ("ML", "REML"):
        return {}
    restricted = spec.tau2 == "REML"
    logs, k = fit.sets.sum_of_logs(fit.tau2), fit.sets.k.astype(np.float64)
    return {"log_likelihood": log_likelihood(fit.q, 1.0 / fit.wald, logs, k, restricted)}


def _shown(line: Line) -> Values:
    """Columns of a line."""
    names = ("se", "statistic", "df", "ci_low", "ci_high")
    return dict(zip(names, line[:5], strict=True))


def _filled(n: int, **columns: FloatArray | None) -> Values:
    """Every column; those that are not given, or None, share one of NaN."""
    nothing = np.full(n, np.nan)
    found = ((name, columns.get(name)) for name in COLUMNS)
    return {name: nothing if column is None else column for name, column in found}


def _without(values: Values, lost: Flags, code: IntArray) -> tuple[Values, IntArray]:
    """Columns and code, without the numbers of sets that did not settle."""
    if not lost.any():
        return values, code
    kept = {name: np.where(lost, np.nan, column) for name, column in values.items()}
    return kept, np.where(lost, bit("not-settled"), code)
