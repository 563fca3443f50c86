"""Likelihood of the Copas selection model at given parameters of selection, many at once.

Copas and Shi 2000, Biostatistics 1:247, section 3 (p. 250). A study is published if
gamma0 + gamma1 / s + delta > 0, and rho is the correlation of delta with its sampling error; s is
the standard error given publication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx, log_ndtr

from metasyn.diagnostics.many_minima import Bends
from metasyn.effects.arrays import FloatArray

__all__ = ["Selection"]

LOG_ROOT = 0.5 * np.log(2.0 * np.pi)
ROOT_2_PI, ROOT_HALF = np.sqrt(2.0 / np.pi), np.sqrt(0.5)
BLOCK = 2000
"""Numbers at a time: arrays that stay in a processor's cache."""


def _mills(u: FloatArray) -> FloatArray:
    """Density over distribution of the normal."""
    ratio: FloatArray = ROOT_2_PI / erfcx(-ROOT_HALF * u)
    return ratio


class _Terms(NamedTuple):
    """Minus the log-likelihood of studies with its derivatives, each of shape (m, k).

    By e, the distance from the mean; p, the variance of an estimate before selection; and b, its
    covariance with delta.
    """

    value: FloatArray
    e: FloatArray
    p: FloatArray
    b: FloatArray
    ee: FloatArray
    ep: FloatArray
    eb: FloatArray
    pp: FloatArray
    pb: FloatArray
    bb: FloatArray


def _terms(u: FloatArray, e: FloatArray, p: FloatArray, b: FloatArray, rest: FloatArray) -> _Terms:
    """A normal estimate with its chance v of publication; rest is p - b**2, without rounding."""
    g = p * rest
    q = 1.0 / np.sqrt(g)
    v, eq, uq, bq = (u * p + b * e) * q, e * q, u * q, b * q
    by_p, by_b = (p + rest) / (2.0 * g), -b / rest
    hazard = _mills(v)
    bend = hazard * (v + hazard)
    vp, vb = uq - v * by_p, eq - v * by_b
    vpp = v * (3.0 * by_p * by_p - 1.0 / g) - 2.0 * uq * by_p
    vpb = v * (3.0 * by_p * by_b + b / g) - uq * by_b - eq * by_p
    vbb = v * (3.0 * by_b * by_b + 1.0 / rest) - 2.0 * eq * by_b
    z = e / p
    return _Terms(
        0.5 * (np.log(p) + e * z) - log_ndtr(v),
        z - hazard * bq,
        0.5 * (1.0 / p - z * z) - hazard * vp,
        -hazard * vb,
        1.0 / p + bend * bq * bq,
        bq * (bend * vp + hazard * by_p) - z / p,
        bend * bq * vb - hazard * (q - bq * by_b),
        (z * z - 0.5 / p) / p + bend * vp * vp - hazard * vpp,
        bend * vp * vb - hazard * vpb,
        bend * vb * vb - hazard * vbb,
    )


@dataclass(frozen=True, eq=False, slots=True)
class Selection:
    """Studies under n pairs of parameters of selection.

    Parameters
    ----------
    yi, sei
        Estimates and standard errors, shape (k,).
    u
        gamma0 + gamma1 / sei, shape (n, k).
    c2
        By how much publication narrows the sampling variance at rho = 1, shape (n, k).
    published
        Logarithm of the probability of publication, summed over studies, shape (n,).
    """

    yi: FloatArray
    sei: FloatArray
    u: FloatArray
    c2: FloatArray
    published: FloatArray

    @classmethod
    def of(
        cls, yi: FloatArray, sei: FloatArray, gamma0: FloatArray, gamma1: FloatArray
    ) -> Selection:
        """Studies published by these parameters, shapes (n,)."""
        u = gamma0[:, None] + gamma1[:, None] / sei
        mills = _mills(u)
        # below 1, but for rounding
        c2 = np.minimum(mills * (u + mills), 1.0)
        return cls(yi, sei, u, c2, log_ndtr(u).sum(axis=1))

    def __call__(self, at: FloatArray, rows: npt.NDArray[np.intp]) -> Bends:
        """Minus the log-likelihood with its slopes and curvatures.

        Parameters
        ----------
        at
            mu, rho, tau2 (and beta, the slope on the standard error), shape (m, 3) or (m, 4).
        rows
            Numbers of the pairs of parameters of selection that they go with, shape (m,).
        """
        size = max(1, BLOCK // len(self.yi))
        parts = [self._block(at[i : i + size], rows[i : i + size]) for i in range(0, len(at), size)]
        return Bends(*(np.concatenate(each) for each in zip(*parts, strict=True)))

    def _block(self, at: FloatArray, rows: npt.NDArray[np.intp]) -> Bends:
        c2, rho = self.c2[rows], at[:, 1:2]
        e = self.yi - at[:, :1]
        if at.shape[1] > 3:
            e = e - at[:, 3:] * self.sei
        narrow = 1.0 - rho * rho * c2
        wide = 1.0 / narrow
        sigma = self.sei * np.sqrt(wide)
        sigma2 = sigma * sigma
        rest = (1.0 - rho * rho) * sigma2 + at[:, 2:3]
        on = _terms(self.u[rows], e, sigma2 + at[:, 2:3], rho * sigma, rest)
        # by rho: of sigma2, and of rho * sigma
        p1, b1 = 2.0 * rho * c2 * wide * sigma2, sigma * wide
        p2 = 2.0 * c2 * wide * sigma2 * (1.0 + 4.0 * rho * rho * c2 * wide)
        b2 = 3.0 * rho * c2 * wide * b1
        by_e_rho = on.ep * p1 + on.eb * b1
        rho_rho = (on.pp * p1 + 2.0 * on.pb * b1) * p1 + on.bb * b1 * b1 + on.p * p2 + on.b * b2
        slopes = [-on.e, on.p * p1 + on.b * b1, on.p]
        bends = [[on.ee], [-by_e_rho, rho_rho], [-on.ep, on.pp * p1 + on.pb * b1, on.pp]]
        if at.shape[1] > 3:
            slopes.append(-on.e * self.sei)
            further = on.ee * self.sei
            bends.append([further, -by_e_rho * self.sei, -on.ep * self.sei, further * self.sei])
        value = on.value.sum(axis=1) + self.published[rows] + LOG_ROOT * len(self.yi)
        return Bends(value, np.stack([each.sum(axis=1) for each in slopes], 1), _square(bends))


def _square(lower: list[list[FloatArray]]) -> FloatArray:
    """Symmetric matrices (m, p, p) of sums over studies, from their lower triangles."""
    size = len(lower)
    whole = np.empty((len(lower[0][0]), size, size))
    for i, line in enumerate(lower):
        for j, each in enumerate(line):
            whole[:, i, j] = whole[:, j, i] = each.sum(axis=1)
    return whole
