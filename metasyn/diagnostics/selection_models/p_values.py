"""P-values on the logarithmic scale, where neither end of their range is lost."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray

__all__ = ["PValues", "clipped", "of_p", "p_values"]


class PValues(NamedTuple):
    """P-values p and their complements q = 1 - p.

    Parameters
    ----------
    log_p, log_q
        Their logarithms, of one shape.
    """

    log_p: FloatArray
    log_q: FloatArray

    @property
    def p(self) -> FloatArray:
        """The p-values themselves."""
        values: FloatArray = np.exp(self.log_p)
        return values

    def reshaped(self, *shape: int) -> PValues:
        """The same in another shape."""
        return PValues(self.log_p.reshape(shape), self.log_q.reshape(shape))

    def repeated(self, n: int) -> PValues:
        """The same n times, of shape (k, 1) one below the other."""
        return self if n == 1 else PValues(np.tile(self.log_p, (n, 1)), np.tile(self.log_q, (n, 1)))


def p_values(z: FloatArray, *, two_sided: bool) -> PValues:
    """P-values of test statistics: of large ones, or of those far from 0.

    Examples
    --------
    >>> p_values(np.array([1.959964, -1.959964]), two_sided=False).p.round(3).tolist()
    [0.025, 0.975]
    """
    from scipy.special import erf, log_ndtr

    if not two_sided:
        return PValues(log_ndtr(-z), log_ndtr(z))
    away = np.abs(z)
    with np.errstate(divide="ignore"):  # of z = 0 the complement is 0
        log_q: FloatArray = np.log(erf(away / math.sqrt(2.0)))
    return PValues(np.minimum(0.0, math.log(2.0) + log_ndtr(-away)), log_q)


def of_p(p: FloatArray) -> PValues:
    """P-values that are given as such."""
    with np.errstate(divide="ignore"):
        return PValues(np.log(p), np.log1p(-p))


def clipped(values: PValues, clip: float) -> PValues:
    """P-values below ``clip`` or above 1 less it are set to it; 0 leaves them."""
    if clip == 0.0:
        return values
    ends = math.log(clip), math.log1p(-clip)
    return PValues(np.clip(values.log_p, *ends), np.clip(values.log_q, *ends))
