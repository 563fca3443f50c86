"""The distribution of a generalised Q statistic, in time linear in the number of studies.

Q = y'Py with fixed weights A is a weighted sum of chi-squared variables. Its Laplace transform is
a determinant of a diagonal matrix plus one of rank p, so no eigenvalues are needed; it is inverted
on Talbot's contour, which all its singularities (0 and negative numbers) lie inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.fixed_weights import FixedWeights

__all__ = ["GeneralisedQ"]

NODES = 32
"""Quadrature points; the error falls as 3.89^-n, rounding grows as e^(0.17 n)."""


def _contour() -> tuple[list[complex], list[complex]]:
    """The upper half of the nodes and weights of Weideman's contour.

    Trefethen, Weideman and Schmelzer 2006, BIT 46:653, eq. 3.1.
    """
    angle = (2.0 * np.arange(NODES // 2) + 1.0) * np.pi / NODES
    turn = 0.6407 * angle
    nodes = NODES * (0.5017 * angle / np.tan(turn) - 0.6122 + 0.2645j * angle)
    slope = 0.5017 / np.tan(turn) - 0.5017 * turn / np.sin(turn) ** 2 + 0.2645j
    weights = 2.0 * np.exp(nodes) * slope / 1j
    return nodes.tolist(), weights.tolist()


_POINTS, _WEIGHTS = _contour()


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
        Value of the statistic.
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
        """Probability of a smaller statistic if the variance between studies is ``tau2``.

        The absolute error is about 1e-13.
        """
        d = self.form.a * (self.variances + tau2) / self.observed
        total = sum(
            (weight / point * self._transform(point, d)).real
            for point, weight in zip(_POINTS, _WEIGHTS, strict=True)
        )
        return float(min(1.0, max(0.0, total)))

    def _transform(self, at: complex, d: FloatArray) -> complex:
        """E exp(-at Q) for Q in units of its observed value."""
        shrunk = 1.0 + 2.0 * at * d
        U = self.form.basis
        # sqrt(A M) (I - UU') sqrt(A M) has the determinant of D times that of a p x p matrix
        inner = (U / shrunk[:, None]).T @ U
        log_det = np.log(shrunk).sum() + np.log(np.linalg.eigvals(inner)).sum()
        return complex(np.exp(-0.5 * log_det))
