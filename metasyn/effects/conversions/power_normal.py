"""Power-normal distributions: normal after a Box-Cox transformation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import refuse
from metasyn.effects.conversions.each import Summary
from metasyn.effects.conversions.five_numbers import FiveNumbers
from metasyn.effects.conversions.normal_based import luo_2018, wan_2014

__all__ = ["back_transformed", "describe", "normal_weights", "positive", "search", "transformed"]


def positive(s: FiveNumbers, method: str) -> FiveNumbers:
    """Refuse summaries that have no useful Box-Cox transformation.

    Raises
    ------
    DataError
        If n < 3, a number is not positive, or the median equals its neighbour.
    """
    refuse(s.n < 3, f"n is {{n:g}}; {method} needs at least 3", {"n": s.n})
    for name in ("minimum", "q1", "median"):
        values = getattr(s, name)
        refuse(values <= 0, f"{name} is {{x:g}}; {method} takes positive numbers", {"x": values})
    for name in ("minimum", "q1", "q3", "maximum"):
        tied = getattr(s, name) == s.median
        problem = f"{name} equals the median ({{x:g}}); {method} needs numbers that differ"
        refuse(tied, problem, {"x": s.median})
    return s


def transformed(values: FloatArray, power: float) -> FloatArray:
    """Box-Cox transformation (x^power - 1)/power, the log at power 0 (Box & Cox 1964).

    Examples
    --------
    >>> transformed(np.array([1.0, 3.0]), 2.0)
    array([0., 4.])
    """
    logs = np.log(values)
    return np.asarray(logs if power == 0 else np.expm1(power * logs) / power)


def normal_weights(summary: Summary) -> tuple[FloatArray, FloatArray]:
    """Weights of the numbers in the mean (Luo 2018) and the SD (Wan 2014) of a normal sample.

    Both are linear in the numbers, and therefore known from their values on rising steps 0..0 1..1.
    """
    steps = dict(zip(summary.names, np.tri(len(summary.names)), strict=True))
    means, sds = luo_2018(summary.n, **steps), wan_2014(summary.n, **steps).sd
    return -np.diff(means, append=0.0), -np.diff(sds, append=0.0)


def search(function: Callable[[float], float], largest: float) -> tuple[float, bool]:
    """Power from 0 to ``largest`` with the smallest value: a grid, then Brent's method.

    Returns
    -------
    power, converged
        Powers below 1e-8 are 0.
    """
    from scipy.optimize import minimize_scalar

    def value(power: float) -> float:
        found = function(float(power))
        return np.inf if np.isnan(found) else found

    grid = np.linspace(0, largest, 201)
    with np.errstate(all="ignore"):  # at absurd powers the data overflow
        at = int(np.argmin([value(power) for power in grid]))
        ends = float(grid[max(at - 1, 0)]), float(grid[min(at + 1, len(grid) - 1)])
        found = minimize_scalar(
            value, bounds=ends, method="bounded", options={"xatol": 1e-12, "maxiter": 500}
        )
        best = min((*ends, float(found.x)), key=value)
    return (0.0 if best < 1e-8 else best), bool(found.success)


def back_transformed(location: float, scale: float, power: float) -> tuple[float, float, bool]:
    """Mean and SD of the data from those of the transformed data.

    The normal distribution is cut where the transformation ends (-1/power, which is 0 on the scale
    of the data) and as far above its mean.

    Returns
    -------
    mean, sd, converged
        Whether the integrals are finite and known to a relative error of 1e-8.
    """
    from scipy.special import erf

    if power == 0:
        with np.errstate(over="ignore"):
            mean = float(np.exp(location + scale**2 / 2))
            sd = mean * float(np.sqrt(np.expm1(scale**2)))
        return mean, sd, bool(np.isfinite(sd))

    def value(z: float) -> float:
        exponent = power * (location + scale * z)
        return float(np.exp(np.log1p(exponent) / power)) if exponent > -1 else 0.0

    def square(z: float) -> float:
        distance = value(z) - mean
        return distance * distance

    centre = 1 + power * location
    cut = centre / (power * scale)
    ends = max(-cut, -38.0), min(cut, 2 * scale / centre + 12)
    inside = float(erf(cut / np.sqrt(2)))
    with np.errstate(over="ignore", invalid="ignore"):
        first, sharp_1 = _expectation(value, *ends)
        mean = first / inside
        second, sharp_2 = _expectation(square, *ends)
    return mean, float(np.sqrt(second / inside)), sharp_1 and sharp_2


def _expectation(function: Callable[[float], float], low: float, high: float) -> tuple[float, bool]:
    """Integral over the standard normal density, and whether it is known to 1e-8.

    ``high`` may lie two slopes of the log of the data and 12 standard deviations above the mean:
    the integrand of the variance is below 1e-30 of its peak there.
    """
    from scipy.integrate import quad

    total, error = 0.0, 0.0
    for left, right in ((low, 0.0), (0.0, high)):
        part, uncertain = quad(
            lambda z: function(z) * np.exp(-(z**2) / 2), left, right,
            epsabs=0, epsrel=1e-12, limit=400, full_output=1,
        )[:2]  # fmt: skip
        total, error = total + part, error + uncertain
    sharp = bool(np.isfinite(total) and error <= 1e-8 * total)
    return total / float(np.sqrt(2 * np.pi)), sharp


def describe(power: float, largest: float, *, converged: bool) -> str:
    """The fit in words."""
    end = ", at its largest" if power >= largest * (1 - 1e-6) else ""
    return f"power {power:.3g}{end}, {'converged' if converged else 'not converged'}"
