"""Mean and SD of the distribution whose quantiles come closest to the reported ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import refuse
from metasyn.effects.conversions.each import Fitted, Summary, fit_each
from metasyn.effects.conversions.five_numbers import MeanSD, five_numbers

__all__ = ["quantile_estimation_2020"]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of positive distributions with a free scale and one shape.

    Parameters
    ----------
    name
        What people call it.
    log_quantiles
        Logs of quantiles at unit scale: shapes (s, 1) and probabilities (p,) give (s, p).
    moments
        Log of the mean at unit scale, and the coefficient of variation.
    shapes
        Smallest and largest shape that is tried.
    """

    name: str
    log_quantiles: Callable[[FloatArray, FloatArray], FloatArray]
    moments: Callable[[float], tuple[float, float]]
    shapes: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """One family at its best: sum of squared distances, mean and SD.

    ``at_limit`` tells that a shape is the smallest or largest that is tried.
    """

    name: str
    distance: float
    mean: float
    sd: float
    converged: bool = True
    at_limit: bool = False


def quantile_estimation_2020(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike = np.nan,
    q3: npt.ArrayLike = np.nan,
    minimum: npt.ArrayLike = np.nan,
    maximum: npt.ArrayLike = np.nan,
) -> MeanSD:
    """Mean and SD by quantile estimation (QE), for data that may be skewed.

    Normal, log-normal, gamma, Weibull and (for numbers in 0..1) beta distributions are fitted by
    least squares to the reported quantiles, minimum and maximum being taken for the quantiles at
    1/n and 1 - 1/n; the closest distribution gives mean and SD. Negative numbers leave only the
    normal distribution.

    Parameters
    ----------
    n, median, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays; NaN what is not reported.

    Returns
    -------
    MeanSD
        ``detail`` names the distribution of every element, its distance and its convergence; NaN
        where the summary is incomplete.

    Raises
    ------
    DataError
        If the numbers are not in order, n < 3 (5 for all five numbers), or all are equal.

    Notes
    -----
    Given the shape, the best scale is a regression coefficient, so that the search is in one
    dimension (two for the beta): a grid, then Brent's method. The shapes are limited as in the
    authors' R package estmeansd; its limits on scales, which depend on the unit of measurement,
    are not imposed, nor are zeros replaced by 0.01. Source: McGrath, Zhao, Steele, Thombs &
    Benedetti 2020, Stat Methods Med Res 29:2520-2537, section 2.

    Examples
    --------
    >>> result = quantile_estimation_2020(n=100, median=4, minimum=2, maximum=9)
    >>> round(result.mean, 4), round(result.sd, 4), result.detail
    (4.3473, 1.5022, ('log-normal, distance 0.00102, converged',))
    """
    s = five_numbers(n, median, q1, q3, minimum, maximum)
    refuse(s.n < 3, "n is {n:g}; quantile estimation needs at least 3", {"n": s.n})
    refuse(s.five & (s.n < 5), "n is {n:g}; five numbers need at least 5", {"n": s.n})
    return fit_each(s, _best)


def _best(summary: Summary) -> Fitted:
    quantiles, probabilities = summary.values, summary.probabilities
    fits = [_normal(quantiles, probabilities)]
    if quantiles[0] >= 0:
        fits += [_scaled(family, quantiles, probabilities) for family in FAMILIES]
    if quantiles[0] >= 0 and quantiles[-1] <= 1:
        fits.append(_beta(quantiles, probabilities))
    best = min(fits, key=lambda fit: fit.distance)
    relative = best.distance / float(np.sum((quantiles - quantiles.mean()) ** 2))
    limit = ", shape at its limit" if best.at_limit else ""
    state = "converged" if best.converged else "not converged"
    detail = f"{best.name}{limit}, distance {relative:.3g}, {state}"
    return Fitted(best.mean, best.sd, detail, best.converged)


def _normal(q: FloatArray, p: FloatArray) -> Fit:
    """Regression of the quantiles on standard normal ones, the mean kept between quartiles."""
    from scipy.special import ndtri

    z = ndtri(p)
    low, high = _middle(q)
    mean = float(np.clip(q.mean(), low, high))
    sd = float(q @ z / (z @ z))
    return Fit("normal", float(np.sum((mean + sd * z - q) ** 2)), mean, sd)


def _middle(q: FloatArray) -> tuple[float, float]:
    """Quartiles where they are known, else the range: limits of the centre."""
    return (float(q[1]), float(q[3])) if len(q) == 5 else (float(q[0]), float(q[2]))


def _scaled(family: Family, q: FloatArray, p: FloatArray) -> Fit:
    """The best shape of a family, each with its best scale."""
    from scipy.optimize import minimize_scalar

    bounds = _middle(q) if family.name == "log-normal" else (0.0, np.inf)
    low, high = (float(np.log(bound)) if bound > 0 else -np.inf for bound in bounds)

    def fits(log_shapes: FloatArray) -> tuple[FloatArray, FloatArray]:
        logs = family.log_quantiles(np.exp(log_shapes)[:, None], p)
        top = logs[:, -1]
        unit = np.exp(logs - top[:, None])
        log_scale = np.clip(np.log(unit @ q / np.sum(unit**2, axis=1)) - top, low, high)
        fitted = np.exp(log_scale + top)[:, None] * unit
        return np.sum((fitted - q) ** 2, axis=1), log_scale

    grid = np.linspace(np.log(family.shapes[0]), np.log(family.shapes[1]), 401)
    at = int(np.argmin(fits(grid)[0]))
    found = minimize_scalar(
        lambda log_shape: float(fits(np.array([log_shape]))[0][0]),
        bounds=(grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]),
        method="bounded",
        options={"xatol": 1e-12, "maxiter": 500},
    )
    distance, log_scale = (float(values[0]) for values in fits(np.array([found.x])))
    with np.errstate(over="ignore"):
        log_mean, variation = family.moments(float(np.exp(found.x)))
        mean = float(np.exp(log_scale + log_mean))
    sd = mean * variation
    converged = bool(found.success and np.isfinite(sd))
    at_limit = bool(min(found.x - grid[0], grid[-1] - found.x) < 1e-6)
    return Fit(family.name, distance, mean, sd, converged, at_limit)


def _beta(q: FloatArray, p: FloatArray) -> Fit:
    """Least squares over both shapes, from the best point of a grid."""
    from scipy.optimize import least_squares
    from scipy.special import betaincinv

    low, high = float(np.log(1e-3)), float(np.log(40.0))
    side = np.linspace(low, high, 40)
    a, b = np.repeat(side, 40), np.tile(side, 40)

    def residuals(log_shapes: FloatArray) -> FloatArray:
        shapes = np.exp(log_shapes)
        return np.asarray(betaincinv(shapes[0], shapes[1], p) - q)

    table = betaincinv(np.exp(a)[:, None], np.exp(b)[:, None], p)
    at = int(np.argmin(np.sum((table - q) ** 2, axis=1)))
    found = least_squares(
        residuals,
        [a[at], b[at]],
        bounds=(low, high),
        xtol=1e-14,
        ftol=1e-14,
        gtol=1e-14,
        max_nfev=1000,
    )
    alpha, beta = (float(shape) for shape in np.exp(found.x))
    total = alpha + beta
    sd = float(np.sqrt(alpha * beta / (total + 1))) / total
    at_limit = bool(np.minimum(found.x - low, high - found.x).min() < 1e-6)
    return Fit("beta", float(2 * found.cost), alpha / total, sd, bool(found.success), at_limit)


def _log_normal_quantiles(sigma: FloatArray, p: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    return np.asarray(sigma * ndtri(p))


def _log_normal_moments(sigma: float) -> tuple[float, float]:
    return sigma**2 / 2, float(np.sqrt(np.expm1(sigma**2)))


def _gamma_quantiles(shape: FloatArray, p: FloatArray) -> FloatArray:
    """The smallest positive number stands for quantiles that underflow."""
    from scipy.special import gammaincinv

    return np.asarray(np.log(np.maximum(gammaincinv(shape, p), np.finfo(np.float64).tiny)))


def _gamma_moments(shape: float) -> tuple[float, float]:
    return float(np.log(shape)), 1 / float(np.sqrt(shape))


def _weibull_quantiles(shape: FloatArray, p: FloatArray) -> FloatArray:
    return np.asarray(np.log(-np.log1p(-p)) / shape)


def _weibull_moments(shape: float) -> tuple[float, float]:
    from scipy.special import gammaln

    first, second = float(gammaln(1 + 1 / shape)), float(gammaln(1 + 2 / shape))
    return first, float(np.sqrt(np.expm1(second - 2 * first)))


FAMILIES = (
    Family("log-normal", _log_normal_quantiles, _log_normal_moments, (1e-3, 10.0)),
    Family("gamma", _gamma_quantiles, _gamma_moments, (1e-3, 100.0)),
    Family("Weibull", _weibull_quantiles, _weibull_moments, (1e-3, 100.0)),
)
