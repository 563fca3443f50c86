"""The distribution of a generalised Q statistic, in time linear in the number of studies.

Q = y'Py with fixed weights A is a weighted sum of chi-squared variables. Its Laplace transform is
a determinant of a diagonal matrix changed in rank p, so no eigenvalues are needed. It is inverted
by the trapezoidal rule on a parabola or line through the saddle point of the integrand, near its
path of steepest descent (Rice 1980, SIAM J Sci Stat Comput 1:438).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.fixed_weights import FixedWeights
from metasyn.models.random_effects.moments import blocks

__all__ = ["GeneralisedQ"]

STEP = 0.2
"""Step of the rule in units of the width of the saddle."""

BATCH = 16
"""Points of the rule that are evaluated together."""

NEGLIGIBLE = 1e-17
"""The rule ends where the integrand has fallen to this share of its peak."""

MANY = 30.0
"""Effective number of studies from which on the path is a straight line."""

LESSER = 0.15
"""Share of the mean of Q whose weights are too small to rule the path."""

ComplexArray = npt.NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class GeneralisedQ:
    """A generalised Q statistic of a set of studies.

    Parameters
    ----------
    form
        The weights.
    variances
        Sampling variances, shape (k,).
    observed
        Value of the statistic, positive.
    """

    form: FixedWeights
    variances: FloatArray
    observed: float

    @classmethod
    def of(cls, yi: FloatArray, vi: FloatArray, X: FloatArray, a: FloatArray) -> GeneralisedQ:
        """The statistic of these studies with weights ``a``."""
        form = FixedWeights.of(X, a)
        return cls(form, vi, form.q(yi - yi.mean()))

    def below(self, tau2: float) -> float:
        """Probability of a smaller statistic if the variance between studies is ``tau2``."""
        d = self.form.a * (self.variances + tau2) / self.observed
        saddle, width, bend = _path(np.sort(d)[self.form.basis.shape[1] :])
        step = STEP * width
        total, last, first = 0.0, 0, 0.0
        while True:
            y = step * np.arange(last, last + BATCH)
            at = np.asarray(saddle + 1j * y - bend * y * y, dtype=np.complex128)
            values = (np.exp(at + self._log_transform(at, d)) / at * (1.0 + 2j * bend * y)).real
            if last == 0:
                first = float(values[0])
                total = -0.5 * first
            total += float(values.sum())
            last += BATCH
            if np.abs(values[-4:]).max() <= NEGLIGIBLE * first:
                return min(1.0, max(0.0, step / math.pi * total))

    def _log_transform(self, at: ComplexArray, d: FloatArray) -> ComplexArray:
        """Logarithm of E exp(-at Q), Q in units of its observed value.

        I + 2s (D - D^(1/2) UU' D^(1/2)) has the determinant of I + 2s D times a p x p one, whose
        eigenvalues all turn the same way, so that principal logarithms add up.
        """
        U = self.form.basis
        logs = np.zeros(len(at), dtype=np.complex128)
        inner = np.zeros((len(at), U.shape[1], U.shape[1]), dtype=np.complex128)
        for rows in blocks(len(d), len(at)):
            shrunk = 1.0 + 2.0 * at[:, None] * d[rows]
            logs += np.log(shrunk).sum(axis=1)
            inner += np.einsum("ki,nk,kj->nij", U[rows], 1.0 / shrunk, U[rows])
        if U.shape[1] > 1:
            logs += np.log(np.linalg.eigvals(inner)).sum(axis=1)
        else:
            logs += np.log(inner[:, 0, 0])
        return np.multiply(-0.5, logs)


def _path(d: FloatArray) -> tuple[float, float, float]:
    """Saddle point, its width, and the curvature of the path to the left, for sorted weights.

    The exponent s - log s - sum log(1 + 2 s d) / 2 is convex for s > 0 and its slope concave, so
    Newton's method from 1 rises to the saddle. The weights are those of the studies, which
    interlace with the eigenvalues: near enough for a path. With many studies the integrand falls
    fast enough on a straight line; with few it needs the parabola, whose curvature, two thirds of
    d / (1 + 2 s d) where the weights are equal, is ruled by the lesser weights that matter.
    """
    s = 1.0
    for _ in range(100):
        share = d / (1.0 + 2.0 * s * d)
        slope = 1.0 - 1.0 / s - float(share.sum())
        curvature = 1.0 / (s * s) + 2.0 * float(share @ share)
        if slope > -1e-6:
            break
        s -= slope / curvature
    width, mass = 1.0 / math.sqrt(curvature), float(share.sum())
    if mass * mass >= MANY * float(share @ share):
        return s, width, 0.0
    lesser = int(np.searchsorted(np.cumsum(share), LESSER * mass))
    return s, width, 2.0 / 3.0 * float(share[lesser])
