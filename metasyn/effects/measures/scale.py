"""Display scales: how an estimate on the analysis scale is shown to people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.errors import DataError

__all__ = [
    "ALPHA_BONETT",
    "ALPHA_HAKSTIAN_WHALEN",
    "ARCSINE",
    "EXP",
    "FREEMAN_TUKEY",
    "FREEMAN_TUKEY_RATE",
    "IDENTITY",
    "LOGISTIC",
    "NORMAL",
    "ONE_MINUS_EXP",
    "SQUARE",
    "TANH",
    "TANH_SQUARED",
    "Transform",
]


@dataclass(frozen=True, slots=True)
class Transform:
    """A monotone map from the analysis scale to the display scale.

    Parameters
    ----------
    name
        ``identity``, ``exp``, ``logistic``, ``tanh``, ``sin^2``, ``freeman-tukey``, ...
    function
        The map; its second argument is the size (patients or person-time) or None.
    needs_ni
        Whether the map depends on sample sizes.
    decreasing
        Whether limits of intervals change places (vaccine efficacy).

    Examples
    --------
    >>> EXP.apply([0.0])
    array([1.])
    """

    name: str
    function: Callable[[FloatArray, FloatArray | None], FloatArray]
    needs_ni: bool = False
    decreasing: bool = False

    def apply(self, values: npt.ArrayLike, ni: npt.ArrayLike | None = None) -> FloatArray:
        """Values on the display scale, of the same shape; NaN stays NaN.

        Parameters
        ----------
        values
            Numbers on the analysis scale.
        ni
            Sizes, where :attr:`needs_ni`: one a value, or any number of them for a single pooled
            value; their harmonic mean then counts (Miller 1978).

        Raises
        ------
        DataError
            If sizes are needed and not given.
        """
        x = np.asarray(values, dtype=np.float64)
        if not self.needs_ni:
            return np.asarray(self.function(x, None))
        if ni is None:
            raise DataError(f"The {self.name} scale needs the sample sizes (ni) to be displayed.")
        sizes = np.asarray(ni, dtype=np.float64)
        if sizes.size > 1 and sizes.shape != x.shape:
            sizes = harmonic_mean(sizes)
        return np.asarray(self.function(x, sizes))

    def limits(
        self, low: float, high: float, ni: npt.ArrayLike | None = None
    ) -> tuple[float, float]:
        """Limits of an interval on the display scale, the lower one first.

        Examples
        --------
        >>> ONE_MINUS_EXP.limits(-0.6931471805599453, 0.0)
        (0.0, 0.5)
        """
        ends = float(self.apply(low, ni)), float(self.apply(high, ni))
        return (ends[1], ends[0]) if self.decreasing else ends


def harmonic_mean(sizes: npt.ArrayLike) -> FloatArray:
    """Harmonic mean of positive sizes; NaN are passed over."""
    known = np.asarray(sizes, dtype=np.float64)
    known = known[~np.isnan(known)]
    if not known.size or (known <= 0).any():
        raise DataError("Sample sizes (ni) must be positive.")
    return np.asarray(len(known) / np.sum(1 / known))


def _identity(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return x


def _exp(x: FloatArray, _: FloatArray | None) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.exp(x)


def _one_minus_exp(x: FloatArray, _: FloatArray | None) -> FloatArray:
    with np.errstate(over="ignore"):
        return 0.0 - np.expm1(x)


def _logistic(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return 0.5 * (1 + np.tanh(x / 2))


def _tanh(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return np.tanh(x)


def _tanh_squared(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return np.tanh(np.maximum(x, 0)) ** 2


def _normal(x: FloatArray, _: FloatArray | None) -> FloatArray:
    from scipy.special import ndtr

    return np.asarray(ndtr(x))


def _square(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return np.maximum(x, 0) ** 2


def _sine_squared(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return np.sin(np.clip(x, 0, np.pi / 2)) ** 2


def _alpha_hakstian_whalen(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return 1 - (1 - x) ** 3


def _alpha_bonett(x: FloatArray, _: FloatArray | None) -> FloatArray:
    return -np.expm1(-x)


def _freeman_tukey(x: FloatArray, n: FloatArray | None) -> FloatArray:
    """Inverse of the averaged double arcsine (Miller 1978, p. 138), 0 and 1 beyond its range."""
    assert n is not None  # noqa: S101 - Transform.apply has checked
    lowest = 0.5 * np.arcsin(np.sqrt(1 / (n + 1)))
    highest = np.pi / 2 - lowest
    inside = np.clip(x, lowest, highest)
    sine, cosine = np.sin(2 * inside), np.cos(2 * inside)
    root = np.sqrt(np.maximum(1 - (sine + (sine - 1 / sine) / n) ** 2, 0))
    p = 0.5 * (1 - np.sign(cosine) * root)
    return np.where(np.isnan(x), np.nan, np.where(x <= lowest, 0, np.where(x >= highest, 1, p)))


def _freeman_tukey_rate(x: FloatArray, t: FloatArray | None) -> FloatArray:
    """Inverse of the averaged square roots of x/t and (x+1)/t; 0 below its range."""
    assert t is not None  # noqa: S101 - Transform.apply has checked
    doubled = np.maximum(2 * x, np.sqrt(1 / t))
    return np.where(np.isnan(x), np.nan, ((1 / t - doubled**2) / (2 * doubled)) ** 2)


IDENTITY = Transform("identity", _identity)
EXP = Transform("exp", _exp)
ONE_MINUS_EXP = Transform("1 - exp", _one_minus_exp, decreasing=True)
LOGISTIC = Transform("logistic", _logistic)
TANH = Transform("tanh", _tanh)
TANH_SQUARED = Transform("tanh^2", _tanh_squared)
NORMAL = Transform("normal", _normal)
SQUARE = Transform("square", _square)
ARCSINE = Transform("sin^2", _sine_squared)
FREEMAN_TUKEY = Transform("freeman-tukey", _freeman_tukey, needs_ni=True)
FREEMAN_TUKEY_RATE = Transform("freeman-tukey-rate", _freeman_tukey_rate, needs_ni=True)
ALPHA_HAKSTIAN_WHALEN = Transform("1 - (1 - x)^3", _alpha_hakstian_whalen)
ALPHA_BONETT = Transform("1 - exp(-x)", _alpha_bonett)
