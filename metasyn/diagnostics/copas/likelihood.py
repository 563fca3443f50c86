"""Likelihood of the Copas selection model at given parameters of selection, many at once.

Copas and Shi 2000, Biostatistics 1:247, section 3 (p. 250). A study is published if
gamma0 + gamma1 / s + delta > 0, and rho is the correlation of delta with its sampling error; s is
the standard error given publication.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

from metasyn.effects.arrays import FloatArray

__all__ = ["Selection"]

LOG_ROOT = 0.5 * np.log(2.0 * np.pi)


def _mills(u: FloatArray, log_below: FloatArray) -> FloatArray:
    """Density over distribution of the normal."""
    ratio: FloatArray = np.exp(-0.5 * u * u - LOG_ROOT - log_below)
    return ratio


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
        Logarithm of the probability of publication, shape (n, k).
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
        published = log_ndtr(u)
        mills = _mills(u, published)
        return cls(yi, sei, u, mills * (u + mills), published)

    def __call__(self, at: FloatArray, rows: npt.NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Minus the log-likelihood, shape (m,), and its slopes, shape (m, p).

        Parameters
        ----------
        at
            mu, rho, tau (and beta, the slope on the standard error), shape (m, 3) or (m, 4).
        rows
            Numbers of the pairs of parameters of selection that they go with, shape (m,).
        """
        u, c2 = self.u[rows], self.c2[rows]
        mu, rho, tau = at[:, :1], at[:, 1:2], at[:, 2:3]
        e = self.yi - mu
        if at.shape[1] > 3:
            e = e - at[:, 3:] * self.sei
        narrow = 1.0 - rho * rho * c2
        sigma2 = self.sei**2 / narrow
        sigma = np.sqrt(sigma2)
        total, rest = sigma2 + tau * tau, (1.0 - rho * rho) * sigma2 + tau * tau
        N, D = u * total + rho * sigma * e, np.sqrt(total * rest)
        v = N / D
        log_chance = log_ndtr(v)
        hazard = _mills(v, log_chance)
        value = 0.5 * np.log(total) + e * e / (2.0 * total) - log_chance + self.published[rows]
        gaussian = 0.5 / total - e * e / (2.0 * total * total)

        def slope(dtotal: FloatArray, drest: FloatArray, dN: FloatArray) -> FloatArray:
            dD = (rest * dtotal + total * drest) / (2.0 * D)
            summed: FloatArray = (gaussian * dtotal - hazard * (dN - v * dD) / D).sum(axis=1)
            return summed

        dsigma2 = 2.0 * rho * c2 * sigma2 / narrow
        dscaled = sigma + rho * dsigma2 / (2.0 * sigma)
        drest = (1.0 - rho * rho) * dsigma2 - 2.0 * rho * sigma2
        both = np.broadcast_to(2.0 * tau, e.shape)
        by_mu = -e / total + hazard * rho * sigma / D
        slopes = [
            by_mu.sum(axis=1),
            slope(dsigma2, drest, u * dsigma2 + e * dscaled),
            slope(both, both, u * both),
        ]
        if at.shape[1] > 3:
            slopes.append(by_mu @ self.sei)
        return value.sum(axis=1) + LOG_ROOT * len(self.yi), np.stack(slopes, axis=1)
