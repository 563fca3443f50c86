"""Mean and SD by maximum likelihood for unknown non-normal distributions (MLN)."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import refuse
from metasyn.effects.conversions.each import Fitted, Summary, fit_each
from metasyn.effects.conversions.five_numbers import MeanSD, five_numbers
from metasyn.effects.conversions.power_normal import (
    back_transformed,
    describe,
    normal_weights,
    positive,
    search,
    transformed,
)

__all__ = ["mln_2021"]

_LARGEST_POWER = 10.0


def mln_2021(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike = np.nan,
    q3: npt.ArrayLike = np.nan,
    minimum: npt.ArrayLike = np.nan,
    maximum: npt.ArrayLike = np.nan,
    *,
    jacobian: bool = True,
) -> MeanSD:
    """Mean and SD by maximum likelihood after a Box-Cox transformation, for positive data.

    The numbers are taken for order statistics of a sample that is normal after transformation.
    The power from 0 (the log) to 10 has the largest likelihood, mean and SD of the transformed
    data being those of :func:`luo_2018` and :func:`wan_2014`; given the power, both are then
    estimated by maximum likelihood, and taken back by integration as in :func:`box_cox_2020`.

    Parameters
    ----------
    n, median, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays; NaN what is not reported.
    jacobian
        Count the Jacobian of the transformation, without which powers cannot be compared and the
        result depends on the unit of measurement. False leaves it out, as the R package estmeansd
        does.

    Returns
    -------
    MeanSD
        ``detail`` gives the power of every element and its convergence; NaN where the summary is
        incomplete.

    Raises
    ------
    DataError
        If the numbers are not in order, n < 3 (5 for all five numbers), a number is not positive,
        or two of them are equal.

    Notes
    -----
    Source: Cai, Zhou & Pan 2021, Stat Methods Med Res 30:2701-2719; order statistics 1,
    [n/4 + 1], [n/2 + 1], [3n/4 + 1] and n. They simulate where this integrates.

    Examples
    --------
    >>> result = mln_2021(n=100, median=4, minimum=2, maximum=9)
    >>> round(result.mean, 4), round(result.sd, 4), result.detail
    (4.2024, 1.301, ('power 0, converged',))
    """
    s = positive(five_numbers(n, median, q1, q3, minimum, maximum), "the MLN method")
    refuse(s.five & (s.n < 5), "n is {n:g}; five numbers need at least 5", {"n": s.n})
    for low, high in (("minimum", "q1"), ("q3", "maximum")):
        tied = getattr(s, low) == getattr(s, high)
        problem = f"{low} equals {high} ({{x:g}}); the MLN method needs numbers that differ"
        refuse(tied, problem, {"x": getattr(s, low)})
    return fit_each(s, partial(_fit, jacobian=jacobian))


def _fit(summary: Summary, *, jacobian: bool) -> Fitted:
    unit = float(summary.values[len(summary.values) // 2])
    scaled = summary.values / unit
    counts = _between(summary)
    for_mean, for_sd = normal_weights(summary)
    logs = float(np.log(scaled).sum()) if jacobian else -len(scaled) * float(np.log(unit))

    def unlikelihood(power: float) -> float:
        t = transformed(scaled, power)
        location, scale = float(for_mean @ t), float(for_sd @ t)
        likelihood, _ = _log_likelihood(np.array([1 / scale, location / scale]), t, counts)
        return -likelihood - power * logs

    power, found = search(unlikelihood, _LARGEST_POWER)
    t = transformed(scaled, power)
    location, scale, fitted = _maximum(t, counts, (float(for_mean @ t), float(for_sd @ t)))
    mean, sd, integrated = back_transformed(location, scale, power)
    converged = found and fitted and integrated
    detail = describe(power, _LARGEST_POWER, converged=converged)
    return Fitted(unit * mean, unit * sd, detail, converged)


def _between(summary: Summary) -> FloatArray:
    """Observations below the first number, between each two, and above the last."""
    n = int(summary.n)
    parts = {"minimum": 0.0, "q1": 0.25, "median": 0.5, "q3": 0.75}
    ranks = [int(parts[name] * n + 1) if name in parts else n for name in summary.names]
    return np.diff([0, *ranks, n + 1]).astype(np.float64) - 1


def _maximum(
    t: FloatArray, counts: FloatArray, start: tuple[float, float]
) -> tuple[float, float, bool]:
    """Mean and SD with the largest likelihood, which is concave in 1/sd and mean/sd.

    A search for the maximum ends within its own rounding; the root of the gradient is sharper.
    """
    from scipy.optimize import minimize, root

    location, scale = start
    z = (t - location) / scale

    def function(theta: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = _log_likelihood(theta, z, counts)
        return -value, -gradient

    bounds = [(1e-6, None), (None, None)]
    with np.errstate(all="ignore"):
        near = minimize(function, [1.0, 0.0], jac=True, method="L-BFGS-B", bounds=bounds)
        found = root(lambda theta: function(theta)[1], near.x, options={"xtol": 1e-13})
    a, b = (float(value) for value in found.x)
    flat = bool(np.abs(found.fun).max() <= 1e-7 * (counts.sum() + len(t)))
    return location + scale * b / a, scale / a, flat and a > 0


def _log_likelihood(
    theta: FloatArray, t: FloatArray, counts: FloatArray
) -> tuple[float, FloatArray]:
    """Log-likelihood of order statistics and counts between them, with its gradient.

    ``theta`` is 1/sd and mean/sd.
    """
    a, b = theta
    z = a * t - b
    ends, held = np.array([-np.inf, *z, np.inf]), counts > 0
    lower, upper = np.array([0.0, *t]), np.array([*t, 0.0])
    with np.errstate(all="ignore"):  # at absurd powers an interval may have no mass
        density = -(z**2) / 2 - np.log(2 * np.pi) / 2
        log_mass = np.where(held, _log_mass(ends[:-1], ends[1:]), 0.0)
        at_lower = counts * np.array([0.0, *np.exp(density - log_mass[1:])])
        at_upper = counts * np.array([*np.exp(density - log_mass[:-1]), 0.0])
        value = float(np.sum(density) + len(t) * np.log(a) + counts @ log_mass)
        gradient_a = np.sum(1 / a - z * t) + at_upper @ upper - at_lower @ lower
        gradient_b = np.sum(z) - np.sum(at_upper - at_lower)
    return value if np.isfinite(value) else -np.inf, np.array([gradient_a, gradient_b])


def _log_mass(lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Log of the normal probability between two limits, exact in both tails."""
    from scipy.special import log_ndtr

    flip = lower > 0
    low, high = np.where(flip, -upper, lower), np.where(flip, -lower, upper)
    return np.asarray(log_ndtr(high) + np.log1p(-np.exp(log_ndtr(low) - log_ndtr(high))))
